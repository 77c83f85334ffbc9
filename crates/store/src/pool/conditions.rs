//! FHIR's `If-None-Exist`: <https://hl7.org/fhir/http.html#ccreate>.
use super::Pool;
use crate::{AppendError, LogIndex, NewRecord, Outcome, ReadError, Stored, hidden};
use kiln_index::{Order, Page, Query, Term};
use std::cell::Cell;

/// How often a condition may ask whether it took too long, before it has. A condition holds up
/// every writer of the log, so it gets less than a search.
const STEPS_MAX: u32 = 100_000;

impl Pool<'_> {
    /// What the record's condition decides, against the log below `size`; `None`: create it.
    pub(super) fn condition(
        &self,
        record: &NewRecord,
        size: LogIndex,
    ) -> Result<Option<Outcome>, AppendError> {
        let Some(query) = &record.if_none_exist else { return Ok(None) };
        match self.matches(query, size)?[..] {
            [] => Ok(None),
            [one] => Ok(Some(Outcome::Exists(self.stored(one)?))),
            _ => Ok(Some(Outcome::Ambiguous)),
        }
    }

    /// Up to two records below `size` that match.
    fn matches(&self, query: &Query, size: LogIndex) -> Result<Vec<LogIndex>, AppendError> {
        let in_snapshot = size.min(self.snapshot.size());
        let hidden = Some(hidden::term());
        let mut found = self.page(query, in_snapshot, 2, hidden.as_ref())?;
        let pooled = self.accepted.iter().take_while(|accepted| accepted.stored.log_index < size);
        let hits = pooled.filter(|accepted| {
            accepted.record.kind.is_audit_event() && query.matches(&accepted.view())
        });
        found.extend(hits.map(|accepted| accepted.stored.log_index).take(2 - found.len()));
        Ok(found)
    }

    /// The oldest records of the snapshot that match, without those that have this term.
    pub(super) fn page(
        &self,
        query: &Query,
        size: LogIndex,
        limit: usize,
        hidden: Option<&Term>,
    ) -> Result<Vec<LogIndex>, AppendError> {
        let page = Page { query, order: Order::LogOldest, after: None, size, limit };
        let steps = Cell::new(0);
        let expired = || {
            steps.set(steps.get() + 1);
            steps.get() > STEPS_MAX
        };
        let hits = self.snapshot.query_without(hidden, &page, &expired);
        let hits = hits.map_err(|error| undecided(&error))?;
        Ok(hits.into_iter().map(|hit| hit.log_index).collect())
    }

    /// What the sender of this record was told.
    fn stored(&self, at: LogIndex) -> Result<Stored, AppendError> {
        if let Some(pooled) = at.0.checked_sub(self.snapshot.size().0) {
            return Ok(self.accepted[pooled as usize].stored);
        }
        let envelope = self.snapshot.read(at).map_err(|error| undecided(&error))?.envelope;
        Ok(Stored { id: envelope.id, log_index: at, received: envelope.received })
    }
}

pub(super) fn undecided(error: &ReadError) -> AppendError {
    tracing::warn!(%error, "a condition could not be decided");
    AppendError::Undecided
}
