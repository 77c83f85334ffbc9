//! Kiln's own credential for simple senders: `kiln_<id>_<256 random bits>`.
//!
//! The id is 16 characters of lower-case base32, and no secret; the bits are base64url. Only the
//! SHA-256 of the whole text is kept: the text has 256 random bits, so nothing slower is needed
//! against guessing.
use crate::fingerprint::sha256;
use crate::smart::ResourceGrants;
use crate::{Agent, Means, Principal, Reach, Role, TenantId, UnixSeconds};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use std::fmt;
mod book;
mod line;

pub use book::{Book, BookError, Refused};

/// What every key begins with, so that people and scanners of leaked secrets know it.
pub const PREFIX: &str = "kiln_";

/// The public part of a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(String);

/// Not a key's id.
#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key's id is 16 of a-z and 2-7")]
pub struct InvalidKeyId;

/// A new key: its text is shown once, and dropped.
pub struct NewKey {
    /// What the sender is given.
    pub text: String,
    /// What is kept of it.
    pub id: KeyId,
}

/// What is kept of a key.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its public part.
    pub id: KeyId,
    /// SHA-256 of the whole text.
    pub(crate) sha256: [u8; 32],
    /// What its holder may do; never [`Role::Patient`], for a key names no patient.
    pub role: Role,
    /// Whose log.
    pub tenant: TenantId,
    /// When it was made.
    pub created: UnixSeconds,
    /// From when on it is refused; `None`: it does not expire.
    pub expires: Option<UnixSeconds>,
    /// Since when it is refused; `None`: it is not revoked.
    pub revoked: Option<UnixSeconds>,
    /// What people call it, at most [`ApiKey::LABEL_LEN_MAX`] characters.
    pub label: String,
}

/// Whether a credential is meant as a key, good or bad: no issuer needs to be asked about it.
pub fn is_meant(credential: &str) -> bool {
    credential.starts_with(PREFIX)
}

impl KeyId {
    const LEN: usize = 16;
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

    /// Reads it.
    ///
    /// # Errors
    /// What is none.
    pub fn parse(text: &str) -> Result<Self, InvalidKeyId> {
        let fits = text.len() == Self::LEN && text.bytes().all(|b| Self::ALPHABET.contains(&b));
        fits.then(|| Self(text.to_owned())).ok_or(InvalidKeyId)
    }

    /// Its 16 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// 5 bits of each of 16 bytes.
    fn of(bytes: &[u8; 32]) -> Self {
        let letters = bytes[..Self::LEN].iter().map(|byte| Self::ALPHABET[usize::from(byte & 31)]);
        Self(letters.map(char::from).collect())
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl NewKey {
    /// A key of these random bytes, which nobody else may ever know. Its id is made of a hash of
    /// them, so that the one source of randomness is enough.
    pub fn of(random: &[u8; 32]) -> Self {
        let id = KeyId::of(&sha256(&[b"kiln api key id\0", random.as_slice()].concat()));
        Self { text: format!("{PREFIX}{id}_{}", URL_SAFE_NO_PAD.encode(random)), id }
    }

    /// What is kept of it, not revoked.
    pub fn kept(
        &self,
        role: Role,
        tenant: TenantId,
        created: UnixSeconds,
        expires: Option<UnixSeconds>,
        label: String,
    ) -> ApiKey {
        let (id, sha256) = (self.id.clone(), sha256(self.text.as_bytes()));
        ApiKey { id, sha256, role, tenant, created, expires, revoked: None, label }
    }
}

impl fmt::Debug for NewKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewKey").field("id", &self.id).finish_non_exhaustive()
    }
}

impl ApiKey {
    /// Characters of a label.
    pub const LABEL_LEN_MAX: usize = 128;

    /// Who asks with it.
    pub fn principal(&self) -> Principal {
        let name = (!self.label.is_empty()).then(|| self.label.clone());
        Principal {
            tenant: self.tenant.clone(),
            who: format!("key:{}", self.id).into(),
            means: Means::ApiKey,
            scopes: self.role.scopes(),
            reach: Reach::default(),
            resources: ResourceGrants::of_roles(&[self.role]),
            agent: Agent { subject: Some(self.id.to_string()), name, ..Agent::default() },
        }
    }
}

impl fmt::Debug for ApiKey {
    /// Without the hash, which is nobody's business.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = f.debug_struct("ApiKey");
        key.field("id", &self.id).field("role", &self.role).field("tenant", &self.tenant);
        key.finish_non_exhaustive()
    }
}

/// The id of a key's text.
fn id_of(text: &str) -> Option<KeyId> {
    let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
    let secret = URL_SAFE_NO_PAD.decode(secret).ok().filter(|secret| secret.len() == 32);
    secret.and_then(|_| KeyId::parse(id).ok())
}

#[cfg(test)]
mod tests;
