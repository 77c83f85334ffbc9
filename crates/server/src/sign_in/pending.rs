//! Who has begun to sign in and is at the issuer's now.
use super::secret::{Hashed, Secret};
use kiln_store::{Millis, clock::Random};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// How many may be at the issuer's at once; above, the oldest is forgotten.
const PENDING_MAX: usize = 1024;

/// How long one may take there.
pub(super) const PATIENCE: Duration = Duration::from_mins(10);

/// By the hash of `state`.
#[derive(Default)]
pub(super) struct Pending(Mutex<HashMap<Hashed, Begun>>);

/// What was begun, and must fit when the browser comes back.
pub(super) struct Begun {
    /// The secret that the browser itself was given: another one that is sent our way with this
    /// `state` does not get in, and nobody is signed in as somebody else unknowingly.
    browser: Hashed,
    /// PKCE's verifier (RFC 7636).
    pub(super) verifier: Secret,
    /// What the ID token must repeat.
    pub(super) nonce: Secret,
    /// Where to go then: a path of ours.
    pub(super) then: String,
    at: Millis,
}

/// What the browser and the issuer are given.
pub(super) struct Given {
    pub(super) state: Secret,
    pub(super) browser: Secret,
    pub(super) nonce: String,
    pub(super) challenge: String,
}

impl Pending {
    /// Begins.
    pub(super) fn begin(&self, then: String, now: Millis, random: &dyn Random) -> Given {
        let [state, browser, verifier, nonce] = std::array::from_fn(|_| Secret::new(random));
        let (challenge, told) = (verifier.challenge(), nonce.as_str().to_owned());
        let hashed = Secret::hashed(browser.as_str());
        let begun = Begun { browser: hashed, verifier, nonce, then, at: now };
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pending.retain(|_, begun| !is_over(begun, now));
        if pending.len() >= PENDING_MAX {
            let oldest = pending.iter().min_by_key(|(_, begun)| begun.at.0);
            let oldest = oldest.map(|(state, _)| *state);
            oldest.and_then(|state| pending.remove(&state));
        }
        pending.insert(Secret::hashed(state.as_str()), begun);
        Given { state, browser, nonce: told, challenge }
    }

    /// What was begun with this state by this browser: once.
    pub(super) fn end(&self, state: &str, browser: &str, now: Millis) -> Option<Begun> {
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = pending.remove(&Secret::hashed(state))?;
        let is_same = begun.browser == Secret::hashed(browser);
        (is_same && !is_over(&begun, now)).then_some(begun)
    }
}

fn is_over(begun: &Begun, now: Millis) -> bool {
    now.0.saturating_sub(begun.at.0) >= PATIENCE.as_millis() as i64
}

#[cfg(test)]
mod tests;
