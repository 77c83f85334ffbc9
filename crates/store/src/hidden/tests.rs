use crate::testing::{append, bodies, components, has, record, signed, small};
use crate::{
    Condition, LogIndex, NewRecord, RecordKind, Settings, Snapshot, Store, Unit,
    disk::{Disk as _, RealDisk},
    fsck,
    testing::keyed,
};
use kiln_index::{Buckets, Order, Page, Query};

const HIDDEN: [RecordKind; 2] = [RecordKind::Resource, RecordKind::Intent];

fn of(kind: RecordKind, body: &str) -> NewRecord {
    NewRecord { kind, ..record(body) }
}

fn unit(records: Vec<NewRecord>) -> Unit {
    Unit { records, principal: "ward".into(), condition: Condition::Atomic, key: None }
}

/// A resource, its event and an intent; all of them say `shared`.
fn mixed() -> Unit {
    unit(vec![
        of(RecordKind::Resource, "resource shared"),
        of(RecordKind::TrailEvent, "event shared"),
        of(RecordKind::Intent, "intent shared"),
    ])
}

fn found(snapshot: &Snapshot, kind: Option<RecordKind>, query: &Query) -> Vec<String> {
    let (order, size) = (Order::LogOldest, snapshot.size());
    let page = Page { query, order, after: None, size, limit: 100 };
    let hits = match kind {
        Some(kind) => snapshot.query_hidden(kind, &page, &|| false),
        None => snapshot.query(&page, &|| false),
    };
    let at: Vec<LogIndex> = hits.unwrap().iter().map(|hit| hit.log_index).collect();
    let records = snapshot.read_all(&at).unwrap();
    records.iter().map(|record| String::from_utf8(record.body.to_vec()).unwrap()).collect()
}

#[test]
fn no_search_count_or_aggregate_shows_what_is_hidden() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open_stepped(dir.path(), small(), signed(1)).unwrap();
    append(&store, mixed()).unwrap();
    let snapshot = store.snapshot();
    for query in [Query::All, has("shared"), Query::Not(Box::new(has("nothing")))] {
        assert_eq!(found(&snapshot, None, &query), ["event shared"], "{query:?}");
        assert_eq!(snapshot.count(&query, snapshot.size(), &|| false).unwrap(), 1, "{query:?}");
    }
    let Query::Term(term) = has("shared") else { unreachable!() };
    let (terms, size) = ([term], snapshot.size());
    let buckets = Buckets::Terms(&terms);
    let counts = snapshot.aggregate(&Query::All, size, &buckets, &|| false).unwrap();
    assert_eq!(counts, [1]);
}

#[test]
fn each_hidden_kind_is_found_by_itself() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open_stepped(dir.path(), small(), signed(1)).unwrap();
    append(&store, mixed()).unwrap();
    let snapshot = store.snapshot();
    let shared = has("shared");
    assert_eq!(found(&snapshot, Some(RecordKind::Resource), &shared), ["resource shared"]);
    assert_eq!(found(&snapshot, Some(RecordKind::Intent), &shared), ["intent shared"]);
    assert_eq!(found(&snapshot, Some(RecordKind::TrailEvent), &shared), [""; 0]);
    for kind in HIDDEN {
        assert_eq!(snapshot.count_hidden(kind, &shared, snapshot.size(), &|| false).unwrap(), 1);
        assert_eq!(found(&snapshot, Some(kind), &has("event")), [""; 0]);
    }
    let statements = found(&snapshot, Some(RecordKind::Statement), &Query::All);
    assert_eq!(statements.len(), snapshot.statements().unwrap().len());
    assert!(statements.iter().all(|body| body.starts_with("{\"statement\"")), "{statements:?}");
}

#[test]
fn what_is_hidden_has_no_address_and_was_recorded_when_it_was_received() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open_stepped(dir.path(), small(), components()).unwrap();
    append(&store, mixed()).unwrap();
    let snapshot = store.snapshot();
    let addresses = (0..3).map(LogIndex).map(|at| {
        let id = snapshot.read(at).unwrap().envelope.id;
        snapshot.find(id).unwrap().is_some()
    });
    assert_eq!(addresses.collect::<Vec<_>>(), [false, true, false]);
    let (query, order, size) = (Query::All, Order::LogOldest, snapshot.size());
    let page = Page { query: &query, order, after: None, size, limit: 9 };
    for kind in HIDDEN {
        let hits = snapshot.query_hidden(kind, &page, &|| false).unwrap();
        let received = snapshot.read(hits[0].log_index).unwrap().envelope.received;
        assert_eq!(hits[0].recorded, received, "{kind:?}");
    }
}

#[test]
fn a_condition_does_not_find_what_is_hidden() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open_stepped(dir.path(), small(), components()).unwrap();
    append(&store, unit(vec![of(RecordKind::Resource, "once")])).unwrap();
    let conditional = NewRecord { if_none_exist: Some(has("once")), ..record("once") };
    let pooled = unit(vec![of(RecordKind::Intent, "once")]);
    let waiters = [store.append(pooled).unwrap(), store.append(unit(vec![conditional])).unwrap()];
    while store.step() {}
    for mut waiter in waiters {
        let appended = waiter.try_recv().unwrap().unwrap();
        assert!(matches!(appended.outcomes[..], [crate::Outcome::Created(_)]), "{appended:?}");
    }
}

#[test]
fn a_key_is_known_though_its_records_are_hidden() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open_stepped(dir.path(), small(), components()).unwrap();
    let first = append(&store, keyed(unit(vec![of(RecordKind::Intent, "i")]), "k", 7)).unwrap();
    let again = append(&store, keyed(unit(vec![of(RecordKind::Intent, "i")]), "k", 7)).unwrap();
    assert!(again.replayed);
    assert_eq!(again.outcomes, first.outcomes);
    assert_eq!(bodies(&store), ["i"]);
}

#[test]
fn indexes_that_are_built_again_hide_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let settings = || Settings { spill_records: 4, ..small() };
    let store = Store::open_stepped(dir.path(), settings(), signed(1)).unwrap();
    for _ in 0..30 {
        append(&store, mixed()).unwrap();
    }
    while store.seal_step() {}
    store.close().unwrap();
    for folder in ["index", "segments"] {
        for file in std::fs::read_dir(dir.path().join(folder)).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "index") {
                RealDisk.remove(&path).unwrap();
            }
        }
    }
    let store = Store::open_stepped(dir.path(), settings(), signed(1)).unwrap();
    let snapshot = store.snapshot();
    assert_eq!(found(&snapshot, None, &has("shared")).len(), 30);
    for kind in HIDDEN {
        assert_eq!(found(&snapshot, Some(kind), &has("shared")).len(), 30, "{kind:?}");
    }
    store.close().unwrap();
    let report = fsck(dir.path(), &signed(1), &mut |_, _| {});
    assert_eq!(report.problems, [""; 0]);
    assert_eq!(report.unread, None);
}
