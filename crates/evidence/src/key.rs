//! Who signs: key names, key ids and verifier keys of c2sp.org/signed-note.
//!
//! Two signature types are known (§ Signature types): 0x01, Ed25519, which signs checkpoints, and
//! 0x04, the timestamped cosignature of a witness. Keys of other types are refused.

use crate::note_lines;
use ed25519_dalek::VerifyingKey;
use sha2::{Digest, Sha256};
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;
use std::sync::Arc;
use thiserror::Error;

/// The name of a key, and the origin of a log: never empty, without Unicode spaces, control
/// characters or `+` (c2sp.org/signed-note § Format). A copy shares its text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(Arc<str>);

impl KeyName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyName {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let forbidden = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        if text.is_empty() || text.contains(forbidden) {
            return Err(KeyError::Name);
        }
        Ok(Self(text.into()))
    }
}

impl Display for KeyName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Tells keys of one name apart; shown as 8 lower hex digits. Short, so a hint and not a proof:
/// whoever knows the id still has to verify with the whole key.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 4]);

impl Display for KeyId {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

/// What a key signs and how: the signature types of c2sp.org/signed-note § Signature types.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// Ed25519 (RFC 8032) over the note's text: what a log signs with.
    Ed25519 = 1,
    /// Ed25519 over a time and the note's text (c2sp.org/tlog-cosignature): what a witness signs
    /// with.
    CosignatureV1 = 4,
}

/// A public key with its name: what trust is configured from.
///
/// As text it is one *vkey* line, `name+hex(id)+base64(type ‖ public key)` (c2sp.org/signed-note
/// § Verifier keys).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: KeyName,
    id: KeyId,
    algorithm: Algorithm,
    key: VerifyingKey,
}

impl VerifierKey {
    /// A key whose id is the recommended one: the first 4 bytes of
    /// SHA-256(name ‖ 0x0A ‖ type ‖ public key).
    ///
    /// # Errors
    /// Where `public_key` is no point of the curve, in another encoding than the one of RFC 8032
    /// §5.1.2, or of small order: with such a key one signature verifies many texts.
    pub fn new(
        name: KeyName,
        algorithm: Algorithm,
        public_key: [u8; 32],
    ) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_bytes(&public_key).map_err(|_e| KeyError::PublicKey)?;
        // A second encoding of one point would let one key stand in a policy twice.
        if key.is_weak() || key.to_edwards().compress().to_bytes() != public_key {
            return Err(KeyError::PublicKey);
        }
        let id = key_id(&name, algorithm, &public_key);
        Ok(Self { name, id, algorithm, key })
    }

    /// The name that stands in its signatures.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// The id that stands in its signatures.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// What it signs and how.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The raw Ed25519 key (RFC 8032 §5.1.2).
    pub fn public_key(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// Whether these 64 bytes are this key's signature of the message.
    ///
    /// Strict: a verdict must not depend on who checks. RFC 8032 §5.1.7 leaves small-order points
    /// in key and signature to the verifier, and with them one signature can fit many messages.
    pub(crate) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        ed25519_dalek::Signature::from_slice(signature)
            .is_ok_and(|signature| self.key.verify_strict(message, &signature).is_ok())
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(vkey: &str) -> Result<Self, KeyError> {
        // The base64 may hold further plus signs.
        let mut parts = vkey.splitn(3, '+');
        let mut part = || parts.next().ok_or(KeyError::Form);
        let (name, id, encoded) = (part()?, part()?, part()?);
        let bytes = note_lines::base64(encoded).ok_or(KeyError::Form)?;
        let (kind, public_key) = bytes.split_first().ok_or(KeyError::Form)?;
        let algorithm = match kind {
            1 => Algorithm::Ed25519,
            4 => Algorithm::CosignatureV1,
            _ => return Err(KeyError::Algorithm(*kind)),
        };
        let public_key = public_key.try_into().map_err(|_e| KeyError::PublicKey)?;
        let key = Self::new(name.parse()?, algorithm, public_key)?;
        if key.id.to_string() == id { Ok(key) } else { Err(KeyError::Id) }
    }
}

impl Display for VerifierKey {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut bytes = [self.algorithm as u8; 33];
        bytes[1..].copy_from_slice(self.key.as_bytes());
        write!(f, "{}+{}+{}", self.name, self.id, note_lines::to_base64(&bytes))
    }
}

/// Why a key or its name was refused.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The name is empty or holds what a name must not.
    #[error("a key name is not empty and has no spaces, control characters or `+`")]
    Name,
    /// Not three parts with `+` between them, the last in base64.
    #[error("a verifier key is `name+id+base64`")]
    Form,
    /// A signature type that is not checked here.
    #[error("signature type {0:#04x} is not known here: 0x01 is a log's, 0x04 a witness's")]
    Algorithm(u8),
    /// Not a usable Ed25519 key.
    #[error("not a usable Ed25519 public key of 32 bytes")]
    PublicKey,
    /// The id is not the one of this name and key.
    #[error("the key's id does not belong to its name and key: a character was changed")]
    Id,
}

fn key_id(name: &KeyName, algorithm: Algorithm, public_key: &[u8; 32]) -> KeyId {
    let hash = Sha256::new()
        .chain_update(name.as_str())
        .chain_update([b'\n', algorithm as u8])
        .chain_update(public_key)
        .finalize();
    KeyId([hash[0], hash[1], hash[2], hash[3]])
}

#[cfg(test)]
mod tests;
