//! What a witness signs, `cosignature/v1` over Ed25519: c2sp.org/tlog-cosignature.
//!
//! It says that at this time the largest tree of this log that the witness had seen, and found to
//! continue all those before, had this root.

use crate::signer::verifier_key;
use crate::{Algorithm, KeyName, SignError, Signature, Signer, VerifierKey};
use thiserror::Error;

/// Signs a checkpoint's text as a witness of this name, at a time in seconds since 1970.
///
/// A key is one witness's: the message does not hold the name (§ Ed25519 signed message).
///
/// # Errors
/// Where the signer does not sign, or the time is after 2^63 - 1.
pub fn cosign(
    note_body: &str,
    name: &KeyName,
    time_seconds: u64,
    signer: &dyn Signer,
) -> Result<Signature, SignError> {
    if time_seconds > MAX_TIME {
        return Err(SignError::Time);
    }
    let key = verifier_key(name, Algorithm::CosignatureV1, signer)?;
    let signature = signer.sign(&message(note_body, time_seconds))?;
    let bytes = [time_seconds.to_be_bytes().as_slice(), &signature].concat();
    Ok(Signature { name: name.clone(), id: key.id(), bytes })
}

/// The time, in seconds since 1970, at which this key cosigned the checkpoint's text.
///
/// # Errors
/// Where the key is no witness's, the signature is another key's, not a time of 8 bytes and 64
/// bytes of signature (§ Format), or does not verify.
pub fn verify(
    key: &VerifierKey,
    note_body: &str,
    signature: &Signature,
) -> Result<u64, CosignatureError> {
    if key.algorithm() != Algorithm::CosignatureV1 {
        return Err(CosignatureError::Algorithm);
    }
    if (key.name(), key.id()) != (&signature.name, signature.id) {
        return Err(CosignatureError::OtherKey);
    }
    let (time, bytes) = signature.bytes.split_first_chunk().ok_or(CosignatureError::Form)?;
    let time = u64::from_be_bytes(*time);
    if time > MAX_TIME || bytes.len() != 64 {
        return Err(CosignatureError::Form);
    }
    let verified = key.signed(&message(note_body, time), bytes);
    verified.then_some(time).ok_or(CosignatureError::Invalid)
}

/// Why a cosignature was refused.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Error)]
pub enum CosignatureError {
    /// The key is of another signature type.
    #[error("the key is not a witness's: its signature type is not 0x04")]
    Algorithm,
    /// Name or id are not the key's.
    #[error("the cosignature is another key's")]
    OtherKey,
    /// Not a time and a signature.
    #[error("a cosignature is a time of 8 bytes below 2^63 and 64 bytes of signature")]
    Form,
    /// The text, the time or the signature was changed.
    #[error("the cosignature does not verify")]
    Invalid,
}

/// § Format: a timestamp "MUST NOT exceed 2^63 - 1".
const MAX_TIME: u64 = i64::MAX as u64;

fn message(note_body: &str, time_seconds: u64) -> Vec<u8> {
    format!("cosignature/v1\ntime {time_seconds}\n{note_body}").into_bytes()
}

#[cfg(test)]
mod tests;
