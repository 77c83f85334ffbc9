//! Idempotency keys: same key and bytes, same answer.
//!
//! A key is found by a term that the store adds to every record of the unit it came with, so no
//! table of keys is kept. The records of a unit stand together, and the `entry` of each tells
//! which record of the unit it is. What was not stored then (`If-None-Exist` found something) is
//! decided again against the log as it stood before the unit, which gives the first answer again.
//! A unit of which nothing was stored leaves no trace, so its key is not known.
use super::{Accepted, Pool, conditions::undecided};
use crate::{
    AppendError, Condition, IdempotencyKey, Millis, Outcome, Stored, Unit,
    hidden::OWN_FIELD as KEY_FIELD,
};
use kiln_index::{Kind, Query, Term, Terms};
use std::{collections::HashMap, ops::Range, sync::Arc};

const KEY_KIND: Kind = Kind::point(0);

/// Adds the term by which a record's idempotency key is found.
pub(crate) fn push_key_term(terms: &mut Terms, principal: &str, key: &str) {
    terms.push_joined(KEY_FIELD, KEY_KIND, &[principal, SEPARATOR, key]);
}

/// The term of [`push_key_term`].
pub(crate) fn key_term(principal: &str, key: &str) -> Term {
    Term { field: KEY_FIELD, kind: KEY_KIND, value: [principal, SEPARATOR, key].concat() }
}

const SEPARATOR: &str = "\0";

/// The keys of units that the group will hold.
#[derive(Default)]
pub(super) struct KnownKeys(HashMap<String, KnownKey>);

struct KnownKey {
    body_sha256: [u8; 32],
    accepted: Range<usize>,
}

impl KnownKeys {
    /// Remembers the key of a unit that stores these records.
    pub(super) fn learn(
        &mut self,
        principal: &Arc<str>,
        key: &IdempotencyKey,
        accepted: Range<usize>,
    ) {
        if !accepted.is_empty() {
            let known = KnownKey { body_sha256: key.body_sha256, accepted };
            self.0.insert([principal, SEPARATOR, &key.key].concat(), known);
        }
    }
}

/// SHA-256 of the body that a key came with, and what was stored with it.
type KeyUse = ([u8; 32], Vec<Known>);

/// A record that was stored with the key.
struct Known {
    entry: u32,
    stored: Stored,
}

impl Pool<'_> {
    /// The first outcomes again when the unit's key is known; `None` when it is not.
    pub(super) fn known_outcomes(&self, unit: &Unit) -> Result<Option<Vec<Outcome>>, AppendError> {
        let Some(key) = &unit.key else { return Ok(None) };
        let name = [&unit.principal, SEPARATOR, &key.key].concat();
        let (body_sha256, known) = match self.keys.0.get(&name) {
            Some(pooled) => (pooled.body_sha256, self.pooled(pooled)),
            None => match self.stored_with(name, unit.records.len())? {
                Some(stored) => stored,
                None => return Ok(None),
            },
        };
        if body_sha256 != key.body_sha256 {
            return Err(AppendError::KeyReused);
        }
        if unit.condition == Condition::Step {
            let first = known.first().map(|first| Outcome::Created(first.stored));
            return Ok(first.map(|first| vec![first; unit.records.len()]));
        }
        self.first_outcomes(unit, &known).map(Some)
    }

    fn pooled(&self, key: &KnownKey) -> Vec<Known> {
        let known = |a: &Accepted| Known { entry: a.record.entry, stored: a.stored };
        self.accepted[key.accepted.clone()].iter().map(known).collect()
    }

    fn stored_with(&self, name: String, limit: usize) -> Result<Option<KeyUse>, AppendError> {
        let term = Query::Term(Term { field: KEY_FIELD, kind: KEY_KIND, value: name });
        let lately = Query::Received(self.keys_since..Millis(i64::MAX));
        let query = Query::And(vec![term, lately]);
        // What no search shows may have come with a key, too.
        let found = self.page(&query, self.snapshot.size(), limit.max(1), None)?;
        let records = self.snapshot.read_all(&found).map_err(|error| undecided(&error))?;
        let Some(key) = records.first().and_then(|record| record.envelope.key.as_ref()) else {
            return Ok(None);
        };
        let known = records.iter().map(|record| {
            let envelope = &record.envelope;
            let received = envelope.received;
            let stored = Stored { id: envelope.id, log_index: record.log_index, received };
            Known { entry: envelope.entry, stored }
        });
        Ok(Some((key.body_sha256, known.collect())))
    }

    fn first_outcomes(&self, unit: &Unit, known: &[Known]) -> Result<Vec<Outcome>, AppendError> {
        let before = known.first().map_or(self.end(), |first| first.stored.log_index);
        let outcome = |record: &crate::NewRecord| {
            match known.iter().find(|known| known.entry == record.entry) {
                Some(known) => Ok(Outcome::Created(known.stored)),
                // A replay stores nothing, whatever a condition may find by now.
                None => Ok(self.condition(record, before)?.unwrap_or(Outcome::RolledBack)),
            }
        };
        unit.records.iter().map(outcome).collect()
    }
}

#[cfg(test)]
mod tests;
