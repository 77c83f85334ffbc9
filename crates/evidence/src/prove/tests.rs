//! Against RFC 6962's definitions, another implementation, and trees of 2^63 leaves.

use super::*;
use crate::oracle::{Tiles, grown, leaves, naive_path, naive_root, naive_subproof};
use crate::{leaf_hash, verify_consistency, verify_inclusion};
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use sha2::Sha256;
use std::convert::Infallible;

#[test]
fn proofs_are_those_of_the_definition() {
    let leaves = leaves(100);
    let tiles = Tiles::new(&leaves);
    for new in 0..=leaves.len() {
        let (tree, size) = (&leaves[..new], TreeSize(new as u64));
        assert_eq!(root(&tiles, size), Ok(naive_root(tree)));
        assert_eq!(edge(&tiles, size), Ok(grown(tree)));
        assert_eq!(consistency_proof(&tiles, TreeSize(0), size), Ok(Vec::new()));
        for i in 0..new {
            assert_eq!(inclusion_proof(&tiles, i as u64, size), Ok(naive_path(i, tree)));
            let old = TreeSize(i as u64 + 1);
            let expected = naive_subproof(i + 1, tree, true);
            assert_eq!(consistency_proof(&tiles, old, size), Ok(expected));
        }
    }
}

/// `ct-merkle` has its own tree, of another shape in memory, and its own proof makers.
struct Stranger(MemoryBackedTree<Sha256, [u8; 8]>);

impl Stranger {
    fn grow_to(&mut self, size: u64) {
        for leaf in self.0.len()..size {
            self.0.push(leaf.to_be_bytes());
        }
    }

    fn compare(&self, tiles: &Tiles, indices: impl Iterator<Item = u64>) {
        let size = TreeSize(self.0.len());
        assert_eq!(root(tiles, size).unwrap().0.as_slice(), self.0.root().as_bytes().as_slice());
        for index in indices.map(|i| i.min(size.0 - 1)) {
            let ours = inclusion_proof(tiles, index, size).unwrap();
            let theirs = self.0.prove_inclusion(index as usize);
            assert_eq!(flat(&ours), theirs.as_bytes(), "index {index} of {size:?}");
            if let Some(added @ 1..) = size.0.checked_sub(index + 1) {
                let ours = consistency_proof(tiles, TreeSize(index + 1), size).unwrap();
                let theirs = self.0.prove_consistency(added as usize);
                assert_eq!(flat(&ours), theirs.as_bytes(), "{index} + 1 to {size:?}");
            }
        }
    }
}

fn flat(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

#[test]
fn proofs_equal_those_of_another_implementation() {
    let tiles = Tiles::new(&leaves(1025));
    let mut stranger = Stranger(MemoryBackedTree::new());
    let empty = root(&tiles, TreeSize(0)).unwrap();
    assert_eq!(empty.0.as_slice(), stranger.0.root().as_bytes().as_slice());
    for size in 1..=1025 {
        stranger.grow_to(size);
        let picked = [0, 255, 256, size / 2, size * 131 % 1021 % size, size - 1];
        stranger.compare(&tiles, picked.into_iter());
    }
}

#[test]
fn proofs_of_large_trees_equal_those_of_another_implementation() {
    let sizes = [65_535, 65_536, 65_537, 65_792, 70_000, 131_073];
    let tiles = Tiles::new(&leaves(131_073));
    let mut stranger = Stranger(MemoryBackedTree::new());
    for size in sizes {
        stranger.grow_to(size);
        let edges = [0, 255, 256, 65_279, 65_280, 65_535, 65_536, 69_887, 69_888, size - 1];
        stranger.compare(&tiles, edges.into_iter().chain((1..40).map(|i| i * 7919 % size)));
    }
}

#[test]
fn each_tile_is_read_once_and_no_wider_than_the_log() {
    let size = TreeSize(70_000);
    let tiles = Tiles::new(&leaves(70_321));
    for index in [0, 300, 65_535, 65_536, 69_887, 69_888, 69_999] {
        inclusion_proof(&tiles, index, size).unwrap();
        check_asked(&tiles, size, 5);
        consistency_proof(&tiles, TreeSize(index + 1), size).unwrap();
        check_asked(&tiles, size, 5);
        root(&tiles, size).unwrap();
        check_asked(&tiles, size, 3);
    }
}

fn check_asked(tiles: &Tiles, size: TreeSize, limit: usize) {
    let mut asked = tiles.asked.take();
    assert!(asked.len() <= limit, "{asked:?}");
    for tile in &asked {
        assert_eq!(Tile::of(tile.level, tile.index, size), Some(*tile));
    }
    let count = asked.len();
    asked.sort();
    asked.dedup();
    assert_eq!(asked.len(), count, "a tile was read twice");
}

#[test]
fn what_no_log_has_is_refused() {
    let tiles = Tiles::new(&leaves(10));
    for (index, size) in [(0, 0), (10, 10), (u64::MAX, 10), (u64::MAX, u64::MAX)] {
        assert_eq!(inclusion_proof(&tiles, index, TreeSize(size)), Err(ProveError::Index));
    }
    let shrunk = consistency_proof(&tiles, TreeSize(11), TreeSize(10));
    assert_eq!(shrunk, Err(ProveError::Shrunk));
    assert_eq!(tiles.asked.take(), []);
}

/// Gives every tile with as many hashes more or fewer than it should have, or none at all.
struct Faulty(Option<isize>);

impl TileReader for Faulty {
    type Error = &'static str;

    fn hashes(&self, tile: Tile) -> Result<Vec<Hash>, &'static str> {
        let more = self.0.ok_or("no disk")?;
        Ok(vec![Hash([1; 32]); usize::from(tile.width).saturating_add_signed(more)])
    }
}

#[test]
fn a_faulty_reader_gives_an_error() {
    let size = TreeSize(300);
    assert_eq!(root(&Faulty(None), size), Err(ProveError::Read("no disk")));
    assert_eq!(inclusion_proof(&Faulty(None), 7, size), Err(ProveError::Read("no disk")));
    for more in [-300, -1, 1, 300] {
        for result in [
            root(&Faulty(Some(more)), size).map(drop),
            edge(&Faulty(Some(more)), size).map(drop),
            inclusion_proof(&Faulty(Some(more)), 7, size).map(drop),
            consistency_proof(&Faulty(Some(more)), TreeSize(7), size).map(drop),
        ] {
            assert!(matches!(result, Err(ProveError::Width { .. })), "{result:?}");
        }
    }
}

/// A log of any size whose leaves are all the same, so that each row has one hash only.
struct Endless(Vec<Hash>);

impl Endless {
    fn new() -> Self {
        let mut row = leaf_hash(b"again");
        let mut rows = vec![row];
        for _ in 0..TileLevel::MAX {
            row = (0..8).fold(row, |hash, _| node_hash(&hash, &hash));
            rows.push(row);
        }
        Self(rows)
    }
}

impl TileReader for Endless {
    type Error = Infallible;

    fn hashes(&self, tile: Tile) -> Result<Vec<Hash>, Infallible> {
        let TileLevel::Hashes(level) = tile.level else { panic!("no hashes in {tile:?}") };
        Ok(vec![self.0[usize::from(level)]; usize::from(tile.width)])
    }
}

fn check_endless(log: &Endless, index: u64, size: TreeSize) {
    let new_root = root(log, size).unwrap();
    let path = inclusion_proof(log, index, size).unwrap();
    assert!(path.len() <= 64);
    assert_eq!(verify_inclusion(index, size, &log.0[0], &path, &new_root), Ok(()));
    let old = TreeSize(index + 1);
    let proof = consistency_proof(log, old, size).unwrap();
    assert!(proof.len() <= 65);
    let old_root = root(log, old).unwrap();
    assert_eq!(verify_consistency(old, size, &proof, &old_root, &new_root), Ok(()));
}

#[test]
fn the_largest_logs_have_proofs() {
    let log = Endless::new();
    for size in [(1 << 63) - 1, 1 << 63, (1 << 63) + 1, u64::MAX] {
        for index in [0, 1, 255, 256, (1 << 62) - 1, 1 << 62, (1 << 63) - 2, size - 1] {
            check_endless(&log, index, TreeSize(size));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_made_proof_holds_at_any_size(size: u64, shift in 0..64_u32, index: u64) {
        let size = (size >> shift).max(1);
        check_endless(&Endless::new(), index % size, TreeSize(size));
    }

    #[test]
    fn every_made_proof_holds(size in 1..3_000_u64, index: u64) {
        let leaves = leaves(size);
        let (tiles, index, size) = (Tiles::new(&leaves), index % size, TreeSize(size));
        let (leaf, new_root) = (&leaves[index as usize], root(&tiles, size).unwrap());
        prop_assert_eq!(new_root, grown(&leaves).root());
        let path = inclusion_proof(&tiles, index, size).unwrap();
        prop_assert_eq!(verify_inclusion(index, size, leaf, &path, &new_root), Ok(()));
        let old = TreeSize(index + 1);
        let proof = consistency_proof(&tiles, old, size).unwrap();
        let old_root = naive_root(&leaves[..=index as usize]);
        prop_assert_eq!(verify_consistency(old, size, &proof, &old_root, &new_root), Ok(()));
    }
}
