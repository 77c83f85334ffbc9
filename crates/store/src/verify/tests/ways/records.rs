//! Records changed, added and taken away.
use super::{
    super::{
        model::{Model, Record},
        scene::{SEEDS, Scene},
    },
    Dice,
};
use crate::{IdempotencyKey, RecordId, RecordKind, Statement};
use uuid::Uuid;

type LogWay = (&'static str, fn(&mut Model, &Scene, &mut Dice) -> bool);

pub(super) const WAYS: &[LogWay] = &[
    ("change a byte of a body", |m, _, d| {
        let body = &mut event(m, d).body;
        let at = d.below(body.len());
        body[at] ^= 1 << d.below(7);
        true
    }),
    ("write another body", |m, _, d| put(&mut event(m, d).body, b"nothing happened".to_vec())),
    ("empty a body", |m, _, d| put(&mut event(m, d).body, Vec::new())),
    ("change the principal", |m, _, d| put(&mut event(m, d).envelope.principal, "nobody".into())),
    ("change the kind", |m, _, d| {
        put(&mut event(m, d).envelope.kind, RecordKind::InvalidAuditEvent)
    }),
    ("change the release", |m, _, d| put(&mut event(m, d).envelope.release, 6)),
    ("change the media type", |m, _, d| put(&mut event(m, d).envelope.media_type, 2)),
    ("change the entry in the Bundle", |m, _, d| {
        let entry = &mut event(m, d).envelope.entry;
        put(entry, *entry + 1)
    }),
    ("change the salt", |m, _, d| {
        event(m, d).salt[d.below(16)] ^= 0x40;
        true
    }),
    ("add an idempotency key", |m, _, d| {
        let key = IdempotencyKey { key: "k".to_owned(), body_sha256: [1; 32] };
        put(&mut event(m, d).envelope.key, Some(key))
    }),
    ("remove an idempotency key", |m, _, d| event(m, d).envelope.key.take().is_some()),
    ("change what a key came with", |m, _, d| {
        let key = event(m, d).envelope.key.as_mut();
        key.map(|key| key.body_sha256[0] ^= 1).is_some()
    }),
    ("change the random half of an id", |m, _, d| {
        let id = &mut event(m, d).envelope.id;
        put(id, RecordId(Uuid::from_u128(id.0.as_u128() ^ 1 << d.below(60))))
    }),
    ("back-date a record", |m, _, d| {
        move_by(event(m, d), -1);
        true
    }),
    ("forward-date a record", |m, _, d| {
        move_by(event(m, d), 1);
        true
    }),
    ("back-date the log up to here", |m, _, d| shift(m, d, false)),
    ("forward-date the log from here on", |m, _, d| shift(m, d, true)),
    ("delete a record", |m, _, d| {
        let at = place(m, d);
        m.stretches[at.0].batches[at.1].records.remove(at.2);
        true
    }),
    ("delete a group", |m, _, d| {
        let at = place(m, d);
        m.stretches[at.0].batches.remove(at.1);
        true
    }),
    ("insert a record", |m, _, d| insert(m, d, |record| record.body = b"made up".to_vec())),
    ("duplicate a record", |m, _, d| insert(m, d, |_| ())),
    ("insert a group", |m, _, d| {
        let at = place(m, d);
        let batches = &mut m.stretches[at.0].batches;
        let mut made = batches[at.1].clone();
        made.records.truncate(1);
        let last = batches[at.1].records.last().unwrap().envelope.id;
        made.records[0].envelope.id = after(last);
        made.records[0].body = b"made up".to_vec();
        batches.insert(at.1 + 1, made);
        true
    }),
    ("swap two records", |m, _, d| {
        let (a, b) = (place(m, d), place(m, d));
        let (one, other) = (m.record(a).clone(), m.record(b).clone());
        *m.record(a) = Record { envelope: with_id(&other, &one), ..other };
        let id = m.record(b).clone();
        *m.record(b) = Record { envelope: with_id(&one, &id), ..one };
        a != b
    }),
    ("swap two records with their ids", |m, _, d| {
        let (a, b) = (place(m, d), place(m, d));
        let one = m.record(a).clone();
        let other = std::mem::replace(m.record(b), one);
        *m.record(a) = other;
        a != b
    }),
    ("swap two bodies", |m, _, d| swap(m, d, |a, b| std::mem::swap(&mut a.body, &mut b.body))),
    ("swap two salts", |m, _, d| swap(m, d, |a, b| std::mem::swap(&mut a.salt, &mut b.salt))),
    ("swap two random halves of ids", |m, _, d| {
        swap(m, d, |a, b| {
            let (ids, low) =
                ([a.envelope.id, b.envelope.id].map(|id| id.0.as_u128()), u128::from(u64::MAX));
            a.envelope.id = RecordId(Uuid::from_u128(ids[0] & !low | ids[1] & low));
            b.envelope.id = RecordId(Uuid::from_u128(ids[1] & !low | ids[0] & low));
        })
    }),
    ("turn an event into a statement", |m, _, d| {
        let record = event(m, d);
        record.envelope = crate::Envelope {
            kind: RecordKind::Statement,
            release: 0,
            media_type: 1,
            principal: "kiln".to_owned(),
            key: None,
            ..record.envelope.clone()
        };
        put(&mut record.body, br#"{"statement":"stop"}"#.to_vec())
    }),
    ("turn a statement into an event", |m, _, d| {
        let at = statement(m, d, |_| true);
        put(&mut m.record(at).envelope.kind, RecordKind::AuditEvent)
    }),
    ("move a record of another tenant here", |m, scene, d| {
        let mut other = Model::of(&scene.other, &SEEDS);
        let from = event(&mut other, d).clone();
        let to = event(m, d);
        put(to, Record { envelope: with_id(&from, to), ..from })
    }),
    ("take a statement out", |m, _, d| {
        let at = statement(m, d, |_| true);
        m.stretches[at.0].batches[at.1].records.remove(at.2);
        true
    }),
    ("state another version", |m, _, d| {
        let version = "99.0.0".to_owned();
        state(m, d, |s| matches!(s, Statement::Start { .. }), &Statement::Start { version })
    }),
    ("state a stop as a start", |m, _, d| {
        let version = "0.1.0".to_owned();
        state(m, d, |s| matches!(s, Statement::Stop), &Statement::Start { version })
    }),
    ("state another anchor", |m, _, d| {
        let at = statement(m, d, |s| matches!(s, Statement::Anchor { .. }));
        let text = String::from_utf8(m.record(at).body.clone()).unwrap();
        let text = text.replacen("\"checkpoint\":\"", "\"checkpoint\":\"00", 1);
        put(&mut m.record(at).body, text.into_bytes())
    }),
    ("state an adopted copy", |m, _, d| {
        let key =
            super::super::model::key_of(1, &crate::restores::Restores::default().origin(m.log))
                .to_string();
        let made = Statement::AdoptRestore {
            origin: "kiln-audit.org/log/x".to_owned(),
            key,
            lost_from: 10,
            known: 20,
            root: "00".repeat(32),
        };
        state(m, d, |s| matches!(s, Statement::Start { .. }), &made)
    }),
];

/// Whether this changes anything.
fn put<T: PartialEqBytes>(to: &mut T, value: T) -> bool {
    let is_other = !to.is_same(&value);
    *to = value;
    is_other
}

/// Records have no equality of their own.
trait PartialEqBytes {
    fn is_same(&self, other: &Self) -> bool;
}

impl<T: std::fmt::Debug> PartialEqBytes for T {
    fn is_same(&self, other: &Self) -> bool {
        format!("{self:?}") == format!("{other:?}")
    }
}

fn place(m: &Model, d: &mut Dice) -> (usize, usize, usize) {
    *d.of(&m.places())
}

/// Some event: no statement.
fn event<'a>(m: &'a mut Model, d: &mut Dice) -> &'a mut Record {
    loop {
        let at = place(m, d);
        if m.record(at).envelope.kind == RecordKind::AuditEvent {
            return m.record(at);
        }
    }
}

/// Where some statement stands.
fn statement(m: &mut Model, d: &mut Dice, which: fn(&Statement) -> bool) -> (usize, usize, usize) {
    let is_it = |at: &(usize, usize, usize)| {
        let record = &m.stretches[at.0].batches[at.1].records[at.2];
        record.envelope.kind == RecordKind::Statement
            && which(&Statement::from_json(&record.body).unwrap())
    };
    *d.of(&m.places().into_iter().filter(is_it).collect::<Vec<_>>())
}

fn state(m: &mut Model, d: &mut Dice, which: fn(&Statement) -> bool, made: &Statement) -> bool {
    let at = statement(m, d, which);
    put(&mut m.record(at).body, made.to_json())
}

fn swap(m: &mut Model, d: &mut Dice, act: fn(&mut Record, &mut Record)) -> bool {
    let (a, b) = (place(m, d), place(m, d));
    let (mut one, mut other) = (m.record(a).clone(), m.record(b).clone());
    act(&mut one, &mut other);
    (*m.record(a), *m.record(b)) = (one, other);
    a != b
}

fn with_id(record: &Record, of: &Record) -> crate::Envelope {
    let (id, received) = (of.envelope.id, of.envelope.received);
    crate::Envelope { id, received, ..record.envelope.clone() }
}

fn after(id: RecordId) -> RecordId {
    RecordId(Uuid::from_u128(id.0.as_u128() + 1))
}

fn insert(m: &mut Model, d: &mut Dice, change: fn(&mut Record)) -> bool {
    let at = place(m, d);
    let mut made = m.record(at).clone();
    made.envelope.id = after(made.envelope.id);
    change(&mut made);
    m.stretches[at.0].batches[at.1].records.insert(at.2 + 1, made);
    true
}

fn move_by(record: &mut Record, millis: i64) {
    let id = record.envelope.id.0.as_u128();
    let moved = (id >> 80).wrapping_add_signed(i128::from(millis));
    record.envelope.id = RecordId(Uuid::from_u128(moved << 80 | id & ((1 << 80) - 1)));
    record.envelope.received.0 += millis;
}

/// Moves the time of records, so that their order stays.
fn shift(m: &mut Model, d: &mut Dice, later: bool) -> bool {
    let places = m.places();
    let from = d.below(places.len());
    let moved: Vec<_> = if later { places[from..].to_vec() } else { places[..=from].to_vec() };
    for at in moved {
        move_by(m.record(at), if later { 60_000 } else { -60_000 });
    }
    true
}
