//! The Merkle tree of RFC 6962 §2.1, kept as its right edge.

/// A SHA-256 hash of the tree.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

/// How many leaves a tree has.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TreeSize(pub u64);

/// SHA-256(0x00 ‖ leaf), RFC 6962 §2.1.
pub fn leaf_hash(_leaf: &[u8]) -> Hash {
    todo!()
}

/// SHA-256(0x01 ‖ left ‖ right), RFC 6962 §2.1.
pub fn node_hash(_left: &Hash, _right: &Hash) -> Hash {
    todo!()
}

/// A tree that only grows: its size and the roots of its perfect subtrees, largest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {}

impl Tree {
    /// The tree of `size` leaves with this edge; `None` when the edge does not fit the size.
    pub fn from_edge(_size: TreeSize, _edge: Vec<Hash>) -> Option<Self> {
        todo!()
    }
    /// The roots of the perfect subtrees, largest first.
    pub fn edge(&self) -> &[Hash] {
        todo!()
    }
    /// How many leaves.
    pub fn size(&self) -> TreeSize {
        todo!()
    }
    /// Adds a leaf's hash.
    pub fn push(&mut self, _leaf: Hash) {
        todo!()
    }
    /// The root; SHA-256 of nothing for the empty tree.
    pub fn root(&self) -> Hash {
        todo!()
    }
}
