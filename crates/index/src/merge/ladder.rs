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
        let at = self.place(|(other, rung)| compare(rung, &head).then(other.cmp(&source)));
        self.rungs.insert(at, (source, head));
    }

    /// The same, where `compare` says how a rung stands to the new one.
    pub(super) fn insert_by(
        &mut self,
        source: usize,
        head: T,
        compare: impl Fn(&(usize, T)) -> Ordering,
    ) {
        let at = self.place(compare);
        self.rungs.insert(at, (source, head));
    }

    fn place(&self, compare: impl Fn(&(usize, T)) -> Ordering) -> usize {
        self.rungs.partition_point(|rung| compare(rung) == Ordering::Greater)
    }

    /// The lowest head, with the number of its source.
    pub(super) fn peek(&self) -> Option<&(usize, T)> {
        self.rungs.last()
    }

    /// Takes the lowest head.
    pub(super) fn pop(&mut self) -> Option<(usize, T)> {
        self.rungs.pop()
    }

    /// Takes the lowest head if it is the one.
    pub(super) fn pop_if(&mut self, is_it: impl Fn(&(usize, T)) -> bool) -> Option<(usize, T)> {
        self.rungs.pop_if(|rung| is_it(rung))
    }
}

#[cfg(test)]
mod tests;
