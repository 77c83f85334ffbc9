//! Asks an issuer about tokens that say nothing by themselves (RFC 7662).
use super::{denied::Denied, settings::Introspection};
use crate::{outgoing::Outgoing, query_string};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hyper::{
    StatusCode,
    header::{self, HeaderName, HeaderValue},
};
use kiln_identity::{
    IssuerRules, Principal, Thumbprint, TokenError, UnixSeconds, Verified, VerifiedTokens,
    introspection,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest as _, Sha256};
use std::{
    collections::HashMap,
    io,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{AcquireError, Semaphore},
    time,
};

/// Answers that are remembered of one issuer, the good and the bad each.
const ANSWERS_MAX: usize = 10_000;

/// Questions to one issuer at once; others wait.
const QUESTIONS_MAX: usize = 16;

/// Those of them that clients at one address may have under way: one that invents tokens leaves
/// room for the others.
const QUESTIONS_OF_ADDRESS_MAX: usize = 4;

/// How one issuer is asked.
pub(super) struct Introspecting {
    settings: Introspection,
    fields: [(HeaderName, HeaderValue); 3],
    outgoing: Outgoing,
    questions: Semaphore,
    /// What each address has of them, as long as it has any.
    shares: Mutex<HashMap<Option<IpAddr>, Arc<Semaphore>>>,
    /// How long a question may wait for its turn.
    patience: Duration,
    good: Mutex<VerifiedTokens>,
    bad: Mutex<HashMap<[u8; 32], (TokenError, UnixSeconds)>>,
}

/// A token, what it is checked against, when, and where it came from.
#[derive(Copy, Clone)]
pub(super) struct Question<'a> {
    pub(super) token: &'a str,
    pub(super) rules: &'a IssuerRules,
    pub(super) certificate: Option<&'a Thumbprint>,
    pub(super) now: UnixSeconds,
    pub(super) address: Option<IpAddr>,
}

impl Introspecting {
    /// Nothing was asked yet.
    ///
    /// # Errors
    /// `InvalidInput` for a URL that is none.
    pub(super) fn new(settings: Introspection, timeout: Duration) -> io::Result<Self> {
        let outgoing = Outgoing::to([&*settings.url], timeout, introspection::LEN_MAX)?;
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        let fields = [
            (header::CONTENT_TYPE, form),
            (header::ACCEPT, HeaderValue::from_static("application/json")),
            (header::AUTHORIZATION, basic(&settings)),
        ];
        let good = Mutex::new(VerifiedTokens::with_room(ANSWERS_MAX));
        let (questions, bad) = (Semaphore::new(QUESTIONS_MAX), Mutex::default());
        let (shares, patience) = (Mutex::default(), timeout);
        Ok(Self { settings, fields, outgoing, questions, shares, patience, good, bad })
    }

    /// Whose token it is, by what the issuer says or said a short while ago.
    ///
    /// # Errors
    /// The token is not good; the issuer does not answer.
    pub(super) async fn principal(&self, asked: Question<'_>) -> Result<Arc<Principal>, Denied> {
        if let Some(known) = self.known(asked) {
            return known;
        }
        let share = self.share(asked.address);
        let places = async {
            let own = share.acquire().await?;
            Ok::<_, AcquireError>((own, self.questions.acquire().await?))
        };
        let waited = time::timeout(self.patience, places).await;
        let Ok(Ok(_places)) = waited else { return Err(Denied::Unavailable) };
        // While this one waited, another may have asked about the same token.
        if let Some(known) = self.known(asked) {
            return known;
        }
        let answer = self.ask(asked.token).await?;
        let Question { token, rules, certificate, now, .. } = asked;
        let until = now.plus(self.settings.cache.min(Introspection::CACHE_MAX).as_secs());
        match introspection::check(&answer, rules, now, certificate) {
            Ok(Verified { principal, expires }) => {
                let verified = Verified { principal, expires: expires.min(until) };
                Ok(lock(&self.good).put(token, certificate, verified, now))
            }
            Err(error) => {
                self.remember_bad(token, error, until);
                Err(Denied::Token(error))
            }
        }
    }

    fn known(&self, asked: Question<'_>) -> Option<Result<Arc<Principal>, Denied>> {
        let Question { token, certificate, now, .. } = asked;
        if let Some(principal) = lock(&self.good).get(token, certificate, now) {
            return Some(Ok(principal));
        }
        let bad = lock(&self.bad).get(&hashed(token)).copied();
        bad.filter(|(_, until)| *until > now).map(|(error, _)| Err(Denied::Token(error)))
    }

    /// What clients at this address share; those at others that nobody uses any more are forgotten.
    fn share(&self, address: Option<IpAddr>) -> Arc<Semaphore> {
        let mut shares = lock(&self.shares);
        shares.retain(|_, share| Arc::strong_count(share) > 1);
        let share = shares.entry(address.map(network));
        let share = share.or_insert_with(|| Arc::new(Semaphore::new(QUESTIONS_OF_ADDRESS_MAX)));
        Arc::clone(share)
    }

    /// A token that was bound to another certificate may come again with the right one.
    fn remember_bad(&self, token: &str, error: TokenError, until: UnixSeconds) {
        if error == TokenError::Binding {
            return;
        }
        let mut bad = lock(&self.bad);
        if bad.len() >= ANSWERS_MAX {
            bad.clear();
        }
        bad.insert(hashed(token), (error, until));
    }

    async fn ask(&self, token: &str) -> Result<bytes::Bytes, Denied> {
        let mut form = String::new();
        query_string::append(&mut form, &[("token", token), ("token_type_hint", "access_token")]);
        let form = form.trim_start_matches('?').to_owned();
        let reply = self.outgoing.post(&self.settings.url, &self.fields, form).await;
        let reply = reply.map_err(|error| {
            tracing::warn!(%error, "an issuer that must be asked about tokens does not answer");
            Denied::Unavailable
        })?;
        if reply.status != StatusCode::OK {
            let status = reply.status.as_u16();
            tracing::warn!(status, "an issuer that must be asked about tokens refuses to answer");
            return Err(Denied::Unavailable);
        }
        Ok(reply.body)
    }
}

/// RFC 6749 §2.3.1: each part encoded as in a form.
fn basic(settings: &Introspection) -> HeaderValue {
    let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
    let pair = format!("{}:{}", encoded(&settings.client_id), encoded(&settings.client_secret));
    let value = format!("Basic {}", STANDARD.encode(pair));
    let mut value = HeaderValue::try_from(value).expect("base64 is ASCII");
    value.set_sensitive(true);
    value
}

/// One client has all addresses of an IPv6 subnet (RFC 4291 §2.5.4: its last 64 bits are free).
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from(u128::from(address) >> 64 << 64).into(),
        address @ IpAddr::V4(_) => address,
    }
}

fn hashed(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
