//! Which index files to merge next.
//!
//! Each group brings a small index file. Searching many is slow and merging costs CPU, so small
//! files are merged when about thirty of a size stand together, and larger ones stay as they are;
//! from `spill_records` on all go to disk as one, and with its segment's end everything of it
//! becomes one file beside it. Those of several segments are merged by [`merging`](crate::merging).
use crate::{
    LogIndex, Settings,
    snapshot::{Indexed, Place, Snapshot},
};
use std::ops::Range;

/// A step of merging in memory.
struct Step {
    /// Files of fewer records are merged with their neighbours of this kind.
    below: u64,
    /// A file of so many records counts as one, a smaller one for its part: or what has just been
    /// merged would be merged again with each few files that follow it.
    full: u64,
    /// Merged when so many are full,
    full_files: u64,
    /// or when there are so many of any size.
    files: usize,
}

const STEPS: [Step; 4] = [
    Step { below: 16, full: 1, full_files: 32, files: 32 },
    Step { below: 256, full: 16, full_files: 32, files: 64 },
    // Large ones among small ones.
    Step { below: 4096, full: 256, full_files: u64::MAX, files: 128 },
    // Whatever they are: those that the steps before leave alone part the runs of the others.
    Step { below: u64::MAX, full: 4096, full_files: u64::MAX, files: 256 },
];
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
    let sizes: Vec<u64> = files[memory.clone()].iter().map(Indexed::records).collect();
    if sizes.iter().sum::<u64>() >= settings.spill_records {
        return Some(job(files, memory, Place::Spilled));
    }
    let run = run_to_merge(&sizes)?;
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

/// A run of files of these sizes, in records, that are worth merging.
fn run_to_merge(sizes: &[u64]) -> Option<Range<usize>> {
    STEPS.iter().find_map(|step| {
        let mut start = 0;
        sizes.chunk_by(|a, b| (*a < step.below) == (*b < step.below)).find_map(|run| {
            let first = start;
            start += run.len();
            (run[0] < step.below && step.is_due(run)).then_some(first..start)
        })
    })
}

impl Step {
    fn is_due(&self, run: &[u64]) -> bool {
        let parts: u64 = run.iter().map(|records| self.full.min(*records)).sum();
        parts / self.full >= self.full_files || run.len() >= self.files
    }
}

#[cfg(test)]
mod tests;
