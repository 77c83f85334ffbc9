//! What the tests hold the tree against: RFC 6962's own definitions, word for word, and the
//! vectors of transparency-dev/merkle.

use crate::{Hash, Tile, TileLevel, TileReader, Tree, leaf_hash, node_hash};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{cell::RefCell, convert::Infallible, fs, io::Write as _, path::Path};

/// MTH of RFC 6962 §2.1.
pub(crate) fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash(Sha256::digest([]).into()),
        [leaf] => *leaf,
        _ => {
            let k = leaves.len().next_power_of_two() / 2;
            node_hash(&naive_root(&leaves[..k]), &naive_root(&leaves[k..]))
        }
    }
}

/// PATH of RFC 6962 §2.1.1.
pub(crate) fn naive_path(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
    let (mut path, other) = match m.checked_sub(left.len()) {
        None => (naive_path(m, left), right),
        Some(m) => (naive_path(m, right), left),
    };
    path.push(naive_root(other));
    path
}

/// SUBPROOF of RFC 6962 §2.1.2; PROOF is that with `whole` being true.
pub(crate) fn naive_subproof(m: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    if m == leaves.len() {
        return if whole { Vec::new() } else { vec![naive_root(leaves)] };
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(k);
    let (mut proof, other) = if m <= k {
        (naive_subproof(m, left, whole), right)
    } else {
        (naive_subproof(m - k, right, false), left)
    };
    proof.push(naive_root(other));
    proof
}

pub(crate) fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|i| leaf_hash(&i.to_be_bytes())).collect()
}

pub(crate) fn grown(leaves: &[Hash]) -> Tree {
    let mut tree = Tree::default();
    for leaf in leaves {
        tree.push(*leaf);
    }
    tree
}

/// The hash tiles of a tree, in memory; every tile that is read is noted down.
pub(crate) struct Tiles {
    rows: Vec<Vec<Hash>>,
    pub(crate) asked: RefCell<Vec<Tile>>,
}

impl Tiles {
    pub(crate) fn new(leaves: &[Hash]) -> Self {
        let mut rows = vec![leaves.to_vec()];
        while let Some(row) = rows.last().filter(|row| row.len() >= 256) {
            rows.push(row.chunks_exact(256).map(naive_root).collect());
        }
        Self { rows, asked: RefCell::default() }
    }
}

impl TileReader for Tiles {
    type Error = Infallible;

    fn hashes(&self, tile: Tile) -> Result<Vec<Hash>, Infallible> {
        self.asked.borrow_mut().push(tile);
        let TileLevel::Hashes(level) = tile.level else { panic!("no hashes in {tile:?}") };
        let start = tile.index as usize * 256;
        Ok(self.rows[usize::from(level)][start..start + usize::from(tile.width)].to_vec())
    }
}

/// Every vector below this folder of the vectors; `None`, and a word about it, without them.
pub(crate) fn read_vectors(folder: &str) -> Option<Vec<Value>> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/merkle/testdata");
    let vectors = read_folder(&Path::new(root).join(folder));
    if vectors.is_none() {
        writeln!(std::io::stderr(), "SKIPPED: no vectors at {root}").expect("a line to stderr");
    }
    vectors
}

fn read_folder(folder: &Path) -> Option<Vec<Value>> {
    let mut vectors = Vec::new();
    for entry in fs::read_dir(folder).ok()? {
        let path = entry.unwrap().path();
        if path.is_dir() {
            vectors.extend(read_folder(&path)?);
        } else {
            vectors.push(serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap());
        }
    }
    Some(vectors)
}
