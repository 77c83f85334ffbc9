//! The Merkle tree of RFC 6962 §2.1, kept as its right edge.

use sha2::{Digest, Sha256};

#[cfg(test)]
mod tests;

/// A SHA-256 hash of the tree.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

/// How many leaves a tree has.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TreeSize(pub u64);

/// A tree that only grows: its size and the roots of its perfect subtrees, largest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    size: u64,
    /// One hash for each 1 in the binary form of `size`, highest first.
    edge: Vec<Hash>,
}

impl Tree {
    /// The tree of `size` leaves with this edge; `None` when the edge does not fit the size.
    pub fn from_edge(size: TreeSize, edge: Vec<Hash>) -> Option<Self> {
        (edge.len() == size.0.count_ones() as usize).then_some(Self { size: size.0, edge })
    }

    /// The roots of the perfect subtrees, largest first.
    pub fn edge(&self) -> &[Hash] {
        &self.edge
    }

    /// How many leaves.
    pub fn size(&self) -> TreeSize {
        TreeSize(self.size)
    }

    /// Adds a leaf's hash: one node hash on average.
    pub fn push(&mut self, leaf: Hash) {
        self.push_telling(leaf, |_height, _root| {});
    }

    /// As [`push`](Self::push), and tells height and root of every perfect subtree of two leaves
    /// and more that is now complete, smallest first: tiles need some of them, and they are made
    /// here anyway.
    pub fn push_telling(&mut self, leaf: Hash, mut complete: impl FnMut(u32, Hash)) {
        // As in binary counting, every trailing 1 of the size is a subtree that is now complete.
        let kept = self.edge.len() - self.size.trailing_ones() as usize;
        let mut height = 0;
        let hash = self.edge.drain(kept..).rfold(leaf, |right, left| {
            let root = node_hash(&left, &right);
            height += 1;
            complete(height, root);
            root
        });
        self.edge.push(hash);
        self.size += 1;
    }

    /// The root; SHA-256 of nothing for the empty tree. At most 63 node hashes.
    pub fn root(&self) -> Hash {
        match self.edge.split_last() {
            None => Hash(Sha256::digest([]).into()),
            Some((last, left)) => left.iter().rfold(*last, |right, left| node_hash(left, &right)),
        }
    }
}

/// SHA-256(0x00 ‖ leaf), RFC 6962 §2.1.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update([0]).chain_update(leaf).finalize().into())
}

/// SHA-256(0x01 ‖ left ‖ right), RFC 6962 §2.1.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [1; 65];
    bytes[1..33].copy_from_slice(&left.0);
    bytes[33..].copy_from_slice(&right.0);
    Hash(Sha256::digest(bytes).into())
}
