//! A sender that tries again and again what is refused each time fills no shelf.
use super::Rejected;
use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasher as _, RandomState},
};

/// The last bodies that are remembered.
const REMEMBERED_MAX: usize = 1024;

/// The numbers of the last entries, by who sent which bytes. Hashes are keyed by chance: nobody can
/// make another body pass as one that was there.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    hasher: RandomState,
    numbers: HashMap<u64, u64>,
    order: VecDeque<u64>,
}

impl Repeats {
    pub(super) fn hash(&self, rejected: &Rejected) -> u64 {
        let Rejected { principal, door, release, media_type, body, .. } = rejected;
        self.hasher.hash_one((principal, *door as u8, release, media_type, body))
    }

    /// The entry that has these bytes.
    pub(super) fn number(&self, hash: u64) -> Option<u64> {
        self.numbers.get(&hash).copied()
    }

    pub(super) fn remember(&mut self, hash: u64, number: u64) {
        if self.numbers.insert(hash, number).is_none() {
            self.order.push_back(hash);
        }
        if self.order.len() > REMEMBERED_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.numbers.remove(&oldest);
        }
    }
}
