//! What may go upstream, and what may go to a client: values that only this room's ledger makes.

/// A value whose record is on disk, or that shows nothing that a record would be about. An answer
/// is made of nothing else, so that none can overtake its record.
#[derive(Debug)]
#[must_use = "what is recorded is to be answered"]
pub struct Recorded<T>(T);

/// Why nothing is recorded.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Needless {
    /// It was turned away before it was an interaction, and nothing went upstream.
    TurnedAway,
    /// It says that something could not be recorded, and shows nothing else.
    NotGiven,
    /// It is what the server can do, which is about nobody, and whoever asks shows no good token:
    /// anybody could fill the log.
    Anybody,
    /// It is a piece of a long answer whose status is on disk; the list of what it showed is before
    /// its last one goes.
    Listed,
    /// The operator lets reads go on while they cannot be recorded, and the alarm is raised.
    FailOpen,
}

impl<T> Recorded<T> {
    /// Its record is on disk.
    pub(crate) fn on_disk(value: T) -> Self {
        Self(value)
    }

    /// It has none.
    pub(crate) fn needless(value: T, why: Needless) -> Self {
        tracing::trace!(?why, "not recorded");
        Self(value)
    }

    /// What it is.
    pub fn into_inner(self) -> T {
        self.0
    }

    /// It, to look at.
    pub fn get(&self) -> &T {
        &self.0
    }
}
