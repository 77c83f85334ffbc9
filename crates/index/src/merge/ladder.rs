//! The heads of a few sorted sources, the lowest at hand.
use std::cmp::Ordering;

/// Heads in descending order: with the few dozen sources of a merge, moving the rungs above a new
/// head costs less than keeping a heap.
pub(super) struct Ladder<T> {
    rungs: Vec<(usize, T)>,
}

impl<T> Default for Ladder<T> {
    fn default() -> Self {
        Self { rungs: Vec::new() }
    }
}

impl<T> Ladder<T> {
    /// Takes in the next head of a source. Of equal heads the lower source comes first.
    pub(super) fn insert(&mut self, source: usize, head: T, compare: impl Fn(&T, &T) -> Ordering) {
        let at = self.rungs.partition_point(|(other, rung)| {
            compare(rung, &head).then(other.cmp(&source)) == Ordering::Greater
        });
        self.rungs.insert(at, (source, head));
    }

    /// The lowest head, with the number of its source.
    pub(super) fn peek(&self) -> Option<&(usize, T)> {
        self.rungs.last()
    }

    /// Takes the lowest head.
    pub(super) fn pop(&mut self) -> Option<(usize, T)> {
        self.rungs.pop()
    }
}

#[cfg(test)]
mod tests;
