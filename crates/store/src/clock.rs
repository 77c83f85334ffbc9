//! Time and randomness, handed in so that a simulation can hold them.
use crate::Millis;
use std::time::UNIX_EPOCH;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now. May step back or jump; the sequencer copes.
    fn now(&self) -> Millis;
}

/// Fills bytes that nobody can foretell.
pub trait Random: Send + Sync {
    /// Fills all of `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// The machine's clock.
#[derive(Copy, Clone, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine's clock")]
    fn now(&self) -> Millis {
        let now = std::time::SystemTime::now();
        // A clock before 1970 reads as 1970: received times never go back, so nothing is lost.
        Millis(now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64))
    }
}

/// The kernel's random source.
#[derive(Copy, Clone, Debug, Default)]
pub struct OsRandom;

impl Random for OsRandom {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the kernel has a random source once it has started");
    }
}
