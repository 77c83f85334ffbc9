//! Checkpoints, a log's signed tree heads: c2sp.org/tlog-checkpoint.

use crate::signer::verifier_key;
use crate::{Algorithm, Hash, KeyName, Note, SignError, Signature, Signer, TreeSize, note_lines};
use thiserror::Error;

/// How large a log was and with which root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: also the name of the key that signs for it.
    pub origin: KeyName,
    /// How many leaves, at most 2^63 - 1.
    pub size: TreeSize,
    /// The root of the tree of these leaves (RFC 6962 §2.1).
    pub root: Hash,
}

impl Checkpoint {
    /// The note's text: three lines, origin, size in decimal and root in base64.
    pub fn to_text(&self) -> String {
        let Self { origin, size, root } = self;
        format!("{origin}\n{}\n{}\n", size.0, note_lines::to_base64(&root.0))
    }

    /// Reads a note's text. Extension lines are taken and not kept: they are opaque, and stand in
    /// the note, whose signatures are over all of it.
    ///
    /// # Errors
    /// Where it does not have the form of § Note text, or the origin is no [`KeyName`], which here
    /// is a must: a log is known by the name of its key (c2sp.org/tlog-policy § Defining a log).
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let text = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?;
        let mut lines = text.split('\n');
        let mut line = || lines.next().ok_or(CheckpointError::Lines);
        let (origin, size, root) = (line()?, line()?, line()?);
        if lines.any(str::is_empty) {
            return Err(CheckpointError::Lines);
        }
        Ok(Self {
            origin: origin.parse().map_err(|_e| CheckpointError::Origin)?,
            size: note_lines::decimal(size).map(TreeSize).ok_or(CheckpointError::Size)?,
            root: note_lines::hash(root).ok_or(CheckpointError::Root)?,
        })
    }

    /// The note that the log's key signs: one signature, in the name of the origin.
    ///
    /// Never for a tree that does not continue every one that was signed before (§ Signatures);
    /// that is the caller's to hold.
    ///
    /// # Errors
    /// Where the signer does not sign.
    pub fn sign(&self, signer: &dyn Signer) -> Result<Note, SignError> {
        let text = self.to_text();
        let key = verifier_key(&self.origin, Algorithm::Ed25519, signer)?;
        let bytes = signer.sign(text.as_bytes())?.to_vec();
        let signature = Signature { name: self.origin.clone(), id: key.id(), bytes };
        Ok(Note { text, signatures: vec![signature] })
    }
}

/// Why a note's text is no checkpoint.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Error)]
pub enum CheckpointError {
    /// Fewer than three lines, or an empty one.
    #[error("a checkpoint has three lines, origin, size and root, and none is empty")]
    Lines,
    /// The first line.
    #[error("a checkpoint's origin has no spaces, control characters or `+`")]
    Origin,
    /// The second line.
    #[error("a checkpoint's size is a decimal without leading zeroes, below 2^63")]
    Size,
    /// The third line.
    #[error("a checkpoint's root is 32 bytes in base64")]
    Root,
}

#[cfg(test)]
mod tests;
