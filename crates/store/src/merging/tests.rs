use super::*;
use crate::{
    Components, Store, VerifyOptions,
    disk::{Disk, RealDisk},
    fsck,
    testing::{TestClock, append, bodies, components, has, small, unit},
    verify,
};
use kiln_index::{Order, Page};
use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

const DAY_MS: i64 = 86_400_000;

fn settings() -> Settings {
    Settings { merge_files: 4, ..small() }
}

fn open(folder: &Path, components: Components) -> Store {
    Store::open_stepped(folder, settings(), components).unwrap()
}

fn fill(store: &Store, records: u64) {
    for n in 0..records {
        append(store, unit(&[&format!("all n{n}")])).unwrap();
        while store.seal_step() {}
    }
}

fn places(store: &Store) -> Vec<(Place, u64)> {
    store.snapshot().files.iter().map(|file| (file.place, file.records())).collect()
}

/// The names of index files: those beside segments, and the others.
fn names(folder: &Path) -> [Vec<String>; 2] {
    ["segments", "index"].map(|dir| {
        let names = RealDisk.list(&folder.join(dir)).unwrap();
        let is_index = |name: &&String| Path::new(name).extension() == Some("index".as_ref());
        names.iter().filter(is_index).cloned().collect()
    })
}

#[expect(clippy::disallowed_methods, reason = "the test changes a file")]
fn change(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    fs::write(path, &bytes).unwrap();
}

fn check(store: &Store, records: u64) {
    let snapshot = store.snapshot();
    let query = has("all");
    for order in [Order::RecordedNewest, Order::LogOldest] {
        let page = Page { query: &query, order, after: None, size: snapshot.size(), limit: 5000 };
        assert_eq!(snapshot.query(&page, &|| false).unwrap().len() as u64, records);
    }
    assert_eq!(snapshot.count(&has("n7"), snapshot.size(), &|| false).unwrap(), 1);
    let stored = bodies(store);
    assert!(stored.iter().zip(0..).all(|(body, n)| *body == format!("all n{n}")));
}

fn whole(folder: &Path) {
    assert_eq!(fsck(folder, &components(), &mut |_, _| ()).problems, [""; 0]);
    let report = verify(folder, &components(), &VerifyOptions::default(), &mut |_, _| ());
    assert_eq!((report.findings, report.unread), (Vec::new(), None));
}

#[test]
fn files_of_a_size_become_one_and_survive_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), components());
    fill(&store, 850);
    // Four segments of 50 become 200, four of those become 800.
    assert_eq!(places(&store)[..2], [(Place::Merged, 800), (Place::Spilled, 16)]);
    let [beside, others] = names(dir.path());
    assert_eq!((beside.len(), others[0].as_str()), (0, "0000000000000000-0000000000000320.index"));
    check(&store, 850);
    while store.scrub_step() {}
    assert_eq!(store.status().damaged, None);
    drop(store);
    whole(dir.path());
    let store = open(dir.path(), components());
    assert_eq!(places(&store)[0], (Place::Merged, 800));
    check(&store, 850);
}

#[test]
fn no_file_holds_records_of_two_months_and_the_rest_of_one_that_is_over_is_merged() {
    let dir = tempfile::tempdir().unwrap();
    // 2023-11-14.
    let clock = Arc::new(TestClock(AtomicI64::new(1_700_000_000_000)));
    let components = || Components { clock: Arc::clone(&clock) as _, ..components() };
    let store = open(dir.path(), components());
    fill(&store, 320);
    let sealed = |store: &Store| {
        let sealed = places(store).into_iter().filter(|(place, _)| *place != Place::Memory);
        sealed.filter(|(place, _)| *place != Place::Spilled).collect::<Vec<_>>()
    };
    assert_eq!(sealed(&store), [(Place::Merged, 200), (Place::Sealed, 50), (Place::Sealed, 50)]);
    clock.0.fetch_add(30 * DAY_MS, Ordering::Relaxed);
    for n in 320..370 {
        append(&store, unit(&[&format!("all n{n}")])).unwrap();
        while store.seal_step() {}
    }
    // The segment of both months stays as it is; November's others are one file now.
    assert_eq!(sealed(&store), [(Place::Merged, 300), (Place::Sealed, 50)]);
    for n in 370..570 {
        append(&store, unit(&[&format!("all n{n}")])).unwrap();
        while store.seal_step() {}
    }
    let expected = [(Place::Merged, 300), (Place::Sealed, 50), (Place::Merged, 200)];
    assert_eq!(sealed(&store), expected);
    check(&store, 570);
    drop(store);
    whole(dir.path());
}

#[test]
fn a_start_takes_the_larger_file_and_removes_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let apart = tempfile::tempdir().unwrap();
    let store = open(dir.path(), components());
    let keep = |sub: &str, name: &str| {
        fs::copy(dir.path().join(sub).join(name), apart.path().join(name)).unwrap();
    };
    for n in 0..850 {
        append(&store, unit(&[&format!("all n{n}")])).unwrap();
        while store.seal_step() {
            let [beside, others] = names(dir.path());
            for name in &beside {
                keep("segments", name);
            }
            for name in &others {
                keep("index", name);
            }
        }
    }
    drop(store);
    let left = names(dir.path());
    // As a crash leaves it between publishing and removing: everything is there again.
    for name in RealDisk.list(apart.path()).unwrap() {
        let dir = dir.path().join(if name.contains('-') { "index" } else { "segments" });
        fs::copy(apart.path().join(&name), dir.join(&name)).unwrap();
    }
    assert!(names(dir.path())[0].len() == 16 && names(dir.path())[1].len() > 20);
    whole(dir.path());
    let store = open(dir.path(), components());
    assert_eq!(names(dir.path()), left);
    assert_eq!(places(&store)[0], (Place::Merged, 800));
    check(&store, 850);
}

#[test]
fn a_merged_file_that_is_damaged_is_built_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), components());
    fill(&store, 250);
    drop(store);
    let path = dir.path().join("index/0000000000000000-00000000000000c8.index");
    change(&path, |bytes| bytes[20] ^= 1);
    assert_ne!(fsck(dir.path(), &components(), &mut |_, _| ()).problems, [""; 0]);
    let store = open(dir.path(), components());
    assert_eq!(places(&store)[..4], [(Place::Sealed, 50); 4]);
    while store.seal_step() {}
    assert_eq!(places(&store)[0], (Place::Merged, 200));
    check(&store, 250);
    drop(store);
    whole(dir.path());
}

#[test]
fn a_merged_file_of_other_records_is_found_and_not_used() {
    let (dir, foreign) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(dir.path(), components());
    fill(&store, 250);
    drop(store);
    fs::create_dir(foreign.path().join("keys")).unwrap();
    let key = "keys/term-hash";
    fs::copy(dir.path().join(key), foreign.path().join(key)).unwrap();
    let other = open(foreign.path(), components());
    for n in 0..250 {
        append(&other, unit(&[&format!("all other n{n}")])).unwrap();
        while other.seal_step() {}
    }
    drop(other);
    let name = "index/0000000000000000-00000000000000c8.index";
    fs::copy(foreign.path().join(name), dir.path().join(name)).unwrap();
    assert_eq!(fsck(dir.path(), &components(), &mut |_, _| ()).problems.len(), 1);
    let report = verify(dir.path(), &components(), &VerifyOptions::default(), &mut |_, _| ());
    assert_eq!(report.findings.len(), 1);
    check(&open(dir.path(), components()), 250);
}

#[test]
fn files_of_an_older_build_are_no_problem_and_built_anew() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), components());
    fill(&store, 270);
    drop(store);
    let [beside, others] = names(dir.path());
    let beside = beside.iter().map(|name| dir.path().join("segments").join(name));
    let paths: Vec<_> =
        beside.chain(others.iter().map(|name| dir.path().join("index").join(name))).collect();
    assert!(paths.len() >= 3, "of a segment, of several, of a part of one");
    for path in &paths {
        change(path, |bytes| bytes[8] = 1);
    }
    whole(dir.path());
    let store = open(dir.path(), components());
    while store.seal_step() {}
    assert_eq!(places(&store)[0], (Place::Merged, 250));
    check(&store, 270);
    drop(store);
    whole(dir.path());
}
