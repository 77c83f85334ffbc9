//! Merges the index files of sealed segments into larger ones, so that a search of all times looks
//! into few.
//!
//! Files are merged when [`Settings::merge_files`] of a size class stand together, and when a month
//! is over what is left of it is: as far as they fit in one file. No file holds records that were
//! received in different months (UTC), unless it is of one segment that does: a month can be
//! dropped whole. Records are never merged, only what is derived from them.
//!
//! The merged file is durable before it is published, and published before the others are removed;
//! a start that finds both takes the larger, and removes the others.
use crate::{
    LogIndex, Millis, Settings,
    disk::DiskFile,
    journal, sealer,
    shared::Shared,
    snapshot::{Indexed, Place, Snapshot},
};
use jiff::{Timestamp, tz::TimeZone};
use kiln_index::Storage;
use std::{io, ops::Range};

/// A merged file has at most so many bytes.
const BYTES_MAX: u64 = 1 << 31;
/// So many bytes are written before they are made durable: were they all left to the end, a group
/// that is written meanwhile would wait for all of them.
const BYTES_UNSYNCED: u64 = 32 << 20;

/// Merges a few files; false when there are none to merge. What the log may have to wait for is
/// done meanwhile.
///
/// Where it fails it is left until there is another segment: the smaller files serve.
pub(crate) fn step(shared: &Shared) -> bool {
    let snapshot = shared.snapshot();
    let segments = snapshot.sealed.len();
    if shared.sealer.is_unmerged(segments) {
        return false;
    }
    let Some(run) = next_run(&snapshot, &shared.settings) else { return false };
    if let Err(error) = merge(shared, &snapshot, run) {
        if !shared.sealer.is_stopped() {
            tracing::warn!(%error, "index files of segments could not be merged");
        }
        shared.sealer.leave_unmerged(segments);
    }
    true
}

/// The files to merge next.
pub(crate) fn next_run(snapshot: &Snapshot, settings: &Settings) -> Option<Range<usize>> {
    let sealed = snapshot.files.iter().take_while(|indexed| indexed.is_sealed()).count();
    let (files, newest) = (&snapshot.files[..sealed], snapshot.files.last()?);
    let now = newest.file.received_range().and_then(|(_, last)| Month::of(last));
    let mut start = 0;
    let mut months = files.chunk_by(|a, b| month(a).is_some() && month(a) == month(b));
    months.find_map(|files| {
        let first = start;
        start += files.len();
        let is_over = month(&files[0]) != now;
        let run = run_of_month(files, settings, is_over)?;
        Some(first + run.start..first + run.end)
    })
}

/// A run of files of one month that are worth merging.
fn run_of_month(files: &[Indexed], settings: &Settings, is_over: bool) -> Option<Range<usize>> {
    let fan_in = settings.merge_files;
    // Two files of half the size fit in one, so whatever is smaller finds a neighbour.
    let is_full = |indexed: &Indexed| {
        indexed.records() > settings.merge_records_max / 2
            || indexed.file.size_bytes() > BYTES_MAX / 2
    };
    let class = |indexed: &Indexed| match indexed.records() {
        _ if is_full(indexed) => u32::MAX,
        records => records.checked_ilog(fan_in as u64).unwrap_or_default(),
    };
    let classes = files.iter().map(class).filter(|class| *class != u32::MAX).max()?;
    (0..=classes).find_map(|top| {
        let mut start = 0;
        files.chunk_by(|a, b| (class(a) <= top) == (class(b) <= top)).find_map(|chunk| {
            let first = start;
            start += chunk.len();
            if class(&chunk[0]) > top {
                return None;
            }
            let taken = fitting(chunk, settings.merge_records_max);
            let is_worth = taken >= fan_in || taken < chunk.len() || (is_over && top == classes);
            (taken > 1 && is_worth).then(|| first..first + taken)
        })
    })
}

/// How many of the files fit in one.
fn fitting(files: &[Indexed], records_max: u64) -> usize {
    let (mut records, mut bytes) = (0, 0);
    let fits = files.iter().take_while(|indexed| {
        records += indexed.records();
        bytes += indexed.file.size_bytes();
        records <= records_max && bytes <= BYTES_MAX
    });
    fits.count()
}

/// A month of receipt, in UTC.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
struct Month {
    year: i16,
    month: i8,
}

impl Month {
    /// `None` for an instant that no calendar has.
    fn of(instant: Millis) -> Option<Self> {
        let date = Timestamp::from_millisecond(instant.0).ok()?.to_zoned(TimeZone::UTC);
        Some(Self { year: date.year(), month: date.month() })
    }
}

/// The month in which all of its records were received.
fn month(indexed: &Indexed) -> Option<Month> {
    let (first, last) = indexed.file.received_range()?;
    Month::of(first).filter(|month| Some(*month) == Month::of(last))
}

fn merge(shared: &Shared, snapshot: &Snapshot, run: Range<usize>) -> io::Result<()> {
    let merged = &snapshot.files[run.clone()];
    let files: Vec<_> = merged.iter().map(|indexed| &*indexed.file).collect();
    let records = files[0].first()..files[files.len() - 1].end();
    let path = sealer::spilled_path(&shared.folder, records.start, records.end);
    let disk = &*shared.components.disk;
    journal::write_durable_with(disk, &path, |file| {
        let mut storage = OnDisk { file, unsynced: 0 };
        let mut pause = || {
            if shared.sealer.is_stopped() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            while sealer::tail_step(shared)? {}
            Ok(())
        };
        kiln_index::merge_to(&files, &mut storage, &mut pause).map_err(io::Error::other)
    })?;
    let indexed = sealer::indexed(disk.map_sealed(&path)?, Place::Merged)?;
    shared.publish(|snapshot| replace(snapshot, &records, indexed));
    sealer::remove_files(shared, merged.iter());
    Ok(())
}

/// Puts the merged file in place of those it was made from.
fn replace(snapshot: &mut Snapshot, records: &Range<LogIndex>, merged: Indexed) {
    let position = |at| snapshot.files.partition_point(|indexed| indexed.file.first() < at);
    let files = position(records.start)..position(records.end);
    snapshot.files.splice(files, [merged]);
}

/// A file that a merge writes.
struct OnDisk<'a> {
    file: &'a dyn DiskFile,
    unsynced: u64,
}

impl Storage for OnDisk<'_> {
    fn write_all_at(&mut self, bytes: &[u8], at: u64) -> io::Result<()> {
        self.file.write_all_at(bytes, at)?;
        self.unsynced += bytes.len() as u64;
        if self.unsynced >= BYTES_UNSYNCED {
            self.unsynced = 0;
            self.file.sync_data()?;
        }
        Ok(())
    }

    fn read_exact_at(&mut self, bytes: &mut [u8], at: u64) -> io::Result<()> {
        self.file.read_exact_at(bytes, at)
    }
}

#[cfg(test)]
mod tests;
