//! The store with its own threads on the disk that forgets: what the stepped runs cannot show is
//! how sequencer, sealer and the writer of zeros meet. No seed replays this, so it is short.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test ends where a promise is broken")]

use kiln_evidence::Ed25519Signer;
use kiln_index::{Field, Kind, Terms};
use kiln_sim::{Dice, Fault, LineExtract, SimClock, SimDisk, SimRandom};
use kiln_store::{
    AppendError, Components, Condition, Extract, Millis, NewRecord, Outcome, RecordKind, Settings,
    Store, Stored, Unit,
};
use std::{path::Path, sync::Arc, thread};

const FOLDER: &str = "/data/tenants/default";
const ROUNDS: u64 = 30;
const CLIENTS: u64 = 8;
const RECORDS_MAX: u64 = 200;

/// A record that was acknowledged.
struct Acknowledged {
    body: Vec<u8>,
    stored: Stored,
}

#[test]
fn threads_lose_nothing_when_the_power_goes() {
    let (mut acknowledged, mut stopped) = (0, 0);
    for round in 0..ROUNDS {
        let mut dice = Dice::new(round, 9);
        let disk = SimDisk::new(Dice::new(round, 1), Path::new("/data"));
        let mut all = Vec::new();
        for life in 0..3 {
            let store = Store::open(Path::new(FOLDER), settings(), components(&disk, life));
            let store = store.expect("the disk is as a crash left it");
            check(&store, &all);
            let faults = [Fault::Power, Fault::Kill, Fault::Sync, Fault::Write];
            disk.inject(disk.counters().operations + dice.range(1..400), *dice.pick(&faults));
            all.extend(write(&store, round * 10 + life));
            stopped += u64::from(store.status().poisoned);
            drop(store);
            disk.heal();
            disk.crash();
        }
        let store = Store::open_stepped(Path::new(FOLDER), settings(), components(&disk, 9));
        check(&store.expect("the disk is as a crash left it"), &all);
        acknowledged += all.len();
    }
    eprintln!("{acknowledged} records acknowledged, {stopped} logs stopped");
    assert!(acknowledged > 2_500, "only {acknowledged} records were acknowledged");
    assert!(stopped > ROUNDS, "only {stopped} logs were stopped by a fault");
}

/// Writes from several threads until the log stops, or all is written.
fn write(store: &Store, life: u64) -> Vec<Acknowledged> {
    thread::scope(|scope| {
        let client = |client| move || write_one_by_one(store, life * CLIENTS + client);
        let clients: Vec<_> = (0..CLIENTS).map(|n| scope.spawn(client(n))).collect();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    })
}

fn write_one_by_one(store: &Store, client: u64) -> Vec<Acknowledged> {
    let mut acknowledged = Vec::new();
    for number in 0..RECORDS_MAX {
        let body = format!("0\n4 s{client}-{number}\n\n{}", "x".repeat(number as usize * 7));
        let answer = match store.append(unit(body.as_bytes())) {
            Ok(waiter) => waiter.blocking_recv().expect("every unit is answered"),
            Err(error) => Err(error),
        };
        match answer {
            Ok(appended) => {
                let [Outcome::Created(stored)] = appended.outcomes[..] else {
                    panic!("{:?}", appended.outcomes)
                };
                acknowledged.push(Acknowledged { body: body.into_bytes(), stored });
            }
            // The sealer could not write, and the log waits for it.
            Err(AppendError::Full | AppendError::Busy) => {}
            Err(AppendError::Poisoned) => break,
            Err(error) => panic!("{error}"),
        }
    }
    acknowledged
}

fn unit(body: &[u8]) -> Unit {
    let mut terms = Terms::new();
    let recorded =
        LineExtract { version: 1 }.extract(RecordKind::AuditEvent, 0, 0, body, &mut terms);
    let record = NewRecord {
        kind: RecordKind::AuditEvent,
        release: 4,
        media_type: 1,
        body: body.to_vec().into(),
        recorded,
        terms,
        entry: 0,
        if_none_exist: None,
    };
    Unit {
        records: vec![record],
        principal: Arc::from("ward"),
        condition: Condition::Atomic,
        key: None,
    }
}

/// Every acknowledged record is where its sender was told, and found by its term.
fn check(store: &Store, all: &[Acknowledged]) {
    let snapshot = store.snapshot();
    for Acknowledged { body, stored } in all {
        let record = snapshot.read(stored.log_index).expect("an acknowledged record is readable");
        assert_eq!(record.body, *body);
        assert_eq!(record.envelope.id, stored.id);
        let serial = std::str::from_utf8(body).unwrap().lines().nth(1).unwrap();
        let value = serial.strip_prefix("4 ").unwrap().to_owned();
        let term = kiln_index::Term { field: Field(4), kind: Kind::point(1), value };
        let count = snapshot.count(&kiln_index::Query::Term(term), snapshot.size(), &|| false);
        assert_eq!(count.unwrap(), 1, "a record is found once");
    }
}

fn components(disk: &SimDisk, life: u64) -> Components {
    Components {
        disk: Arc::new(disk.clone()),
        clock: Arc::new(SimClock::new(Millis(1_767_225_600_000))),
        random: Arc::new(SimRandom::new(Dice::new(life, 2))),
        extract: Arc::new(LineExtract { version: 1 }),
        signer: Some(Arc::new(Ed25519Signer::from_seed([7; 32]))),
    }
}

fn settings() -> Settings {
    Settings {
        seal_records: 300,
        spill_records: 50,
        merge_files: 2,
        linger_us_max: 50,
        ..Settings::default()
    }
}
