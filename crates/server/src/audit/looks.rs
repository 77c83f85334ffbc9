//! What a request has looked at while it was answered.
use crate::{answer::Refusal, router::Interaction};
use hyper::StatusCode;
use kiln_store::LogIndex;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Filled by the interactions, read when the answer is recorded.
#[derive(Debug, Default)]
pub(crate) struct Looks(Mutex<Found>);

#[derive(Debug, Default)]
struct Found {
    saw: Option<Saw>,
    said: Option<String>,
    patient: Option<String>,
    inner: Vec<Look>,
}

/// What a page showed.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Saw {
    /// Events.
    pub(crate) count: u64,
    /// How large the log was to it.
    pub(crate) size: LogIndex,
}

/// One look inside of a request: an entry of a Bundle, a condition of a create.
#[derive(Debug)]
pub(crate) struct Look {
    pub(crate) interaction: Interaction,
    /// The event's id; nothing where it is about several.
    pub(crate) id: String,
    /// The patient whose compartment is searched.
    pub(crate) patient: Option<String>,
    /// It, as it was sent.
    pub(crate) asked: String,
    pub(crate) status: StatusCode,
    /// Why it was refused.
    pub(crate) refused: Option<Refusal>,
    pub(crate) saw: Option<Saw>,
}

impl Looks {
    /// The page shows so many events of a log of this size.
    pub(crate) fn page(&self, count: usize, size: LogIndex) {
        self.found().saw = Some(Saw { count: count as u64, size });
    }

    /// What the page showed.
    pub(crate) fn saw(&self) -> Option<Saw> {
        self.found().saw
    }

    /// What was asked in words that the request's own do not show.
    pub(crate) fn asked(&self, said: String) {
        self.found().said = Some(said);
    }

    /// Those words.
    pub(super) fn said(&self) -> Option<String> {
        self.found().said.clone()
    }

    /// Whom it is about: the id of a Patient that the path does not name.
    pub(crate) fn about(&self, patient: &str) {
        self.found().patient = Some(patient.to_owned());
    }

    /// That patient.
    pub(super) fn patient(&self) -> Option<String> {
        self.found().patient.clone()
    }

    /// One more look inside.
    pub(crate) fn inside(&self, look: Look) {
        self.found().inner.push(look);
    }

    /// All looks inside, once.
    pub(super) fn take(&self) -> Vec<Look> {
        std::mem::take(&mut self.found().inner)
    }

    fn found(&self) -> MutexGuard<'_, Found> {
        // Each change is one step: a panic leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
