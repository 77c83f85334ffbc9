//! What happened in a run: a simulation in which nothing happens proves nothing.

use crate::Counters;
use std::ops::AddAssign;

/// Sums over one or many runs.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Runs.
    pub seeds: u64,
    /// Records in the log at the end.
    pub records: u64,
    /// Records acknowledged as created.
    pub created: u64,
    /// Answers `Exists`.
    pub exists: u64,
    /// Answers `Ambiguous`.
    pub ambiguous: u64,
    /// Answers `RolledBack`.
    pub rolled_back: u64,
    /// Units that were sent again and answered as the first time.
    pub replays: u64,
    /// Units refused because their key came before with other bytes.
    pub key_reused: u64,
    /// Units refused because too many waited.
    pub busy: u64,
    /// Units refused because no group holds them.
    pub too_large: u64,
    /// Units refused because the disk was full.
    pub full: u64,
    /// Times that a failed write or fsync stopped the log.
    pub poisoned: u64,
    /// Times that the log opened.
    pub opened: u64,
    /// Times that a fault kept the log from opening.
    pub not_opened: u64,
    /// Processes killed.
    pub kills: u64,
    /// Clean stops.
    pub closes: u64,
    /// Records that nobody was told of and that recovery kept.
    pub unanswered_kept: u64,
    /// Records that nobody was told of and that were lost.
    pub unanswered_lost: u64,
    /// Pages, counts and aggregates compared with the scan.
    pub queries: u64,
    /// Times that `fsck` found nothing wrong.
    pub fscks: u64,
    /// Segment files at the end.
    pub segments: u64,
    /// Index files at the end.
    pub indexes: u64,
    /// Those of several segments among them.
    pub merged: u64,
    /// Signed checkpoints that a reader saw, each checked against the log's end.
    pub checkpoints: u64,
    /// Keys that were followed by another.
    pub key_changes: u64,
    /// Starts that the log states.
    pub starts_stated: u64,
    /// Clean stops that the log states.
    pub stops_stated: u64,
    /// What the disk went through.
    pub disk: Counters,
}

impl AddAssign<&Report> for Report {
    fn add_assign(&mut self, other: &Report) {
        self.seeds += other.seeds;
        self.records += other.records;
        self.created += other.created;
        self.exists += other.exists;
        self.ambiguous += other.ambiguous;
        self.rolled_back += other.rolled_back;
        self.replays += other.replays;
        self.key_reused += other.key_reused;
        self.busy += other.busy;
        self.too_large += other.too_large;
        self.full += other.full;
        self.poisoned += other.poisoned;
        self.opened += other.opened;
        self.not_opened += other.not_opened;
        self.kills += other.kills;
        self.closes += other.closes;
        self.unanswered_kept += other.unanswered_kept;
        self.unanswered_lost += other.unanswered_lost;
        self.queries += other.queries;
        self.fscks += other.fscks;
        self.segments += other.segments;
        self.indexes += other.indexes;
        self.merged += other.merged;
        self.checkpoints += other.checkpoints;
        self.key_changes += other.key_changes;
        self.starts_stated += other.starts_stated;
        self.stops_stated += other.stops_stated;
        self.disk += &other.disk;
    }
}

impl AddAssign<&Counters> for Counters {
    fn add_assign(&mut self, other: &Counters) {
        self.operations += other.operations;
        self.crashes += other.crashes;
        self.sectors_lost += other.sectors_lost;
        self.sectors_torn += other.sectors_torn;
        self.names_lost += other.names_lost;
        self.pages_dropped += other.pages_dropped;
        self.faults += other.faults;
        self.trace ^= other.trace;
    }
}
