//! Entry bundles: the leaves of one tile, each behind its length (<https://c2sp.org/tlog-tiles>).

use crate::Tile;
use thiserror::Error;

#[cfg(test)]
mod tests;

/// Why bytes are no entry bundle.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Error)]
pub enum EntryError {
    /// The bytes end within an entry or its length.
    #[error("the entry bundle ends in the middle of an entry")]
    Truncated,
    /// Not 1 to 256 entries.
    #[error("an entry bundle has 1 to 256 entries")]
    Count,
}

/// The bundle of these leaves: for each its length as 2 bytes big-endian, and its bytes.
///
/// # Panics
/// Where a leaf has more than 65,535 bytes; Kiln's have 46.
pub fn entry_bundle<'a>(leaves: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut bundle = Vec::new();
    for leaf in leaves {
        let length = u16::try_from(leaf.len()).expect("a leaf of Kiln has 46 bytes");
        bundle.extend(length.to_be_bytes());
        bundle.extend(leaf);
    }
    bundle
}

/// The leaves of a bundle, in their order: 1 to 256.
pub fn parse_entry_bundle(mut bundle: &[u8]) -> Result<Vec<&[u8]>, EntryError> {
    let mut leaves = Vec::new();
    while let Some((length, rest)) = bundle.split_first_chunk() {
        let length = usize::from(u16::from_be_bytes(*length));
        let (leaf, rest) = rest.split_at_checked(length).ok_or(EntryError::Truncated)?;
        if leaves.len() == usize::from(Tile::WIDTH_MAX) {
            return Err(EntryError::Count);
        }
        leaves.push(leaf);
        bundle = rest;
    }
    match (bundle, leaves.is_empty()) {
        ([], false) => Ok(leaves),
        ([], true) => Err(EntryError::Count),
        _ => Err(EntryError::Truncated),
    }
}
