//! The tiles of the log (C2SP tlog-tiles): in them others read the tree, and from them proofs are
//! made.
//!
//! ```text
//! <tenant>/tiles/checkpoint                       the newest checkpoint, a signed note
//! <tenant>/tiles/tile/<level>/<index>[.p/<width>] hashes of 32 bytes
//! <tenant>/tiles/tile/entries/<index>[.p/<width>] leaves, each behind its length (2, big-endian)
//! <tenant>/tiled                                  up to where all of that is durable
//! ```
//!
//! A group adds its leaves in memory, once it is durable. A writer follows within a second: first
//! the full tiles, then the partial ones of the newest checkpoint, the checkpoint last; whoever
//! reads the folder finds every tile of the checkpoint that he finds. What this process reads is
//! the full tiles on disk, and what stands behind them in memory: never a partial one.
//!
//! All of it is derived from the log. A full tile is a plain new file without a sync or a rename of
//! its own, which would cost more than the record: after a crash only what is below the watermark
//! counts, and what lies behind it is made again from the log. Below it a tile never changes.
mod cache;
mod check;
mod files;
mod growth;
pub(crate) mod mark;
mod pending;
mod recovery;
mod signal;
mod writer;

use crate::{disk::Disk, shared::Folder};
use cache::Cache;
pub(crate) use check::Seen;
use files::Files;
pub(crate) use growth::Growth;
use kiln_evidence::{Hash, Tile, TileLevel, TileReader, Tree};
use pending::{Held, Pending};
pub(crate) use recovery::recover;
use signal::Signal;
use std::{
    io,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use writer::Writer;
pub(crate) use writer::{follow, run};

/// Hashes or entries in a full tile.
const WIDTH: u64 = Tile::WIDTH_MAX as u64;

/// The tiles of one log, of any width that it has.
pub struct Tiles {
    files: Files,
    /// `<tenant>/tiled`.
    mark: PathBuf,
    pending: Mutex<Pending>,
    cache: Cache,
    /// One at a time writes.
    writer: Mutex<Writer>,
    signal: Signal,
}

impl Tiles {
    fn new(folder: &Folder, disk: &Arc<dyn Disk>, pending: Pending, writer: Writer) -> Self {
        Self {
            files: Files::new(Arc::clone(disk), folder.tiles()),
            mark: folder.tiled(),
            pending: Mutex::new(pending),
            cache: Cache::default(),
            writer: Mutex::new(writer),
            signal: Signal::default(),
        }
    }

    /// The bytes of a tile as it is served: exactly as wide as asked, from memory or disk. `None`
    /// where the log is too small for it.
    ///
    /// # Errors
    /// `InvalidData` when the file is missing or too short: the background check makes it again,
    /// and so does a start without the watermark `tiled`.
    pub fn read(&self, tile: Tile) -> io::Result<Option<Vec<u8>>> {
        let held = self.pending().read(tile);
        match held {
            Held::Nowhere => Ok(None),
            Held::Memory(bytes) => Ok(Some(bytes)),
            Held::Disk => self.files.read(tile).map(Some),
        }
    }

    /// How many records are not yet in full tiles on disk.
    pub(crate) fn behind(&self) -> u64 {
        self.pending().behind()
    }

    /// Takes in what a durable group adds.
    pub(crate) fn add(&self, growth: &Growth) {
        self.pending().add(growth);
    }

    /// Tells the writer that the log has grown.
    pub(crate) fn tell(&self) {
        self.signal.grown(self.is_in_hurry());
    }

    /// Whether waiting for the writer leads anywhere.
    pub(crate) fn is_going(&self) -> bool {
        self.signal.is_going()
    }

    /// No more work of the writer is begun.
    pub(crate) fn stop(&self) {
        self.signal.stop();
    }

    /// A full tile of hashes that is on disk. It is compared with the hash above it, and that with
    /// the one above, up to those in memory, which a start compared with the log.
    fn on_disk(&self, level: u8, index: u64) -> io::Result<Arc<[Hash]>> {
        if let Some(known) = self.cache.get(level, index) {
            return Ok(known);
        }
        let tile = Tile { level: TileLevel::Hashes(level), index, width: Tile::WIDTH_MAX };
        let hashes: Arc<[Hash]> = decode(tile, &self.files.read(tile)?)?.into();
        let above = Tile {
            level: TileLevel::Hashes(level + 1),
            index: index / WIDTH,
            width: (index % WIDTH) as u16 + 1,
        };
        if self.hashes(above)?.last() != Some(&root(&hashes)) {
            return Err(damaged(tile));
        }
        self.cache.put(level, index, &hashes);
        Ok(hashes)
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        // Each change in there is one step.
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TileReader for Tiles {
    type Error = io::Error;

    /// `InvalidInput` where the log is too small for the tile, `InvalidData` where it is damaged.
    fn hashes(&self, tile: Tile) -> io::Result<Vec<Hash>> {
        let TileLevel::Hashes(level) = tile.level else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let held = self.pending().read(tile);
        match held {
            Held::Nowhere => Err(io::ErrorKind::InvalidInput.into()),
            Held::Memory(bytes) => decode(tile, &bytes),
            Held::Disk => Ok(self.on_disk(level, tile.index)?[..usize::from(tile.width)].to_vec()),
        }
    }
}

impl std::fmt::Debug for Tiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tiles").field("files", &self.files).finish_non_exhaustive()
    }
}

fn decode(tile: Tile, bytes: &[u8]) -> io::Result<Vec<Hash>> {
    tile.decode(bytes).map_err(|_e| damaged(tile))
}

/// The root over the hashes of a full tile.
fn root(hashes: &[Hash]) -> Hash {
    let mut tree = Tree::default();
    for hash in hashes {
        tree.push(*hash);
    }
    tree.root()
}

fn damaged(tile: Tile) -> io::Error {
    let told =
        format!("{} is missing or damaged: the background check makes it again", tile.path());
    io::Error::new(io::ErrorKind::InvalidData, told)
}

#[cfg(test)]
mod tests;
