//! What clients send: single records, bundles, keys, conditions.

use crate::{
    Dice,
    body::{self, ACTION, AGENT, LineExtract, PATIENT, SERIAL, kind_of},
};
use kiln_index::{Field, Millis, Order, Query, Term, Terms};
use kiln_store::{Condition, Extract, IdempotencyKey, NewRecord, RecordKind, Unit};
use std::sync::Arc;

/// What is sent: as many are shown as are hidden.
const KINDS: [RecordKind; 4] =
    [RecordKind::AuditEvent, RecordKind::TrailEvent, RecordKind::Resource, RecordKind::Intent];

/// One record as a client sends it.
#[derive(Clone, Debug)]
pub(crate) struct SentRecord {
    pub(crate) kind: RecordKind,
    pub(crate) release: u8,
    pub(crate) media_type: u8,
    pub(crate) body: Vec<u8>,
    pub(crate) recorded: Millis,
    pub(crate) terms: Terms,
    pub(crate) if_none_exist: Option<Query>,
}

/// A unit as a client sends it, so that it can be sent again.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) principal: Arc<str>,
    pub(crate) condition: Condition,
    pub(crate) key: Option<IdempotencyKey>,
    pub(crate) records: Vec<SentRecord>,
}

impl Sent {
    /// The unit that the store takes.
    pub(crate) fn unit(&self) -> Unit {
        let records = self.records.iter().enumerate().map(|(entry, record)| NewRecord {
            kind: record.kind,
            release: record.release,
            media_type: record.media_type,
            body: record.body.clone().into(),
            recorded: record.recorded,
            terms: record.terms.clone(),
            entry: entry as u32,
            if_none_exist: record.if_none_exist.clone(),
        });
        Unit {
            records: records.collect(),
            principal: Arc::clone(&self.principal),
            condition: self.condition,
            key: self.key.clone(),
        }
    }
}

/// Throws units; no two records have the same serial.
#[derive(Debug, Default)]
pub(crate) struct Workload {
    serial: u64,
    keys: u64,
}

impl Workload {
    /// The next unit.
    pub(crate) fn unit(&mut self, dice: &mut Dice, now: Millis) -> Sent {
        let len = match dice.range(0..100) {
            0 => 17,
            1..40 => dice.range(2..9),
            _ => 1,
        };
        let conditional = dice.chance(20);
        let records = (0..len).map(|_| self.record(dice, now, conditional)).collect();
        let key = (!conditional && dice.chance(25)).then(|| self.key(dice));
        let condition = *dice.pick(&[Condition::Atomic, Condition::Independent]);
        Sent { principal: Arc::from(*dice.pick(&["ward", "lab"])), condition, key, records }
    }

    fn record(&mut self, dice: &mut Dice, now: Millis, conditional: bool) -> SentRecord {
        self.serial += 1;
        let body = body::throw(dice, self.serial, now);
        let mut terms = Terms::new();
        let recorded =
            LineExtract { version: 1 }.extract(RecordKind::AuditEvent, 0, 0, &body, &mut terms);
        let if_none_exist = (conditional && dice.chance(60)).then(|| condition(dice, self.serial));
        SentRecord {
            kind: *dice.pick(&KINDS),
            release: dice.range(0..6) as u8,
            media_type: dice.range(0..2) as u8,
            body,
            recorded,
            terms,
            if_none_exist,
        }
    }

    fn key(&mut self, dice: &mut Dice) -> IdempotencyKey {
        self.keys += 1;
        let mut body_sha256 = [0; 32];
        dice.fill(&mut body_sha256);
        IdempotencyKey { key: format!("key-{}", self.keys), body_sha256 }
    }
}

/// What `If-None-Exist` may ask: something that is there once, often, or never.
fn condition(dice: &mut Dice, serial: u64) -> Query {
    match dice.range(0..3) {
        0 => term(SERIAL, format!("s{}", dice.range(1..serial + 1))),
        1 => term(SERIAL, format!("never-{serial}")),
        _ => Query::And(vec![
            term(PATIENT, body::patient(dice)),
            term(ACTION, body::action(dice).to_owned()),
        ]),
    }
}

/// A query as a reader may ask it.
pub(crate) fn query(dice: &mut Dice, records: u64, now: Millis, depth: u64) -> Query {
    let leaf = depth == 0;
    match dice.range(0..if leaf { 7 } else { 11 }) {
        0 => Query::All,
        1 => term(SERIAL, format!("s{}", dice.range(0..records + 2))),
        2 => term(PATIENT, body::patient(dice)),
        3 => term(ACTION, body::action(dice).to_owned()),
        4 => term(AGENT, body::agent(dice)),
        5 => Query::Prefix {
            field: AGENT,
            kind: kind_of(AGENT),
            prefix: (*dice.pick(&["", "m", "mei", "meierh", "ö", "x"])).to_owned(),
        },
        6 => ranges(dice, records, now),
        7 => Query::Not(Box::new(query(dice, records, now, depth - 1))),
        8 => Query::Or(several(dice, records, now, depth - 1)),
        _ => Query::And(several(dice, records, now, depth - 1)),
    }
}

/// One of the four orders.
pub(crate) fn order(dice: &mut Dice) -> Order {
    let orders = [Order::RecordedNewest, Order::RecordedOldest, Order::LogNewest, Order::LogOldest];
    *dice.pick(&orders)
}

fn several(dice: &mut Dice, records: u64, now: Millis, depth: u64) -> Vec<Query> {
    (0..dice.range(0..4)).map(|_| query(dice, records, now, depth)).collect()
}

fn ranges(dice: &mut Dice, records: u64, now: Millis) -> Query {
    let start = Millis(now.0 - dice.range(0..100_000) as i64);
    let range = start..Millis(start.0 + dice.range(0..200_000) as i64);
    match dice.range(0..3) {
        0 => Query::Recorded(range),
        1 => Query::Received(range),
        _ => {
            let step = dice.range(1..7) as usize;
            let start = dice.range(0..records + 1);
            Query::At((start..records + 3).step_by(step).map(kiln_index::LogIndex).collect())
        }
    }
}

fn term(field: Field, value: String) -> Query {
    Query::Term(Term { field, kind: kind_of(field), value })
}
