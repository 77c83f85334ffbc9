//! That nothing changed: the Merkle tree of RFC 6962 and the record's commitment.
//!
//! Pure Rust without effects: bytes in, hashes out. `docs/FORMATS.md` has the leaf's layout.
#![forbid(unsafe_code)]

mod leaf;
mod tree;

pub use leaf::{Leaf, Salt, commitment};
pub use tree::{Hash, Tree, TreeSize, leaf_hash, node_hash};
