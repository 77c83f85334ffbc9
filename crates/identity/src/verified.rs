//! Tokens that were checked a moment ago.
use crate::fingerprint::sha256;
use crate::{Principal, Thumbprint, UnixSeconds, Verified};
use std::{collections::HashMap, sync::Arc};

/// Tokens that were checked and still hold: a sender sends the same one for minutes, and its
/// signature costs more than all else that is asked of a request. Nothing of a token is kept but a
/// SHA-256, which covers the certificate that the connection has shown, for a token may be bound to
/// one.
///
/// What is in it was true by the keys of its time: make a new one when an issuer's keys or the
/// settings change.
#[derive(Debug)]
pub struct VerifiedTokens {
    room: usize,
    young: HashMap<[u8; 32], Entry>,
    old: HashMap<[u8; 32], Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    principal: Arc<Principal>,
    expires: UnixSeconds,
}

impl VerifiedTokens {
    /// For how long a token is believed without being checked again, at most: so long may it be
    /// taken after its issuer has withdrawn a key.
    pub const SECONDS_MAX: u64 = 300;

    /// Room for so many tokens, at least 2. When it is full, those go that were not used for the
    /// longest time, half of them at once.
    pub fn with_room(tokens: usize) -> Self {
        Self { room: (tokens / 2).max(1), young: HashMap::new(), old: HashMap::new() }
    }

    /// Who asks with this token on a connection whose client has shown this certificate, if that
    /// was checked before and has not expired.
    pub fn get(
        &mut self,
        token: &str,
        certificate: Option<&Thumbprint>,
        now: UnixSeconds,
    ) -> Option<Arc<Principal>> {
        let key = key(token, certificate);
        let entry = match self.young.get(&key) {
            Some(entry) => entry.clone(),
            None => self.old.remove(&key)?,
        };
        if entry.expires <= now {
            self.young.remove(&key);
            return None;
        }
        let principal = Arc::clone(&entry.principal);
        if !self.young.contains_key(&key) {
            self.keep(key, entry);
        }
        Some(principal)
    }

    /// Keeps what was found, and gives it back.
    pub fn put(
        &mut self,
        token: &str,
        certificate: Option<&Thumbprint>,
        verified: Verified,
        now: UnixSeconds,
    ) -> Arc<Principal> {
        let expires = verified.expires.min(now.plus(Self::SECONDS_MAX));
        let principal = Arc::new(verified.principal);
        let entry = Entry { principal: Arc::clone(&principal), expires };
        self.keep(key(token, certificate), entry);
        principal
    }

    /// How many tokens it has.
    pub fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn keep(&mut self, key: [u8; 32], entry: Entry) {
        if self.young.len() >= self.room {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, entry);
    }
}

/// The token with what it was shown with: the thumbprint has a length of its own, and a `0` stands
/// for none.
fn key(token: &str, certificate: Option<&Thumbprint>) -> [u8; 32] {
    let shown = certificate.map_or([0; 32], |thumbprint| thumbprint.0);
    let is_shown = [u8::from(certificate.is_some())];
    sha256(&[shown.as_slice(), is_shown.as_slice(), token.as_bytes()].concat())
}

#[cfg(test)]
mod tests;
