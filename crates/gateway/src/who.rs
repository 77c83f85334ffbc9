//! Who asks, as an intent keeps it: what an event needs of them, should it be made after a crash.
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kiln_identity::{Agent, Means, Principal, Reach, Scopes, TenantId, smart::ResourceGrants};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// Who asks, and from where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Who {
    /// The principal's name in envelopes.
    pub name: String,
    /// How it is known.
    pub means: Known,
    /// Where the request came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fhir_user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    display: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_id: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    purposes: Vec<String>,
}

/// How it is known who asks.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Known {
    /// It is not: Kiln is open, and only this machine may ask.
    #[default]
    Open,
    /// It is not: the request's token was not verified, and what it says is told as its own word.
    Unverified,
    /// By a token that Kiln verified.
    Token,
    /// By an API key.
    ApiKey,
    /// By a client's certificate.
    Certificate,
    /// By a session in a browser.
    Session,
    /// By the kernel.
    Socket,
    /// It is not, and need not be: what the server can do is about nobody.
    Nobody,
}

impl Known {
    /// Whether Kiln itself has verified it.
    pub fn is_verified(self) -> bool {
        !matches!(self, Self::Open | Self::Unverified | Self::Nobody)
    }
}

impl Who {
    /// A principal that was let in.
    pub fn verified(principal: &Principal, address: Option<IpAddr>) -> Self {
        let Agent { fhir_user, issuer, subject, name, client, token_id, purposes } =
            principal.agent.clone();
        let means = match principal.means {
            Means::Open => Known::Open,
            Means::Token => Known::Token,
            Means::ApiKey => Known::ApiKey,
            Means::Certificate => Known::Certificate,
            Means::Session => Known::Session,
            Means::Socket => Known::Socket,
        };
        let name_in_envelopes = principal.who.to_string();
        Self {
            name: name_in_envelopes,
            means,
            address,
            fhir_user,
            issuer,
            subject,
            display: name,
            client,
            token_id,
            purposes,
        }
    }

    /// Somebody whose token was not verified: what it claims, taken as a claim.
    pub fn unverified(authorization: Option<&str>, address: Option<IpAddr>) -> Self {
        let claims = authorization.and_then(claims).unwrap_or_default();
        Self {
            name: "unverified".to_owned(),
            means: Known::Unverified,
            address,
            fhir_user: claims.fhir_user,
            issuer: claims.iss,
            subject: claims.sub,
            display: None,
            client: claims.client_id.or(claims.azp),
            token_id: None,
            purposes: Vec::new(),
        }
    }

    /// Who shows no good token, and asks what the server can do.
    pub fn nobody(address: Option<IpAddr>) -> Self {
        Self { name: "nobody".to_owned(), means: Known::Nobody, address, ..Self::default() }
    }

    /// As events are told of it.
    pub fn principal(&self) -> Principal {
        let means = match self.means {
            Known::Open | Known::Nobody => Means::Open,
            // It names its user as a token does; that nobody verified it, the event says beside.
            Known::Unverified | Known::Token => Means::Token,
            Known::ApiKey => Means::ApiKey,
            Known::Certificate => Means::Certificate,
            Known::Session => Means::Session,
            Known::Socket => Means::Socket,
        };
        Principal {
            who: self.name.as_str().into(),
            means,
            scopes: Scopes::NONE,
            agent: Agent {
                fhir_user: self.fhir_user.clone(),
                issuer: self.issuer.clone(),
                subject: self.subject.clone(),
                name: self.display.clone(),
                client: self.client.clone(),
                token_id: self.token_id.clone(),
                purposes: self.purposes.clone(),
            },
            // An event tells neither whose log it is in nor what else they may do.
            tenant: TenantId::default(),
            reach: Reach::default(),
            resources: ResourceGrants::default(),
        }
    }
}

/// What an unverified token says of its holder.
#[derive(Debug, Default, Deserialize)]
struct Claims {
    sub: Option<String>,
    iss: Option<String>,
    azp: Option<String>,
    client_id: Option<String>,
    #[serde(rename = "fhirUser")]
    fhir_user: Option<String>,
}

/// Bytes of a token that is looked into.
const TOKEN_BYTES_MAX: usize = 16 << 10;
/// Characters of a claim that is written down.
const CLAIM_LEN_MAX: usize = 255;

/// The claims of a JWT (RFC 7519 §7.2), whoever signed it.
fn claims(authorization: &str) -> Option<Claims> {
    let (scheme, token) = authorization.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") || token.len() > TOKEN_BYTES_MAX {
        return None;
    }
    let payload = token.split('.').nth(1)?;
    let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
    let Claims { sub, iss, azp, client_id, fhir_user } = serde_json::from_slice(&payload).ok()?;
    let [sub, iss, azp, client_id, fhir_user] =
        [sub, iss, azp, client_id, fhir_user].map(|claim| claim.filter(|text| is_sane(text)));
    Some(Claims { sub, iss, azp, client_id, fhir_user })
}

fn is_sane(text: &str) -> bool {
    (1..=CLAIM_LEN_MAX).contains(&text.chars().count()) && !text.contains(char::is_control)
}

#[cfg(test)]
mod tests;
