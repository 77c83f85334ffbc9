//! A JWT (RFC 7519) in its compact form, signed (RFC 7515), checked as RFC 8725 and RFC 9068 say.
use crate::claims::Content;
use crate::issuer::Purpose;
use crate::jwk::NoKey;
use crate::{Algorithm, IssuerRules, KeySet, Principal, Thumbprint, UnixSeconds, json};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

/// Why a token is not taken. It says nothing of what is in the token.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum TokenError {
    /// See [`Unverified::LEN_MAX`].
    #[error("the token is too long")]
    TooLong,
    /// Not three parts in base64url without padding, the last not empty.
    #[error("the token is no signed JWT")]
    Form,
    /// A part is no JSON object, names a member twice, or is nested too deep.
    #[error("the token's JSON is wrong, nested too deep, or names a member twice")]
    Json,
    /// A header that demands what Kiln does not do (`crit`, `b64`, `zip`, `enc`), or brings its own
    /// key (`jwk`).
    #[error("the token's header demands what is not done here")]
    Header,
    /// Another kind of token: an ID token, a logout token, a proof.
    #[error("it is no access token")]
    Type,
    /// Not one of those pinned for its issuer; `none` and HS* never are.
    #[error("the token's algorithm is none of those pinned for its issuer")]
    Algorithm,
    /// No key of the issuer has this id and fits the algorithm.
    #[error("the issuer has no such key")]
    UnknownKey,
    /// Several keys fit, and the token names none of them.
    #[error("the token does not say which of several keys signed it")]
    AmbiguousKey,
    /// Signed by another key, or changed.
    #[error("the token's signature is wrong")]
    Signature,
    /// No `iss`, or not exactly that of the rules.
    #[error("the token is of another issuer")]
    Issuer,
    /// No `aud`, or none of ours.
    #[error("the token is for another audience")]
    Audience,
    /// No `exp`, or a time that is none.
    #[error("the token has no expiry, or a time in it is none")]
    Time,
    /// `exp` is over.
    #[error("the token has expired")]
    Expired,
    /// `nbf` or `iat` lies ahead.
    #[error("the token is not valid yet")]
    NotYet,
    /// No `sub`, `client_id` or `azp`, or one that cannot be written down.
    #[error("the token names neither subject nor client")]
    Subject,
    /// A claim of another kind than it has to be.
    #[error("a claim of the token is of the wrong kind")]
    Claim,
    /// The claim of the tenant is absent, or no tenant's name.
    #[error("the token names no tenant")]
    Tenant,
    /// Bound to a certificate or key (`cnf`) that the connection has not shown.
    #[error("the token is bound to another certificate or key")]
    Binding,
    /// Introspection: not active, or revoked.
    #[error("the token is not active")]
    Inactive,
}

/// A token that was read, and not believed.
#[derive(Clone)]
pub struct Unverified<'a> {
    signed: &'a str,
    signature: Vec<u8>,
    header: Header,
    claims: Map<String, Value>,
}

/// A token that was checked.
#[derive(Clone, Debug)]
pub struct Verified {
    /// Who asks.
    pub principal: Principal,
    /// Until when it holds, the clocks' difference included.
    pub expires: UnixSeconds,
}

/// Checks a token in one go; see [`Unverified::check`].
///
/// # Errors
/// Whatever is wrong with it.
pub fn check(
    jwt: &str,
    rules: &IssuerRules,
    keys: &KeySet,
    now: UnixSeconds,
    certificate: Option<&Thumbprint>,
) -> Result<Verified, TokenError> {
    Unverified::parse(jwt)?.check(rules, keys, now, certificate)
}

/// Nothing in a token is deeper: `cnf`, roles in `resource_access`, IUA's extensions.
const LIMITS: json::Limits = json::Limits { depth: 8, nodes: 2048 };

impl<'a> Unverified<'a> {
    /// Bytes of a token: all that fits in the header of a request.
    pub const LEN_MAX: usize = 16 * 1024;

    /// Reads a token, to find its issuer's rules and keys.
    ///
    /// # Errors
    /// What is no JWS of a JWT, or is larger than the limits.
    pub fn parse(jwt: &'a str) -> Result<Self, TokenError> {
        if jwt.len() > Self::LEN_MAX {
            return Err(TokenError::TooLong);
        }
        let (signed, signature) = jwt.rsplit_once('.').ok_or(TokenError::Form)?;
        let (header, claims) = signed.split_once('.').ok_or(TokenError::Form)?;
        let header = Header::parse(&json::object(&decoded(header)?, LIMITS)?)?;
        let claims = json::object(&decoded(claims)?, LIMITS)?;
        Ok(Self { signed, signature: decoded(signature)?, header, claims })
    }

    /// `iss` as the token has it; believe nothing more than that rules may be looked for by it.
    pub fn issuer(&self) -> Option<&str> {
        self.claims.get("iss").and_then(Value::as_str)
    }

    /// `kid` as the token has it: a key that is not known may be newer than the key set.
    pub fn key_id(&self) -> Option<&str> {
        self.header.key_id.as_deref()
    }

    /// `nonce` as an ID token has it: what the request for it said (`OpenID` Connect Core §2).
    /// Believe it when the token is checked.
    pub fn nonce(&self) -> Option<&str> {
        self.claims.get("nonce").and_then(Value::as_str)
    }

    /// Checks signature, issuer, audience, times, and what the token is bound to; `certificate` is
    /// what the connection's client has shown.
    ///
    /// # Errors
    /// Whatever is wrong with it; [`TokenError::UnknownKey`] may be right with newer keys.
    pub fn check(
        self,
        rules: &IssuerRules,
        keys: &KeySet,
        now: UnixSeconds,
        certificate: Option<&Thumbprint>,
    ) -> Result<Verified, TokenError> {
        if !self.header.kind.serves(rules.purpose) {
            return Err(TokenError::Type);
        }
        let algorithm = self.header.algorithm.parse::<Algorithm>();
        let algorithm = algorithm.ok().filter(|one| rules.algorithms().contains(one));
        let algorithm = algorithm.ok_or(TokenError::Algorithm)?;
        if self.issuer() != Some(rules.issuer()) {
            return Err(TokenError::Issuer);
        }
        let key = keys.find(self.key_id(), algorithm)?;
        let checked = key.verify_sig(self.signed.as_bytes(), &self.signature);
        checked.ok().ok_or(TokenError::Signature)?;
        let content = Content { claims: &self.claims, rules };
        content.require_audience()?;
        content.verified(now, certificate)
    }
}

fn decoded(part: &str) -> Result<Vec<u8>, TokenError> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok().filter(|bytes| !bytes.is_empty());
    bytes.ok_or(TokenError::Form)
}

/// What of the header counts. `jku`, `x5u`, `x5c` and `x5t` do not: keys are the issuer's, fetched
/// from where the settings say.
#[derive(Clone)]
struct Header {
    kind: Kind,
    algorithm: String,
    key_id: Option<String>,
}

/// Members that change what the parts mean (RFC 7515 §4.1.11, RFC 7797 §3, RFC 7516 §4.1), and a
/// key that would vouch for itself.
const REFUSED: [&str; 5] = ["crit", "b64", "zip", "enc", "jwk"];

/// Bytes of a `kid`.
const KEY_ID_LEN_MAX: usize = 256;

impl Header {
    fn parse(header: &Map<String, Value>) -> Result<Self, TokenError> {
        if REFUSED.iter().any(|member| header.contains_key(*member)) {
            return Err(TokenError::Header);
        }
        let kind = header.get("typ").map_or(Some(Kind::Any), Kind::of).ok_or(TokenError::Type)?;
        let algorithm = header.get("alg").and_then(Value::as_str).ok_or(TokenError::Algorithm)?;
        let key_id = match header.get("kid") {
            None => None,
            Some(Value::String(id)) if id.len() <= KEY_ID_LEN_MAX => Some(id.clone()),
            Some(_) => return Err(TokenError::UnknownKey),
        };
        Ok(Self { kind, algorithm: algorithm.to_owned(), key_id })
    }
}

/// What `typ` says.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Kind {
    /// An access token (RFC 9068 §4).
    Access,
    /// Nothing, or `JWT`, as issuers older than RFC 9068 write, and in ID tokens all of them.
    Any,
}

impl Kind {
    /// A media type, which has no case and may leave out `application/` (RFC 7515 §4.1.9).
    fn of(kind: &Value) -> Option<Self> {
        let kind = kind.as_str()?.to_ascii_lowercase();
        match kind.strip_prefix("application/").unwrap_or(&kind) {
            "at+jwt" => Some(Self::Access),
            "jwt" => Some(Self::Any),
            _ => None,
        }
    }

    fn serves(self, purpose: Purpose) -> bool {
        self == Self::Any || purpose == Purpose::Access
    }
}

impl From<json::Refused> for TokenError {
    fn from(_: json::Refused) -> Self {
        Self::Json
    }
}

impl From<NoKey> for TokenError {
    fn from(no_key: NoKey) -> Self {
        match no_key {
            NoKey::Unknown => Self::UnknownKey,
            NoKey::Ambiguous => Self::AmbiguousKey,
        }
    }
}

#[cfg(test)]
mod tests;
