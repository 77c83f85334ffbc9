//! That nothing changed: the Merkle tree of RFC 6962 and the record's commitment. Pure Rust, no effects.

mod leaf;
mod tree;

pub use leaf::{Leaf, Salt, commitment};
pub use tree::{Hash, Tree, TreeSize, leaf_hash, node_hash};
