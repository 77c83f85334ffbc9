//! What a receipt carries so that the leaf can be made: `docs/FORMATS.md`, "Record and envelope".

use crate::Salt;
use std::fmt::{self, Debug, Formatter};
use thiserror::Error;

/// The extra bytes of our proofs: version 1 ‖ salt (16) ‖ envelope.
#[derive(Clone, PartialEq, Eq)]
pub struct Extra {
    /// The record's salt. Whoever has it can guess at the record: it goes to who may read it.
    pub salt: Salt,
    /// The record's envelope in its one encoding; [`Envelope::decode`] reads it.
    pub envelope: Vec<u8>,
}

impl Extra {
    /// The bytes for [`TlogProof::extra`](crate::TlogProof::extra).
    pub fn encode(&self) -> Vec<u8> {
        [[VERSION].as_slice(), &self.salt.0, &self.envelope].concat()
    }

    /// Reads them.
    ///
    /// # Errors
    /// [`ExtraError`] where they are of another version or too short for a salt.
    pub fn decode(bytes: &[u8]) -> Result<Self, ExtraError> {
        let (&version, rest) = bytes.split_first().ok_or(ExtraError::TooShort)?;
        if version != VERSION {
            return Err(ExtraError::Version(version));
        }
        let (salt, envelope) = rest.split_first_chunk().ok_or(ExtraError::TooShort)?;
        Ok(Self { salt: Salt(*salt), envelope: envelope.to_vec() })
    }
}

/// Without the salt.
impl Debug for Extra {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Extra").finish_non_exhaustive()
    }
}

/// Why extra bytes are not ours.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Error)]
pub enum ExtraError {
    /// Made by a later Kiln, or by something else.
    #[error("version {0} is not known: this program reads version {VERSION}")]
    Version(u8),
    /// No version, or no whole salt.
    #[error("too short for a version and a salt")]
    TooShort,
}

/// What a record's envelope says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// 1 `AuditEvent`, 2 Resource, 3 Statement, 4 Intent, 5 an `AuditEvent` that was kept as it
    /// was sent.
    pub kind: u8,
    /// The body's release: 1 DSTU2, 2 STU3, 3 R4, 4 R4B, 5 the draft of R5, 6 R5, 7 R6.
    pub release: u8,
    /// 1 JSON, 2 XML.
    pub media_type: u8,
    /// The record's id, a `UUIDv7`, big-endian.
    pub id: [u8; 16],
    /// The position in the Bundle that it came in; 0 for one that came alone.
    pub entry: u64,
    /// Who sent it.
    pub principal: &'a str,
    /// The idempotency key that it came with.
    pub key: Option<EnvelopeKey<'a>>,
}

/// The idempotency key that a record came with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvelopeKey<'a> {
    /// The key itself.
    pub text: &'a str,
    /// SHA-256 of the whole body that it came with.
    pub request: [u8; 32],
}

impl<'a> Envelope<'a> {
    /// Reads an envelope of version 1; nothing may follow it.
    ///
    /// # Errors
    /// [`EnvelopeError`].
    pub fn decode(bytes: &'a [u8]) -> Result<Self, EnvelopeError> {
        if bytes.first().is_some_and(|version| *version != VERSION) {
            return Err(EnvelopeError::Version(bytes[0]));
        }
        let mut rest = Rest(bytes);
        rest.envelope().filter(|_| rest.0.is_empty()).ok_or(EnvelopeError::Form)
    }

    /// When the record was received, in milliseconds since 1970: the first 48 bits of its id
    /// (RFC 9562 §5.7).
    pub fn received(&self) -> u64 {
        self.id[..6].iter().fold(0, |millis, byte| millis << 8 | u64::from(*byte))
    }
}

/// Why bytes are no envelope.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Error)]
pub enum EnvelopeError {
    /// Made by a later Kiln, or by something else.
    #[error("version {0} is not known: this program reads version {VERSION}")]
    Version(u8),
    /// Not the layout of its version.
    #[error("not the layout of version {VERSION}")]
    Form,
}

/// Of the extra bytes and of the envelope: the numbers are each their own, and both are 1.
const VERSION: u8 = 1;

/// What is still to be read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn envelope(&mut self) -> Option<Envelope<'a>> {
        let [_version, kind, release, media_type] = self.array()?;
        let (id, entry, principal) = (self.array()?, self.varint()?, self.text()?);
        let key = if self.0.is_empty() {
            None
        } else {
            Some(EnvelopeKey { text: self.text()?, request: self.array()? })
        };
        Some(Envelope { kind, release, media_type, id, entry, principal, key })
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    /// LEB128 in its shortest form, as the store writes it.
    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let [byte] = self.array()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return None;
            }
            value |= bits << shift;
            if byte < 0x80 {
                return (byte != 0 || shift == 0).then_some(value);
            }
        }
        None
    }

    fn text(&mut self) -> Option<&'a str> {
        let len = usize::try_from(self.varint()?).ok()?;
        let (text, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        str::from_utf8(text).ok()
    }
}

#[cfg(test)]
mod tests;
