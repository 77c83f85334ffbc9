//! Wakes the writer of the tiles, not for each group.
use std::{
    sync::{
        Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// The writer lets the log grow so long before it follows: the folder is at most twice that, and
/// what the writing takes, behind the log.
pub(super) const LINGER: Duration = Duration::from_millis(400);
/// After a failure the writer waits so long.
const PAUSE: Duration = Duration::from_secs(1);

/// Between the sequencer and the writer.
#[derive(Debug, Default)]
pub(crate) struct Signal {
    state: Mutex<State>,
    changed: Condvar,
    failing: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    /// The log has grown.
    grown: bool,
    /// By so much that the writer should not linger.
    hurry: bool,
    stop: bool,
}

impl Signal {
    /// The log has grown.
    pub(crate) fn grown(&self, hurry: bool) {
        let mut state = self.state();
        let news = !state.grown || (hurry && !state.hurry);
        (state.grown, state.hurry) = (true, state.hurry || hurry);
        drop(state);
        if news {
            self.changed.notify_all();
        }
    }

    /// No more work is begun.
    pub(crate) fn stop(&self) {
        self.state().stop = true;
        self.changed.notify_all();
    }

    /// Waits until there is enough to write; tells whether so much that the writer should hurry.
    /// `None` when it is time to stop.
    pub(super) fn wait(&self) -> Option<bool> {
        let idle = |state: &mut State| !state.grown && !state.stop;
        let state = self.changed.wait_while(self.state(), idle);
        let state = state.unwrap_or_else(PoisonError::into_inner);
        let few = |state: &mut State| !state.hurry && !state.stop;
        let waited = self.changed.wait_timeout_while(state, LINGER, few);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let hurry = std::mem::take(&mut state.hurry);
        state.grown = false;
        (!state.stop).then_some(hurry)
    }

    /// Waits a while after a failure, or until it is time to stop.
    pub(super) fn pause(&self) {
        let going = |state: &mut State| !state.stop;
        drop(self.changed.wait_timeout_while(self.state(), PAUSE, going));
    }

    /// Notes whether the last work failed.
    pub(super) fn worked(&self, well: bool) {
        self.failing.store(!well, Ordering::Relaxed);
    }

    /// Whether waiting for the writer leads anywhere.
    pub(crate) fn is_going(&self) -> bool {
        !self.failing.load(Ordering::Relaxed) && !self.state().stop
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change in there is one step.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
