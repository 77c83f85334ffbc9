//! What a group adds to the tiles, collected while the group is built.
use kiln_evidence::{Hash, TileLevel, Tree, leaf_hash};

/// Bytes of a leaf (`docs/FORMATS.md`).
pub(crate) const LEAF_LEN: usize = 46;
/// A row of tiles for every so many rows of the tree.
const HEIGHT: u32 = 8;

/// Leaves, their hashes, and those roots of subtrees that stand in tiles: nothing is hashed that
/// the tree does not hash anyway.
#[derive(Debug, Default)]
pub(crate) struct Growth {
    pub(super) leaves: Vec<[u8; LEAF_LEN]>,
    pub(super) hashes: Vec<Hash>,
    /// Level, from 1 on, and hash; those of a level are in order.
    pub(super) nodes: Vec<(u8, Hash)>,
}

impl Growth {
    /// Begins with the next group; the memory stays.
    pub(crate) fn clear(&mut self) {
        self.leaves.clear();
        self.hashes.clear();
        self.nodes.clear();
    }

    /// Adds a leaf to the tree, and what comes of it.
    pub(crate) fn push(&mut self, leaf: [u8; LEAF_LEN], tree: &mut Tree) {
        let hash = leaf_hash(&leaf);
        self.leaves.push(leaf);
        self.hashes.push(hash);
        tree.push_telling(hash, |height, root| {
            if height.is_multiple_of(HEIGHT) {
                self.nodes.push(((height / HEIGHT) as u8, root));
            }
        });
    }

    /// Appends the entry or the hash of its `nth` leaf as it stands in a tile.
    pub(super) fn put_piece(&self, level: TileLevel, nth: usize, out: &mut Vec<u8>) {
        match level {
            TileLevel::Entries => put_entry(&self.leaves[nth], out),
            TileLevel::Hashes(_) => out.extend_from_slice(&self.hashes[nth].0),
        }
    }
}

/// Appends a leaf behind its length, as an entry bundle has it.
pub(super) fn put_entry(leaf: &[u8; LEAF_LEN], out: &mut Vec<u8>) {
    out.extend_from_slice(&(LEAF_LEN as u16).to_be_bytes());
    out.extend_from_slice(leaf);
}
