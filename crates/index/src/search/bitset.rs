//! Sets of the documents of one chunk, a bit for each.
use crate::{
    file::Error,
    posting::{Container, words},
};
use std::ops::Range;

/// A set inside a chunk of `len` documents; no bit at or above `len` is ever set.
pub(super) struct Bitset {
    pub(super) words: Vec<u64>,
    len: u32,
}

/// Documents of a chunk, in the form in which they lie.
#[derive(Copy, Clone)]
pub(super) enum Leaf<'a> {
    Container(Container<'a>),
    /// Ascending, less this base.
    List(&'a [u32], u32),
    Words(&'a [u64]),
    Range(u32, u32),
}

impl Leaf<'_> {
    /// Whether it comes number by number, and there are many.
    pub(super) fn is_scattered(self) -> bool {
        match self {
            Leaf::Container(Container::Gaps(gaps)) => gaps.len >= SCATTERED_MIN,
            Leaf::List(list, _) => list.len() >= SCATTERED_MIN as usize,
            _ => false,
        }
    }
}

/// Numbers that cost about as much as clearing a set and combining two.
const SCATTERED_MIN: u32 = 64;

impl Bitset {
    /// An empty set in the memory of another.
    pub(super) fn empty(words: Vec<u64>, len: u32) -> Self {
        let mut set = Self { words, len };
        set.words.clear();
        set.words.resize(len.div_ceil(64) as usize, 0);
        set
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    pub(super) fn count(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// How many members are in the range.
    pub(super) fn count_in(&self, range: Range<u32>) -> u64 {
        let mut count = 0;
        for_each_word(range, |at, mask| count += u64::from((self.words[at] & mask).count_ones()));
        count
    }

    /// How many members are in the leaf too.
    pub(super) fn count_leaf(&self, leaf: Leaf<'_>) -> Result<u64, Error> {
        let has = |number: u32| self.words[number as usize / 64] >> (number % 64) & 1;
        let both = |(a, b): (&u64, u64)| u64::from((a & b).count_ones());
        Ok(match leaf {
            Leaf::Container(Container::Empty) => 0,
            Leaf::Container(Container::Full) => self.count(),
            Leaf::Container(Container::Gaps(gaps)) => {
                let mut count = 0;
                gaps.for_each(|number| count += has(number))?;
                count
            }
            Leaf::Container(Container::Runs(runs)) => {
                let mut count = 0;
                runs.for_each(|from, to| count += self.count_in(from..to))?;
                count
            }
            Leaf::Container(Container::Bitmap(bytes)) => {
                self.words.iter().zip(words(bytes)).map(both).sum()
            }
            Leaf::Words(words) => self.words.iter().zip(words.iter().copied()).map(both).sum(),
            Leaf::List(list, base) => list.iter().map(|document| has(document - base)).sum(),
            Leaf::Range(from, to) => self.count_in(from..to),
        })
    }

    pub(super) fn insert_range(&mut self, from: u32, to: u32) {
        for_each_word(from..to, |at, mask| self.words[at] |= mask);
    }

    pub(super) fn remove_range(&mut self, from: u32, to: u32) {
        for_each_word(from..to, |at, mask| self.words[at] &= !mask);
    }

    pub(super) fn unite(&mut self, leaf: Leaf<'_>) -> Result<(), Error> {
        let len = self.len;
        match leaf {
            Leaf::Container(Container::Empty) => (),
            Leaf::Container(Container::Full) => self.insert_range(0, len),
            Leaf::Container(Container::Gaps(gaps)) => {
                return gaps.for_each(|number| self.words[number as usize / 64] |= bit(number));
            }
            Leaf::Container(Container::Runs(runs)) => {
                return runs.for_each(|from, to| self.insert_range(from, to));
            }
            Leaf::Container(Container::Bitmap(bytes)) => {
                self.zip(words(bytes), |word, other| *word |= other);
            }
            Leaf::Words(words) => self.zip(words.iter().copied(), |word, other| *word |= other),
            Leaf::List(list, base) => list
                .iter()
                .map(|document| document - base)
                .for_each(|number| self.words[number as usize / 64] |= bit(number)),
            Leaf::Range(from, to) => self.insert_range(from, to),
        }
        Ok(())
    }

    pub(super) fn subtract(&mut self, leaf: Leaf<'_>) -> Result<(), Error> {
        let len = self.len;
        match leaf {
            Leaf::Container(Container::Empty) => (),
            Leaf::Container(Container::Full) => self.remove_range(0, len),
            Leaf::Container(Container::Gaps(gaps)) => {
                return gaps.for_each(|number| self.words[number as usize / 64] &= !bit(number));
            }
            Leaf::Container(Container::Runs(runs)) => {
                return runs.for_each(|from, to| self.remove_range(from, to));
            }
            Leaf::Container(Container::Bitmap(bytes)) => {
                self.zip(words(bytes), |word, other| *word &= !other);
            }
            Leaf::Words(words) => self.zip(words.iter().copied(), |word, other| *word &= !other),
            Leaf::List(list, base) => list
                .iter()
                .map(|document| document - base)
                .for_each(|number| self.words[number as usize / 64] &= !bit(number)),
            Leaf::Range(from, to) => self.remove_range(from, to),
        }
        Ok(())
    }

    pub(super) fn intersect(&mut self, leaf: Leaf<'_>) -> Result<(), Error> {
        match leaf {
            Leaf::Container(Container::Full) => (),
            Leaf::Container(Container::Empty) => self.words.fill(0),
            Leaf::Container(Container::Gaps(gaps)) => {
                let mut kept = Kept::new(&mut self.words);
                gaps.for_each(|number| kept.keep(number))?;
                kept.finish();
            }
            Leaf::Container(Container::Runs(runs)) => {
                let mut end = 0;
                runs.for_each(|from, to| {
                    self.remove_range(end, from);
                    end = to;
                })?;
                self.remove_range(end, self.len);
            }
            Leaf::Container(Container::Bitmap(bytes)) => {
                self.zip(words(bytes), |word, other| *word &= other);
            }
            Leaf::Words(words) => self.zip(words.iter().copied(), |word, other| *word &= other),
            Leaf::List(list, base) => {
                let mut kept = Kept::new(&mut self.words);
                for document in list {
                    kept.keep(document - base);
                }
                kept.finish();
            }
            Leaf::Range(from, to) => {
                self.remove_range(0, from);
                self.remove_range(to, self.len);
            }
        }
        Ok(())
    }

    /// Combines with the words of another set of the chunk.
    fn zip(&mut self, others: impl Iterator<Item = u64>, mut combine: impl FnMut(&mut u64, u64)) {
        self.words.iter_mut().zip(others).for_each(|(word, other)| combine(word, other));
        // A damaged bitmap may have bits past the last document.
        if let Some(word) = self.words.last_mut().filter(|_| !self.len.is_multiple_of(64)) {
            *word &= bit(self.len) - 1;
        }
    }
}

/// Intersects with ascending numbers as they come: a word is settled once they have passed it.
struct Kept<'a> {
    words: &'a mut [u64],
    at: usize,
    mask: u64,
}

impl<'a> Kept<'a> {
    fn new(words: &'a mut [u64]) -> Self {
        Self { words, at: 0, mask: 0 }
    }

    #[inline]
    fn keep(&mut self, number: u32) {
        let at = number as usize / 64;
        if at != self.at {
            self.words[self.at] &= self.mask;
            self.words[self.at + 1..at].fill(0);
            self.at = at;
            self.mask = 0;
        }
        self.mask |= bit(number);
    }

    fn finish(self) {
        if let Some((word, rest)) = self.words[self.at..].split_first_mut() {
            *word &= self.mask;
            rest.fill(0);
        }
    }
}

fn bit(number: u32) -> u64 {
    1 << (number % 64)
}

/// Calls `take` with each word that a range of bits touches, and the bits in it.
fn for_each_word(range: Range<u32>, mut take: impl FnMut(usize, u64)) {
    let mut from = range.start;
    while from < range.end {
        let to = range.end.min((from / 64 + 1) * 64);
        let mask = u64::MAX >> (64 - (to - from)) << (from % 64);
        take(from as usize / 64, mask);
        from = to;
    }
}

#[cfg(test)]
mod tests;
