//! Makes all that is derived from a log: indexes, tiles, marks. Tiles by the words of the standard,
//! and not by the store's own code.
use super::{
    memory::{Files, Memory},
    model::{Log, codec, log_path},
    stores::LOG,
};
use crate::{
    Components, LogIndex,
    disk::Disk,
    group::LogId,
    keys,
    reindex::{self, Maker},
    segment::Segment,
    shared::Folder,
    stop::Mark,
    testing::components,
    tiles::mark,
};
use kiln_evidence::{Hash, Tile, TileLevel, Tree, TreeSize, entry_bundle, leaf_hash};
use kiln_index::File;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// All files of a log; `base` has its keys, dictionaries and what else is not derived.
pub(super) fn files(log: &Log, id: LogId, base: &Files, is_clean: bool) -> Files {
    let derived = ["segments", "index", "tiles", "tiled", "clean", "witnessed"];
    let is_kept =
        |path: &PathBuf| !derived.iter().any(|name| path.starts_with(Path::new(LOG).join(name)));
    let mut files: Files = base
        .iter()
        .filter(|(path, _)| is_kept(path))
        .map(|(p, b)| (p.clone(), b.clone()))
        .collect();
    for written in &log.segments {
        files.insert(log_path(written.first), written.bytes.clone());
    }
    if log.is_in_order {
        indexes(&mut files, log, &components());
    } else {
        // No index is made of times that go back: those that were there stay.
        let is_index = |path: &Path| path.extension().is_some_and(|e| e == "index");
        files.extend(base.iter().filter(|(p, _)| is_index(p)).map(|(p, b)| (p.clone(), b.clone())));
    }
    tiles(&mut files, log);
    let disk = Memory::of(&files);
    mark::write(&disk, &Path::new(LOG).join("tiled"), log.tree.size()).unwrap();
    if let Some(last) = log.segments.last().filter(|_| is_clean) {
        let mark = Mark {
            log: id,
            size: LogIndex(log.tree.size().0),
            root: log.tree.root(),
            segment: last.first,
            segment_len: last.bytes.len() as u64,
        };
        mark.write(&disk, &Folder::new(Path::new(LOG))).unwrap();
    }
    disk.files()
}

/// Writes the index files: one beside each segment, one for the open one.
pub(super) fn indexes(files: &mut Files, log: &Log, components: &Components) {
    let disk = Memory::of(files);
    let components = Components { disk: Arc::new(disk.clone()), ..components.clone() };
    let folder = Folder::new(Path::new(LOG));
    let key = keys::read(&folder, &components, keys::TERM_HASH).unwrap().unwrap();
    let (key, codec) = (keys::term_hash(&key), codec());
    let maker = Maker { components: &components, codec: &codec, key: &key };
    for (nth, written) in log.segments.iter().enumerate() {
        let file = Arc::from(disk.open(&log_path(written.first)).unwrap());
        let len = written.bytes.len() as u64;
        let segment = Segment { first: written.first, len, file };
        let records = written.first..written.end;
        let pieces = reindex::range(maker, &segment, records, usize::MAX).unwrap();
        let pieces: Vec<_> = pieces.into_iter().map(|piece| File::open(piece).unwrap()).collect();
        let mut bytes = Vec::new();
        kiln_index::merge(&pieces.iter().collect::<Vec<_>>(), &mut bytes).unwrap();
        let (first, end) = (written.first.0, written.end.0);
        let name = if nth + 1 == log.segments.len() {
            format!("index/{first:016x}-{end:016x}.index")
        } else {
            format!("segments/{first:016x}.index")
        };
        files.insert(Path::new(LOG).join(name), bytes);
    }
}

fn tiles(files: &mut Files, log: &Log) {
    let size = log.tree.size();
    let mut put = |path: String, bytes: Vec<u8>| {
        files.insert(Path::new(LOG).join("tiles").join(path), bytes);
    };
    let mut row: Vec<Hash> = log.leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
    for index in 0..size.0.div_ceil(256) {
        let tile = Tile::of(TileLevel::Entries, index, size).unwrap();
        let first = index as usize * 256;
        let leaves = &log.leaves[first..first + usize::from(tile.width)];
        put(tile.path(), entry_bundle(leaves.iter().map(|leaf| &leaf[..])));
    }
    let mut level = 0;
    while !row.is_empty() {
        for (index, hashes) in (0..).zip(row.chunks(256)) {
            let tile = Tile::of(TileLevel::Hashes(level), index, size).unwrap();
            put(tile.path(), hashes.iter().flat_map(|hash| hash.0).collect());
        }
        row = row.chunks_exact(256).map(root).collect();
        level += 1;
    }
    if let Some(note) = &log.last {
        put("checkpoint".to_owned(), note.to_string().into_bytes());
    }
}

fn root(hashes: &[Hash]) -> Hash {
    let mut tree = Tree::default();
    for hash in hashes {
        tree.push(*hash);
    }
    assert_eq!(tree.size(), TreeSize(hashes.len() as u64));
    tree.root()
}
