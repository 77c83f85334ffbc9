//! The tiles after a fault at any operation: what is served and what lies in the folder is the
//! log's, and what was cosigned once never changes.
#![expect(clippy::unwrap_used, reason = "a test ends where a promise is broken")]

use kiln_evidence::{
    Checkpoint, Ed25519Signer, Hash, Note, Tile, TileLevel, Tree, TreeSize, entry_bundle,
    leaf_hash, parse_entry_bundle,
};
use kiln_index::Terms;
use kiln_sim::{Dice, Fault, LineExtract, SimClock, SimDisk, SimRandom, State};
use kiln_store::{
    Components, Condition, Extract, Millis, NewRecord, RecordKind, Settings, Store, Tiles, Unit,
    disk::Disk,
};
use std::{collections::BTreeMap, path::Path, sync::Arc};

const FOLDER: &str = "/data/tenants/default";
const TILES: &str = "/data/tenants/default/tiles";
/// So many records cross the end of a tile twice.
const RECORDS: u64 = 530;
/// Of each fault every so manieth operation: all of them would take minutes.
const STRIDE: usize = 7;
/// How many operations of the next process may meet it again.
const SECOND: u64 = 61;

#[test]
fn a_fault_at_any_operation_leaves_tiles_that_are_the_logs() {
    let faults = [Fault::Power, Fault::Kill, Fault::Write, Fault::Sync, Fault::Full];
    let mut runs = 0;
    for (nth, fault) in faults.into_iter().enumerate() {
        for at in (1 + nth as u64..).step_by(STRIDE) {
            let disk = SimDisk::new(Dice::new(at, 1), Path::new("/data"));
            disk.inject(at, fault);
            let before = live(&disk, RECORDS);
            if disk.counters().faults == 0 {
                break;
            }
            end(&disk, at);
            // And one in what the next process makes of it.
            disk.inject(disk.counters().operations + at % SECOND, fault);
            let after = live(&disk, RECORDS + 100);
            end(&disk, at + 1);
            disk.crash_losing_all();
            let last = live(&disk, RECORDS + 150);
            for older in [&before, &after] {
                let kept = older.iter().filter(|(path, _)| !path.contains(".p/"));
                for (path, bytes) in kept.filter(|(path, _)| path.starts_with("tile/")) {
                    assert!(last[path] == *bytes, "{fault:?} at {at}: {path} has changed");
                }
            }
            runs += 1;
        }
    }
    eprintln!("{runs} runs");
    assert!(runs > 200, "only {runs} runs");
}

/// How the process ends. Unless the power goes, the folder is as others saw it all the time.
fn end(disk: &SimDisk, at: u64) {
    disk.heal();
    if disk.state() != State::PowerCut {
        disk.kill();
        check_mirror(disk);
    }
    match (disk.state(), at % 2) {
        (State::PowerCut, 0) => disk.crash_losing_all(),
        (State::PowerCut, _) => disk.crash(),
        _ => {}
    }
}

/// One life: starts, writes until the log has so many records or something fails, and says what was
/// in the folder when all was well for the last time.
fn live(disk: &SimDisk, records: u64) -> BTreeMap<String, Vec<u8>> {
    let mut seen = BTreeMap::new();
    let Ok(store) = Store::open_stepped(Path::new(FOLDER), settings(), components(disk)) else {
        assert!(disk.counters().faults > 0, "the log does not open");
        return seen;
    };
    check(&store);
    while store.snapshot().size().0 < records {
        let waiter = store.append(unit());
        store.step();
        while store.seal_step() {}
        let is_stored = waiter.is_ok_and(|mut waiter| waiter.try_recv().unwrap().is_ok());
        let is_shown = store.tile_step();
        let is_last = !is_stored || store.snapshot().size().0 >= records;
        if is_shown && (is_last || store.snapshot().size().0 % 256 < 23) {
            seen = check_folder(disk, &store);
        }
        if !is_stored {
            return seen;
        }
    }
    seen
}

/// What is served is what the leaves give, and their root is the log's.
fn check(store: &Store) -> Vec<Vec<Hash>> {
    let (tiles, snapshot) = (store.tiles().unwrap(), store.snapshot());
    let size = TreeSize(snapshot.size().0);
    let mut leaves: Vec<Hash> = Vec::new();
    for tile in row(TileLevel::Entries, size) {
        let bundle = tiles.read(tile).unwrap().unwrap();
        let entries = parse_entry_bundle(&bundle).unwrap();
        leaves.extend(entries.iter().map(|leaf| leaf_hash(leaf)));
        assert!(entry_bundle(entries.into_iter()) == bundle);
    }
    assert_eq!(root(&leaves), snapshot.root(), "the leaves are the log's");
    assert_eq!(kiln_evidence::root(&*tiles, size).unwrap(), snapshot.root(), "and the hashes");
    let above = leaves.chunks_exact(256).map(root).collect();
    let rows = vec![leaves, above];
    check_row(&tiles, &rows, size);
    rows
}

fn check_row(tiles: &Tiles, rows: &[Vec<Hash>], size: TreeSize) {
    for (level, hashes) in (0..).zip(rows) {
        for tile in row(TileLevel::Hashes(level), size) {
            let bytes = tiles.read(tile).unwrap().unwrap();
            assert!(bytes == expected(hashes, tile), "{}", tile.path());
        }
    }
}

fn expected(row: &[Hash], tile: Tile) -> Vec<u8> {
    let first = tile.index as usize * 256;
    row[first..first + tile.width as usize].iter().flat_map(|hash| hash.0).collect()
}

/// Whoever copies the folder at any moment finds every tile of the checkpoint that he finds.
fn check_mirror(disk: &SimDisk) {
    let found = folder(disk);
    let Some(note) = found.get("checkpoint") else { return };
    let note = Note::parse(note).unwrap();
    let Checkpoint { size, root: signed, .. } = Checkpoint::parse(&note.text).unwrap();
    let tile = |tile: Tile| {
        let full = Tile { width: 256, ..tile };
        found.get(&tile.path()).or_else(|| found.get(&full.path())).expect("a tile is there")
    };
    let mut leaves = Vec::new();
    for part in row(TileLevel::Entries, size) {
        let entries = parse_entry_bundle(tile(part)).unwrap();
        leaves.extend(entries[..part.width.into()].iter().map(|leaf| leaf_hash(leaf)));
    }
    assert_eq!(root(&leaves), signed, "the leaves of the checkpoint are there");
    for part in row(TileLevel::Hashes(0), size) {
        assert!(tile(part).starts_with(&expected(&leaves, part)), "{}", part.path());
    }
    for part in row(TileLevel::Hashes(1), size) {
        assert!(!tile(part).is_empty(), "{}", part.path());
    }
}

fn folder(disk: &SimDisk) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for (path, _) in disk.files() {
        if let Ok(inside) = path.strip_prefix(TILES) {
            let bytes = disk.map_sealed(&path).unwrap().as_ref().to_vec();
            found.insert(inside.to_str().unwrap().to_owned(), bytes);
        }
    }
    found
}

/// The folder shows one checkpoint, all of its tiles, and nothing else.
fn check_folder(disk: &SimDisk, store: &Store) -> BTreeMap<String, Vec<u8>> {
    let rows = check(store);
    let found = folder(disk);
    let note = Note::parse(&found["checkpoint"]).unwrap();
    note.verify(&[store.log_key().unwrap()]).unwrap();
    let Checkpoint { size, root: signed, .. } = Checkpoint::parse(&note.text).unwrap();
    assert_eq!(root(&rows[0][..size.0 as usize]), signed, "what was signed is the log's");
    let mut there = 1;
    for level in [TileLevel::Entries, TileLevel::Hashes(0), TileLevel::Hashes(1)] {
        for tile in row(level, size) {
            there += 1;
            let bytes = &found[&tile.path()];
            let read = store.tiles().unwrap().read(tile).unwrap().unwrap();
            assert!(*bytes == read, "{} in the folder", tile.path());
        }
    }
    assert_eq!(found.len(), there, "{:?}", found.keys());
    found
}

fn row(level: TileLevel, size: TreeSize) -> impl Iterator<Item = Tile> {
    (0..).map_while(move |index| Tile::of(level, index, size))
}

fn root(hashes: &[Hash]) -> Hash {
    let mut tree = Tree::default();
    for hash in hashes {
        tree.push(*hash);
    }
    tree.root()
}

fn unit() -> Unit {
    let record = |entry| {
        let (body, mut terms) = (b"0\n4 s\n\n".to_vec(), Terms::new());
        let extract = LineExtract { version: 1 };
        let recorded = extract.extract(RecordKind::AuditEvent, 4, 1, &body, &mut terms);
        NewRecord {
            kind: RecordKind::AuditEvent,
            release: 4,
            media_type: 1,
            body: body.into(),
            recorded,
            terms,
            entry,
            if_none_exist: None,
        }
    };
    let records = (0..23).map(record).collect();
    Unit { records, principal: "ward".into(), condition: Condition::Atomic, key: None }
}

fn components(disk: &SimDisk) -> Components {
    Components {
        disk: Arc::new(disk.clone()),
        clock: Arc::new(SimClock::new(Millis(1_767_225_600_000))),
        random: Arc::new(SimRandom::new(Dice::new(disk.counters().operations, 2))),
        extract: Arc::new(LineExtract { version: 1 }),
        signer: Some(Arc::new(Ed25519Signer::from_seed([7; 32]))),
    }
}

fn settings() -> Settings {
    Settings {
        group_records_max: 24,
        unit_records_max: 24,
        seal_records: 150,
        spill_records: 100,
        ..Settings::default()
    }
}
