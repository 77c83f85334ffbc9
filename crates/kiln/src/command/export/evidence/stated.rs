//! What the log states of itself, and what of it belongs into a bundle.
use crate::evidence_bundle::STATEMENTS_MAX;
use kiln_evidence::{TreeSize, VerifierKey};
use kiln_index::LogIndex;
use kiln_store::{ReadError, Snapshot, Statement};

/// So many starts and stops: the newest.
const STARTS_MAX: usize = 100;

/// The statements of a log.
pub(super) struct Stated {
    at: Vec<(LogIndex, Weight)>,
    /// Every key that the log says it was signed with, newest first.
    pub(super) keys: Vec<VerifierKey>,
}

/// Which statements are kept.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Weight {
    /// Who signs, and that a copy was put back: always.
    Law,
    /// What witnesses have cosigned: those next to an event say when it was stored.
    Anchor,
    /// Starts, stops, and what a later Kiln may state: the newest.
    Routine,
}

impl Stated {
    pub(super) fn of(snapshot: &Snapshot) -> Result<Self, ReadError> {
        let mut stated = Self { at: Vec::new(), keys: Vec::new() };
        for at in snapshot.statements()? {
            let statement = Statement::from_json(&snapshot.read(at)?.body);
            stated.at.push((at, weight(statement.as_ref())));
            let told = statement.as_ref().map(keys).unwrap_or_default();
            stated.keys.extend(told.into_iter().filter_map(|key| key.parse::<VerifierKey>().ok()));
        }
        stated.keys.reverse();
        Ok(stated)
    }

    /// The positions of those that go with these events, all below `size`, and how many do not.
    pub(super) fn chosen(&self, events: &[LogIndex], size: TreeSize) -> (Vec<LogIndex>, u64) {
        let below: Vec<_> = self.at.iter().filter(|(at, _)| at.0 < size.0).copied().collect();
        let of = |wanted: Weight| {
            let those = below.iter().filter(move |(_, weight)| *weight == wanted);
            those.map(|(at, _)| *at).collect::<Vec<_>>()
        };
        let mut chosen = of(Weight::Law);
        chosen.extend(newest(&of(Weight::Routine), STARTS_MAX));
        let anchors = around(&of(Weight::Anchor), events);
        chosen.extend(newest(&anchors, STATEMENTS_MAX.saturating_sub(chosen.len())));
        // A log whose key changed that often is not known; its newest statements are.
        let mut chosen = newest(&chosen, STATEMENTS_MAX).to_vec();
        chosen.sort_unstable();
        let left_out = (below.len() - chosen.len()) as u64;
        (chosen, left_out)
    }
}

fn weight(statement: Option<&Statement>) -> Weight {
    use Statement::{AdoptRestore, Anchor, Genesis, KeyChange, Start, Stop};
    match statement {
        Some(Genesis { .. } | KeyChange { .. } | AdoptRestore { .. }) => Weight::Law,
        Some(Anchor { .. }) => Weight::Anchor,
        Some(Start { .. } | Stop) | None => Weight::Routine,
    }
}

/// The keys that it names, the one in force after it last.
fn keys(statement: &Statement) -> Vec<&str> {
    match statement {
        Statement::Genesis { key, .. } | Statement::AdoptRestore { key, .. } => vec![key],
        Statement::KeyChange { old, new } => vec![old, new],
        Statement::Start { .. } | Statement::Stop | Statement::Anchor { .. } => Vec::new(),
    }
}

fn newest(at: &[LogIndex], most: usize) -> &[LogIndex] {
    &at[at.len().saturating_sub(most)..]
}

/// Those next before and next after an event, in order.
fn around(anchors: &[LogIndex], events: &[LogIndex]) -> Vec<LogIndex> {
    let mut around = Vec::new();
    for event in events {
        let after = anchors.partition_point(|anchor| anchor < event);
        let next = [after.checked_sub(1), Some(after)].into_iter().flatten();
        around.extend(next.filter_map(|n| anchors.get(n).copied()));
    }
    around.sort_unstable();
    around.dedup();
    around
}

#[cfg(test)]
mod tests;
