//! Which records match: terms, postings, columns, the query tree and its execution.
//!
//! This room knows no FHIR and no disk. A record is a position in the log, two instants, an opaque
//! location and opaque [`Terms`]; an index [`File`] is a slice of bytes. `docs/FORMATS.md` has the
//! layout, `crates/search` says which terms an `AuditEvent` has.

mod bits;
mod column;
mod content;
mod dictionary;
mod digest;
mod hash;
mod posting;
mod query;
mod runs;
mod sort;
mod table;
mod term;
mod varint;

pub use query::{DocumentView, Place, Query};
pub use term::{Field, Kind, Term, TermRef, Terms};

/// Position of a record in the log: 0 is the first record accepted.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogIndex(pub u64);

/// Milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Millis(pub i64);

mod builder;
mod file;
mod forms;
mod merge;
mod search;

pub use builder::{Builder, Document};
pub use digest::Digest;
pub use file::{DOCUMENTS_MAX, Error, File};
pub use hash::HashKey;
pub use merge::{MergeError, Storage, merge, merge_to};
pub use search::{Buckets, Count, Order, Page, Position, aggregate, count, page};
