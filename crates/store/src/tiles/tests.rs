//! Against tiles that are cut from the whole tree by its definition.
mod log;

use super::{Growth, Tiles, growth::LEAF_LEN, pending::Pending, writer::Newest, writer::Writer};
use crate::{
    LogIndex,
    disk::{Disk, RealDisk},
    shared::Folder,
};
use kiln_evidence::{
    Hash, Tile, TileLevel, TileReader, Tree, TreeSize, consistency_proof, entry_bundle,
    inclusion_proof, leaf_hash, verify_consistency, verify_inclusion,
};
use std::{
    collections::BTreeMap,
    fs, io,
    ops::Range,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

fn leaf(at: u64) -> [u8; LEAF_LEN] {
    let mut leaf = [0; LEAF_LEN];
    leaf[..8].copy_from_slice(&at.to_be_bytes());
    leaf
}

fn hashes_of(leaves: &[[u8; LEAF_LEN]]) -> Vec<Hash> {
    leaves.iter().map(|leaf| leaf_hash(leaf)).collect()
}

fn tree_of(hashes: &[Hash]) -> Tree {
    let mut tree = Tree::default();
    for hash in hashes {
        tree.push(*hash);
    }
    tree
}

/// Every tile of a log, by its path and as C2SP tlog-tiles defines it.
pub(super) struct Reference {
    leaves: Vec<[u8; LEAF_LEN]>,
    rows: Vec<Vec<Hash>>,
}

impl Reference {
    pub(super) fn new(leaves: Vec<[u8; LEAF_LEN]>) -> Self {
        let mut rows = vec![hashes_of(&leaves)];
        while rows[rows.len() - 1].len() >= 256 {
            let below = rows[rows.len() - 1].chunks_exact(256);
            rows.push(below.map(|hashes| tree_of(hashes).root()).collect());
        }
        Self { leaves, rows }
    }

    fn counting(leaves: u64) -> Self {
        Self::new((0..leaves).map(leaf).collect())
    }

    pub(super) fn root(&self, size: usize) -> Hash {
        tree_of(&self.rows[0][..size]).root()
    }

    fn bytes(&self, tile: Tile) -> Vec<u8> {
        let pieces = tile.index as usize * 256..tile.index as usize * 256 + tile.width as usize;
        match tile.level {
            TileLevel::Entries => entry_bundle(self.leaves[pieces].iter().map(|leaf| &leaf[..])),
            TileLevel::Hashes(level) => {
                self.rows[usize::from(level)][pieces].iter().flat_map(|hash| hash.0).collect()
            }
        }
    }

    /// What the folder of a log of this size has.
    pub(super) fn folder(&self, size: u64) -> BTreeMap<PathBuf, Vec<u8>> {
        let all = tiles_of(size).into_iter();
        all.map(|tile| (tile.path().into(), self.bytes(tile))).collect()
    }
}

/// The tiles of a log of this size, those of the right edge partial.
fn tiles_of(size: u64) -> Vec<Tile> {
    let mut tiles = Vec::new();
    for level in super::files::levels() {
        let widest = (0..).map_while(|index| Tile::of(level, index, TreeSize(size)));
        tiles.extend(widest);
    }
    tiles
}

/// Every file below the folder, by its path from there.
pub(super) fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inside) = folders.pop() {
        for entry in fs::read_dir(&inside).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                let path = entry.path().strip_prefix(folder).unwrap().to_owned();
                let region = RealDisk.map_sealed(&entry.path()).unwrap();
                files.insert(path, region.as_ref().to_vec());
            }
        }
    }
    files
}

struct Grown {
    dir: tempfile::TempDir,
    tiles: Tiles,
    tree: Tree,
}

impl Grown {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let disk: Arc<dyn Disk> = Arc::new(RealDisk);
        let folder = Folder::new(dir.path());
        disk.create_dir_all(&folder.tiles()).unwrap();
        let pending = Pending::behind_tiles(0, Default::default());
        let tiles = Tiles::new(&folder, &disk, pending, Writer::default());
        Self { dir, tiles, tree: Tree::default() }
    }

    /// Adds groups of up to 1,000 leaves.
    fn grow_to(&mut self, size: u64) {
        let mut growth = Growth::default();
        while self.tree.size().0 < size {
            growth.clear();
            let end = size.min(self.tree.size().0 + 1000);
            (self.tree.size().0..end).for_each(|at| growth.push(leaf(at), &mut self.tree));
            self.tiles.add(&growth);
        }
    }

    fn newest(&self) -> Newest {
        Newest { size: self.tree.size(), note: b"a note".to_vec(), sealed: LogIndex(0) }
    }

    fn step(&self) -> bool {
        self.tiles.step(&self.newest()).unwrap()
    }

    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = files(&self.dir.path().join("tiles"));
        assert_eq!(files.remove(Path::new("checkpoint")).unwrap(), b"a note");
        files
    }
}

const SIZES: [u64; 13] =
    [1, 2, 254, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 65_792, 70_000];

#[test]
fn every_tile_of_every_size_is_that_of_the_tree() {
    let reference = Reference::counting(70_000);
    let mut grown = Grown::new();
    for size in SIZES {
        grown.grow_to(size);
        for written in [false, true] {
            for seen in SIZES.iter().filter(|seen| **seen <= size) {
                for tile in tiles_of(*seen).into_iter().rev().take(20) {
                    let told = format!("{} of {seen} in {size}, {written}", tile.path());
                    let read = grown.tiles.read(tile).unwrap().unwrap();
                    assert!(read == reference.bytes(tile), "{told}");
                }
            }
            assert_eq!(grown.step(), !written, "one step at {size}");
        }
        assert!(grown.files() == reference.folder(size), "the folder at {size}");
    }
}

#[test]
fn every_width_of_a_tile_is_served_from_memory_and_from_disk() {
    let reference = Reference::counting(70_000);
    let mut grown = Grown::new();
    grown.grow_to(70_000);
    let edges = [
        (TileLevel::Entries, 0, 256),
        (TileLevel::Entries, 273, 112),
        (TileLevel::Hashes(0), 255, 256),
        (TileLevel::Hashes(0), 273, 112),
        (TileLevel::Hashes(1), 0, 256),
        (TileLevel::Hashes(1), 1, 17),
        (TileLevel::Hashes(2), 0, 1),
    ];
    for _from in ["memory", "disk"] {
        for (level, index, widest) in edges {
            for width in 1..=256 {
                let tile = Tile { level, index, width };
                let expected = (width <= widest).then(|| reference.bytes(tile));
                assert!(grown.tiles.read(tile).unwrap() == expected, "{}", tile.path());
            }
        }
        for beyond in
            [(TileLevel::Hashes(2), 1), (TileLevel::Hashes(3), 0), (TileLevel::Hashes(7), 0)]
        {
            let tile = Tile { level: beyond.0, index: beyond.1, width: 1 };
            assert_eq!(grown.tiles.read(tile).unwrap(), None);
        }
        grown.step();
    }
    let nothing = Tile { level: TileLevel::Entries, index: 0, width: 0 };
    assert_eq!(grown.tiles.read(nothing).unwrap(), None);
}

#[test]
fn proofs_are_made_from_tiles() {
    let reference = Reference::counting(70_000);
    let mut grown = Grown::new();
    grown.grow_to(70_000);
    for _from in ["memory", "disk"] {
        for size in [1, 255, 256, 257, 65_536, 70_000] {
            let (root, all) = (reference.root(size as usize), TreeSize(size));
            assert_eq!(kiln_evidence::root(&grown.tiles, all).unwrap(), root);
            for index in
                [0, 100, 255, 256, 65_535, 65_536, 69_999].into_iter().filter(|i| *i < size)
            {
                let proof = inclusion_proof(&grown.tiles, index, all).unwrap();
                verify_inclusion(index, all, &leaf_hash(&leaf(index)), &proof, &root).unwrap();
            }
            for old in SIZES.into_iter().filter(|old| *old <= size) {
                let (old, old_root) = (TreeSize(old), reference.root(old as usize));
                let proof = consistency_proof(&grown.tiles, old, all).unwrap();
                verify_consistency(old, all, &proof, &old_root, &root).unwrap();
            }
        }
        grown.step();
    }
}

/// Changes a tile's file behind the store's back.
#[expect(clippy::disallowed_methods, reason = "the test does to the file what no disk would")]
pub(super) fn change(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
}

#[test]
fn no_proof_rests_on_a_damaged_tile() {
    let mut grown = Grown::new();
    grown.grow_to(70_000);
    grown.step();
    let tiles = grown.dir.path().join("tiles");
    change(&tiles.join("tile/0/001"), |bytes| bytes[5] ^= 1);
    change(&tiles.join("tile/0/002"), |bytes| bytes.truncate(8191));
    RealDisk.remove(&tiles.join("tile/0/003")).unwrap();
    for index in 1..4 {
        let tile = Tile { level: TileLevel::Hashes(0), index, width: 7 };
        let error = grown.tiles.hashes(tile).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{}", tile.path());
        assert!(inclusion_proof(&grown.tiles, index * 256, TreeSize(70_000)).is_err());
    }
    assert!(inclusion_proof(&grown.tiles, 0, TreeSize(70_000)).is_ok());
    change(&tiles.join("tile/1/000"), |bytes| bytes[40] ^= 1);
    let mut anew = Grown::new();
    anew.grow_to(70_000);
    anew.step();
    change(&anew.dir.path().join("tiles/tile/1/000"), |bytes| bytes[40] ^= 1);
    assert!(inclusion_proof(&anew.tiles, 0, TreeSize(70_000)).is_err(), "the one above it");
}

#[test]
fn a_reader_is_told_what_is_not_there() {
    let mut grown = Grown::new();
    grown.grow_to(300);
    let kind = |tile| grown.tiles.hashes(tile).unwrap_err().kind();
    let tile = |level, width| Tile { level, index: 1, width };
    assert_eq!(kind(tile(TileLevel::Hashes(0), 45)), io::ErrorKind::InvalidInput);
    assert_eq!(kind(tile(TileLevel::Hashes(1), 1)), io::ErrorKind::InvalidInput);
    assert_eq!(kind(tile(TileLevel::Entries, 1)), io::ErrorKind::InvalidInput);
    assert_eq!(grown.tiles.hashes(tile(TileLevel::Hashes(0), 44)).unwrap().len(), 44);
}

#[test]
fn only_its_user_may_read_the_folder() {
    let mut grown = Grown::new();
    grown.grow_to(300);
    grown.step();
    let mode = |path: &str| {
        let path = grown.dir.path().join("tiles").join(path);
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    };
    let modes = ["tile", "tile/0", "tile/0/001.p", "tile/0/000", "tile/0/001.p/44", "checkpoint"];
    assert_eq!(modes.map(mode), [0o700, 0o700, 0o700, 0o600, 0o600, 0o600]);
}

#[test]
fn a_folder_of_partial_tiles_goes_with_the_last_of_them() {
    let mut grown = Grown::new();
    let sizes: Range<u64> = 250..260;
    for size in sizes {
        grown.grow_to(size);
        grown.step();
    }
    let first = grown.dir.path().join("tiles/tile/0");
    assert_eq!(RealDisk.list(&first).unwrap(), ["000", "001.p"]);
    assert_eq!(RealDisk.list(&first.join("001.p")).unwrap(), ["3"]);
}
