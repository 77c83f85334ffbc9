//! A proof that can be checked offline that a log holds a leaf: c2sp.org/tlog-proof.

use crate::note_lines::{base64, decimal, hash, to_base64};
use crate::{Hash, Note, NoteError};
use std::fmt::{self, Debug, Display, Formatter};
use std::str::FromStr;
use thiserror::Error;

/// The longest proof that is read, in bytes: a note, 63 hashes, and room for an envelope.
pub const MAX_PROOF: usize = 128 * 1024;

/// The most hashes of a proof: a tree of 2^63 leaves needs no more.
pub const MAX_HASHES: usize = 63;

/// Index, inclusion proof and checkpoint, with extra bytes that nobody vouches for.
#[derive(Clone, PartialEq, Eq)]
pub struct TlogProof {
    /// What else is needed to make the leaf: [`Extra`](crate::Extra) in our receipts.
    pub extra: Option<Vec<u8>>,
    /// The leaf's position, counted from 0.
    pub index: u64,
    /// From the leaf's sibling to the root's child (RFC 6962 §2.1.1); at most [`MAX_HASHES`].
    pub hashes: Vec<Hash>,
    /// The log's checkpoint with all its signatures.
    pub checkpoint: Note,
}

impl TlogProof {
    /// Reads a proof; writing it again gives the same bytes. Nothing in it is verified.
    ///
    /// # Errors
    /// Where it is longer than [`MAX_PROOF`] or does not have the form of § Format.
    pub fn parse(bytes: &[u8]) -> Result<Self, TlogProofError> {
        if bytes.len() > MAX_PROOF {
            return Err(TlogProofError::TooLong);
        }
        let text = str::from_utf8(bytes).map_err(|_e| TlogProofError::Text)?;
        let (head, note) = text.split_once("\n\n").ok_or(TlogProofError::NoCheckpoint)?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(TlogProofError::Header);
        }
        let extra = lines.next_if(|line| line.starts_with(EXTRA)).map(extra).transpose()?;
        let index = lines.next().and_then(|line| decimal(line.strip_prefix(INDEX)?));
        let index = index.ok_or(TlogProofError::Index)?;
        let hashes = hashes(lines).ok_or(TlogProofError::Hash)?;
        Ok(Self { extra, index, hashes, checkpoint: note.parse()? })
    }
}

impl FromStr for TlogProof {
    type Err = TlogProofError;

    fn from_str(proof: &str) -> Result<Self, TlogProofError> {
        Self::parse(proof.as_bytes())
    }
}

impl Display for TlogProof {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "{EXTRA}{}", to_base64(extra))?;
        }
        writeln!(f, "{INDEX}{}", self.index)?;
        for hash in &self.hashes {
            writeln!(f, "{}", to_base64(&hash.0))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

/// Without `extra`, which holds a salt.
impl Debug for TlogProof {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { extra: _, index, hashes, checkpoint } = self;
        let mut shown = f.debug_struct("TlogProof");
        shown.field("index", index).field("hashes", hashes).field("checkpoint", checkpoint);
        shown.finish_non_exhaustive()
    }
}

/// Why a text is no proof.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TlogProofError {
    /// Longer than [`MAX_PROOF`].
    #[error("a proof has at most {MAX_PROOF} bytes")]
    TooLong,
    /// Not UTF-8.
    #[error("a proof is UTF-8")]
    Text,
    /// No empty line before a checkpoint.
    #[error("a proof ends in an empty line and a checkpoint")]
    NoCheckpoint,
    /// The first line.
    #[error("a proof starts with the line `{HEADER}`")]
    Header,
    /// The line of extra bytes.
    #[error("a proof's extra line is `extra` and base64")]
    Extra,
    /// The index line.
    #[error("a proof's index line is `index` and a decimal without leading zeroes, below 2^63")]
    Index,
    /// A line of the inclusion proof, or too many.
    #[error("a proof has at most {MAX_HASHES} lines of 32 bytes in base64")]
    Hash,
    /// The checkpoint.
    #[error("the proof's checkpoint: {0}")]
    Note(#[from] NoteError),
}

const HEADER: &str = "c2sp.org/tlog-proof@v1";
const EXTRA: &str = "extra ";
const INDEX: &str = "index ";

fn extra(line: &str) -> Result<Vec<u8>, TlogProofError> {
    line.strip_prefix(EXTRA).and_then(base64).ok_or(TlogProofError::Extra)
}

/// One a line; `None` where one is malformed or there are more than [`MAX_HASHES`].
pub(crate) fn hashes<'a>(mut lines: impl Iterator<Item = &'a str>) -> Option<Vec<Hash>> {
    let hashes: Vec<Hash> = lines.by_ref().take(MAX_HASHES).map(hash).collect::<Option<_>>()?;
    lines.next().is_none().then_some(hashes)
}

#[cfg(test)]
mod tests;
