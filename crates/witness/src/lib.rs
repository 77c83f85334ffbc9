//! Cosigns other parties' checkpoints: a witness of transparency logs (<https://c2sp.org/tlog-witness>).
//!
//! It is run by another party than the log's, and keeps one thing of each log: the newest
//! checkpoint that it cosigned. A log that goes back, forks or is shortened gets no cosignature.
//! It never sees a record, nor a leaf: a checkpoint is a size and a hash, a proof is hashes.
#![forbid(unsafe_code)]

mod known_logs;
mod serve;
mod state;
mod witness;

pub use known_logs::{KnownLogs, KnownLogsError};
pub use serve::serve;
pub use state::StateError;
pub use witness::{Refused, Witness, WitnessSettings};
