//! All keys of a server: what is kept of them, and which credential is one.
use super::line::Line;
use super::{ApiKey, KeyId, id_of};
use crate::fingerprint::{is_same, sha256};
use crate::{Role, UnixSeconds};
use std::collections::BTreeMap;

/// What is kept of all keys. As text it is one JSON object in a line for each key, in the order of
/// their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    keys: BTreeMap<KeyId, ApiKey>,
}

/// What is wrong with a book, or with a change to it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BookError {
    /// See [`Book::LEN_MAX`].
    #[error("the keys' file is larger than 8 MiB")]
    TooLong,
    /// See [`Book::KEYS_MAX`].
    #[error("there is no room for more than 10000 keys: those no longer used can be taken out")]
    TooMany,
    /// A line that is no key.
    #[error("line {0} of the keys' file is no key")]
    Line(usize),
    /// An id that is there already.
    #[error("a key with this id is there already")]
    Twice,
    /// [`Role::Patient`]
    #[error("a key names no patient: the role patient needs a token")]
    Patient,
    /// See [`ApiKey::LABEL_LEN_MAX`].
    #[error("a label has at most 128 characters, none of which is a control character")]
    Label,
    /// Nothing to revoke.
    #[error("there is no key with this id")]
    Unknown,
}

/// Why a credential that begins like a key is none.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refused {
    /// Not a key's text.
    #[error("the key is cut short or mistyped")]
    Form,
    /// No such key, or another secret.
    #[error("there is no such key")]
    Unknown,
    /// Revoked.
    #[error("the key is revoked")]
    Revoked,
    /// Its time is over.
    #[error("the key has expired")]
    Expired,
}

impl Book {
    /// Bytes of its text.
    pub const LEN_MAX: usize = 8 * 1024 * 1024;
    /// Keys in it, the revoked ones too.
    pub const KEYS_MAX: usize = 10_000;

    /// Reads the text that [`Book::to_text`] wrote.
    ///
    /// # Errors
    /// A line that is no key, a key twice, too much. Such a book is not to be used in part: the
    /// line that is broken may be the one that revokes.
    pub fn parse(text: &[u8]) -> Result<Self, BookError> {
        if text.len() > Self::LEN_MAX {
            return Err(BookError::TooLong);
        }
        let mut book = Self::default();
        let text = str::from_utf8(text).ok().ok_or(BookError::Line(1))?;
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
            book.add(Line::parse(line).ok_or(BookError::Line(at + 1))?)?;
        }
        Ok(book)
    }

    /// All of it: a line for each key, the last one ended too.
    pub fn to_text(&self) -> String {
        self.keys.values().map(|key| Line::of(key).to_text()).collect()
    }

    /// Puts a key in.
    ///
    /// # Errors
    /// A key that may not be, or that is there already.
    pub fn add(&mut self, key: ApiKey) -> Result<(), BookError> {
        if self.keys.len() >= Self::KEYS_MAX {
            return Err(BookError::TooMany);
        }
        if key.role == Role::Patient {
            return Err(BookError::Patient);
        }
        let is_long = key.label.chars().count() > ApiKey::LABEL_LEN_MAX;
        if is_long || key.label.chars().any(char::is_control) {
            return Err(BookError::Label);
        }
        if self.keys.contains_key(&key.id) {
            return Err(BookError::Twice);
        }
        self.keys.insert(key.id.clone(), key);
        Ok(())
    }

    /// Ends a key; one that is revoked already stays as it was.
    ///
    /// # Errors
    /// [`BookError::Unknown`].
    pub fn revoke(&mut self, id: &KeyId, now: UnixSeconds) -> Result<&ApiKey, BookError> {
        let key = self.keys.get_mut(id).ok_or(BookError::Unknown)?;
        key.revoked.get_or_insert(now);
        Ok(key)
    }

    /// All keys, in the order of their ids.
    pub fn list(&self) -> impl Iterator<Item = &ApiKey> {
        self.keys.values()
    }

    /// How many keys it has.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether it has no key, not even a revoked one.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The key that this credential is. Only a holder of the secret learns that it was revoked or
    /// has expired.
    ///
    /// # Errors
    /// Why it is none.
    pub fn find(&self, credential: &str, now: UnixSeconds) -> Result<&ApiKey, Refused> {
        let id = id_of(credential).ok_or(Refused::Form)?;
        let key = self.keys.get(&id).ok_or(Refused::Unknown)?;
        if !is_same(&key.sha256, &sha256(credential.as_bytes())) {
            return Err(Refused::Unknown);
        }
        if key.revoked.is_some() {
            return Err(Refused::Revoked);
        }
        if key.expires.is_some_and(|expires| expires <= now) {
            return Err(Refused::Expired);
        }
        Ok(key)
    }
}

#[cfg(test)]
mod tests;
