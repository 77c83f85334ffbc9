use crate::{
    AppendError, Components, LogIndex, OpenError, RecordKind, Settings, Snapshot, Statement, Store,
    testing::{
        FailingDisk, Words, answer, append, bodies, components, has, keyed, name, signed, small,
        statements, unit,
    },
};
use kiln_evidence::{Ed25519Signer, Leaf, SignError, Signer, Tree, commitment, leaf_hash};
use kiln_index::{Order, Page, Query};
use std::{
    io,
    path::Path,
    slice,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

fn open(folder: &Path, components: Components) -> Result<Store, OpenError> {
    Store::open_stepped(folder, small(), components)
}

fn names(store: &Store) -> Vec<&'static str> {
    statements(store).iter().map(name).collect()
}

fn page(snapshot: &Snapshot, query: &Query) -> Vec<u64> {
    let (order, size) = (Order::LogOldest, snapshot.size());
    let page = Page { query, order, after: None, size, limit: 1000 };
    snapshot.query(&page, &|| false).unwrap().iter().map(|hit| hit.log_index.0).collect()
}

/// The checkpoint is of exactly this log, and signed by the key in force.
fn check(snapshot: &Snapshot) {
    let mut tree = Tree::default();
    for at in (0..snapshot.size().0).map(LogIndex) {
        let (record, salt, envelope) = snapshot.evidence_of(at).unwrap();
        assert_eq!(record.log_index, at);
        let leaf = Leaf {
            kind: record.envelope.kind as u8,
            received_second: record.envelope.received.0 as u64 / 1000,
            commitment: commitment(&salt, &envelope, &record.body),
        };
        tree.push(leaf_hash(&leaf.to_bytes()));
    }
    let signed = snapshot.checkpoint().unwrap();
    assert_eq!(signed.checkpoint.size.0, snapshot.size().0);
    assert_eq!(signed.checkpoint.root, tree.root());
    assert_eq!(snapshot.root(), tree.root());
    assert_eq!(signed.note.text, signed.checkpoint.to_text());
    signed.note.verify(slice::from_ref(&signed.key)).unwrap();
}

#[test]
fn a_signed_log_states_its_beginnings_and_ends() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), signed(1)).unwrap();
    let key = store.log_key().unwrap();
    let origin = key.name().to_string();
    let stated = statements(&store);
    let Statement::Genesis { origin: of, key: by, .. } = &stated[0] else { panic!("{stated:?}") };
    assert_eq!((of, by), (&origin, &key.to_string()));
    append(&store, unit(&["one", "two"])).unwrap();
    check(&store.snapshot());
    store.close().unwrap();
    let store = open(dir.path(), signed(1)).unwrap();
    append(&store, unit(&["three"])).unwrap();
    drop(store);
    let store = open(dir.path(), signed(1)).unwrap();
    assert_eq!(names(&store), ["genesis", "start", "stop", "start", "start"]);
    assert_eq!(store.log_key().unwrap(), key);
    check(&store.snapshot());
}

#[test]
fn every_group_is_signed_when_it_is_seen() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path(), signed(1)).unwrap();
    for n in 0..130 {
        append(&store, unit(&[&format!("n{n}")])).unwrap();
        let snapshot = store.snapshot();
        let signed = snapshot.checkpoint().unwrap();
        assert_eq!(signed.checkpoint.size.0, snapshot.size().0);
        assert_eq!(signed.checkpoint.root, snapshot.root());
        signed.note.verify(slice::from_ref(&signed.key)).unwrap();
        while store.seal_step() {}
        if n % 50 == 20 {
            drop(store);
            store = open(dir.path(), signed_with(Words(n))).unwrap();
        }
    }
    check(&store.snapshot());
    assert!(store.snapshot().sealed.len() >= 2);
}

fn signed_with(words: Words) -> Components {
    Components { extract: Arc::new(words), ..signed(1) }
}

fn statement_free(snapshot: &Snapshot, records: &[u64]) {
    assert_eq!(page(snapshot, &Query::All), records);
    assert_eq!(page(snapshot, &Query::Not(Box::new(has("one")))), records[1..]);
    let count = |query| snapshot.count(&query, snapshot.size(), &|| false).unwrap();
    assert_eq!(count(Query::All), records.len() as u64);
    let all = [kiln_index::Millis(i64::MIN)..kiln_index::Millis(i64::MAX)];
    let buckets = kiln_index::Buckets::Recorded(&all);
    let counts = snapshot.aggregate(&Query::All, snapshot.size(), &buckets, &|| false).unwrap();
    assert_eq!(counts, [records.len() as u64]);
}

#[test]
fn no_search_finds_a_statement() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), signed(1)).unwrap();
    let mut first = unit(&["one"]);
    first.records[0].if_none_exist = Some(Query::All);
    append(&store, first).unwrap();
    append(&store, unit(&["two"])).unwrap();
    statement_free(&store.snapshot(), &[2, 3]);
    let of = store.snapshot().read(LogIndex(0)).unwrap().envelope;
    assert_eq!((of.kind, of.release, of.media_type), (RecordKind::Statement, 0, 1));
    assert_eq!(of.principal, "kiln");
    assert_eq!(store.snapshot().find(of.id).unwrap(), None, "it is no resource");
    drop(store);
    // Indexes that are built anew from the log hide it as well.
    let store = open(dir.path(), signed_with(Words(2))).unwrap();
    statement_free(&store.snapshot(), &[2, 3]);
    assert_eq!(names(&store), ["genesis", "start", "start"]);
}

#[test]
fn only_the_key_in_force_opens_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), signed(1)).unwrap();
    // The last group stands in the segment before, then in the open one.
    for n in 0..60 {
        append(&store, unit(&[&format!("n{n}")])).unwrap();
    }
    let size = store.snapshot().size();
    drop(store);
    let error = open(dir.path(), signed(2)).unwrap_err();
    assert!(matches!(error, OpenError::OtherKey { .. }), "{error}");
    assert!(error.to_string().contains("kiln key rotate"), "{error}");
    assert!(matches!(open(dir.path(), components()), Err(OpenError::KeyMissing)));
    let store = open(dir.path(), signed(1)).unwrap();
    assert_eq!(store.snapshot().size().0, size.0 + 1, "a start was stated, and no other");

    let unsigned = tempfile::tempdir().unwrap();
    append(&open(unsigned.path(), components()).unwrap(), unit(&["x"])).unwrap();
    assert!(matches!(open(unsigned.path(), signed(1)), Err(OpenError::Unsigned)));
    let store = open(unsigned.path(), components()).unwrap();
    assert!(store.log_key().is_none() && store.snapshot().checkpoint().is_none());
    assert!(matches!(store.state(Statement::Stop), Err(AppendError::Unsigned)));
}

#[test]
fn a_key_is_handed_over_in_a_group_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), signed(1)).unwrap();
    let old = store.log_key().unwrap();
    let before = store.append(unit(&["before"])).unwrap();
    let change = store.rotate_key(Arc::new(Ed25519Signer::from_seed([2; 32]))).unwrap();
    let after = store.append(unit(&["after"])).unwrap();
    store.step();
    assert_eq!(bodies(&store).last().unwrap(), "before");
    answer(before).unwrap();
    store.step();
    assert_eq!(answer(change).unwrap().group_records, 1);
    let snapshot = store.snapshot();
    let checkpoint = snapshot.checkpoint().unwrap();
    let new = store.log_key().unwrap();
    assert_ne!(new, old);
    let keys = [new.clone(), old.clone()];
    assert_eq!(checkpoint.note.verify(&keys).unwrap(), [&old, &new], "the old one first");
    check(&snapshot);
    store.step();
    answer(after).unwrap();
    check(&store.snapshot());
    assert_eq!(store.snapshot().checkpoint().unwrap().note.signatures.len(), 1);
    let change = Statement::KeyChange { old: old.to_string(), new: new.to_string() };
    assert!(statements(&store).contains(&change));
    drop(store);
    assert!(matches!(open(dir.path(), signed(1)), Err(OpenError::OtherKey { .. })));
    check(&open(dir.path(), signed(2)).unwrap().snapshot());
}

#[test]
fn a_hand_over_that_ends_the_log_is_found_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), signed(1)).unwrap();
    let change = store.rotate_key(Arc::new(Ed25519Signer::from_seed([2; 32]))).unwrap();
    store.step();
    answer(change).unwrap();
    drop(store);
    assert!(matches!(open(dir.path(), signed(1)), Err(OpenError::OtherKey { .. })));
    let store = open(dir.path(), signed(2)).unwrap();
    assert_eq!(names(&store), ["genesis", "start", "key-change", "start"]);
}

/// A key that signs, or does not, or signs something else.
struct Moody {
    key: Ed25519Signer,
    is_away: AtomicBool,
    lies: AtomicBool,
}

impl Signer for Moody {
    fn public_key(&self) -> [u8; 32] {
        self.key.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        if self.is_away.load(Ordering::Relaxed) {
            return Err(SignError::Device(Box::new(io::Error::other("a test's failure"))));
        }
        let lies = self.lies.load(Ordering::Relaxed);
        self.key.sign(if lies { b"something else" } else { message })
    }
}

fn moody() -> (Arc<Moody>, Components) {
    let (is_away, lies) = (AtomicBool::new(false), AtomicBool::new(false));
    let moody = Arc::new(Moody { key: Ed25519Signer::from_seed([1; 32]), is_away, lies });
    let components = Components { signer: Some(Arc::clone(&moody) as _), ..components() };
    (moody, components)
}

#[test]
fn nothing_is_stored_without_a_signature() {
    let dir = tempfile::tempdir().unwrap();
    let (key, components) = moody();
    let store = open(dir.path(), components).unwrap();
    append(&store, keyed(unit(&["one"]), "k", 1)).unwrap();
    key.is_away.store(true, Ordering::Relaxed);
    let refused = append(&store, unit(&["lost"]));
    assert!(matches!(refused, Err(AppendError::SignFailed)), "{refused:?}");
    assert_eq!(bodies(&store).len(), 3);
    assert!(append(&store, keyed(unit(&["one"]), "k", 1)).unwrap().replayed, "reading goes on");
    key.is_away.store(false, Ordering::Relaxed);
    append(&store, unit(&["two"])).unwrap();
    key.is_away.store(true, Ordering::Relaxed);
    store.close().unwrap();
    let store = open(dir.path(), signed(1)).unwrap();
    assert_eq!(names(&store), ["genesis", "start", "start"], "the stop could not be stated");
    check(&store.snapshot());
}

#[test]
fn a_bad_signature_under_the_last_group_is_damage() {
    let dir = tempfile::tempdir().unwrap();
    let (key, components) = moody();
    let store = open(dir.path(), components).unwrap();
    key.lies.store(true, Ordering::Relaxed);
    append(&store, unit(&["one"])).unwrap();
    drop(store);
    let error = open(dir.path(), signed(1)).unwrap_err();
    assert!(error.to_string().contains("expected the signature of the log's key"), "{error}");
}

#[test]
fn a_full_disk_keeps_no_log_from_being_read() {
    let dir = tempfile::tempdir().unwrap();
    // Segments that are full at once, so that the start needs a new one.
    let settings = || Settings { seal_records: 1, ..small() };
    let store = Store::open_stepped(dir.path(), settings(), signed(1)).unwrap();
    append(&store, unit(&["one"])).unwrap();
    store.close().unwrap();
    let disk = FailingDisk::default();
    disk.0.bytes_free.store(200, Ordering::Relaxed);
    let components = Components { disk: Arc::new(disk.clone()), ..signed(1) };
    let store = Store::open_stepped(dir.path(), settings(), components).unwrap();
    assert_eq!(names(&store), ["genesis", "start", "stop"]);
    assert_eq!(bodies(&store).len(), 4);
    disk.0.bytes_free.store(u64::MAX, Ordering::Relaxed);
    append(&store, unit(&["two"])).unwrap();
    assert_eq!(names(&store), ["genesis", "start", "stop", "start"]);
    assert_eq!(bodies(&store).last().unwrap(), "two", "the start stands before what follows it");
    check(&store.snapshot());
}

#[test]
fn an_anchor_is_stated_when_it_is_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), small(), signed(1)).unwrap();
    let note = store.snapshot().checkpoint().unwrap().note.to_string();
    let anchor = Statement::Anchor { checkpoint: "00".repeat(32), note };
    assert!(store.state(anchor.clone()).unwrap().blocking_recv().unwrap().is_ok());
    assert_eq!(statements(&store).last(), Some(&anchor));
    store.close().unwrap();
    let store = open(dir.path(), signed(1)).unwrap();
    assert_eq!(names(&store), ["genesis", "start", "anchor", "stop", "start"]);
}
