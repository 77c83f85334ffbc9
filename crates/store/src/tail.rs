//! Which index files to merge next.
//!
//! Each group brings a small index file. Searching many is slow and merging costs CPU, so files
//! are merged when sixteen of a size stand together, up to about 4,096 records; from
//! `spill_records` on they go to disk as one, and with its segment's end everything of it becomes
//! one file beside it. Those of several segments are merged by [`merging`](crate::merging).
use crate::{
    LogIndex, Settings,
    snapshot::{Indexed, Place, Snapshot},
};
use std::ops::Range;

/// Files merged at once in memory.
const FAN_IN: usize = 16;
/// Files in memory are not merged beyond so many records: the next step is to disk.
const MERGED_RECORDS_MAX: u64 = 4096;
/// The log takes no more once so many times `spill_records` stand in memory: the sealer cannot
/// write, or cannot keep up.
const SPILLS_BEHIND_MAX: u64 = 8;

/// What to do with a few neighbouring files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Job {
    /// Which files of the snapshot.
    pub(crate) files: Range<usize>,
    pub(crate) records: Range<LogIndex>,
    /// Where the merged file is kept.
    pub(crate) place: Place,
}

/// The most urgent job; `None` when all is well.
pub(crate) fn next_job(snapshot: &Snapshot, settings: &Settings) -> Option<Job> {
    let files = &snapshot.files;
    let tail = files.iter().position(|indexed| !indexed.is_sealed())?;
    let first = files[tail].file.first();
    if first < snapshot.open.first {
        return Some(job(files, segment_of(snapshot, first), Place::Sealed));
    }
    let memory = tail..files.len();
    let skip = files[memory.clone()].iter().take_while(|indexed| indexed.place != Place::Memory);
    let memory = memory.start + skip.count()..files.len();
    if records(&files[memory.clone()]) >= settings.spill_records {
        return Some(job(files, memory, Place::Spilled));
    }
    let run = run_to_merge(&files[memory.clone()])?;
    Some(job(files, memory.start + run.start..memory.start + run.end, Place::Memory))
}

/// Whether so much stands in memory that the log must wait.
pub(crate) fn is_overfull(snapshot: &Snapshot, settings: &Settings) -> bool {
    let in_memory = snapshot.files.iter().rev().take_while(|f| f.place == Place::Memory);
    let records: u64 = in_memory.map(Indexed::records).sum();
    records > SPILLS_BEHIND_MAX * settings.spill_records.max(settings.group_records_max as u64)
}

fn job(files: &[Indexed], range: Range<usize>, place: Place) -> Job {
    let records = files[range.start].file.first()..files[range.end - 1].file.end();
    Job { files: range, records, place }
}

/// The files of the sealed segment that holds this record.
fn segment_of(snapshot: &Snapshot, at: LogIndex) -> Range<usize> {
    let after = snapshot.sealed.partition_point(|segment| segment.first <= at);
    let first = snapshot.sealed[after.saturating_sub(1)].first;
    let end = snapshot.sealed.get(after).map_or(snapshot.open.first, |segment| segment.first);
    let position = |at| snapshot.files.partition_point(|indexed| indexed.file.first() < at);
    position(first)..position(end)
}

fn records(files: &[Indexed]) -> u64 {
    files.iter().map(Indexed::records).sum()
}

/// A run of files that are worth merging: sixteen of a size class or smaller, or fewer that make
/// a full file.
fn run_to_merge(files: &[Indexed]) -> Option<Range<usize>> {
    (0..SIZE_FULL).find_map(|class| {
        let mut start = 0;
        files.chunk_by(|a, b| (size(a) <= class) == (size(b) <= class)).find_map(|chunk| {
            let run = start..start + chunk.len();
            start = run.end;
            if size(&chunk[0]) > class {
                return None;
            }
            let taken = fitting(chunk);
            let full = taken < chunk.len();
            (taken > 1 && (full || taken >= FAN_IN)).then(|| run.start..run.start + taken)
        })
    })
}

/// How many of the files fit one merged file.
fn fitting(files: &[Indexed]) -> usize {
    let mut sum = 0;
    let fits = files.iter().take_while(|indexed| {
        sum += indexed.records();
        sum <= MERGED_RECORDS_MAX
    });
    fits.count().max(1)
}

/// Files of this size stay as they are until they are spilled.
const SIZE_FULL: u32 = 3;

fn size(indexed: &Indexed) -> u32 {
    match indexed.records() {
        0..16 => 0,
        16..256 => 1,
        256..2048 => 2,
        _ => SIZE_FULL,
    }
}

#[cfg(test)]
mod tests;
