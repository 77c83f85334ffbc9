//! What waits to be written on the shelf; bounded in number and bytes.
use super::{Rejected, Settings};
use std::{
    io,
    sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc::Sender},
    time::Duration,
};

/// Whoever wants the shelf empty, and is told how many files went.
pub(super) type Purger = Sender<io::Result<usize>>;

#[derive(Debug)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    bytes_max: usize,
    count_max: usize,
}

#[derive(Debug, Default)]
struct State {
    waiting: Vec<Rejected>,
    purgers: Vec<Purger>,
    bytes: usize,
    closed: bool,
}

impl Queue {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            state: Mutex::default(),
            changed: Condvar::new(),
            bytes_max: settings.queue_bytes_max,
            count_max: settings.queue_count_max,
        }
    }

    /// Whether there was room.
    pub(super) fn push(&self, rejected: Rejected) -> bool {
        let mut state = self.lock();
        let bytes = state.bytes.saturating_add(rejected.size());
        if state.closed || state.waiting.len() >= self.count_max || bytes > self.bytes_max {
            return false;
        }
        state.bytes = bytes;
        state.waiting.push(rejected);
        drop(state);
        self.changed.notify_one();
        true
    }

    /// Whether the shelf will be emptied; it is no more once the queue is closed.
    pub(super) fn purge(&self, purger: Purger) -> bool {
        let mut state = self.lock();
        if !state.closed {
            state.purgers.push(purger);
        }
        let is_taken = !state.closed;
        drop(state);
        self.changed.notify_one();
        is_taken
    }

    /// Waits until there is something, and takes all of it; none once it is closed and empty.
    pub(super) fn take(&self) -> Option<(Vec<Rejected>, Vec<Purger>)> {
        let is_idle = |state: &State| state.waiting.is_empty() && state.purgers.is_empty();
        let ready = |state: &mut State| is_idle(state) && !state.closed;
        let state = self.changed.wait_while(self.lock(), ready);
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        if is_idle(&state) {
            return None;
        }
        state.bytes = 0;
        Some((std::mem::take(&mut state.waiting), std::mem::take(&mut state.purgers)))
    }

    /// Waits so long, or until the queue is closed.
    pub(super) fn rest(&self, pause: Duration) {
        let open = |state: &mut State| !state.closed;
        drop(self.changed.wait_timeout_while(self.lock(), pause, open));
    }

    /// Takes nothing more.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
