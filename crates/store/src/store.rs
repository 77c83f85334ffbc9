//! One tenant's log: open, append, snapshot, close.
use crate::{
    LogIndex, Millis, Record, RecordId, Snapshot, Unit,
    clock::{Clock, Random},
    disk::Disk,
};
use kiln_index::Terms;
use std::{path::Path, sync::Arc};

/// Makes the terms of a record that is already in the log (recovery, rebuilt indexes).
pub trait Extract: Send + Sync {
    /// Changes whenever the terms of an unchanged record would.
    fn version(&self) -> u32;
    /// Appends the record's terms and tells when the sender says it was recorded.
    /// The store adds nothing of its own to what the server passed to `append`.
    fn extract(&self, release: u8, media_type: u8, body: &[u8], terms: &mut Terms) -> Millis;
}

/// The effects a store has, and the extractor it calls.
#[derive(Clone)]
pub struct Components {
    /// Files.
    pub disk: Arc<dyn Disk>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Salts, ids, keys.
    pub random: Arc<dyn Random>,
    /// Terms of stored records.
    pub extract: Arc<dyn Extract>,
}

/// What an operator may tune.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Bytes of bodies in one group at most; above the largest Bundle.
    pub group_bytes_max: usize,
    /// Records in one group at most.
    pub group_records_max: usize,
    /// Units that may wait for the sequencer; above, `append` is refused.
    pub queue_units_max: usize,
    /// Records in one unit at most.
    pub unit_records_max: usize,
    /// A segment is sealed at this many records,
    pub seal_records: u64,
    /// or this many bytes, whichever comes first.
    pub seal_bytes: u64,
    /// Index files in memory are written to disk at this many records.
    pub spill_records: u64,
    /// How many days an idempotency key is remembered.
    pub key_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            group_bytes_max: 32 << 20,
            group_records_max: 4096,
            queue_units_max: 4096,
            unit_records_max: 4096,
            seal_records: 262_144,
            seal_bytes: 64 << 20,
            spill_records: 16_384,
            key_days: 30,
        }
    }
}

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
    /// The disk did not answer.
    #[error(transparent)]
    Io(#[from] std::io::Error),
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
}

/// A stored record, as its sender is told.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its id.
    pub id: RecordId,
    /// Its position in the log.
    pub log_index: LogIndex,
    /// When it was received.
    pub received: Millis,
}

/// What became of one record of a unit.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is on disk.
    Created(Stored),
    /// `If-None-Exist` matched this one; nothing was stored for it.
    Exists(Stored),
    /// `If-None-Exist` matched several; nothing was stored for it (for an atomic unit: for any).
    Ambiguous,
    /// Another record of the atomic unit kept it out.
    RolledBack,
}

/// What became of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// One for each record, in order.
    pub outcomes: Vec<Outcome>,
    /// Whether the idempotency key was known, and this is the first answer again.
    pub replayed: bool,
    /// How many records shared the group (for `kiln bench`); 0 when nothing was written.
    pub group_records: u32,
}

/// Resolves once the unit is on disk, or is known not to be. Dropping it cancels nothing.
pub type Waiter = tokio::sync::oneshot::Receiver<Result<Appended, AppendError>>;

/// What an operator wants to see.
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// Records in the log.
    pub records: u64,
    /// Groups written since the start.
    pub groups: u64,
    /// Whether a failed write has stopped the log.
    pub poisoned: bool,
    /// Whether the last append found the disk full.
    pub full: bool,
    /// Bytes of segment files.
    pub log_bytes: u64,
    /// Bytes of index files on disk.
    pub index_bytes: u64,
    /// Bytes of index files in memory.
    pub tail_bytes: u64,
    /// How far the clock stepped back at the last append, in milliseconds; 0 normally.
    pub clock_behind_ms: u64,
}

/// One tenant's log. One process, one sequencer thread, one sealer thread; any number of readers.
pub struct Store {}

impl Store {
    /// Opens or makes the log in `folder` (`<data>/tenants/<tenant>`), recovers it, starts its threads.
    pub fn open(
        _folder: &Path,
        _settings: Settings,
        _components: Components,
    ) -> Result<Self, OpenError> {
        todo!()
    }
    /// Hands a unit to the sequencer.
    pub fn append(&self, _unit: Unit) -> Result<Waiter, AppendError> {
        todo!()
    }
    /// The log as it is now: everything acknowledged is in it.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        todo!()
    }
    /// What an operator wants to see.
    pub fn status(&self) -> Status {
        todo!()
    }
    /// A key for this purpose that survives restarts (`keys/<purpose>`, made at first use, 0600).
    pub fn key(&self, _purpose: &str) -> std::io::Result<[u8; 32]> {
        todo!()
    }
    /// Stops cleanly: writes what waits, cuts the open file to its length. Dropping stops too, unclean.
    pub fn close(self) -> Result<(), AppendError> {
        todo!()
    }
}

/// Silences the unused import until the store stands.
#[allow(dead_code, reason = "stub")]
type _Unused = Record;
