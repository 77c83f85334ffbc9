//! What a check of a whole log tells.
use kiln_evidence::{Checkpoint, Note, VerifierKey};
use std::ops::Range;

/// So many findings are told in words; what is beyond them is counted only.
pub const FINDINGS_MAX: usize = 1000;

/// What the check is told besides the folder.
#[derive(Clone, Debug, Default)]
pub struct VerifyOptions {
    /// Segments that are read at once; 0 counts as 1. Each takes memory for one group and one index
    /// file (at full size some 100 MiB).
    pub threads: usize,
    /// The log's keys that a policy trusts, each under the origin that it signs for. Empty: the key
    /// that the log states itself is taken, and the report says so.
    pub trusted: Vec<VerifierKey>,
    /// Checkpoints from elsewhere (side file, witnesses, receipts) that the log must agree with.
    /// Who vouches for them is the caller's to judge.
    pub known: Vec<Note>,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct VerifyReport {
    /// Records that are `ok`: each was hashed up to the root of its group.
    pub records: u64,
    /// Groups that were followed.
    pub groups: u64,
    /// Segment files.
    pub segments: u64,
    /// Tile files that were compared.
    pub tiles: u64,
    /// Index files that were compared.
    pub indexes: u64,
    /// Bytes of the log that were read.
    pub bytes: u64,
    /// The log's last checkpoint, as its own key signed it; `None` when there is none that is good.
    pub newest: Option<(Checkpoint, Note)>,
    /// The key in force at the log's end, and why it is believed.
    pub key: Option<(VerifierKey, KeySource)>,
    /// The largest of the checkpoints from elsewhere that the log agrees with.
    pub covered: Option<Checkpoint>,
    /// Records that are not `ok`, by their positions, in order and without overlap.
    pub affected: Vec<Affected>,
    /// What is not as it was written, at most [`FINDINGS_MAX`]; empty when nothing was found.
    pub findings: Vec<Finding>,
    /// How many more there were.
    pub findings_left_out: u64,
    /// What could not be told, and why, a sentence each.
    pub unproven: Vec<String>,
    /// Derived files that are not there, and that the next start makes: no verdict depends on them.
    pub absent: Vec<String>,
    /// Why the check could not go on, where that is so.
    pub unread: Option<String>,
}

/// Why a key is believed to be the log's.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// It was among the trusted ones, or one of those handed over to it.
    Trusted,
    /// The log states it itself: whoever wrote the log may have made it up.
    Stated,
}

/// Neighbouring records with one verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    /// Their positions in the log.
    pub records: Range<u64>,
    /// What became of them.
    pub verdict: RecordVerdict,
}

/// What became of a record.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum RecordVerdict {
    /// It was erased, and the statement at this position says so.
    Erased {
        /// The position of the statement.
        statement: u64,
    },
    /// It is not there, or nothing of it can be read.
    Missing,
    /// What is there is not what was committed to, or cannot be led to a signed root.
    Altered,
}

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file below the log's folder.
    pub file: Option<String>,
    /// Where in the file.
    pub byte: Option<u64>,
    /// The first record that it touches.
    pub record: Option<u64>,
    /// All of it as one sentence.
    pub told: String,
}

/// The whole in a word.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything is as it was written.
    Ok,
    /// Something is not.
    Tampered,
    /// Nothing was found, and not everything could be told.
    NotProvable,
    /// The check could not go on.
    Unread,
}

impl VerifyReport {
    /// The whole in a word: what was found outweighs what could not be read or told.
    pub fn verdict(&self) -> Verdict {
        if !self.findings.is_empty() {
            Verdict::Tampered
        } else if self.unread.is_some() {
            Verdict::Unread
        } else if !self.unproven.is_empty() {
            Verdict::NotProvable
        } else {
            Verdict::Ok
        }
    }
}
