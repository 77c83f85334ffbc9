//! A clock that the run turns, and randomness that the seed foretells.

use crate::Dice;
use kiln_store::{
    Millis,
    clock::{Clock, Random},
};
use std::sync::{Mutex, PoisonError};

/// Stands still until it is turned.
#[derive(Debug)]
pub struct SimClock(Mutex<i64>);

impl SimClock {
    /// A clock that shows `now`.
    pub fn new(now: Millis) -> Self {
        Self(Mutex::new(now.0))
    }

    /// Turns the clock, back too.
    pub fn turn(&self, millis: i64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += millis;
    }
}

impl Clock for SimClock {
    fn now(&self) -> Millis {
        Millis(*self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Salts, ids and keys of a run.
#[derive(Debug)]
pub struct SimRandom(Mutex<Dice>);

impl SimRandom {
    /// What these dice throw.
    pub fn new(dice: Dice) -> Self {
        Self(Mutex::new(dice))
    }
}

impl Random for SimRandom {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill(bytes);
    }
}
