//! Time and randomness, handed in so that a simulation can hold them.
use crate::Millis;

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
