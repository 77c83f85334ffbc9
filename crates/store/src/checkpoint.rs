//! The log's signed checkpoint: what a group's trailer keeps of it, and the whole note.
//!
//! ```text
//! checkpoint in a trailer = k times: key id (4) ‖ Ed25519 signature (64)
//! ```
//!
//! k is 1; 2 in the group of a key change, the old key first; 0 in a log without signatures. What
//! is signed is the body of the note (C2SP tlog-checkpoint): origin, size and root, a line each.
//! The segment header and the trailer say all three, so they are not written again.
use crate::wire::{Malformed, Reader};
use kiln_evidence::{
    Algorithm, Checkpoint, Hash, KeyId, KeyName, Note, SignError, Signature, Signer, TreeSize,
    VerifierKey,
};
use std::sync::Arc;

const KEY_ID_LEN: usize = 4;
const ED25519_LEN: usize = 64;
/// One signature in a trailer.
pub(crate) const SIGNATURE_LEN: usize = KEY_ID_LEN + ED25519_LEN;
/// The old key and the new one.
pub(crate) const SIGNATURES_MAX: usize = 2;

/// What the log's key says of the log at one size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// Origin, size and root.
    pub checkpoint: Checkpoint,
    /// The same, signed by the key; in the group of a key change by the old key too, and first.
    pub note: Note,
    /// The key in force after this checkpoint.
    pub key: VerifierKey,
}

/// Signs the checkpoints of one log.
#[derive(Clone)]
pub(crate) struct Signing {
    signer: Arc<dyn Signer>,
    key: VerifierKey,
}

impl Signing {
    /// # Errors
    /// When the signer's public key is none.
    pub(crate) fn new(signer: Arc<dyn Signer>, origin: KeyName) -> Result<Self, Malformed> {
        let key = VerifierKey::new(origin, Algorithm::Ed25519, signer.public_key());
        Ok(Self { signer, key: key.map_err(|_e| Malformed("an Ed25519 public key"))? })
    }

    /// The same key under another origin.
    pub(crate) fn under(&self, origin: KeyName) -> Result<Self, Malformed> {
        Self::new(Arc::clone(&self.signer), origin)
    }

    pub(crate) fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// Signs the log at this size; `next` is the key that comes into force with it.
    pub(crate) fn sign(
        &self,
        size: TreeSize,
        root: Hash,
        next: Option<&Self>,
    ) -> Result<SignedCheckpoint, SignError> {
        let checkpoint = Checkpoint { origin: self.key.name().clone(), size, root };
        let text = checkpoint.to_text();
        let mut signatures = Vec::with_capacity(SIGNATURES_MAX);
        for signing in [Some(self), next].into_iter().flatten() {
            let bytes = signing.signer.sign(text.as_bytes())?.to_vec();
            let (name, id) = (signing.key.name().clone(), signing.key.id());
            signatures.push(Signature { name, id, bytes });
        }
        let key = next.unwrap_or(self).key.clone();
        Ok(SignedCheckpoint { checkpoint, note: Note { text, signatures }, key })
    }
}

/// Appends what a trailer keeps.
pub(crate) fn put(out: &mut Vec<u8>, checkpoint: &SignedCheckpoint) {
    for signature in &checkpoint.note.signatures {
        out.extend(signature.id.0);
        out.extend(&signature.bytes);
    }
}

/// Whether a trailer may keep so many bytes.
pub(crate) fn is_length(len: usize) -> bool {
    len.is_multiple_of(SIGNATURE_LEN) && len / SIGNATURE_LEN <= SIGNATURES_MAX
}

/// The signatures that a trailer keeps, as those of a note.
pub(crate) fn take(bytes: &[u8], origin: &KeyName) -> Result<Vec<Signature>, Malformed> {
    if !is_length(bytes.len()) {
        return Err(Malformed("one or two signatures"));
    }
    let mut reader = Reader::new(bytes);
    let mut signatures = Vec::with_capacity(SIGNATURES_MAX);
    while !reader.is_done() {
        let id = KeyId(reader.array()?);
        let bytes = reader.take(ED25519_LEN)?.to_vec();
        signatures.push(Signature { name: origin.clone(), id, bytes });
    }
    Ok(signatures)
}

#[cfg(test)]
mod tests;
