//! Why a store does not open, and why an append does not happen.
use kiln_evidence::{KeyId, KeyName};
use std::{fmt, io, path::PathBuf};

/// Why a store does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process holds the folder.
    #[error("another process holds the folder")]
    Held,
    /// Written by a version this build does not read.
    #[error("the store has format version {0}, which this build does not read")]
    Version(u16),
    /// What is on disk is not what was written.
    #[error("the log is damaged: {0}")]
    Damaged(String),
    /// The log is signed, and no key was given.
    #[error("the log is signed, and its key was not given")]
    KeyMissing,
    /// The key given is not the one that signed last.
    #[error(
        "the key given is not the log's key in force, whose id is {in_force} (the one given has \
         {given}): give that key; to change keys, `kiln key rotate` takes both"
    )]
    OtherKey {
        /// The key that signed the log's last checkpoint.
        in_force: KeyId,
        /// The key that was given, under the log's name.
        given: KeyId,
    },
    /// The log was begun without a key.
    #[error(
        "the log was begun without signatures, as only `kiln bench` does, and cannot be signed \
         later: export its events and import them into a new one"
    )]
    Unsigned,
    /// Elsewhere another state of this log is known than the one that is here.
    #[error(
        "the log was rolled back: it ends at {size} records, and {from} says {known}: {how}; \
         put the newest copy back, or {}go on from this one with --adopt-restore, which the log \
         will state for ever",
        before_adoption(.from)
    )]
    RolledBack {
        /// Whose word it is.
        from: KnownFrom,
        /// How many records the log has here.
        size: u64,
        /// How many it had when the checkpoint was signed.
        known: u64,
        /// What does not fit.
        how: &'static str,
    },
    /// The disk did not answer.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Where a checkpoint of the log was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KnownFrom {
    /// In the side file at this path.
    SideFile(PathBuf),
    /// By a witness; the names of those whose cosignatures it came with.
    Witness(Vec<KeyName>),
}

impl fmt::Display for KnownFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SideFile(path) => write!(f, "the side file {}", path.display()),
            Self::Witness(names) => {
                f.write_str("a witness")?;
                names.iter().try_for_each(|name| write!(f, " {name}"))
            }
        }
    }
}

/// A witness is another party, and may be mistaken: an adoption that nothing called for would
/// stand in the log as a loss.
const fn before_adoption(source: &KnownFrom) -> &'static str {
    match source {
        KnownFrom::SideFile(_) => "",
        KnownFrom::Witness(_) => "ask the witness's operator whether that is so and then ",
    }
}

/// Why an append did not happen. Nothing of the unit is stored.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AppendError {
    /// Too many units wait: try again later.
    #[error("too many records wait to be stored")]
    Busy,
    /// The unit is larger than a group may be.
    #[error("the unit is larger than a group may be")]
    TooLarge,
    /// There is no room on the disk; reading goes on.
    #[error("there is no room on the disk")]
    Full,
    /// A write or an fsync failed: this log takes nothing more until it is restarted.
    #[error("the log has stopped after a failed write")]
    Poisoned,
    /// The idempotency key came before with other bytes.
    #[error("the idempotency key came before with other content")]
    KeyReused,
    /// The store is closing.
    #[error("the store is closing")]
    Closed,
    /// A condition or key could not be decided: it was too costly, or the index could not be read.
    #[error("the condition could not be decided")]
    Undecided,
    /// The log's key did not sign: nothing is stored until it does.
    #[error("the log's key does not sign, and nothing is stored without its signature")]
    SignFailed,
    /// A statement or another key was given to a log that is not signed.
    #[error("the log is not signed")]
    Unsigned,
}
