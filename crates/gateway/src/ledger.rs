//! Intents and their outcomes: nothing goes upstream without the one on disk, and nothing goes to
//! a client without the other.
mod open;

use crate::{
    entry::{Ending, Entry, Intent},
    meters::Meters,
    recorded::{Needless, Recorded},
    seams::{Log, NotKept},
    tell,
};
use kiln_store::{AppendError, NewRecord, RecordId};
use kiln_trail::Event;
use open::{Open, Ticket};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub use open::Abandoned;

/// What the gateway has written and has yet to write.
pub struct Ledger<L> {
    log: L,
    open: Arc<Open>,
    unsettled: Mutex<VecDeque<Unsettled>>,
    unsettled_max: usize,
    meters: Meters,
}

/// That a request may go upstream: its intent is on disk, or it needs none. It is the one way to
/// send anything there.
#[derive(Debug)]
pub struct Leave(By);

#[derive(Debug)]
enum By {
    Intent(Intended),
    /// The operator's word that reads go on while nothing can be written.
    FailOpen,
    /// What is asked is about nobody, by nobody who is known.
    Anybody,
}

#[derive(Debug)]
struct Intended {
    id: RecordId,
    ticket: Ticket,
}

impl Leave {
    fn intended(&self) -> Option<&Intended> {
        match &self.0 {
            By::Intent(intended) => Some(intended),
            By::FailOpen | By::Anybody => None,
        }
    }

    /// Whether it is for what is asked by nobody who is known.
    pub(crate) fn is_anybodys(&self) -> bool {
        matches!(self.0, By::Anybody)
    }

    /// The id of the intent's record; one without an intent has none.
    pub fn id(&self) -> Option<RecordId> {
        self.intended().map(|intended| intended.id)
    }
}

/// How a request ended, as it is to be recorded.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What is known of its end.
    pub ending: Ending,
    /// The status of the answer.
    pub status: Option<u16>,
    /// What is told of it.
    pub events: Vec<Event>,
}

/// An outcome that the log did not take.
struct Unsettled {
    intended: Intended,
    outcome: Outcome,
}

impl<L: Log> Ledger<L> {
    /// An empty one over the log; at most so many outcomes wait for it.
    pub fn new(log: L, unsettled_max: usize, meters: Meters) -> Self {
        let (open, unsettled) = (Arc::default(), Mutex::default());
        Self { log, open, unsettled, unsettled_max, meters }
    }

    /// The log.
    pub fn log(&self) -> &L {
        &self.log
    }

    /// Writes down what is about to be done.
    ///
    /// # Errors
    /// It is not on disk: it must not be done.
    pub async fn intend(&self, intent: &Arc<Intent>) -> Result<Leave, NotKept> {
        // Registered before it is appended, so that no outcome in between says that all before it
        // is settled.
        let mut ticket = self.open.enter(self.log.size(), Arc::clone(intent));
        match self.log.append(vec![intent.record()]).await.map(|stored| stored.first().copied()) {
            Ok(Some(stored)) => {
                ticket.intended(stored.id);
                Ok(Leave(By::Intent(Intended { id: stored.id, ticket })))
            }
            Ok(None) | Err(NotKept::Stopped) => {
                ticket.keep();
                Err(NotKept::Stopped)
            }
            Err(error) => {
                ticket.forget();
                Err(error)
            }
        }
    }

    /// A read that goes on though nothing can be written: by the operator's own setting.
    pub(crate) fn fail_open(&self, error: &NotKept) -> Leave {
        tracing::error!(%error, "a read goes upstream unrecorded: gateway.reads is fail-open");
        self.meters.failed_open();
        Leave(By::FailOpen)
    }

    /// For what the server can do, asked by nobody who is known: an intent of each would let
    /// anybody fill the log.
    #[expect(clippy::unused_self, reason = "a leave is the ledger's to give")]
    pub(crate) fn for_anybody(&self) -> Leave {
        Leave(By::Anybody)
    }

    /// Takes up intents of an earlier run that have no outcome: they are abandoned. To be called
    /// before anything is concluded.
    pub fn adopt(&self, found: Vec<Abandoned>) {
        self.open.adopt(found);
    }

    /// Writes down that a long answer begins.
    ///
    /// # Errors
    /// It is not on disk: it must not begin.
    pub async fn begin<T>(
        &self,
        leave: &Leave,
        status: u16,
        value: T,
    ) -> Result<Recorded<T>, NotKept> {
        let intended = match &leave.0 {
            By::Intent(intended) => intended,
            By::FailOpen => return Ok(Recorded::needless(value, Needless::FailOpen)),
            By::Anybody => return Ok(Recorded::needless(value, Needless::Anybody)),
        };
        let entry = Entry::Stream { intent: intended.id.0, status };
        self.log.append(vec![entry.record()]).await?;
        Ok(Recorded::on_disk(value))
    }

    /// Writes down a part of what is told, before the rest.
    ///
    /// # Errors
    /// It is not on disk.
    pub async fn tell<T>(&self, events: &[Event], value: T) -> Result<Recorded<T>, NotKept> {
        self.write_all(events).await?;
        Ok(Recorded::on_disk(value))
    }

    /// Writes down how it ended, and gives what may then be shown.
    ///
    /// # Errors
    /// It is not on disk: nothing may be shown. It is tried again later.
    pub async fn conclude<T>(
        &self,
        leave: Leave,
        mut outcome: Outcome,
        value: T,
    ) -> Result<Recorded<T>, NotKept> {
        let mut intended = match leave.0 {
            By::Intent(intended) => intended,
            By::FailOpen => return self.conclude_open(outcome, value).await,
            By::Anybody => return Ok(Recorded::needless(value, Needless::Anybody)),
        };
        match self.write(&mut intended, &mut outcome).await {
            Ok(()) => {
                intended.ticket.settle();
                self.meters.concluded(outcome.ending);
                Ok(Recorded::on_disk(value))
            }
            Err(error) => {
                self.put_off(intended, outcome);
                Err(error)
            }
        }
    }

    /// The end of a read that failed open: recorded where that goes again.
    async fn conclude_open<T>(&self, outcome: Outcome, value: T) -> Result<Recorded<T>, NotKept> {
        match self.write_all(&outcome.events).await {
            Ok(()) => Ok(Recorded::on_disk(value)),
            Err(error) => {
                tracing::error!(%error, "a read was answered unrecorded: it failed open");
                Ok(Recorded::needless(value, Needless::FailOpen))
            }
        }
    }

    /// Writes an outcome with its events, in one unit. Those that are more than a unit takes go
    /// before it, so that no outcome is there without them; what was written is taken out.
    async fn write(&self, intended: &mut Intended, outcome: &mut Outcome) -> Result<(), NotKept> {
        intended.ticket.keep();
        loop {
            let from = self.open.without(&intended.ticket).unwrap_or(self.log.size()).0;
            let Outcome { ending, status, ref mut events } = *outcome;
            let entry = Entry::Outcome { intent: intended.id.0, ending, status, from };
            let mut all = vec![entry.record()];
            all.extend(records(events)?);
            match self.log.append(all).await {
                Err(NotKept::Refused(AppendError::TooLarge)) if !events.is_empty() => {
                    let many = self.write_some(events).await?;
                    events.drain(..many);
                }
                written => return written.map(|_stored| ()),
            }
        }
    }

    async fn write_all(&self, mut events: &[Event]) -> Result<(), NotKept> {
        while !events.is_empty() {
            let many = self.write_some(events).await?;
            events = &events[many..];
        }
        Ok(())
    }

    /// Writes as many of the first events as a unit takes, and says how many these were.
    async fn write_some(&self, events: &[Event]) -> Result<usize, NotKept> {
        let mut many = events.len();
        loop {
            match self.log.append(records(&events[..many])?).await {
                Err(NotKept::Refused(AppendError::TooLarge)) if many > 1 => {
                    many = many.div_ceil(2);
                }
                written => return written.map(|_stored| many),
            }
        }
    }

    /// Keeps an outcome that the log did not take. Where too many wait already, the intent stays
    /// open, and the next start settles it.
    fn put_off(&self, intended: Intended, outcome: Outcome) {
        self.meters.put_off();
        let mut unsettled = self.unsettled();
        if unsettled.len() < self.unsettled_max {
            unsettled.push_back(Unsettled { intended, outcome });
        }
    }

    /// Whether more outcomes wait than may: then nothing more is forwarded.
    pub fn is_behind(&self) -> bool {
        self.unsettled().len() >= self.unsettled_max
    }

    /// Tries again what the log did not take, each outcome once; `false` where it still takes none.
    pub async fn catch_up(&self) -> bool {
        let waiting = self.unsettled().len();
        for _ in 0..waiting {
            let next = self.unsettled().pop_front();
            let Some(Unsettled { mut intended, mut outcome }) = next else { return true };
            let Err(error) = self.write(&mut intended, &mut outcome).await else {
                intended.ticket.settle();
                self.meters.concluded(outcome.ending);
                continue;
            };
            tracing::warn!(%error, "an outcome still waits for the log");
            let waiting = Unsettled { intended, outcome };
            // One that the log takes at no time keeps none back that it would take.
            if !matches!(error, NotKept::Invalid | NotKept::Refused(AppendError::TooLarge)) {
                self.unsettled().push_front(waiting);
                return false;
            }
            self.unsettled().push_back(waiting);
        }
        true
    }

    /// Takes the intents that are wanted of those whose requests ended without an outcome: their
    /// tasks were stopped, or panicked, or were an earlier run's.
    pub fn abandoned(&self, is_wanted: impl Fn(&Abandoned) -> bool) -> Vec<(Abandoned, Leave)> {
        let all = self.open.take_abandoned(is_wanted).into_iter();
        all.map(|(found, ticket)| {
            let leave = Leave(By::Intent(Intended { id: found.id, ticket }));
            (found, leave)
        })
        .collect()
    }

    /// Intents that have no outcome yet.
    pub fn open(&self) -> usize {
        self.open.len()
    }

    fn unsettled(&self) -> MutexGuard<'_, VecDeque<Unsettled>> {
        // Each change is one step: a panic leaves nothing half done.
        self.unsettled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn records(events: &[Event]) -> Result<Vec<NewRecord>, NotKept> {
    events.iter().map(tell::record).collect()
}

#[cfg(test)]
mod tests;
