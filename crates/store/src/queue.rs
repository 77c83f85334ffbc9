//! What waits for the sequencer.
use crate::{AppendError, Appended, Settings, Unit, Waiter};
use kiln_evidence::Signer;
use std::{
    collections::VecDeque,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::sync::oneshot;

/// The sequencer never waits for more units than this before it writes a group: beyond it, one
/// fdatasync is cheap enough for each.
const LINGER_UNITS_MAX: usize = 64;

/// Who waits for a unit.
pub(crate) type Answer = oneshot::Sender<Result<Appended, AppendError>>;

/// A unit and who waits for it.
pub(crate) struct Waiting {
    pub(crate) unit: Unit,
    /// The key that comes into force with the unit, which then has a group of its own.
    pub(crate) key: Option<Arc<dyn Signer>>,
    pub(crate) answer: Answer,
}

/// Units in the order of their arrival; bounded in number and bytes.
pub(crate) struct Queue {
    state: Mutex<State>,
    arrived: Condvar,
    expected: Arc<AtomicUsize>,
}

/// A unit that is on its way: see [`Store::expect`](crate::Store::expect). Dropped, it is no
/// longer expected.
#[derive(Debug)]
pub struct Expected(Arc<AtomicUsize>);

impl Drop for Expected {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    bytes: usize,
    refuse: Option<AppendError>,
    /// The sequencer is woken when so many units wait; 0 while it does not wait.
    wake_at: usize,
    /// How many units the last pool had.
    taken: usize,
}

impl Queue {
    pub(crate) fn new() -> Self {
        Self { state: Mutex::default(), arrived: Condvar::new(), expected: Arc::default() }
    }

    /// Notes that a unit is on its way.
    pub(crate) fn expect(&self) -> Expected {
        self.expected.fetch_add(1, Ordering::Relaxed);
        Expected(Arc::clone(&self.expected))
    }

    /// Adds a unit, or says why not.
    pub(crate) fn push(
        &self,
        unit: Unit,
        key: Option<Arc<dyn Signer>>,
        settings: &Settings,
    ) -> Result<Waiter, AppendError> {
        let bytes = body_bytes(&unit);
        let records = unit.records.len();
        if records > settings.unit_records_max.min(settings.group_records_max)
            || bytes > settings.group_bytes_max
        {
            return Err(AppendError::TooLarge);
        }
        let mut state = self.lock();
        if let Some(reason) = &state.refuse {
            return Err(reason.clone());
        }
        let too_many = state.waiting.len() >= settings.queue_units_max;
        let too_large = state.bytes + bytes > settings.queue_bytes_max && state.bytes > 0;
        if too_many || too_large {
            return Err(AppendError::Busy);
        }
        let (answer, waiter) = oneshot::channel();
        state.waiting.push_back(Waiting { unit, key, answer });
        state.bytes += bytes;
        if state.wake_at > 0 && state.waiting.len() >= state.wake_at {
            state.wake_at = 0;
            self.arrived.notify_one();
        }
        Ok(waiter)
    }

    /// Waits for units and takes the next pool; `None` once the queue is closed and empty.
    pub(crate) fn take(&self, settings: &Settings) -> Option<Vec<Waiting>> {
        let mut state = self.lock();
        // Those who were answered last and those who wait already are likely to come again.
        let mut crowd = state.waiting.len() + state.taken;
        if state.waiting.is_empty() {
            state = self.wait(state, 1, None);
        }
        crowd += self.expected.load(Ordering::Relaxed);
        let worth_waiting_for = (crowd / 2).min(LINGER_UNITS_MAX);
        if state.waiting.len() < worth_waiting_for {
            let linger = Duration::from_micros(u64::from(settings.linger_us_max));
            state = self.wait(state, worth_waiting_for, Some(linger));
        }
        let pool = state.take(settings);
        (!pool.is_empty()).then_some(pool)
    }

    /// Takes the next pool without waiting.
    pub(crate) fn try_take(&self, settings: &Settings) -> Option<Vec<Waiting>> {
        let pool = self.lock().take(settings);
        (!pool.is_empty()).then_some(pool)
    }

    /// Takes no further units; what waits is still taken.
    pub(crate) fn close(&self) {
        self.lock().refuse.get_or_insert(AppendError::Closed);
        self.arrived.notify_one();
    }

    /// Answers everything that waits and that comes with `error`.
    pub(crate) fn refuse(&self, error: &AppendError) {
        let mut state = self.lock();
        state.refuse = Some(error.clone());
        state.bytes = 0;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        self.arrived.notify_one();
        for waiting in waiting {
            // Who has gone needs no answer.
            drop(waiting.answer.send(Err(error.clone())));
        }
    }

    fn wait<'a>(
        &self,
        mut state: MutexGuard<'a, State>,
        units: usize,
        limit: Option<Duration>,
    ) -> MutexGuard<'a, State> {
        state.wake_at = units;
        let too_few = |s: &mut State| s.waiting.len() < units && s.refuse.is_none();
        let mut state = match limit {
            None => self.arrived.wait_while(state, too_few).unwrap_or_else(PoisonError::into_inner),
            Some(limit) => {
                let waited = self.arrived.wait_timeout_while(state, limit, too_few);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
        };
        state.wake_at = 0;
        state
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing in here is left half done by a panic: each change is one step.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes units until the next one would not fit the group.
    fn take(&mut self, settings: &Settings) -> Vec<Waiting> {
        let (mut records, mut bytes, mut units) = (0, 0, 0);
        let mut alone = false;
        for waiting in &self.waiting {
            records += waiting.unit.records.len();
            bytes += body_bytes(&waiting.unit);
            let full = records > settings.group_records_max || bytes > settings.group_bytes_max;
            if units > 0 && (full || alone || waiting.key.is_some()) {
                break;
            }
            alone = waiting.key.is_some();
            units += 1;
        }
        let pool: Vec<Waiting> = self.waiting.drain(..units).collect();
        self.bytes -= pool.iter().map(|waiting| body_bytes(&waiting.unit)).sum::<usize>();
        self.taken = units;
        pool
    }
}

fn body_bytes(unit: &Unit) -> usize {
    unit.records.iter().map(|record| record.body.len()).sum()
}

#[cfg(test)]
mod tests;
