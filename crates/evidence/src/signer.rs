//! Who holds a private key: the seam that a key in a file and a PKCS#11 device both fit.

use crate::{Algorithm, KeyError, KeyName, VerifierKey};
use ed25519::KeypairBytes;
use ed25519::pkcs8::spki::der::pem::LineEnding;
use ed25519::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use ed25519_dalek::SigningKey;
use std::error::Error as StdError;
use std::fmt::{self, Debug, Formatter};
use thiserror::Error;
use zeroize::{Zeroize, Zeroizing};

/// Makes Ed25519 signatures (RFC 8032) and never shows the private key.
pub trait Signer: Send + Sync {
    /// The public half (RFC 8032 §5.1.5).
    fn public_key(&self) -> [u8; 32];

    /// The signature of exactly these bytes.
    ///
    /// # Errors
    /// [`SignError::Device`] where the key cannot be reached.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError>;
}

/// Why there is no signature.
#[derive(Debug, Error)]
pub enum SignError {
    /// Whatever holds the private key did not sign.
    #[error("the signing key cannot be used")]
    Device(#[source] Box<dyn StdError + Send + Sync>),
    /// The signer's public key cannot be one.
    #[error("the signing key has no usable public key")]
    Key(#[from] KeyError),
    /// A time after 2^63 - 1 seconds (c2sp.org/tlog-cosignature § Format).
    #[error("the time of a cosignature is at most 2^63 - 1 seconds")]
    Time,
}

/// A private key in memory, which is overwritten when it is dropped.
pub struct Ed25519Signer(SigningKey);

impl Ed25519Signer {
    /// The key of a seed of 32 random bytes (RFC 8032 §5.1.5). The caller's copy of the seed is
    /// the caller's to erase.
    pub fn from_seed(mut seed: [u8; 32]) -> Self {
        let key = SigningKey::from_bytes(&seed);
        seed.zeroize();
        Self(key)
    }

    /// The key of a PKCS#8 PEM text (RFC 8410 §7), as `openssl genpkey -algorithm ed25519` writes
    /// it. What was decoded on the way is erased; the text is the caller's.
    ///
    /// # Errors
    /// [`PemError`], which says nothing of what stands in the text.
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self, PemError> {
        let pair = KeypairBytes::from_pkcs8_pem(pem).map_err(|_e| PemError::Form)?;
        let signer = Self(SigningKey::from_bytes(&pair.secret_key));
        match pair.public_key {
            Some(public) if public.to_bytes() != signer.public_key() => Err(PemError::Mismatch),
            _ => Ok(signer),
        }
    }

    /// The key as PKCS#8 PEM, erased when it is dropped. It has no public key in it (version 1 of
    /// RFC 5958 §2), as `openssl` writes it and older programs read it.
    #[expect(clippy::missing_panics_doc, reason = "a seed of 32 bytes always has a PEM form")]
    pub fn to_pkcs8_pem(&self) -> Zeroizing<String> {
        let pair = KeypairBytes { secret_key: self.0.to_bytes(), public_key: None };
        pair.to_pkcs8_pem(LineEnding::LF).expect("a seed of 32 bytes has a PEM form")
    }
}

impl Signer for Ed25519Signer {
    fn public_key(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        Ok(ed25519::signature::Signer::sign(&self.0, message).to_bytes())
    }
}

/// Shows the public key alone.
impl Debug for Ed25519Signer {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Ed25519Signer").field(&self.0.verifying_key()).finish()
    }
}

/// Why a key file was refused.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Error)]
pub enum PemError {
    /// Not PKCS#8 PEM of an Ed25519 key.
    #[error("not an Ed25519 key as PKCS#8 PEM (`openssl genpkey -algorithm ed25519` makes one)")]
    Form,
    /// The public key in the file is not the private key's.
    #[error("the file's public key does not belong to its private key")]
    Mismatch,
}

/// The verifier key of a signer under a name.
pub(crate) fn verifier_key(
    name: &KeyName,
    algorithm: Algorithm,
    signer: &dyn Signer,
) -> Result<VerifierKey, KeyError> {
    VerifierKey::new(name.clone(), algorithm, signer.public_key())
}

#[cfg(test)]
mod tests;
