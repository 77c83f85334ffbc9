use super::{mark, pace};
use crate::{
    Components, LogIndex, Millis, Store,
    disk::{Disk, RealDisk},
    testing::{TestClock, append, components, small, unit},
};
use kiln_evidence::{Ed25519Signer, Tile, TileLevel};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

fn open(folder: &Path) -> Store {
    let signer = Some(Arc::new(Ed25519Signer::from_seed([7; 32])) as _);
    let store = Store::open_stepped(folder, small(), Components { signer, ..components() });
    store.unwrap()
}

/// A log of several segments, stopped cleanly and open again, everything on disk.
fn store(folder: &Path) -> Store {
    let store = open(folder);
    while store.snapshot().size().0 < 600 {
        append(&store, unit(&["a", "b", "c", "d", "e", "f", "g"])).unwrap();
        while store.seal_step() || store.tile_step() {}
    }
    store.close().unwrap();
    let store = open(folder);
    while store.seal_step() || store.tile_step() {}
    store
}

/// One whole pass; returns how many steps it took.
fn pass(store: &Store) -> usize {
    let mut steps = 1;
    while store.scrub_step() {
        steps += 1;
    }
    steps
}

#[expect(clippy::disallowed_methods, reason = "the test does to the file what no disk would")]
fn change(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let names = RealDisk.list(folder).unwrap();
    let paths = names.iter().map(|name| folder.join(name));
    paths.filter(|path| path.extension().is_some_and(|e| e == extension)).collect()
}

#[test]
fn a_good_store_passes_again_and_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    assert_eq!(store.status().scrub.passed, None);
    let steps = pass(&store);
    let groups = store.snapshot().size().0 as usize / 7;
    assert!(steps > groups, "{steps} steps for more than {groups} groups");
    let status = store.status();
    assert_eq!(status.damaged, None);
    assert_eq!(status.scrub.passed, Some(Millis(1_700_000_000_000)));
    assert_eq!((status.scrub.position, status.scrub.repaired), (LogIndex(0), 0));
    assert_eq!(pass(&store), steps);
    assert_eq!(store.status().damaged, None);
}

#[test]
fn a_pass_over_a_log_that_grows_meets_no_damage() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    for _ in 0..300 {
        append(&store, unit(&["a", "b", "c"])).unwrap();
        store.scrub_step();
        store.scrub_step();
        while store.seal_step() || store.tile_step() {}
    }
    pass(&store);
    let status = store.status();
    assert_eq!((status.damaged, status.scrub.repaired), (None, 0));
    assert!(status.scrub.passed.is_some());
}

#[test]
fn an_empty_and_an_unsigned_log_pass() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open_stepped(dir.path(), small(), components()).unwrap();
    pass(&store);
    append(&store, unit(&["a"])).unwrap();
    pass(&store);
    assert_eq!(store.status().damaged, None);
}

/// The first damage at or behind this segment, in a pass that begins there.
fn damage_from(store: &Store, segment: LogIndex) -> Option<String> {
    let scrub = &store.shared.scrub;
    scrub.tell(|told| told.damaged = None);
    scrub.walk().begin(&store.snapshot(), segment);
    while store.status().damaged.is_none() && store.scrub_step() {}
    store.status().damaged.map(|told| told.to_string())
}

#[test]
fn any_damage_to_a_segment_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let snapshot = store.snapshot();
    for segment in [&snapshot.sealed[0], &snapshot.sealed[5], &snapshot.open] {
        let name = crate::segment::log_name(segment.first);
        let path = dir.path().join("segments").join(&name);
        for at in (0..segment.len as usize).step_by(61) {
            change(&path, |bytes| bytes[at] ^= 0x20);
            let told = damage_from(&store, segment.first);
            assert!(told.is_some_and(|told| told.starts_with(&name)), "{name} at {at}");
            change(&path, |bytes| bytes[at] ^= 0x20);
        }
        change(&path, |bytes| bytes.truncate(segment.len as usize - 1));
        let told = damage_from(&store, segment.first).unwrap();
        assert!(told.contains("cannot be read"), "{told}");
        change(&path, |bytes| bytes.push(0));
    }
}

#[test]
fn damage_behind_damage_does_not_hide_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let logs = files(&dir.path().join("segments"), "log");
    change(&logs[1], |bytes| bytes[2000] ^= 1);
    change(&logs[3], |bytes| bytes[2000] ^= 1);
    pass(&store);
    let first = store.status().damaged.unwrap();
    assert!(first.starts_with(logs[1].file_name().unwrap().to_str().unwrap()), "{first}");
    pass(&store);
    assert_eq!(store.status().damaged.unwrap(), first, "the first stays");
    assert_eq!(store.status().scrub.passed, Some(Millis(1_700_000_000_000)), "it goes on");
}

#[test]
fn damage_to_an_index_file_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let sealed = files(&dir.path().join("segments"), "index");
    change(&sealed[2], |bytes| {
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
    });
    let told = damage_from(&store, LogIndex(0)).unwrap();
    assert!(told.starts_with("the index file of records "), "{told}");
}

#[test]
fn tiles_that_differ_are_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let tiles = dir.path().join("tiles/tile");
    let paths = ["0/000", "0/001", "entries/000", "entries/001"].map(|path| tiles.join(path));
    let bytes = |path: &PathBuf| RealDisk.map_sealed(path).unwrap().as_ref().to_vec();
    let good = paths.each_ref().map(bytes);
    change(&paths[0], |bytes| bytes[8191] ^= 1);
    RealDisk.remove(&paths[1]).unwrap();
    change(&paths[2], |bytes| bytes.truncate(48));
    change(&paths[3], |bytes| bytes[1] = 45);
    pass(&store);
    assert_eq!(paths.each_ref().map(bytes), good);
    let status = store.status();
    assert_eq!((status.damaged, status.scrub.repaired), (None, 4));
    pass(&store);
    assert_eq!(store.status().scrub.repaired, 4, "nothing is left to repair");
    let tile = Tile { level: TileLevel::Hashes(0), index: 1, width: 256 };
    assert!(store.tiles().unwrap().read(tile).unwrap().is_some());
}

#[test]
fn a_pass_goes_on_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    while store.status().scrub.position.0 < 200 {
        assert!(store.scrub_step());
    }
    drop(store);
    let store = open(dir.path());
    let position = store.status().scrub.position;
    assert!((150..=210).contains(&position.0), "{position:?}");
    assert!(store.scrub_step());
    assert!(store.scrub_step());
    assert!(store.status().scrub.position > position);
    pass(&store);
    drop(store);
    let status = open(dir.path()).status().scrub;
    assert_eq!(status.passed, Some(Millis(1_700_000_000_000)));
    assert_eq!(status.position, LogIndex(0));
    change(&dir.path().join("scrubbed"), |bytes| bytes[20] ^= 1);
    let status = open(dir.path()).status().scrub;
    assert_eq!((status.passed, status.position), (None, LogIndex(0)), "it begins anew");
}

#[test]
fn a_position_that_is_no_segment_begins_anew() {
    let dir = tempfile::tempdir().unwrap();
    drop(store(dir.path()));
    for position in [7, 100_000] {
        let path = dir.path().join("scrubbed");
        mark::write(&RealDisk, &path, LogIndex(position), None).unwrap();
        let store = open(dir.path());
        pass(&store);
        assert_eq!(store.status().damaged, None);
    }
}

#[test]
fn a_pass_begins_when_its_time_has_come_and_takes_its_time() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(TestClock(AtomicI64::new(1_700_000_000_000)));
    let components = Components { clock: Arc::clone(&clock) as _, ..components() };
    let store = Store::open_stepped(dir.path(), small(), components).unwrap();
    append(&store, unit(&["a"])).unwrap();
    append(&store, unit(&[&"b".repeat(1 << 20)])).unwrap();
    let shared = &store.shared;
    let mut rest = Duration::ZERO;
    for _pass in 0..2 {
        assert!(pace::is_due(shared, 24));
        while pace::is_due(shared, 24) {
            rest += pace::work(shared, 24);
        }
        clock.0.fetch_add(24 * 3_600_000 - 1, Ordering::Relaxed);
        assert!(!pace::is_due(shared, 24), "not a millisecond early");
        clock.0.fetch_add(1, Ordering::Relaxed);
    }
    let read = 2 * store.status().log_bytes;
    assert!(rest >= Duration::from_millis(2), "{rest:?} for {read} bytes");
    assert!(rest <= Duration::from_millis(1000 * (read + 20_000) / (1 << 20)), "{rest:?}");
}
