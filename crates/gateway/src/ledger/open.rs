//! Which intents have no outcome yet.
use crate::entry::Intent;
use kiln_store::{LogIndex, RecordId};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The intents of this run that are open.
#[derive(Debug, Default)]
pub(super) struct Open(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    next: u64,
    open: BTreeMap<u64, Held>,
    abandoned: Vec<Abandoned>,
}

#[derive(Debug)]
struct Held {
    /// It stands here or later.
    from: LogIndex,
    intent: Arc<Intent>,
    /// Once it is on disk.
    id: Option<RecordId>,
}

/// An intent whose request ended without an outcome.
#[derive(Clone, Debug)]
pub struct Abandoned {
    /// The id of its record.
    pub id: RecordId,
    /// What was to be done.
    pub intent: Arc<Intent>,
    /// Its record stands here or later.
    pub from: LogIndex,
    /// The status of its answer, where that had begun to go out in pieces.
    pub streamed: Option<u16>,
}

/// One of the open intents, until it is settled. Dropped before, it is abandoned.
#[derive(Debug)]
pub(super) struct Ticket {
    number: u64,
    of: Arc<Open>,
    is_done: bool,
}

impl State {
    fn insert(&mut self, from: LogIndex, intent: Arc<Intent>, id: Option<RecordId>) -> u64 {
        let number = self.next;
        self.next += 1;
        self.open.insert(number, Held { from, intent, id });
        number
    }
}

impl Open {
    /// Adds one, before it is appended: its record will stand at `from` or later.
    pub(super) fn enter(self: &Arc<Self>, from: LogIndex, intent: Arc<Intent>) -> Ticket {
        let number = self.state().insert(from, intent, None);
        Ticket { number, of: Arc::clone(self), is_done: false }
    }

    /// The position before which every intent is settled, once this one is; `None` where no other
    /// is open.
    pub(super) fn without(&self, ticket: &Ticket) -> Option<LogIndex> {
        let state = self.state();
        let others = state.open.iter().filter(|(number, _)| **number != ticket.number);
        let others = others.map(|(_, held)| held.from);
        others.chain(state.abandoned.iter().map(|abandoned| abandoned.from)).min()
    }

    /// Adds those of an earlier run.
    pub(super) fn adopt(&self, found: Vec<Abandoned>) {
        self.state().abandoned.extend(found);
    }

    /// Takes those that were abandoned and are wanted: they are open again, each with a ticket.
    pub(super) fn take_abandoned(
        self: &Arc<Self>,
        is_wanted: impl Fn(&Abandoned) -> bool,
    ) -> Vec<(Abandoned, Ticket)> {
        let mut state = self.state();
        let all = std::mem::take(&mut state.abandoned);
        let (abandoned, others) = all.into_iter().partition::<Vec<_>, _>(is_wanted);
        state.abandoned = others;
        let again = abandoned.into_iter().map(|found| {
            let number = state.insert(found.from, Arc::clone(&found.intent), Some(found.id));
            (found, Ticket { number, of: Arc::clone(self), is_done: false })
        });
        again.collect()
    }

    pub(super) fn len(&self) -> usize {
        let state = self.state();
        state.open.len() + state.abandoned.len()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change is one step: a panic leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticket {
    /// Its record is on disk.
    pub(super) fn intended(&self, id: RecordId) {
        if let Some(held) = self.of.state().open.get_mut(&self.number) {
            held.id = Some(id);
        }
    }

    /// Its outcome is on disk.
    pub(super) fn settle(mut self) {
        self.is_done = true;
        self.of.state().open.remove(&self.number);
    }

    /// It is not on disk.
    pub(super) fn forget(self) {
        self.settle();
    }

    /// Its outcome is on its way to the disk, or nobody knows whether it is there itself: until it
    /// is settled it stays open, whatever becomes of the ticket, and the next start looks.
    pub(super) fn keep(&mut self) {
        self.is_done = true;
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if self.is_done {
            return;
        }
        let mut state = self.of.state();
        // Where nobody knows whether it is on disk, it stays open: the next start looks.
        let Some(Held { id: Some(_), .. }) = state.open.get(&self.number) else { return };
        let Some(Held { from, intent, id: Some(id) }) = state.open.remove(&self.number) else {
            return;
        };
        state.abandoned.push(Abandoned { id, intent, from, streamed: None });
    }
}
