//! What an operator wants to see.
use crate::{LogIndex, Millis, shared::Shared, snapshot::Place};
use std::sync::{Arc, atomic::Ordering};

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
    /// Records whose full tiles are not on disk yet; below 256 when the log rests.
    pub tiles_behind: u64,
    /// How far the background check is.
    pub scrub: ScrubStatus,
    /// The first damage that the background check has found since the start: what, and where. The
    /// log goes on; `kiln fsck` tells more.
    pub damaged: Option<Arc<str>>,
}

/// How far the background check of the whole store is (`Settings::scrub_hours`).
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct ScrubStatus {
    /// Up to which record this pass has come; 0 between two passes.
    pub position: LogIndex,
    /// When the last pass over everything ended, also one of an earlier process.
    pub passed: Option<Millis>,
    /// Tiles that were not as the log has them, and were made again, since the start.
    pub repaired: u64,
}

impl Status {
    /// That of another log too: sizes add up, the worse state stands, and of the background check
    /// the one that is furthest behind.
    pub fn add(&mut self, other: &Self) {
        let is_first = self.records == 0 && self.log_bytes == 0;
        self.records += other.records;
        self.groups += other.groups;
        self.poisoned |= other.poisoned;
        self.full |= other.full;
        self.log_bytes += other.log_bytes;
        self.index_bytes += other.index_bytes;
        self.tail_bytes += other.tail_bytes;
        self.clock_behind_ms = self.clock_behind_ms.max(other.clock_behind_ms);
        self.tiles_behind += other.tiles_behind;
        let repaired = self.scrub.repaired + other.scrub.repaired;
        if is_first || other.scrub.passed < self.scrub.passed {
            self.scrub = other.scrub;
        }
        self.scrub.repaired = repaired;
        if self.damaged.is_none() {
            self.damaged.clone_from(&other.damaged);
        }
    }

    pub(crate) fn of(shared: &Shared) -> Self {
        let snapshot = shared.snapshot();
        let counters = &shared.counters;
        let bytes = |on_disk: bool| {
            let files = snapshot.files.iter();
            let files = files.filter(|file| (file.place != Place::Memory) == on_disk);
            files.map(|file| file.file.size_bytes()).sum()
        };
        let sealed: u64 = snapshot.sealed.iter().map(|segment| segment.len).sum();
        let (scrub, damaged) = shared.scrub.told();
        Self {
            records: snapshot.size.0,
            groups: counters.groups.load(Ordering::Relaxed),
            poisoned: counters.poisoned.load(Ordering::Relaxed),
            full: counters.full.load(Ordering::Relaxed),
            log_bytes: sealed + snapshot.open.len,
            index_bytes: bytes(true),
            tail_bytes: bytes(false),
            clock_behind_ms: counters.clock_behind_ms.load(Ordering::Relaxed),
            tiles_behind: shared.tiles.as_ref().map_or(0, |tiles| tiles.behind()),
            scrub,
            damaged,
        }
    }
}
