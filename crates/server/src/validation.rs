//! What becomes of an event that breaks base FHIR: it is refused, or kept as it was sent and
//! marked, for senders that cannot be told (`docs/decisions/0015-kept-events.md`).
use crate::intake::{self, Sent};
use bytes::Bytes;
use kiln_fhir::{Issue, Limits, OperationOutcome, Reference, Source};
use kiln_store::NewRecord;

/// The rule for all, and senders for whom another one holds.
#[derive(Clone, Debug, Default)]
pub struct Validation {
    /// Whether events that break base FHIR are kept; else they are refused.
    pub keeps: bool,
    /// Whose events follow a rule of their own.
    pub senders: Vec<ValidationSender>,
}

impl Validation {
    /// Makes a record of an event, as [`intake::new_record`] does; where that refuses it and its
    /// sender's events are kept, a marked one. Beside it: what its sender should be told.
    ///
    /// # Errors
    /// Why it was refused.
    pub fn accept(
        &self,
        body: Bytes,
        sent: Sent,
        limits: &Limits,
    ) -> Result<(NewRecord, Vec<Issue>), OperationOutcome> {
        let refused = match intake::new_record(body.clone(), sent, limits) {
            Ok(taken) => return Ok(taken),
            Err(refused) => refused,
        };
        if !self.keeps && self.senders.iter().all(|sender| !sender.keeps) {
            return Err(refused);
        }
        let keeps = |source: &Source<'_>| self.keeps_of(source);
        intake::kept_record(body, sent, limits, keeps).ok_or(refused)
    }

    fn keeps_of(&self, source: &Source<'_>) -> bool {
        let Some(observer) = &source.observer else { return self.keeps };
        let sender = self.senders.iter().find(|sender| is(observer, &sender.observer));
        sender.map_or(self.keeps, |sender| sender.keeps)
    }
}

/// Whether the observer is the one that is named: by its reference as it was sent, or by
/// `system|value` of its identifier.
fn is(observer: &Reference<'_>, name: &str) -> bool {
    if observer.reference.as_deref() == Some(name) {
        return true;
    }
    let Some(identifier) = &observer.identifier else { return false };
    let (system, value) = name.split_once('|').unwrap_or(("", name));
    identifier.system.as_deref().unwrap_or("") == system
        && identifier.value.as_deref() == Some(value)
}

/// A sender with a rule of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidationSender {
    /// `source.observer` as this sender writes it, or `system|value` of its identifier.
    pub observer: String,
    /// Whether its events are kept though they break base FHIR.
    pub keeps: bool,
}

#[cfg(test)]
mod tests;
