//! What is counted, within bounds.
use kiln_store::Millis;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;
/// Addresses and reasons that are told apart in a minute; all others are counted as one.
const KEYS_MAX: usize = 4096;
/// What has no room of its own.
const OTHERS: &str = "other addresses";
/// What the day's bytes had no room for.
const OVER: &str = "over budget";

/// From where, and why not.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) address: Option<IpAddr>,
    pub(super) reason: &'static str,
}

/// Several that are told as one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Closed {
    pub(super) key: Key,
    pub(super) from: Millis,
    pub(super) to: Millis,
    pub(super) count: u64,
    /// Those that the day's bytes had no room for.
    pub(super) is_over_budget: bool,
}

/// Requests that were not let in.
#[derive(Debug)]
pub(crate) struct Refusals {
    bytes_max: u64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The minute that is counted.
    minute: i64,
    counts: HashMap<Key, u64>,
    /// Those of minutes before.
    closed: Vec<Closed>,
    day: i64,
    bytes: u64,
    over_budget: u64,
}

impl Refusals {
    /// None yet; so many bytes of them may be recorded in a day.
    pub(crate) fn new(bytes_max: u64) -> Self {
        Self { bytes_max, state: Mutex::default() }
    }

    /// Whether it is the first of its kind in its minute; else it is counted.
    pub(super) fn is_first(&self, now: Millis, key: Key) -> bool {
        let mut state = self.at(now);
        if !state.counts.contains_key(&key) && state.counts.len() < KEYS_MAX {
            state.counts.insert(key, 0);
            return true;
        }
        state.add(key, 1);
        false
    }

    /// Counts one that was first and is not recorded.
    pub(super) fn count(&self, now: Millis, key: Key) {
        self.at(now).add(key, 1);
    }

    /// Takes so many bytes of the day's; false where they are used up.
    pub(super) fn pay(&self, now: Millis, bytes: usize) -> bool {
        let mut state = self.at(now);
        let after = state.bytes + bytes as u64;
        let fits = after <= self.bytes_max;
        if fits {
            state.bytes = after;
        }
        fits
    }

    /// Those that are not told today.
    pub(super) fn over_budget(&self, now: Millis, count: u64) {
        self.at(now).over_budget += count;
    }

    /// Takes what is to be told.
    pub(super) fn closed(&self, now: Millis, all: bool) -> Vec<Closed> {
        let mut state = self.at(now);
        if all {
            state.close_minute();
            state.close_day();
        }
        std::mem::take(&mut state.closed)
    }

    /// The state of this minute. A clock that goes back changes nothing.
    fn at(&self, now: Millis) -> MutexGuard<'_, State> {
        // Each change is one step: a panic leaves nothing half done.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = now.0.div_euclid(MINUTE_MS);
        if minute > state.minute {
            state.close_minute();
            state.minute = minute;
        }
        let day = now.0.div_euclid(DAY_MS);
        if day > state.day {
            state.close_day();
            (state.day, state.bytes) = (day, 0);
        }
        state
    }
}

impl State {
    fn add(&mut self, key: Key, count: u64) {
        let others = Key { address: None, reason: OTHERS };
        let key = if self.counts.contains_key(&key) { key } else { others };
        *self.counts.entry(key).or_default() += count;
    }

    fn close_minute(&mut self) {
        let (from, to) = (self.minute * MINUTE_MS, (self.minute + 1) * MINUTE_MS);
        for (key, count) in self.counts.drain().filter(|(_, count)| *count > 0) {
            // A tick comes long before the next minute ends; were there none, it is told as a sum.
            if self.closed.len() > 2 * KEYS_MAX {
                self.over_budget += count;
                continue;
            }
            let (from, to) = (Millis(from), Millis(to));
            self.closed.push(Closed { key, from, to, count, is_over_budget: false });
        }
    }

    fn close_day(&mut self) {
        let count = std::mem::take(&mut self.over_budget);
        if count > 0 {
            let (from, to) = (Millis(self.day * DAY_MS), Millis((self.day + 1) * DAY_MS));
            let key = Key { address: None, reason: OVER };
            self.closed.push(Closed { key, from, to, count, is_over_budget: true });
        }
    }
}

#[cfg(test)]
mod tests;
