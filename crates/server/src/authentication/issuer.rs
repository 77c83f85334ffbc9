//! Tokens of issuers: whose they are, and whether they are good.
use super::{
    denied::Denied,
    introspecting::{Introspecting, Question},
    keys::{Held, Keys},
    seconds,
    settings::{Issuer, KeySource, Tokens},
};
use hyper::Uri;
use kiln_identity::{IssuerRules, Principal, Thumbprint, TokenError, Unverified};
use kiln_store::{Millis, disk::Disk};
use std::{
    io,
    net::IpAddr,
    sync::{Arc, PoisonError},
};

/// An issuer that is believed.
pub(super) struct Trusted {
    rules: IssuerRules,
    tokens: Asking,
}

enum Asking {
    Keys(Box<Keys>),
    Introspection(Box<Introspecting>),
}

/// A token, the certificate that its connection has shown, and when.
#[derive(Copy, Clone)]
pub(super) struct Asked<'a> {
    pub(super) token: &'a str,
    pub(super) certificate: Option<&'a Thumbprint>,
    pub(super) now: Millis,
    /// Where it came from.
    pub(super) address: Option<IpAddr>,
}

impl Trusted {
    /// All of them.
    ///
    /// # Errors
    /// `InvalidInput` for two of one name or one `iss`, for two that are asked about tokens, and
    /// for addresses that others could answer for.
    pub(super) fn all(issuers: &[Issuer], disk: &Arc<dyn Disk>) -> io::Result<Vec<Self>> {
        for (at, issuer) in issuers.iter().enumerate() {
            let others = &issuers[at + 1..];
            let is_twice = |other: &Issuer| {
                other.rules.name() == issuer.rules.name()
                    || other.rules.issuer() == issuer.rules.issuer()
            };
            if others.iter().any(is_twice) {
                return Err(invalid("two issuers have one name or one iss"));
            }
        }
        let asked = issuers.iter().filter(|it| matches!(it.tokens, Tokens::Introspected(_)));
        if asked.count() > 1 {
            // A token that says nothing does not say whose it is, and would be shown to both.
            return Err(invalid(
                "one issuer at most can be asked about tokens (introspection_url)",
            ));
        }
        issuers.iter().map(|issuer| Self::new(issuer, disk)).collect()
    }

    fn new(issuer: &Issuer, disk: &Arc<dyn Disk>) -> io::Result<Self> {
        let tokens = match issuer.tokens.clone() {
            Tokens::Signed(source, times) => {
                if let KeySource::Url(url) = &source {
                    check_url(url)?;
                }
                Asking::Keys(Box::new(Keys::new(source, times, issuer.timeout, Arc::clone(disk))?))
            }
            Tokens::Introspected(introspection) => {
                check_url(&introspection.url)?;
                Asking::Introspection(Box::new(Introspecting::new(introspection, issuer.timeout)?))
            }
        };
        Ok(Self { rules: issuer.rules.clone(), tokens })
    }

    fn keys(&self) -> Option<&Keys> {
        match &self.tokens {
            Asking::Keys(keys) => Some(keys),
            Asking::Introspection(_) => None,
        }
    }
}

/// Whose token it is.
///
/// # Errors
/// It is not good, or of nobody who is believed; its issuer cannot be asked.
pub(super) async fn principal(
    issuers: &[Trusted],
    asked: Asked<'_>,
) -> Result<Arc<Principal>, Denied> {
    // Nobody is asked about what is no token of anybody's.
    if asked.token.len() > Unverified::LEN_MAX {
        return Err(Denied::Token(TokenError::TooLong));
    }
    let keys = issuers.iter().filter_map(Trusted::keys);
    let mut known = keys.filter_map(|keys| keys.fresh(asked.now)?.known(asked));
    if let Some(principal) = known.next() {
        return Ok(principal);
    }
    let unverified = Unverified::parse(asked.token);
    let issuer = match &unverified {
        Ok(unverified) => issuers.iter().find(|it| unverified.issuer() == Some(it.rules.issuer())),
        Err(_) => issuers.iter().find(|it| it.keys().is_none()),
    };
    match (issuer, unverified) {
        (Some(Trusted { rules, tokens: Asking::Introspection(asking) }), _) => {
            let Asked { token, certificate, now, address } = asked;
            let now = seconds(now);
            asking.principal(Question { token, rules, certificate, now, address }).await
        }
        (Some(Trusted { rules, tokens: Asking::Keys(keys) }), Ok(unverified)) => {
            signed(rules, keys, unverified, asked).await
        }
        (_, Err(error)) => Err(Denied::Token(error)),
        (None, Ok(_)) => Err(Denied::UnknownIssuer),
    }
}

/// Who has signed in at the issuer of this name: its ID token is for `client`, and repeats the
/// nonce of the request for it (`OpenID` Connect Core §3.1.3.7).
///
/// # Errors
/// It is not good, or for another client, or of another sign-in.
pub(super) async fn signed_in(
    issuers: &[Trusted],
    issuer: &str,
    client: &str,
    nonce: &str,
    asked: Asked<'_>,
) -> Result<Principal, Denied> {
    let trusted = issuers.iter().find(|it| it.rules.name() == issuer);
    let trusted = trusted.ok_or(Denied::UnknownIssuer)?;
    let keys = trusted.keys().ok_or(Denied::UnknownIssuer)?;
    let token = Unverified::parse(asked.token).map_err(Denied::Token)?;
    if token.nonce() != Some(nonce) {
        return Err(Denied::Token(TokenError::Binding));
    }
    let held = fitting(keys, keys.get(asked.now).await?, &token, asked.now).await?;
    let rules = trusted.rules.for_audience(client);
    let verified = token.check(&rules, &held.set, seconds(asked.now), None);
    Ok(verified.map_err(Denied::Token)?.principal)
}

/// Whose token it is that is signed.
async fn signed(
    rules: &IssuerRules,
    keys: &Keys,
    token: Unverified<'_>,
    asked: Asked<'_>,
) -> Result<Arc<Principal>, Denied> {
    let held = keys.get(asked.now).await?;
    if let Some(principal) = held.known(asked) {
        return Ok(principal);
    }
    let held = fitting(keys, held, &token, asked.now).await?;
    let now = seconds(asked.now);
    let verified = token.check(rules, &held.set, now, asked.certificate).map_err(Denied::Token)?;
    let mut known = held.verified.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(known.put(asked.token, asked.certificate, verified, now))
}

/// The keys that are held, or newer ones where none of these has the token's key id.
async fn fitting(
    keys: &Keys,
    held: Arc<Held>,
    token: &Unverified<'_>,
    now: Millis,
) -> Result<Arc<Held>, Denied> {
    if token.key_id().is_none_or(|id| held.set.has(id)) {
        return Ok(held);
    }
    keys.newer(&held, now).await.ok_or(Denied::Token(TokenError::UnknownKey))
}

impl Held {
    fn known(&self, asked: Asked<'_>) -> Option<Arc<Principal>> {
        let mut verified = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
        verified.get(asked.token, asked.certificate, seconds(asked.now))
    }
}

/// What comes from there decides who comes in: nobody on the way may answer for it.
pub(crate) fn check_url(url: &str) -> io::Result<()> {
    let uri = url.parse::<Uri>().ok();
    let is_safe = uri.is_some_and(|uri| match (uri.scheme_str(), uri.host()) {
        (Some("https"), Some(host)) => !host.is_empty(),
        (Some("http"), Some(host)) => ["localhost", "127.0.0.1", "[::1]"].contains(&host),
        _ => false,
    });
    if is_safe {
        return Ok(());
    }
    Err(invalid("the address of an issuer is https://, or http:// and this machine"))
}

fn invalid(says: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, says)
}

#[cfg(test)]
mod tests;
