//! Receipts: that a record's exact bytes stand in a log, checked without server or network.

mod extra;

pub use extra::{Envelope, EnvelopeError, EnvelopeKey, Extra, ExtraError};

use crate::{
    Leaf, Policy, PolicyError, ProofError, TlogProof, Trust, commitment, leaf_hash,
    verify_inclusion,
};
use thiserror::Error;

/// What a verified receipt says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The record's position in the log, counted from 0.
    pub index: u64,
    /// What stands there.
    pub leaf: Leaf,
    /// The record's id, a UUID, big-endian.
    pub id: [u8; 16],
    /// When it was received, in milliseconds since 1970, as the log says.
    pub received: u64,
    /// Which log, at which size, and who vouches for it. A quorum may be missing: look.
    pub trust: Trust,
}

/// Checks that a record with this body, as it was received, stands in a log that the policy
/// trusts (c2sp.org/tlog-proof § Verifying a tlog proof).
///
/// Salt and envelope come from the proof's extra bytes. Nobody signed these, but the leaf is made
/// of them, and the leaf is proved.
///
/// # Errors
/// Where the receipt does not hold. A missing quorum is no error: it stands in the
/// [`Trust`] that comes back.
pub fn verify_receipt(
    body: &[u8],
    proof: &TlogProof,
    policy: &Policy,
) -> Result<Receipt, ReceiptError> {
    let extra = proof.extra.as_deref().ok_or(ReceiptError::NoExtra)?;
    let Extra { salt, envelope: bytes } = Extra::decode(extra)?;
    let envelope = Envelope::decode(&bytes)?;
    let leaf = Leaf {
        kind: envelope.kind,
        received_second: envelope.received() / 1000,
        commitment: commitment(&salt, &bytes, body),
    };
    let trust = policy.judge(&proof.checkpoint)?;
    let (size, root) = (trust.checkpoint.size, &trust.checkpoint.root);
    let hash = leaf_hash(&leaf.to_bytes());
    verify_inclusion(proof.index, size, &hash, &proof.hashes, root)?;
    let (id, received) = (envelope.id, envelope.received());
    Ok(Receipt { index: proof.index, leaf, id, received, trust })
}

/// Why a receipt does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReceiptError {
    /// No extra line: the proof is not one of ours.
    #[error("the proof has no extra line with the record's salt and envelope")]
    NoExtra,
    /// The extra bytes are not ours.
    #[error("the proof's extra line: {0}")]
    Extra(#[from] ExtraError),
    /// The envelope is not one.
    #[error("the proof's envelope: {0}")]
    Envelope(#[from] EnvelopeError),
    /// The checkpoint is not trusted, or was changed.
    #[error("the proof's checkpoint: {0}")]
    Policy(#[from] PolicyError),
    /// This record, with this envelope, does not stand there.
    #[error("the record is not what stands in the log: {0}")]
    Inclusion(#[from] ProofError),
}

#[cfg(test)]
mod tests;
