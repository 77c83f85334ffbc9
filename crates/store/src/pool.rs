//! The pool in hand: units are decided one after the other, as if each were alone.
//!
//! Every rule that compares a unit with what is stored (idempotency keys, `If-None-Exist`) looks
//! at the snapshot and at what the units before it in this pool are about to store, so that two at
//! once cannot both win. The conditions of a unit see the log as it stood before the unit.
mod conditions;
mod keys;

use crate::{
    AppendError, Appended, Condition, IdempotencyKey, LogIndex, NewRecord, Outcome, Snapshot,
    Stored, Unit,
    clock::Random,
    hidden,
    ids::{self, Ids},
};
use keys::KnownKeys;
use kiln_evidence::Salt;
use kiln_index::{DocumentView, Millis};
use std::sync::Arc;

pub(crate) use keys::{key_term, push_key_term};

/// A record that the group will hold.
pub(crate) struct Accepted {
    pub(crate) stored: Stored,
    pub(crate) salt: Salt,
    pub(crate) record: NewRecord,
    pub(crate) principal: Arc<str>,
    pub(crate) key: Option<Arc<IdempotencyKey>>,
}

impl Accepted {
    fn view(&self) -> DocumentView<'_> {
        DocumentView {
            log_index: self.stored.log_index,
            recorded: self.record.recorded,
            received: self.stored.received,
            terms: &self.record.terms,
        }
    }
}

/// The pool while it is decided.
pub(crate) struct Pool<'a> {
    snapshot: &'a Snapshot,
    random: RandomBytes<'a>,
    /// Records with a key are looked for from here on.
    keys_since: Millis,
    keys: KnownKeys,
    pub(crate) ids: Ids,
    pub(crate) accepted: Vec<Accepted>,
}

impl<'a> Pool<'a> {
    /// An empty pool whose records follow the snapshot.
    pub(crate) fn new(
        snapshot: &'a Snapshot,
        random: &'a dyn Random,
        ids: Ids,
        keys_since: Millis,
    ) -> Self {
        let random = RandomBytes { source: random, bytes: Vec::new() };
        let keys = KnownKeys::default();
        Self { snapshot, random, keys_since, keys, ids, accepted: Vec::new() }
    }

    /// Decides a unit. What it creates is added to `accepted`; `group_records` is left at 0.
    pub(crate) fn decide(&mut self, unit: Unit) -> Result<Appended, AppendError> {
        if let Some(outcomes) = self.known_outcomes(&unit)? {
            return Ok(Appended { outcomes, replayed: true, group_records: 0 });
        }
        let mut outcomes = Vec::with_capacity(unit.records.len());
        for record in &unit.records {
            outcomes.push(self.condition(record, self.end())?);
        }
        if unit.condition == Condition::Atomic && outcomes.contains(&Some(Outcome::Ambiguous)) {
            let rolled_back = |outcome: Option<_>| outcome.unwrap_or(Outcome::RolledBack);
            let outcomes = outcomes.into_iter().map(rolled_back).collect();
            return Ok(Appended { outcomes, replayed: false, group_records: 0 });
        }
        let outcomes = self.accept(unit, outcomes);
        Ok(Appended { outcomes, replayed: false, group_records: 0 })
    }

    /// The position after the last accepted record.
    fn end(&self) -> LogIndex {
        LogIndex(self.snapshot.size().0 + self.accepted.len() as u64)
    }

    /// Accepts the records without an outcome yet.
    fn accept(&mut self, unit: Unit, outcomes: Vec<Option<Outcome>>) -> Vec<Outcome> {
        let Unit { records, principal, key, condition } = unit;
        let key = key.map(Arc::new);
        let start = self.accepted.len();
        let decided =
            records.into_iter().zip(outcomes).enumerate().map(|(at, (record, outcome))| {
                outcome.unwrap_or_else(|| {
                    let key = key.as_ref().filter(|_| at == 0 || condition != Condition::Step);
                    Outcome::Created(self.accept_record(record, &principal, key))
                })
            });
        let outcomes = decided.collect();
        if let Some(key) = &key {
            self.keys.learn(&principal, key, start..self.accepted.len());
        }
        outcomes
    }

    fn accept_record(
        &mut self,
        mut record: NewRecord,
        principal: &Arc<str>,
        key: Option<&Arc<IdempotencyKey>>,
    ) -> Stored {
        if let Some(key) = key {
            push_key_term(&mut record.terms, principal, &key.key);
        }
        let id = self.ids.take(self.random.array());
        let stored = Stored { id, log_index: self.end(), received: ids::received(id) };
        if record.kind.is_hidden() {
            record.recorded = stored.received;
            hidden::push_terms(record.kind, &mut record.terms);
        }
        self.accepted.push(Accepted {
            stored,
            salt: Salt(self.random.array()),
            record,
            principal: Arc::clone(principal),
            key: key.map(Arc::clone),
        });
        stored
    }
}

/// Random bytes, asked for in larger pieces than they are used in.
struct RandomBytes<'a> {
    source: &'a dyn Random,
    bytes: Vec<u8>,
}

impl RandomBytes<'_> {
    const PIECE: usize = 24 * 64;

    fn array<const N: usize>(&mut self) -> [u8; N] {
        if self.bytes.len() < N {
            self.bytes.resize(Self::PIECE, 0);
            self.source.fill(&mut self.bytes);
        }
        let mut array = [0; N];
        array.copy_from_slice(&self.bytes.split_off(self.bytes.len() - N));
        array
    }
}
