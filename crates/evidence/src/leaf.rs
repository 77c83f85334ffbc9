//! The log's leaf: a salted commitment to the whole record, never the record.

use sha2::{Digest, Sha256};

#[cfg(test)]
mod tests;

/// Fresh random bytes of one record, so that nobody can guess a patient from a hash.
#[derive(Copy, Clone, PartialEq, Eq)]
pub struct Salt(pub [u8; 16]);

/// What stands in the log for a record: version · kind · received second · commitment.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// What the record is (1: an `AuditEvent`).
    pub kind: u8,
    /// When it was received, in whole seconds since 1970.
    pub received_second: u64,
    /// [`commitment`] of the record.
    pub commitment: [u8; 32],
}

impl Leaf {
    /// The leaf's bytes: fixed layout, big-endian (`docs/FORMATS.md`).
    pub fn to_bytes(&self) -> [u8; 46] {
        let mut bytes = [0; 46];
        bytes[..4].copy_from_slice(MAGIC);
        bytes[4] = VERSION;
        bytes[5] = self.kind;
        bytes[6..14].copy_from_slice(&self.received_second.to_be_bytes());
        bytes[14..].copy_from_slice(&self.commitment);
        bytes
    }
}

/// SHA-256(domain ‖ salt ‖ len ‖ envelope ‖ len ‖ body), lengths as 8 bytes big-endian.
pub fn commitment(salt: &Salt, envelope: &[u8], body: &[u8]) -> [u8; 32] {
    // The lengths keep a byte from moving between envelope and body under the same hash.
    Sha256::new()
        .chain_update(DOMAIN)
        .chain_update(salt.0)
        .chain_update((envelope.len() as u64).to_be_bytes())
        .chain_update(envelope)
        .chain_update((body.len() as u64).to_be_bytes())
        .chain_update(body)
        .finalize()
        .into()
}

const MAGIC: &[u8; 4] = b"KILN";

/// Version 0 came before the evidence; 1 stands for ever.
const VERSION: u8 = 1;

const DOMAIN: &[u8; 15] = b"kiln/commit/v1\0";
