//! SHA-256 of things that are told apart by it.
use aws_lc_rs::digest;
use std::{fmt, str::FromStr};
use subtle::ConstantTimeEq as _;

/// SHA-256 of a certificate's DER: `x5t#S256` of RFC 8705 §3.1.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Thumbprint(pub [u8; 32]);

/// No thumbprint.
#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a thumbprint is the SHA-256 of a certificate: 64 hexadecimal digits")]
pub struct InvalidThumbprint;

impl Thumbprint {
    /// Of a certificate.
    pub fn of(der: &[u8]) -> Self {
        Self(sha256(der))
    }
}

impl FromStr for Thumbprint {
    type Err = InvalidThumbprint;

    /// Hexadecimal digits, with or without the colons that openssl writes between the bytes.
    fn from_str(text: &str) -> Result<Self, InvalidThumbprint> {
        hex_decode(&text.replace(':', "")).map(Self).ok_or(InvalidThumbprint)
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// SHA-256 of bytes.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let hash = digest::digest(&digest::SHA256, bytes);
    hash.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// Whether both are the same, in a time that does not tell where they differ.
pub(crate) fn is_same(one: &[u8; 32], other: &[u8; 32]) -> bool {
    one.ct_eq(other).into()
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// 32 bytes of 64 hexadecimal digits.
pub(crate) fn hex_decode(text: &str) -> Option<[u8; 32]> {
    let digits = text.bytes().map(|digit| char::from(digit).to_digit(16));
    let digits = digits.collect::<Option<Vec<u32>>>().filter(|digits| digits.len() == 64)?;
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = (pair[0] << 4 | pair[1]) as u8;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests;
