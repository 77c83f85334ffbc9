//! The log cut short, forked, or handed to another key.
use super::{
    super::{
        model::{Model, Stretch, key_of},
        scene::{FOREIGN, Scene},
    },
    Dice,
};
use crate::{RecordKind, Statement, clock::OsRandom, restores::Restores};

type LogWay = (&'static str, fn(&mut Model, &Scene, &mut Dice) -> bool);

pub(super) const WAYS: &[LogWay] = &[
    ("cut off the last records", |m, _, d| {
        let batch = m.stretches.last_mut().unwrap().batches.last_mut().unwrap();
        let len = batch.records.len();
        batch.records.truncate(d.below(len));
        true
    }),
    ("cut off the last groups", |m, _, d| {
        let groups: usize = m.stretches.iter().map(|stretch| stretch.batches.len()).sum();
        for _ in 0..=d.below(groups - 1) {
            m.stretches.last_mut().unwrap().batches.pop();
            m.prune();
        }
        true
    }),
    ("cut off the last segments", |m, _, d| {
        let keep = 1 + d.below(m.stretches.len() - 1);
        m.stretches.truncate(keep);
        true
    }),
    ("fork the log after here", |m, _, d| {
        let (s, b, _) = *d.of(&m.places());
        m.stretches.truncate(s + 1);
        let batches = &mut m.stretches[s].batches;
        batches.truncate(b + 1);
        let mut made = batches[b].clone();
        let last = made.records.last().unwrap().envelope.id;
        made.records.truncate(1);
        let record = &mut made.records[0];
        record.envelope.id = crate::RecordId(uuid::Uuid::from_u128(last.0.as_u128() + 1));
        record.envelope.kind = RecordKind::AuditEvent;
        record.body = b"something else".to_vec();
        batches.push(made);
        true
    }),
    ("leave out a segment and close the gap", |m, _, d| {
        let at = d.below(m.stretches.len() - 1);
        m.stretches.remove(at);
        true
    }),
    ("swap two segments and mend the chain", |m, _, d| {
        let (a, b) = (d.below(m.stretches.len()), d.below(m.stretches.len()));
        m.stretches.swap(a, b);
        a != b
    }),
    ("sign from here on with another key", |m, _, d| {
        foreign(&mut m.stretches, d);
        true
    }),
    ("sign all of it with another key", |m, _, _| {
        let origin = Restores::default().origin(m.log);
        let foreign = key_of(FOREIGN, &origin).to_string();
        for at in m.places() {
            let record = m.record(at);
            match Statement::from_json(&record.body) {
                Some(Statement::Genesis { origin, version, .. }) => {
                    let key = foreign.clone();
                    record.body = Statement::Genesis { origin, key, version }.to_json();
                }
                Some(Statement::KeyChange { .. } | Statement::Anchor { .. }) => {
                    record.envelope.kind = RecordKind::AuditEvent;
                }
                _ => {}
            }
        }
        m.stretches.iter_mut().for_each(|stretch| sign(stretch, 0));
        true
    }),
    ("hand the log over to another key", |m, _, d| {
        let origin = Restores::default().origin(m.log);
        let (s, b, _) = *d.of(&m.places());
        let batch = m.stretches[s].batches[b].clone();
        let (old, new) = (key_of(batch.seeds[0], &origin), key_of(FOREIGN, &origin));
        let mut made = batch;
        let last = made.records.last().unwrap().envelope.id;
        made.records.truncate(1);
        let record = &mut made.records[0];
        record.envelope.id = crate::RecordId(uuid::Uuid::from_u128(last.0.as_u128() + 1));
        record.envelope.kind = RecordKind::Statement;
        (record.envelope.release, record.envelope.principal) = (0, "kiln".to_owned());
        record.envelope.key = None;
        let change = Statement::KeyChange { old: old.to_string(), new: new.to_string() };
        record.body = change.to_json();
        made.seeds.truncate(1);
        made.seeds.push(FOREIGN);
        sign(&mut m.stretches[s], b + 1);
        m.stretches[s + 1..].iter_mut().for_each(|stretch| sign(stretch, 0));
        m.stretches[s].batches.insert(b + 1, made);
        true
    }),
    ("take a change of keys back", |m, _, _| {
        for stretch in &mut m.stretches {
            stretch.batches.iter_mut().for_each(|batch| batch.seeds = vec![1]);
            stretch.batches.retain(|batch| {
                !batch.records.iter().any(|record| {
                    matches!(Statement::from_json(&record.body), Some(Statement::KeyChange { .. }))
                })
            });
        }
        true
    }),
    ("say that a copy was adopted", |m, _, d| {
        let from = d.below(m.stretches.len());
        let restores = m.stretches[from].restores.next(&OsRandom);
        m.stretches[from..].iter_mut().for_each(|stretch| stretch.restores = restores);
        true
    }),
    ("write with an older process", |m, _, d| {
        let (s, b, _) = *d.of(&m.places());
        let epoch = &mut m.stretches[s].batches[b].epoch;
        *epoch -= 1;
        true
    }),
    ("write with a process that never started", |m, _, d| {
        let (s, b, _) = *d.of(&m.places());
        m.stretches[s].batches[b..].iter_mut().for_each(|batch| batch.epoch += 10);
        for stretch in &mut m.stretches[s + 1..] {
            stretch.epoch += 10;
            stretch.batches.iter_mut().for_each(|batch| batch.epoch += 10);
        }
        true
    }),
];

/// From some group on another key signs.
fn foreign(stretches: &mut [Stretch], d: &mut Dice) {
    let at = d.below(stretches.len());
    let from = d.below(stretches[at].batches.len());
    sign(&mut stretches[at], from);
    stretches[at + 1..].iter_mut().for_each(|stretch| sign(stretch, 0));
}

/// Another key signs these groups, whether there is the log's or not.
fn sign(stretch: &mut Stretch, from: usize) {
    for batch in &mut stretch.batches[from..] {
        batch.seeds = vec![FOREIGN];
    }
}
