//! Keeps and finds records: the sequencer, the journal, segments, the snapshot, recovery.
//!
//! The log is the truth; the index files beside it are derived and can be deleted. This room knows
//! no FHIR: a record is an id, a release, instants, a principal, bytes and opaque terms.
//!
//! A record's way: [`Store::append`] → `queue` → `sequencer` (`pool` decides, `ids` numbers,
//! `frame` and `group` encode, `journal` makes durable) → `snapshot` is published → the waiter is
//! answered → `tail`, `sealer` and `merging` merge its index file with others, `tiles` follow.
//! `recovery` finds all of it again, `scrub` reads it now and then, `fsck` and `verify` check it.
//! The formats are described where they are written: `segment`, `group`, `frame`,
//! `record::encoding`, `stop`, `tiles`.

mod chain;
mod checkpoint;
pub mod clock;
mod dictionary;
pub mod disk;
mod error;
mod extents;
mod folder;
mod frame;
mod fsck;
mod group;
mod hidden;
mod ids;
mod journal;
mod keys;
mod mark_file;
mod merging;
mod options;
mod pool;
mod queue;
mod read;
mod record;
mod recovery;
mod reindex;
pub mod rejects;
mod restores;
mod runner;
mod scan;
mod scrub;
mod sealer;
mod segment;
mod sequencer;
mod shared;
mod side;
mod snapshot;
mod statement;
mod status;
mod stop;
mod store;
mod tail;
#[cfg(test)]
mod testing;
mod tiles;
mod verify;
mod wire;

pub use checkpoint::SignedCheckpoint;
pub use dictionary::learned::keep_dictionary;
pub use error::{AppendError, KnownFrom, OpenError};
pub use folder::DataFolder;
pub use fsck::{FsckReport, fsck};
pub use kiln_identity::{InvalidTenantId, TenantId};
pub use kiln_index::{LogIndex, Millis};
pub use options::OpenOptions;
pub use queue::Expected;
pub use record::{
    Condition, Envelope, IdempotencyKey, NewRecord, Record, RecordId, RecordKind, Unit,
};
pub use recovery::{origin, origins};
pub use snapshot::{ReadError, Snapshot};
pub use statement::Statement;
pub use status::{ScrubStatus, Status};
pub use store::{Appended, Components, Extract, Outcome, Settings, Store, Stored, Waiter};
pub use tiles::Tiles;
pub use verify::{
    Affected, FINDINGS_MAX, Finding, KeySource, RecordVerdict, Verdict, VerifyOptions,
    VerifyReport, verify,
};
