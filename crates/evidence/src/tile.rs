//! The tiles in which others read the tree: <https://c2sp.org/tlog-tiles>.

use crate::{Hash, TreeSize};
use std::fmt::{self, Display, Formatter};
use std::iter;
use thiserror::Error;

#[cfg(test)]
mod tests;

/// One resource of a tiled log: up to 256 neighbours of one row of the tree, or their entries.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tile {
    /// Which row.
    pub level: TileLevel,
    /// The how manieth tile of its row, from 0.
    pub index: u64,
    /// How many hashes or entries it has: 1 to 256. A narrower one than 256 is partial.
    pub width: u16,
}

/// What a tile holds.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TileLevel {
    /// The leaves themselves: an entry bundle.
    Entries,
    /// Hashes of subtrees of 256^level leaves, 0 to [`TileLevel::MAX`].
    Hashes(u8),
}

impl TileLevel {
    /// The highest row that a tree of at most 2^64 - 1 leaves has.
    pub const MAX: u8 = 7;
}

/// Why something is no tile.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Error)]
pub enum TileError {
    /// The path is not the one spelling that a tile has.
    #[error("the path of a tile is tile/<level>/<index>[.p/<width>] as in c2sp.org/tlog-tiles")]
    Path,
    /// No log of fewer than 2^64 leaves has such a tile.
    #[error("no log is so large that it has this tile")]
    Beyond,
    /// The bytes are not as many hashes as the tile is wide.
    #[error("a tile of {width} hashes has {} bytes, not {bytes}", usize::from(*width) * 32)]
    Length {
        /// Hashes that the tile has.
        width: u16,
        /// Bytes that came.
        bytes: usize,
    },
}

impl Tile {
    /// Hashes or entries in a full tile.
    pub const WIDTH_MAX: u16 = 256;

    /// The tile of this level and index in a log of that size, as wide as the log makes it;
    /// `None` where the log has none.
    pub fn of(level: TileLevel, index: u64, size: TreeSize) -> Option<Self> {
        let first = index.checked_mul(u64::from(Self::WIDTH_MAX))?;
        let width = level.row(size).checked_sub(first)?.min(u64::from(Self::WIDTH_MAX)) as u16;
        (width > 0).then_some(Self { level, index, width })
    }

    /// Whether it will never grow.
    pub fn is_full(self) -> bool {
        self.width == Self::WIDTH_MAX
    }

    /// Its path below the log's prefix, as `tile/0/x001/x234/067.p/5`.
    pub fn path(self) -> String {
        self.to_string()
    }

    /// The tile with this path; every tile has one spelling only.
    pub fn from_path(path: &str) -> Result<Self, TileError> {
        let tile = parse(path).ok_or(TileError::Path)?;
        // Whatever was read too kindly (leading zeroes, signs) is spelled otherwise by us.
        if tile.path() != path {
            return Err(TileError::Path);
        }
        // The last leaf below it must have an index of 64 bits.
        Self::of(tile.level, tile.index, TreeSize(u64::MAX))
            .filter(|widest| widest.width >= tile.width)
            .map(|_| tile)
            .ok_or(TileError::Beyond)
    }

    /// The hashes of a hash tile's bytes: exactly `width` times 32.
    pub fn decode(self, bytes: &[u8]) -> Result<Vec<Hash>, TileError> {
        let (hashes, rest) = bytes.as_chunks();
        if !rest.is_empty() || hashes.len() != usize::from(self.width) {
            return Err(TileError::Length { width: self.width, bytes: bytes.len() });
        }
        Ok(hashes.iter().copied().map(Hash).collect())
    }
}

impl TileLevel {
    /// How many whole hashes or entries the row has in a log of that size.
    pub fn row(self, size: TreeSize) -> u64 {
        match self {
            Self::Entries => size.0,
            Self::Hashes(level) => size.0.checked_shr(8 * u32::from(level)).unwrap_or(0),
        }
    }
}

/// The hash tiles that a log of size `new` has and one of size `old` has not or has narrower,
/// lowest row first. The entry bundles are the same as level 0. None when `new` is not larger.
pub fn tiles_between(old: TreeSize, new: TreeSize) -> impl Iterator<Item = Tile> {
    (0..=TileLevel::MAX).map(TileLevel::Hashes).flat_map(move |level| {
        let mut next = level.row(old) / u64::from(Tile::WIDTH_MAX);
        iter::from_fn(move || {
            let tile = Tile::of(level, next, new)?;
            next += 1;
            Some(tile)
        })
        .filter(move |tile| Tile::of(level, tile.index, old) != Some(*tile) && old < new)
    })
}

impl Display for Tile {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.level {
            TileLevel::Entries => f.write_str("tile/entries")?,
            TileLevel::Hashes(level) => write!(f, "tile/{level}")?,
        }
        // Groups of three digits, all but the last marked, so that no folder is a file as well.
        let groups = iter::successors(Some(1_u64), |power| power.checked_mul(1000));
        let mut power = groups.take_while(|power| *power <= self.index).last().unwrap_or(1);
        while power > 1 {
            write!(f, "/x{:03}", self.index / power % 1000)?;
            power /= 1000;
        }
        write!(f, "/{:03}", self.index % 1000)?;
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

/// Reads a path kindly: what it gives may have another spelling than what was read.
fn parse(path: &str) -> Option<Tile> {
    let (level, place) = path.strip_prefix("tile/")?.split_once('/')?;
    let level = match level {
        "entries" => TileLevel::Entries,
        number => TileLevel::Hashes(number.parse().ok()?),
    };
    let (index, width) = match place.split_once(".p/") {
        None => (place, Tile::WIDTH_MAX),
        Some((index, width)) => (index, width.parse().ok().filter(|w| *w < Tile::WIDTH_MAX)?),
    };
    let index = index.split('/').try_fold(0_u64, |index, group| {
        let digits: u64 = group.strip_prefix('x').unwrap_or(group).parse().ok()?;
        index.checked_mul(1000)?.checked_add(digits)
    })?;
    (width > 0).then_some(Tile { level, index, width })
}
