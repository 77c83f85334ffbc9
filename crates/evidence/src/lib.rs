//! That nothing changed: the Merkle tree of RFC 6962, the record's commitment, and who signed it.
//!
//! Pure Rust without effects: bytes in, hashes and verdicts out. `docs/FORMATS.md` has the leaf's
//! layout; the texts are those of c2sp.org: signed notes, checkpoints, cosignatures, proofs and
//! policies.
#![forbid(unsafe_code)]

mod add_checkpoint;
mod checkpoint;
pub mod cosignature;
mod key;
mod leaf;
mod note;
mod note_lines;
#[cfg(test)]
mod note_vectors;
#[cfg(test)]
mod oracle;
mod policy;
mod proof;
mod prove;
mod receipt;
mod signer;
mod tile;
mod tile_entries;
mod tlog_proof;
mod tree;

pub use add_checkpoint::{AddCheckpoint, AddCheckpointError, MAX_ADD_CHECKPOINT, origin_hash};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use cosignature::CosignatureError;
pub use key::{Algorithm, KeyError, KeyId, KeyName, VerifierKey};
pub use leaf::{Leaf, Salt, commitment};
pub use note::{MAX_NOTE, MAX_SIGNATURES, Note, NoteError, Signature};
pub use policy::{
    MAX_POLICY, Policy, PolicyError, PolicyFault, PolicyKey, PolicyTextError, Quorum, Trust,
};
pub use proof::{ProofError, verify_consistency, verify_inclusion};
pub use prove::{ProveError, TileReader, consistency_proof, edge, inclusion_proof, root};
pub use receipt::{
    Envelope, EnvelopeError, EnvelopeKey, Extra, ExtraError, Receipt, ReceiptError, verify_receipt,
};
pub use signer::{Ed25519Signer, PemError, SignError, Signer};
pub use tile::{Tile, TileError, TileLevel, tiles_between};
pub use tile_entries::{EntryError, entry_bundle, parse_entry_bundle};
pub use tlog_proof::{MAX_HASHES, MAX_PROOF, TlogProof, TlogProofError};
pub use tree::{Hash, Tree, TreeSize, leaf_hash, node_hash};
