//! What may leave the server.

/// A value that was recorded, or need not be. A response is made of nothing else, so that no
/// answer can be forgotten and none can overtake its record: only this room makes one.
#[derive(Debug)]
pub(crate) struct Recorded<T>(T);

/// Why nothing is recorded.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Needless {
    /// It tells nothing of any log, or hashes alone: what anybody may ask, figures, tiles.
    ShowsNothing,
    /// It came in: the envelope names who sent it. What was refused lies on the reject shelf.
    CameIn,
    /// Its events stand in the log itself, on disk before it is answered.
    InTheLog,
    /// It was turned away before it was anything: there is no such path or method, it is too
    /// large, too much comes at once.
    TurnedAway,
    /// The operator wants no records of what is read.
    SwitchedOff,
    /// It was refused as others before it in the same minute, and is counted with them.
    Counted,
    /// It is the refusal of what could not be recorded.
    NotGiven,
}

impl<T> Recorded<T> {
    /// Its record is on disk.
    pub(super) fn on_disk(value: T) -> Self {
        Self(value)
    }

    /// It has none.
    pub(super) fn needless(value: T, why: Needless) -> Self {
        tracing::trace!(?why, "not recorded");
        Self(value)
    }

    /// Figures of the whole server, on a listener of their own.
    pub(crate) fn figures(value: T) -> Self {
        Self::needless(value, Needless::ShowsNothing)
    }

    /// What it is.
    pub(crate) fn into_inner(self) -> T {
        self.0
    }

    /// It, to look at.
    pub(crate) fn as_ref(&self) -> &T {
        &self.0
    }

    /// It, to be dressed for its way.
    pub(crate) fn as_mut(&mut self) -> &mut T {
        &mut self.0
    }
}
