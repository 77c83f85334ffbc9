//! That nothing changed: the Merkle tree of RFC 6962 and the record's commitment.
//!
//! Pure Rust without effects: bytes in, hashes out. `docs/FORMATS.md` has the leaf's layout.
#![forbid(unsafe_code)]

mod leaf;
mod proof;
mod prove;
mod tile;
mod tile_entries;
mod tree;

pub use leaf::{Leaf, Salt, commitment};
pub use proof::{ProofError, verify_consistency, verify_inclusion};
pub use prove::{ProveError, TileReader, consistency_proof, edge, inclusion_proof, root};
pub use tile::{Tile, TileError, TileLevel, tiles_between};
pub use tile_entries::{EntryError, entry_bundle, parse_entry_bundle};
pub use tree::{Hash, Tree, TreeSize, leaf_hash, node_hash};
