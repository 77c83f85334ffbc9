//! The key of a step, which stands with its first record alone.
use crate::{
    AppendError, Condition, LogIndex, Store, Unit,
    testing::{append, bodies, components, keyed, small, unit},
};
use std::path::Path;

fn stepped(folder: &Path) -> Store {
    Store::open_stepped(folder, small(), components()).unwrap()
}

fn step(bodies: &[&str], key: &str, body: u8) -> Unit {
    Unit { condition: Condition::Step, ..keyed(unit(bodies), key, body) }
}

#[test]
fn a_step_is_stored_once_and_only_its_first_record_has_the_key() {
    let dir = tempfile::tempdir().unwrap();
    let check = |store: &Store| {
        let again = append(store, step(&["a", "b", "c"], "0", 1)).unwrap();
        assert!(again.replayed && again.outcomes.len() == 3, "{again:?}");
        let other = append(store, step(&["x"], "0", 2));
        assert!(matches!(other, Err(AppendError::KeyReused)), "{other:?}");
        assert_eq!(bodies(store), ["a", "b", "c", "d"]);
        let key = |at| store.snapshot().read(LogIndex(at)).unwrap().envelope.key;
        let keys: Vec<_> = (0..4).map(|at| key(at).map(|key| key.key)).collect();
        assert_eq!(keys, [Some("0".to_owned()), None, None, Some("3".to_owned())]);
    };
    let store = stepped(dir.path());
    let first = append(&store, step(&["a", "b", "c"], "0", 1)).unwrap();
    assert!(!first.replayed);
    append(&store, step(&["d"], "3", 1)).unwrap();
    check(&store);
    drop(store);
    check(&stepped(dir.path()));
}

#[test]
fn a_record_is_found_by_its_sender_and_key() {
    let dir = tempfile::tempdir().unwrap();
    let store = stepped(dir.path());
    append(&store, unit(&["before"])).unwrap();
    append(&store, step(&["a", "b"], "0", 7)).unwrap();
    let snapshot = store.snapshot();
    let found = snapshot.keyed("ward", "0").unwrap().unwrap();
    assert_eq!((found.log_index, &found.body[..]), (LogIndex(1), &b"a"[..]));
    assert_eq!(found.envelope.key.unwrap().body_sha256, [7; 32]);
    assert!(snapshot.keyed("ward", "1").unwrap().is_none());
    assert!(snapshot.keyed("other", "0").unwrap().is_none());
}
