//! The tiles of a log: what a start makes of them.
use super::{Reference, change, files};
use crate::{
    AppendError, Components, OpenError, Settings, Store,
    disk::{Disk, RealDisk},
    testing::{FailingDisk, append, components, small, unit},
};
use kiln_evidence::{Checkpoint, Ed25519Signer, Note, TileReader, TreeSize, parse_entry_bundle};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
};

fn signed() -> Components {
    Components { signer: Some(Arc::new(Ed25519Signer::from_seed([7; 32]))), ..components() }
}

fn try_open(folder: &Path, components: Components) -> Result<Store, OpenError> {
    Store::open_stepped(folder, small(), components)
}

fn open(folder: &Path) -> Store {
    try_open(folder, signed()).unwrap()
}

fn fill(store: &Store, records: u64) {
    while store.snapshot().size().0 < records {
        append(store, unit(&["a", "b", "c", "d", "e", "f", "g"])).unwrap();
        while store.seal_step() {}
        if store.tiles().unwrap().behind() > 300 {
            store.tile_step();
        }
    }
}

/// The tiles that the log's leaves give, however they came: read back from the entry bundles, and
/// held to the log's root.
fn reference(store: &Store) -> Reference {
    let (tiles, size) = (store.tiles().unwrap(), store.snapshot().size().0);
    let bundles = (0..).map_while(|index| {
        let level = kiln_evidence::TileLevel::Entries;
        let tile = kiln_evidence::Tile::of(level, index, TreeSize(size))?;
        Some(tiles.read(tile).unwrap().unwrap())
    });
    let mut leaves = Vec::new();
    for bundle in bundles {
        let entries = parse_entry_bundle(&bundle).unwrap();
        leaves.extend(entries.iter().map(|leaf| <[u8; 46]>::try_from(*leaf).unwrap()));
    }
    let reference = Reference::new(leaves);
    assert_eq!(reference.root(size as usize), store.snapshot().root(), "the leaves are the log's");
    reference
}

/// Everything in the folder is as the log has it, and nothing else is there.
fn check_folder(store: &Store, folder: &Path) {
    let (snapshot, mut found) = (store.snapshot(), files(&folder.join("tiles")));
    let note = found.remove(Path::new("checkpoint")).unwrap();
    let note = Note::parse(&note).unwrap();
    note.verify(&[store.log_key().unwrap()]).unwrap();
    let checkpoint = Checkpoint::parse(&note.text).unwrap();
    assert_eq!((checkpoint.size.0, checkpoint.root), (snapshot.size().0, snapshot.root()));
    assert!(found == reference(store).folder(snapshot.size().0), "{:?}", found.keys());
}

fn tiles_of(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    files(&folder.join("tiles"))
}

#[test]
fn the_folder_follows_the_log_and_is_complete_after_a_clean_stop() {
    let dir = tempfile::tempdir().unwrap();
    for records in [10, 250, 300, 700] {
        let store = open(dir.path());
        fill(&store, records);
        assert!(store.tile_step());
        check_folder(&store, dir.path());
        assert!(!store.tile_step(), "there is nothing to do");
        fill(&store, records + 20);
        store.close().unwrap();
        let stopped = tiles_of(dir.path());
        let store = open(dir.path());
        let size = store.snapshot().size().0 - 1;
        let stop = reference(&store).folder(size);
        assert!(stop.iter().all(|(path, bytes)| &stopped[path] == bytes), "all of {size}");
        assert_eq!(stopped.len(), stop.len() + 1, "and the checkpoint");
    }
}

#[test]
fn what_lies_behind_the_watermark_is_made_again_from_the_log() {
    let dir = tempfile::tempdir().unwrap();
    for records in [300, 600, 900] {
        let store = open(dir.path());
        fill(&store, records);
        store.tile_step();
        fill(&store, records + 100);
        drop(store);
        // A watermark was written with the last sealed segment; behind it nothing counts.
        let tiled = RealDisk.map_sealed(&dir.path().join("tiled")).unwrap().as_ref().to_vec();
        let tiled = u64::from_le_bytes(tiled[16..24].try_into().unwrap());
        assert!(tiled > 0 && tiled < records + 20, "{tiled}");
        for (path, _) in tiles_of(dir.path()) {
            let behind = |number: &str| number.parse::<u64>().is_ok_and(|n| (n + 1) * 256 > tiled);
            if behind(path.file_name().unwrap().to_str().unwrap()) {
                change(&dir.path().join("tiles").join(path), |bytes| bytes.fill(0));
            }
        }
        let store = open(dir.path());
        store.tile_step();
        check_folder(&store, dir.path());
    }
}

#[test]
fn no_bundle_behind_the_watermark_is_trusted() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    fill(&store, 300);
    store.close().unwrap();
    // No segment is sealed from here on, so the watermark stays.
    let settings = Settings { seal_records: 10_000, ..small() };
    let store = Store::open_stepped(dir.path(), settings, signed()).unwrap();
    fill(&store, 900);
    store.tile_step();
    drop(store);
    // Nothing that a proof is made of: the root over the tiles does not tell.
    for bundle in ["001", "002"] {
        let path = dir.path().join("tiles/tile/entries").join(bundle);
        change(&path, |bytes| bytes[1000..2000].fill(0));
    }
    let store = open(dir.path());
    store.tile_step();
    check_folder(&store, dir.path());
}

#[test]
fn tiles_that_are_gone_or_damaged_are_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    fill(&store, 900);
    store.close().unwrap();
    let root = dir.path().join("tiles");
    let damages: [&dyn Fn(); 7] = [
        &|| std::fs::remove_dir_all(&root).unwrap(),
        &|| std::fs::remove_dir_all(root.join("tile/0")).unwrap(),
        &|| RealDisk.remove(&root.join("tile/0/001")).unwrap(),
        &|| change(&root.join("tile/0/002"), |bytes| bytes.truncate(100)),
        &|| change(&root.join("tile/0/000"), |bytes| bytes[77] ^= 4),
        &|| RealDisk.remove(&dir.path().join("tiled")).unwrap(),
        &|| change(&dir.path().join("tiled"), |bytes| bytes[17] ^= 1),
    ];
    for (nth, damage) in damages.into_iter().enumerate() {
        damage();
        let store = open(dir.path());
        let size = store.snapshot().size();
        let root = kiln_evidence::root(&*store.tiles().unwrap(), TreeSize(size.0)).unwrap();
        assert_eq!(root, store.snapshot().root(), "damage {nth}");
        store.tile_step();
        check_folder(&store, dir.path());
        store.close().unwrap();
    }
}

#[test]
fn tiles_of_a_longer_log_are_not_those_of_this_one() {
    let dir = tempfile::tempdir().unwrap();
    let copy = |from: &str, to: &str| {
        let (from, to) = (dir.path().join(from), dir.path().join(to));
        for (path, bytes) in files(&from) {
            let path = to.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            drop(RealDisk.remove(&path));
            RealDisk.create_new(&path).unwrap().write_all_at(&bytes, 0).unwrap();
        }
    };
    let store = open(&dir.path().join("log"));
    fill(&store, 300);
    store.close().unwrap();
    copy("log", "copy");
    let store = open(&dir.path().join("log"));
    fill(&store, 900);
    store.close().unwrap();
    // An older copy of the log, with the tiles of the newer one.
    copy("log/tiles", "copy/tiles");
    RealDisk.remove(&dir.path().join("copy/tiled")).unwrap();
    let tiled = RealDisk.map_sealed(&dir.path().join("log/tiled")).unwrap();
    let file = RealDisk.create_new(&dir.path().join("copy/tiled")).unwrap();
    file.write_all_at(tiled.as_ref(), 0).unwrap();
    let store = open(&dir.path().join("copy"));
    store.tile_step();
    check_folder(&store, &dir.path().join("copy"));
}

#[test]
fn a_writer_that_cannot_write_stops_the_log_in_time() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let refused = (0..1000).find_map(|_| {
        while store.seal_step() {}
        append(&store, unit(&["x"])).err()
    });
    assert!(matches!(refused, Some(AppendError::Full)), "{refused:?}");
    assert!(store.status().records < 400, "{}", store.status().records);
    store.tile_step();
    append(&store, unit(&["x"])).unwrap();
}

#[test]
fn a_full_disk_keeps_no_log_from_being_read() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    fill(&store, 300);
    store.close().unwrap();
    std::fs::remove_dir_all(dir.path().join("tiles")).unwrap();
    let disk = FailingDisk::default();
    disk.0.bytes_free.store(0, Ordering::Relaxed);
    let store = try_open(dir.path(), Components { disk: Arc::new(disk.clone()), ..signed() });
    let store = store.unwrap();
    assert!(!store.tile_step());
    let tiles = store.tiles().unwrap();
    let tile =
        kiln_evidence::Tile { level: kiln_evidence::TileLevel::Hashes(0), index: 0, width: 256 };
    assert_eq!(tiles.hashes(tile).unwrap().len(), 256);
    disk.0.bytes_free.store(u64::MAX, Ordering::Relaxed);
    assert!(store.tile_step());
    check_folder(&store, dir.path());
}

#[test]
fn a_sync_that_failed_leaves_the_watermark_where_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let disk = FailingDisk::default();
    let with_disk = || Components { disk: Arc::new(disk.clone()), ..signed() };
    let store = try_open(dir.path(), with_disk()).unwrap();
    fill(&store, 120);
    disk.0.syncs.store(0, Ordering::Relaxed);
    assert!(!store.tile_step());
    disk.0.syncs.store(i64::MAX, Ordering::Relaxed);
    store.tile_step();
    store.close().unwrap();
    assert!(!dir.path().join("tiled").try_exists().unwrap(), "the pages may be lost");
    let store = open(dir.path());
    store.tile_step();
    check_folder(&store, dir.path());
    assert!(dir.path().join("tiled").try_exists().unwrap());
}

#[test]
fn the_writer_follows_by_itself() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), Settings::default(), signed());
    let store = store.unwrap();
    for _ in 0..300 {
        store.append(unit(&["a", "b"])).unwrap().blocking_recv().unwrap().unwrap();
    }
    // Files of the checkpoint before go last, and may go while they are looked at.
    let size = store.snapshot().size().0;
    let expected = reference(&store).folder(size).len() + 1;
    // As many files are there for other sizes, too: the checkpoint tells which it is.
    let is_told = |note: &Vec<u8>| {
        Note::parse(note).is_ok_and(|note| {
            Checkpoint::parse(&note.text).is_ok_and(|checkpoint| checkpoint.size.0 == size)
        })
    };
    let is_there = || {
        let files = tiles_of(dir.path());
        files.len() == expected && files.get(Path::new("checkpoint")).is_some_and(is_told)
    };
    while !std::panic::catch_unwind(is_there).unwrap_or(false) {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    check_folder(&store, dir.path());
    store.close().unwrap();
}
