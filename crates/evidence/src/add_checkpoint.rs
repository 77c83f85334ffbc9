//! What a log asks a witness: the body of `add-checkpoint` of c2sp.org/tlog-witness.

use crate::note_lines::{decimal, to_base64};
use crate::tlog_proof::{MAX_HASHES, hashes};
use crate::{Hash, KeyName, Note, NoteError, TreeSize};
use sha2::{Digest, Sha256};
use std::fmt::{self, Display, Formatter, Write as _};
use std::str::FromStr;
use thiserror::Error;

/// The longest request that is read, in bytes: a note and 63 hashes.
pub const MAX_ADD_CHECKPOINT: usize = 72 * 1024;

/// The request: cosign this checkpoint, which continues the tree that you know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size of the last checkpoint that the witness cosigned, 0 where there was none.
    pub old: TreeSize,
    /// The consistency proof from `old` to the checkpoint (RFC 6962 §2.1.2), at most 63 hashes;
    /// empty where `old` is 0.
    pub proof: Vec<Hash>,
    /// The new checkpoint with the log's signatures.
    pub checkpoint: Note,
}

impl AddCheckpoint {
    /// Reads a request's body; writing it again gives the same bytes. Nothing is verified.
    ///
    /// # Errors
    /// Where it is longer than [`MAX_ADD_CHECKPOINT`] or does not have the form of
    /// § add-checkpoint.
    pub fn parse(bytes: &[u8]) -> Result<Self, AddCheckpointError> {
        if bytes.len() > MAX_ADD_CHECKPOINT {
            return Err(AddCheckpointError::TooLong);
        }
        let text = str::from_utf8(bytes).map_err(|_e| AddCheckpointError::Text)?;
        let (head, note) = text.split_once("\n\n").ok_or(AddCheckpointError::NoCheckpoint)?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| decimal(line.strip_prefix(OLD)?));
        let old = TreeSize(old.ok_or(AddCheckpointError::Old)?);
        let proof = hashes(lines).ok_or(AddCheckpointError::Hash)?;
        Ok(Self { old, proof, checkpoint: note.parse()? })
    }
}

impl FromStr for AddCheckpoint {
    type Err = AddCheckpointError;

    fn from_str(body: &str) -> Result<Self, AddCheckpointError> {
        Self::parse(body.as_bytes())
    }
}

impl Display for AddCheckpoint {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{OLD}{}", self.old.0)?;
        for hash in &self.proof {
            writeln!(f, "{}", to_base64(&hash.0))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

/// What a log is called in a witness's monitoring addresses: the lower hex of SHA-256 of its
/// origin (§ Monitor Retrieval Mechanism).
pub fn origin_hash(origin: &KeyName) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(origin.as_str()) {
        write!(hex, "{byte:02x}").expect("a String takes every character");
    }
    hex
}

/// Why a body is no request.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AddCheckpointError {
    /// Longer than [`MAX_ADD_CHECKPOINT`].
    #[error("a request has at most {MAX_ADD_CHECKPOINT} bytes")]
    TooLong,
    /// Not UTF-8.
    #[error("a request is UTF-8")]
    Text,
    /// No empty line before a checkpoint.
    #[error("a request ends in an empty line and a checkpoint")]
    NoCheckpoint,
    /// The first line.
    #[error("a request's first line is `old` and a decimal without leading zeroes, below 2^63")]
    Old,
    /// A line of the consistency proof, or too many.
    #[error("a request has at most {MAX_HASHES} lines of 32 bytes in base64")]
    Hash,
    /// The checkpoint.
    #[error("the request's checkpoint: {0}")]
    Note(#[from] NoteError),
}

const OLD: &str = "old ";

#[cfg(test)]
mod tests;
