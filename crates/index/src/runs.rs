//! Runs of documents by what their senders say of the time.
//!
//! A record whose `recorded` lies far from its receipt is an *outlier*: one event from 1970 must
//! not make a file look as if it held all years since. Documents stand in the order of `recorded`,
//! so those below all others, and those above, are runs of their own at both ends, each with its
//! smallest and largest instant: before · main · behind. An outlier whose `recorded` lies between
//! those of others does no harm, and stays among them. Where all are outliers, all are *before*.
//!
//! ```text
//! for each run: smallest `recorded` i64 · largest i64
//! for each run: its documents u32
//! ```
use crate::Millis;
use std::ops::Range;

const DAY_MS: i64 = 86_400_000;
/// Recorded by so much before its receipt, a record is an outlier,
const LATE_MS: i64 = 30 * DAY_MS;
/// and by so much behind it.
const EARLY_MS: i64 = DAY_MS;

const RUNS: usize = 3;
pub(crate) const BYTES: usize = RUNS * 20;

/// Whether a record's `recorded` lies far from its receipt.
pub(crate) fn is_outlier(recorded: i64, received: i64) -> bool {
    recorded < received.saturating_sub(LATE_MS) || recorded > received.saturating_add(EARLY_MS)
}

/// The smallest and the largest `recorded` of records that are no outliers.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Main(Option<(i64, i64)>);

impl Main {
    pub(crate) fn add(&mut self, recorded: i64, received: i64) {
        if !is_outlier(recorded, received) {
            self.extend(Some((recorded, recorded)));
        }
    }

    /// Adds the main run of another file.
    pub(crate) fn add_runs(&mut self, runs: &Runs) {
        let Run { documents, recorded: [min, max] } = &runs.0[1];
        self.extend((*documents > 0).then_some((min.0, max.0)));
    }

    fn extend(&mut self, other: Option<(i64, i64)>) {
        let both = |(a, b): (i64, i64), (c, d): (i64, i64)| (a.min(c), b.max(d));
        self.0 = match (self.0, other) {
            (Some(one), Some(other)) => Some(both(one, other)),
            (one, other) => one.or(other),
        };
    }
}

#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
struct Run {
    documents: u32,
    recorded: [Millis; 2],
}

/// The runs of a file.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Runs([Run; RUNS]);

impl Runs {
    /// Adds the next document, in order.
    pub(crate) fn push(&mut self, Main(main): Main, recorded: i64) {
        let run = match main {
            None => 0,
            Some((lowest, _)) if recorded < lowest => 0,
            Some((_, highest)) if recorded <= highest => 1,
            Some(_) => 2,
        };
        let run = &mut self.0[run];
        if run.documents == 0 {
            run.recorded[0] = Millis(recorded);
        }
        run.recorded[1] = Millis(recorded);
        run.documents += 1;
    }

    /// How many documents there are; `None` when they are too many for any file.
    pub(crate) fn documents(&self) -> Option<u32> {
        self.0.iter().try_fold(0_u32, |sum, run| sum.checked_add(run.documents))
    }

    /// The smallest and the largest `recorded`; zeros when there are no documents.
    pub(crate) fn recorded(&self) -> [Millis; 2] {
        let mut held = self.iter().map(|(_, recorded)| recorded);
        let Some([min, max]) = held.next() else { return [Millis(0); 2] };
        [min, held.last().map_or(max, |[_, max]| max)]
    }

    /// The runs that have documents: which, and their smallest and largest `recorded`.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Range<u32>, [Millis; 2])> {
        let mut end = 0_u32;
        let runs = self.0.map(|run| {
            let start = end;
            end = end.saturating_add(run.documents);
            (start..end, run.recorded)
        });
        runs.into_iter().filter(|(documents, _)| !documents.is_empty())
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        for instant in self.0.iter().flat_map(|run| run.recorded) {
            out.extend_from_slice(&instant.0.to_le_bytes());
        }
        for run in &self.0 {
            out.extend_from_slice(&run.documents.to_le_bytes());
        }
    }

    pub(crate) fn read(bytes: &[u8; BYTES]) -> Self {
        let (instants, documents) = bytes.split_at(RUNS * 16);
        let (instants, documents) = (instants.as_chunks::<8>().0, documents.as_chunks::<4>().0);
        let mut runs = Self::default();
        for (at, run) in runs.0.iter_mut().enumerate() {
            let instant = |at: usize| Millis(i64::from_le_bytes(instants[at]));
            run.recorded = [instant(2 * at), instant(2 * at + 1)];
            run.documents = u32::from_le_bytes(documents[at]);
        }
        runs
    }
}

#[cfg(test)]
mod tests;
