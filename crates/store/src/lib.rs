//! Keeps and finds records: the sequencer, the journal, segments, the snapshot, recovery.
//!
//! The log is the truth; the index files beside it are derived and can be deleted. This room knows
//! no FHIR: a record is an id, a release, instants, a principal, bytes and opaque terms.

pub mod clock;
pub mod disk;
mod record;
mod snapshot;
mod store;

pub use kiln_index::{LogIndex, Millis};
pub use record::{
    Condition, Envelope, IdempotencyKey, NewRecord, Record, RecordId, RecordKind, Unit,
};
pub use snapshot::{ReadError, Snapshot};
pub use store::{
    AppendError, Appended, Components, Extract, OpenError, Outcome, Settings, Status, Store,
    Stored, Waiter,
};
