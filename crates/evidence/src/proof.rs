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
    /// Every log begins with the empty tree, so that a proof from it says nothing.
    #[error("no proof starts from the empty log")]
    Empty,
    /// A proof for these sizes has another number of hashes.
    #[error("the proof has too many or too few hashes for the size of the log")]
    Length,
    /// The hashes lead to another root.
    #[error("the proof leads to another root")]
    Root,
}

/// Whether the leaf with this hash stands at `index` in the tree of `size` leaves and this root
/// (RFC 9162 §2.1.3.2). At most 64 node hashes, however many the proof has.
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
    let mut climb = Climb { node: index, last: size.0 - 1 };
    let mut hash = *leaf;
    for sibling in proof {
        hash = match climb.step().ok_or(ProofError::Length)? {
            Side::Left => node_hash(sibling, &hash),
            Side::Right => node_hash(&hash, sibling),
        };
    }
    climb.ended()?;
    same(&hash, root)
}

/// Whether the tree of `new` leaves begins with the whole tree of `old` leaves
/// (RFC 9162 §2.1.4.2). At most 128 node hashes, however many the proof has.
///
/// Between equal sizes the proof is empty. From the empty tree there is none
/// ([`ProofError::Empty`]), as in RFC 9162 §2.1.4: the caller knows that nothing is shown then.
pub fn verify_consistency(
    old: TreeSize,
    new: TreeSize,
    proof: &[Hash],
    old_root: &Hash,
    new_root: &Hash,
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::Shrunk);
    }
    if old.0 == 0 {
        return Err(ProofError::Empty);
    }
    if old == new {
        return if proof.is_empty() { same(old_root, new_root) } else { Err(ProofError::Length) };
    }
    // The largest perfect subtree that ends the old tree: where it is the whole old tree, the
    // proof leaves its hash out.
    let perfect = old.0.trailing_zeros();
    let mut climb = Climb { node: (old.0 - 1) >> perfect, last: (new.0 - 1) >> perfect };
    let (start, rest) = match (old.0.is_power_of_two(), proof.split_first()) {
        (true, _) => (old_root, proof),
        (false, Some((first, rest))) => (first, rest),
        (false, None) => return Err(ProofError::Length),
    };
    let (mut in_old, mut in_new) = (*start, *start);
    for sibling in rest {
        match climb.step().ok_or(ProofError::Length)? {
            Side::Left => {
                in_old = node_hash(sibling, &in_old);
                in_new = node_hash(sibling, &in_new);
            }
            Side::Right => in_new = node_hash(&in_new, sibling),
        }
    }
    climb.ended()?;
    same(&in_old, old_root)?;
    same(&in_new, new_root)
}

/// Where a sibling stands.
#[derive(Copy, Clone)]
enum Side {
    Left,
    Right,
}

/// The way from a node to the root: RFC 9162's fn and sn.
struct Climb {
    /// The node's place in its row.
    node: u64,
    /// The place of the row's last node.
    last: u64,
}

impl Climb {
    /// On which side the next sibling stands, and one step up; `None` at the root.
    fn step(&mut self) -> Option<Side> {
        if self.last == 0 {
            return None;
        }
        let left = self.node & 1 == 1 || self.node == self.last;
        if left {
            // The last node of a row has no sibling and stands for itself in the rows above,
            // until it is a right child. It is not 0 here, so that less than 64 bits go.
            self.up(self.node.trailing_zeros());
        }
        self.up(1);
        Some(if left { Side::Left } else { Side::Right })
    }

    fn up(&mut self, rows: u32) {
        self.node >>= rows;
        self.last >>= rows;
    }

    fn ended(&self) -> Result<(), ProofError> {
        if self.last == 0 { Ok(()) } else { Err(ProofError::Length) }
    }
}

fn same(ours: &Hash, theirs: &Hash) -> Result<(), ProofError> {
    if ours == theirs { Ok(()) } else { Err(ProofError::Root) }
}
