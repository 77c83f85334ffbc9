//! The pieces that the lines of notes, checkpoints and proofs are made of, each with exactly one
//! form, so that a text that was read is written again byte for byte.

use crate::Hash;
use base64::{Engine, prelude::BASE64_STANDARD};

/// The largest tree size and index: 2^63 - 1. The 63 hashes that a proof may have reach no further
/// (c2sp.org/tlog-witness § add-checkpoint), nor do the signed integers of other programs.
const MAX_NUMBER: u64 = i64::MAX as u64;

/// A decimal without sign and leading zeroes, at most [`MAX_NUMBER`].
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let one_form = text == "0" || !text.starts_with('0');
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = (one_form && digits).then(|| text.parse().ok())?;
    number.filter(|number| *number <= MAX_NUMBER)
}

/// Standard base64 with its padding (RFC 4648 §4), no stray bits in the last character (§3.5).
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    BASE64_STANDARD.decode(text).ok()
}

/// Bytes as standard base64.
pub(crate) fn to_base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

/// A SHA-256 hash in base64.
pub(crate) fn hash(text: &str) -> Option<Hash> {
    base64(text)?.try_into().ok().map(Hash)
}

#[cfg(test)]
mod tests;
