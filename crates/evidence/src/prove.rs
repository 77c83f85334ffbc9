//! Makes proofs from hash tiles, and reads each tile once.

use crate::{Hash, Tile, TileLevel, Tree, TreeSize, node_hash};
use std::ops::Range;
use thiserror::Error;

#[cfg(test)]
mod tests;

/// Where hash tiles come from.
pub trait TileReader {
    /// Why a tile could not be read.
    type Error;

    /// The hashes of this tile of level `Hashes`: exactly `tile.width`, a wider one cut to it.
    fn hashes(&self, tile: Tile) -> Result<Vec<Hash>, Self::Error>;
}

/// Why no proof could be made.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Error)]
pub enum ProveError<E> {
    /// The log of that size has no such leaf.
    #[error("the index is not below the size of the log")]
    Index,
    /// A log does not shrink.
    #[error("the old size is larger than the new one")]
    Shrunk,
    /// The tile has another number of hashes than was asked for.
    #[error("{} has {hashes} hashes, not {}", tile.path(), tile.width)]
    Width {
        /// What was asked for.
        tile: Tile,
        /// How many came.
        hashes: usize,
    },
    /// The reader failed.
    #[error(transparent)]
    Read(E),
}

/// The audit path of RFC 6962 §2.1.1: the siblings from the leaf up, at most 64.
///
/// Reads at most two tiles of each level, each once: about 500 node hashes among 1 M leaves.
pub fn inclusion_proof<R: TileReader + ?Sized>(
    reader: &R,
    index: u64,
    size: TreeSize,
) -> Result<Vec<Hash>, ProveError<R::Error>> {
    if index >= size.0 {
        return Err(ProveError::Index);
    }
    let mut rows = Rows::new(reader, size);
    let mut tree = 0..size.0;
    let mut hashes = rows.siblings(index, &mut tree, |tree| tree.end - tree.start == 1)?;
    hashes.reverse();
    Ok(hashes)
}

/// The consistency proof of RFC 6962 §2.1.2, at most 65 hashes. It is empty between equal sizes
/// and from the empty tree, where c2sp.org/tlog-witness wants an empty one.
pub fn consistency_proof<R: TileReader + ?Sized>(
    reader: &R,
    old: TreeSize,
    new: TreeSize,
) -> Result<Vec<Hash>, ProveError<R::Error>> {
    if old > new {
        return Err(ProveError::Shrunk);
    }
    let Some(last) = old.0.checked_sub(1) else { return Ok(Vec::new()) };
    let mut rows = Rows::new(reader, new);
    let mut tree = 0..new.0;
    let mut hashes = rows.siblings(last, &mut tree, |tree| tree.end == old.0)?;
    // Where the whole old tree is one subtree, whoever checks has its hash already.
    if tree.start > 0 {
        hashes.push(rows.subtree(tree)?.root());
    }
    hashes.reverse();
    Ok(hashes)
}

/// The root of the tree of `size` leaves, RFC 6962 §2.1.
pub fn root<R: TileReader + ?Sized>(
    reader: &R,
    size: TreeSize,
) -> Result<Hash, ProveError<R::Error>> {
    edge(reader, size).map(|tree| tree.root())
}

/// The tree of `size` leaves, ready to grow. Reads one tile of each level at most.
pub fn edge<R: TileReader + ?Sized>(
    reader: &R,
    size: TreeSize,
) -> Result<Tree, ProveError<R::Error>> {
    Rows::new(reader, size).subtree(0..size.0)
}

/// The rows of a log of one size, with the tiles that were read of them.
struct Rows<'a, R: ?Sized> {
    reader: &'a R,
    size: TreeSize,
    /// At most two of each level: that over the leaf, and the last.
    tiles: Vec<(Tile, Vec<Hash>)>,
}

impl<'a, R: TileReader + ?Sized> Rows<'a, R> {
    fn new(reader: &'a R, size: TreeSize) -> Self {
        Self { reader, size, tiles: Vec::new() }
    }

    /// Halves the tree towards the leaf until it is `done`, as PATH and SUBPROOF of RFC 6962
    /// §2.1.1 and §2.1.2 do; gives the roots of the halves left aside, largest first.
    fn siblings(
        &mut self,
        leaf: u64,
        tree: &mut Range<u64>,
        done: impl Fn(&Range<u64>) -> bool,
    ) -> Result<Vec<Hash>, ProveError<R::Error>> {
        let mut hashes = Vec::new();
        while !done(tree) {
            let middle = tree.start + left_half(tree.end - tree.start);
            let (left, right) = (tree.start..middle, middle..tree.end);
            let other;
            (*tree, other) = if leaf < middle { (left, right) } else { (right, left) };
            hashes.push(self.subtree(other)?.root());
        }
        Ok(hashes)
    }

    /// The tree over these leaves, a range that halving the whole one as RFC 6962 does leads to.
    fn subtree(&mut self, leaves: Range<u64>) -> Result<Tree, ProveError<R::Error>> {
        let size = TreeSize(leaves.end - leaves.start);
        let mut edge = Vec::with_capacity(size.0.count_ones() as usize);
        let mut rest = leaves;
        while !rest.is_empty() {
            let height = (rest.end - rest.start).ilog2();
            edge.push(self.perfect(height, rest.start >> height)?);
            rest.start += 1 << height;
        }
        Ok(Tree::from_edge(size, edge).expect("one subtree was taken for each 1 of the size"))
    }

    /// The root of the `index`th subtree of 2^`height` leaves, from the row next below it that
    /// stands in tiles.
    fn perfect(&mut self, height: u32, index: u64) -> Result<Hash, ProveError<R::Error>> {
        let (level, within) = (TileLevel::Hashes((height / 8) as u8), height % 8);
        let first = index << within;
        let width = u64::from(Tile::WIDTH_MAX);
        let tile = Tile::of(level, first / width, self.size).expect("the subtree is in the log");
        let start = (first % width) as usize;
        Ok(perfect_root(&self.read(tile)?[start..start + (1 << within)]))
    }

    fn read(&mut self, tile: Tile) -> Result<&[Hash], ProveError<R::Error>> {
        let known = self.tiles.iter().position(|(known, _)| *known == tile);
        let at = known.unwrap_or(self.tiles.len());
        if known.is_none() {
            let hashes = self.reader.hashes(tile).map_err(ProveError::Read)?;
            if hashes.len() != usize::from(tile.width) {
                return Err(ProveError::Width { tile, hashes: hashes.len() });
            }
            self.tiles.push((tile, hashes));
        }
        Ok(&self.tiles[at].1)
    }
}

/// The largest power of two below `size`, which is 2 or more: RFC 6962's k.
fn left_half(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// The root over a power of two of hashes, at most 128.
fn perfect_root(hashes: &[Hash]) -> Hash {
    if let [hash] = hashes {
        return *hash;
    }
    let (left, right) = hashes.split_at(hashes.len() / 2);
    node_hash(&perfect_root(left), &perfect_root(right))
}
