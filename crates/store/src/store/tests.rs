use super::*;
use crate::{
    Condition, Outcome,
    snapshot::Place,
    testing::{
        FailingDisk, TestClock, Words, answer, append, bodies, components, has, keyed, record,
        small, unit, with_disk,
    },
};
use kiln_index::{Order, Page};
use proptest::prelude::*;
use std::sync::atomic::{AtomicI64, Ordering};

fn stepped(folder: &Path) -> Store {
    Store::open_stepped(folder, small(), components()).unwrap()
}

fn created(appended: &Appended) -> Vec<Stored> {
    let stored = appended.outcomes.iter().map(|outcome| match outcome {
        Outcome::Created(stored) => *stored,
        other => panic!("{other:?}"),
    });
    stored.collect()
}

fn hits(store: &Store, word: &str) -> Vec<u64> {
    let snapshot = store.snapshot();
    let query = has(word);
    let page = Page {
        query: &query,
        order: Order::LogOldest,
        after: None,
        size: snapshot.size(),
        limit: 1000,
    };
    snapshot.query(&page, &|| false).unwrap().iter().map(|hit| hit.log_index.0).collect()
}

#[test]
fn a_record_comes_in_is_found_and_is_there_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let store = stepped(dir.path());
    let stored = created(&append(&store, unit(&["hello world", "hello again"])).unwrap());
    let check = |store: &Store| {
        let snapshot = store.snapshot();
        assert_eq!(hits(store, "hello"), [0, 1]);
        assert_eq!(hits(store, "again"), [1]);
        assert_eq!(snapshot.find(stored[1].id).unwrap(), Some(LogIndex(1)));
        let record = snapshot.read(LogIndex(1)).unwrap();
        assert_eq!(&record.body[..], b"hello again");
        assert_eq!(record.envelope.id, stored[1].id);
        assert_eq!(record.envelope.principal, "ward");
        snapshot.root()
    };
    let root = check(&store);
    drop(store);
    assert_eq!(check(&stepped(dir.path())), root);
}

#[test]
fn threads_store_what_many_senders_append() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), small(), components()).unwrap();
    let waiters: Vec<_> =
        (0..300).map(|n| store.append(unit(&[&format!("all n{n}")])).unwrap()).collect();
    for waiter in waiters {
        assert!(waiter.blocking_recv().unwrap().is_ok());
    }
    assert_eq!(hits(&store, "all").len(), 300);
    assert_eq!(store.status().records, 300);
    store.close().unwrap();
    let again = Store::open(dir.path(), small(), components()).unwrap();
    assert_eq!(hits(&again, "all").len(), 300);
    assert_eq!(hits(&again, "n123").len(), 1);
}

#[derive(Clone, Debug)]
enum Act {
    Append(Vec<u8>),
    Step,
    Seal,
    Reopen,
    Close,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => prop::collection::vec(0_u8..5, 1..16).prop_map(Act::Append),
        4 => Just(Act::Step),
        4 => Just(Act::Seal),
        1 => Just(Act::Reopen),
        1 => Just(Act::Close),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn the_store_is_a_list(acts in prop::collection::vec(act(), 1..80)) {
        let dir = tempfile::tempdir().unwrap();
        let mut store = stepped(dir.path());
        let mut model: Vec<String> = Vec::new();
        for act in acts {
            match act {
                Act::Append(words) => {
                    let bodies: Vec<String> = words
                        .iter()
                        .enumerate()
                        .map(|(n, word)| format!("w{word} serial{}", model.len() + n))
                        .collect();
                    let refs: Vec<&str> = bodies.iter().map(String::as_str).collect();
                    append(&store, unit(&refs)).unwrap();
                    model.extend(bodies);
                }
                Act::Step => { store.step(); }
                Act::Seal => { store.seal_step(); }
                Act::Reopen => {
                    drop(store);
                    store = stepped(dir.path());
                }
                Act::Close => {
                    store.close().unwrap();
                    store = stepped(dir.path());
                }
            }
        }
        prop_assert_eq!(&bodies(&store), &model);
        for word in ["w0", "w3", "w4"] {
            let expected: Vec<u64> = (0..)
                .zip(&model)
                .filter(|(_, body)| body.split(' ').any(|w| w == word))
                .map(|(n, _)| n)
                .collect();
            prop_assert_eq!(hits(&store, word), expected);
        }
    }
}

#[test]
fn a_known_key_gives_the_first_answer_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = stepped(dir.path());
    let bundle = || keyed(unit(&["a", "b", "c"]), "k", 1);
    let first = append(&store, bundle()).unwrap();
    assert!(!first.replayed);
    let check = |store: &Store| {
        let again = append(store, bundle()).unwrap();
        assert_eq!((again.replayed, again.group_records), (true, 0));
        assert_eq!(again.outcomes, first.outcomes);
        let other = append(store, keyed(unit(&["a"]), "k", 2));
        assert!(matches!(other, Err(AppendError::KeyReused)));
        assert_eq!(store.status().records, 3);
    };
    check(&store);
    drop(store);
    let store = stepped(dir.path());
    check(&store);
    let mut stranger = bundle();
    stranger.principal = "lab".into();
    assert!(!append(&store, stranger).unwrap().replayed, "a key belongs to its principal");
}

#[test]
fn two_at_once_with_one_key_store_once() {
    let dir = tempfile::tempdir().unwrap();
    let store = stepped(dir.path());
    let one = store.append(keyed(unit(&["a", "b"]), "k", 1)).unwrap();
    let two = store.append(keyed(unit(&["a", "b"]), "k", 1)).unwrap();
    let three = store.append(keyed(unit(&["x"]), "k", 3)).unwrap();
    store.step();
    let (one, two) = (answer(one).unwrap(), answer(two).unwrap());
    assert_eq!((one.replayed, two.replayed), (false, true));
    assert_eq!(one.outcomes, two.outcomes);
    assert!(matches!(answer(three), Err(AppendError::KeyReused)));
    assert_eq!(bodies(&store), ["a", "b"]);
}

#[test]
fn a_key_is_forgotten_after_its_days() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(TestClock(AtomicI64::new(1_700_000_000_000)));
    let components = Components { clock: Arc::clone(&clock) as _, ..components() };
    let store = Store::open_stepped(dir.path(), small(), components).unwrap();
    append(&store, keyed(unit(&["a"]), "k", 1)).unwrap();
    clock.0.fetch_add(30 * 86_400_000, Ordering::Relaxed);
    assert!(append(&store, keyed(unit(&["a"]), "k", 1)).unwrap().replayed);
    clock.0.fetch_add(1, Ordering::Relaxed);
    assert!(!append(&store, keyed(unit(&["a"]), "k", 1)).unwrap().replayed);
}

fn unless(body: &str, word: &str) -> Unit {
    let mut unit = unit(&[body]);
    unit.records[0].if_none_exist = Some(has(word));
    unit
}

#[test]
fn if_none_exist_creates_finds_or_refuses() {
    let dir = tempfile::tempdir().unwrap();
    let store = stepped(dir.path());
    let first = created(&append(&store, unless("one x", "x")).unwrap())[0];
    let again = append(&store, unless("two x", "x")).unwrap();
    assert_eq!(again.outcomes, [Outcome::Exists(first)]);
    append(&store, unit(&["three x"])).unwrap();
    let many = append(&store, unless("four x", "x")).unwrap();
    assert_eq!(many.outcomes, [Outcome::Ambiguous]);
    assert_eq!(bodies(&store), ["one x", "three x"]);
}

#[test]
fn two_at_once_do_not_both_find_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = stepped(dir.path());
    let one = store.append(unless("one x", "x")).unwrap();
    let two = store.append(unless("two x", "x")).unwrap();
    store.step();
    let stored = created(&answer(one).unwrap())[0];
    assert_eq!(answer(two).unwrap().outcomes, [Outcome::Exists(stored)]);
    assert_eq!(bodies(&store), ["one x"]);
}

#[test]
fn an_ambiguous_record_rolls_its_transaction_back() {
    let dir = tempfile::tempdir().unwrap();
    let store = stepped(dir.path());
    append(&store, unit(&["x", "x", "y"])).unwrap();
    let transaction = || {
        let mut records = vec![record("new"), record("other")];
        records[1].if_none_exist = Some(has("x"));
        Unit { records, condition: Condition::Atomic, ..unit(&[]) }
    };
    let outcomes = append(&store, transaction()).unwrap().outcomes;
    assert_eq!(outcomes, [Outcome::RolledBack, Outcome::Ambiguous]);
    let independent = Unit { condition: Condition::Independent, ..transaction() };
    let outcomes = append(&store, independent).unwrap().outcomes;
    assert!(matches!(outcomes[..], [Outcome::Created(_), Outcome::Ambiguous]));
    assert_eq!(bodies(&store), ["x", "x", "y", "new"]);
}

#[test]
fn a_replay_tells_again_what_was_found_then() {
    let dir = tempfile::tempdir().unwrap();
    let store = stepped(dir.path());
    append(&store, unit(&["x"])).unwrap();
    let bundle = || {
        let mut bundle = keyed(unit(&["a x", "b"]), "k", 1);
        bundle.records[0].if_none_exist = Some(has("x"));
        bundle
    };
    let first = append(&store, bundle()).unwrap();
    assert!(matches!(first.outcomes[..], [Outcome::Exists(_), Outcome::Created(_)]));
    append(&store, unit(&["x"])).unwrap();
    let again = append(&store, bundle()).unwrap();
    assert_eq!((again.replayed, again.outcomes), (true, first.outcomes));
}

#[test]
fn what_is_too_much_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let settings =
        Settings { queue_units_max: 2, queue_bytes_max: 100, group_bytes_max: 90, ..small() };
    let store = Store::open_stepped(dir.path(), settings, components()).unwrap();
    let bodies = vec!["a"; 17];
    assert!(matches!(store.append(unit(&bodies)), Err(AppendError::TooLarge)));
    assert!(matches!(store.append(unit(&[&"a".repeat(91)])), Err(AppendError::TooLarge)));
    let _first = store.append(unit(&[&"a".repeat(60)])).unwrap();
    assert!(matches!(store.append(unit(&[&"a".repeat(60)])), Err(AppendError::Busy)));
    let _second = store.append(unit(&["a"])).unwrap();
    assert!(matches!(store.append(unit(&["a"])), Err(AppendError::Busy)));
    store.step();
    assert!(store.append(unit(&["a"])).is_ok());
}

#[test]
fn a_failed_fsync_stops_the_log_and_reading_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let disk = FailingDisk::default();
    let store =
        Store::open_stepped(dir.path(), small(), with_disk(Arc::new(disk.clone()))).unwrap();
    append(&store, unit(&["kept"])).unwrap();
    disk.0.syncs.store(0, Ordering::Relaxed);
    let lost = store.append(unit(&["lost"])).unwrap();
    store.step();
    assert!(matches!(answer(lost), Err(AppendError::Poisoned)));
    disk.0.syncs.store(i64::MAX, Ordering::Relaxed);
    assert!(matches!(store.append(unit(&["after"])), Err(AppendError::Poisoned)));
    assert!(store.status().poisoned);
    assert_eq!(bodies(&store), ["kept"]);
    assert!(matches!(store.close(), Err(AppendError::Poisoned)));
    assert_eq!(bodies(&stepped(dir.path()))[0], "kept");
}

#[test]
fn a_full_disk_refuses_and_recovers_without_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let disk = FailingDisk::default();
    let store =
        Store::open_stepped(dir.path(), small(), with_disk(Arc::new(disk.clone()))).unwrap();
    append(&store, unit(&["first"])).unwrap();
    disk.0.bytes_free.store(0, Ordering::Relaxed);
    let mut stored = 1;
    loop {
        match append(&store, unit(&[&format!("record {stored}")])) {
            Ok(_) => stored += 1,
            Err(error) => {
                assert!(matches!(error, AppendError::Full));
                break;
            }
        }
    }
    assert!(store.status().full);
    assert_eq!(store.status().records, stored);
    assert_eq!(bodies(&store).len() as u64, stored);
    disk.0.bytes_free.store(u64::MAX, Ordering::Relaxed);
    append(&store, unit(&["after"])).unwrap();
    assert!(!store.status().full);
    drop(store);
    assert_eq!(bodies(&stepped(dir.path())).last().unwrap(), "after");
}

#[test]
fn another_extractor_gets_its_own_index() {
    let dir = tempfile::tempdir().unwrap();
    let store = stepped(dir.path());
    for n in 0..120 {
        append(&store, unit(&[&format!("all n{n}")])).unwrap();
        while store.seal_step() {}
    }
    drop(store);
    let newer = Components { extract: Arc::new(Words(2)), ..components() };
    let store = Store::open_stepped(dir.path(), small(), newer).unwrap();
    assert_eq!(hits(&store, "all").len(), 120);
    let versions =
        store.snapshot().files.iter().map(|f| f.file.extract_version()).collect::<Vec<_>>();
    assert!(versions.iter().all(|version| *version == 2), "{versions:?}");
}

#[test]
fn keys_survive_and_differ() {
    let dir = tempfile::tempdir().unwrap();
    let store = stepped(dir.path());
    let cursor = store.key("cursor").unwrap();
    assert_ne!(cursor, store.key("other").unwrap());
    assert!(store.key("../cursor").is_err());
    drop(store);
    assert_eq!(stepped(dir.path()).key("cursor").unwrap(), cursor);
}

#[test]
fn a_reader_keeps_what_it_holds() {
    let dir = tempfile::tempdir().unwrap();
    let store = stepped(dir.path());
    for n in 0..45 {
        append(&store, unit(&[&format!("all n{n}")])).unwrap();
        while store.seal_step() {}
    }
    let old = store.snapshot();
    assert!(old.files.iter().any(|file| file.place == Place::Spilled));
    for n in 45..120 {
        append(&store, unit(&[&format!("all n{n}")])).unwrap();
        while store.seal_step() {}
    }
    assert!(store.snapshot().files[0].place == Place::Sealed);
    store.close().unwrap();
    let query = has("all");
    let page =
        Page { query: &query, order: Order::LogNewest, after: None, size: old.size(), limit: 1000 };
    assert_eq!(old.query(&page, &|| false).unwrap().len(), 45);
    let all: Vec<_> = (0..45).map(LogIndex).collect();
    assert_eq!(old.read_all(&all).unwrap().len(), 45);
}

/// Random bytes until it is told to panic.
#[derive(Default)]
struct PanickingRandom(std::sync::atomic::AtomicBool);

impl Random for PanickingRandom {
    fn fill(&self, bytes: &mut [u8]) {
        assert!(!self.0.load(Ordering::Relaxed), "a test's panic");
        crate::clock::OsRandom.fill(bytes);
    }
}

#[test]
fn a_panic_of_the_sequencer_stops_only_its_log() {
    let dir = tempfile::tempdir().unwrap();
    let random = Arc::new(PanickingRandom::default());
    let components = Components { random: Arc::clone(&random) as _, ..components() };
    let store = Store::open(&dir.path().join("one"), small(), components).unwrap();
    let other = Store::open(&dir.path().join("other"), small(), self::components()).unwrap();
    assert!(store.append(unit(&["kept"])).unwrap().blocking_recv().unwrap().is_ok());
    random.0.store(true, Ordering::Relaxed);
    let lost = store.append(unit(&["lost"])).unwrap().blocking_recv().unwrap();
    assert!(matches!(lost, Err(AppendError::Poisoned)));
    assert!(matches!(store.append(unit(&["after"])), Err(AppendError::Poisoned)));
    assert_eq!(bodies(&store), ["kept"]);
    assert!(other.append(unit(&["fine"])).unwrap().blocking_recv().unwrap().is_ok());
    assert!(matches!(store.close(), Err(AppendError::Poisoned)));
    other.close().unwrap();
}

#[test]
fn dropping_answers_what_waits() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), small(), components()).unwrap();
    let waiters: Vec<_> = (0..50).map(|_| store.append(unit(&["x"])).unwrap()).collect();
    drop(store);
    let stored = waiters.into_iter().map(|waiter| waiter.blocking_recv().unwrap());
    let (stored, refused): (Vec<_>, Vec<_>) = stored.partition(Result::is_ok);
    assert!(refused.iter().all(|answer| matches!(answer, Err(AppendError::Closed))));
    assert_eq!(bodies(&stepped(dir.path())).len(), stored.len());
}

#[test]
fn a_log_whose_index_cannot_be_written_stays_bounded() {
    let dir = tempfile::tempdir().unwrap();
    let store = stepped(dir.path());
    // Nobody seals.
    let refused = (0..1000).find_map(|_| append(&store, unit(&["x"])).err());
    assert!(matches!(refused, Some(AppendError::Full)));
    assert!(store.status().records < 300);
    while store.seal_step() {}
    append(&store, unit(&["x"])).unwrap();
}

#[test]
fn a_clock_that_steps_back_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(TestClock(AtomicI64::new(1_700_000_000_000)));
    let components = Components { clock: Arc::clone(&clock) as _, ..components() };
    let store = Store::open_stepped(dir.path(), small(), components).unwrap();
    let first = created(&append(&store, unit(&["a"])).unwrap())[0];
    clock.0.fetch_sub(5_000, Ordering::Relaxed);
    let second = created(&append(&store, unit(&["b"])).unwrap())[0];
    assert_eq!(store.status().clock_behind_ms, 5_000);
    assert_eq!(second.received, first.received);
    assert!(second.id > first.id);
    let snapshot = store.snapshot();
    assert_eq!(snapshot.find(second.id).unwrap(), Some(LogIndex(1)));
    let unknown = RecordId(uuid::Uuid::from_u128(second.id.0.as_u128() ^ 1));
    assert_eq!(snapshot.find(unknown).unwrap(), None);
    assert_eq!(snapshot.find(RecordId(uuid::Uuid::max())).unwrap(), None);
    assert_eq!(snapshot.find(RecordId(uuid::Uuid::nil())).unwrap(), None);
}
