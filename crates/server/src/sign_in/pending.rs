//! Who has begun to sign in and is at the issuer's now. The browser itself keeps what must fit when
//! it comes back, and a code that only we can make: nobody who begins and never comes back takes
//! anybody's place.
use super::secret::Secret;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use kiln_store::{Millis, clock::Random};
use sha2::Sha256;
use std::time::Duration;

/// How long one may take there.
pub(super) const PATIENCE: Duration = Duration::from_mins(10);

/// The key of this run: a restart forgets who was at the issuer's.
pub(super) struct Pending {
    key: [u8; 32],
}

/// What was begun, and must fit when the browser comes back.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Begun {
    /// PKCE's verifier (RFC 7636). Its browser may know it: it is there against everybody else.
    pub(super) verifier: String,
    /// What the ID token must repeat.
    pub(super) nonce: String,
    /// Where to go then: a path of ours.
    pub(super) then: String,
}

/// What the browser and the issuer are given.
pub(super) struct Given {
    /// Goes to the issuer and comes back in the address. It fits this browser's cookie alone:
    /// another browser that is sent our way with it does not get in, and nobody is signed in as
    /// somebody else unknowingly.
    pub(super) state: String,
    /// What was begun, with our code.
    pub(super) cookie: String,
    pub(super) nonce: String,
    pub(super) challenge: String,
}

impl Pending {
    pub(super) fn new(random: &dyn Random) -> Self {
        let mut key = [0; 32];
        random.fill(&mut key);
        Self { key }
    }

    /// Begins.
    pub(super) fn begin(&self, then: &str, now: Millis, random: &dyn Random) -> Given {
        let [verifier, nonce] = std::array::from_fn(|_| Secret::new(random));
        let then = URL_SAFE_NO_PAD.encode(then);
        let begun = format!("{}.{}.{}.{then}", now.0, verifier.as_str(), nonce.as_str());
        let code = URL_SAFE_NO_PAD.encode(self.code(COOKIE, &begun).finalize().into_bytes());
        let cookie = format!("{begun}.{code}");
        let state = URL_SAFE_NO_PAD.encode(self.code(STATE, &cookie).finalize().into_bytes());
        let challenge = verifier.challenge();
        Given { state, cookie, nonce: nonce.as_str().to_owned(), challenge }
    }

    /// What was begun with this state by the browser that has this cookie. The issuer gives nothing
    /// for a code that was used before, so that nobody comes back twice.
    pub(super) fn end(&self, state: &str, cookie: &str, now: Millis) -> Option<Begun> {
        let fits = |kind: &str, text: &str, code: &str| {
            let code = URL_SAFE_NO_PAD.decode(code).ok()?;
            self.code(kind, text).verify_slice(&code).ok()
        };
        fits(STATE, cookie, state)?;
        let (begun, code) = cookie.rsplit_once('.')?;
        fits(COOKIE, begun, code)?;
        let mut parts = begun.split('.');
        let at: i64 = parts.next()?.parse().ok()?;
        let (verifier, nonce) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        let then = String::from_utf8(URL_SAFE_NO_PAD.decode(parts.next()?).ok()?).ok()?;
        let is_over = now.0.saturating_sub(at) >= PATIENCE.as_millis() as i64;
        (!is_over).then_some(Begun { verifier, nonce, then })
    }

    fn code(&self, kind: &str, text: &str) -> Hmac<Sha256> {
        let code = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes any key");
        code.chain_update(kind).chain_update([0]).chain_update(text)
    }
}

const COOKIE: &str = "kiln signing in";
const STATE: &str = "kiln state";

#[cfg(test)]
mod tests;
