//! The one source of chance.
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng as _, SeedableRng as _},
};

#[derive(Debug)]
pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    pub(super) fn seeded(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Below `end`, which is small against 2^32, so that the bias of the product does not matter.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        ((self.0.next_u64() >> 32) * end) >> 32
    }

    /// From `from` on, below `end`.
    pub(super) fn between(&mut self, from: i64, end: i64) -> i64 {
        from + self.below((end - from).max(1) as u64) as i64
    }

    /// True so often of a thousand.
    pub(super) fn of_1000(&mut self, times: u64) -> bool {
        self.below(1000) < times
    }

    /// One of several; `all` is not empty.
    pub(super) fn one<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len() as u64) as usize]
    }

    /// In [0, 1), 53 bits.
    pub(super) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(super) fn wide(&mut self) -> u128 {
        (u128::from(self.0.next_u64()) << 64) | u128::from(self.0.next_u64())
    }
}
