//! The files of the tiles.
use super::{
    WIDTH, damaged,
    pending::{ENTRY_LEN, piece_len},
};
use crate::{disk::Disk, journal::UNFINISHED};
use kiln_evidence::{Tile, TileLevel, TreeSize};
use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::Arc,
};

const CHECKPOINT: &str = "checkpoint";

/// Every row of tiles.
pub(super) fn levels() -> impl Iterator<Item = TileLevel> {
    [TileLevel::Entries].into_iter().chain((0..=TileLevel::MAX).map(TileLevel::Hashes))
}

/// The partial tiles of a log of this size: at most one in each row.
pub(super) fn partials(size: TreeSize) -> impl Iterator<Item = Tile> {
    let last = move |level: TileLevel| Tile::of(level, level.row(size) / WIDTH, size);
    levels().filter_map(last)
}

/// The folder `tiles`.
pub(super) struct Files {
    disk: Arc<dyn Disk>,
    root: PathBuf,
}

impl Files {
    pub(super) fn new(disk: Arc<dyn Disk>, root: PathBuf) -> Self {
        Self { disk, root }
    }

    /// The first `tile.width` pieces of a full tile.
    pub(super) fn read(&self, tile: Tile) -> io::Result<Vec<u8>> {
        let full = Tile { width: Tile::WIDTH_MAX, ..tile };
        let file = self.disk.open_to_read(&self.path(full)).map_err(|error| told(full, error))?;
        let piece = piece_len(tile.level);
        if file.len()? != WIDTH * piece as u64 {
            return Err(damaged(full));
        }
        let mut bytes = vec![0; usize::from(tile.width) * piece];
        file.read_exact_at(&mut bytes, 0).map_err(|error| told(full, error))?;
        Ok(bytes)
    }

    /// A partial entry bundle; `None` where there is none of that width.
    pub(super) fn read_partial_entries(&self, tile: Tile) -> io::Result<Option<Vec<u8>>> {
        let file = match self.disk.open_to_read(&self.path(tile)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file.map_err(|error| told(tile, error))?,
        };
        let mut bytes = vec![0; usize::from(tile.width) * ENTRY_LEN];
        if file.len()? != bytes.len() as u64 {
            return Ok(None);
        }
        file.read_exact_at(&mut bytes, 0).map_err(|error| told(tile, error))?;
        Ok(Some(bytes))
    }

    /// Makes a file of a tile. One that is there was left half written, or by a process before;
    /// it is written over, so that nobody misses it meanwhile, and the kernel knows that it is not
    /// on disk.
    pub(super) fn create(&self, tile: Tile, bytes: &[u8]) -> io::Result<()> {
        create(&*self.disk, &self.path(tile), bytes)
    }

    /// Replaces the checkpoint. Nobody who reads it sees half of one; after a power cut it may be
    /// an older one, or none, and a start writes it again.
    pub(super) fn put_checkpoint(&self, note: &[u8]) -> io::Result<()> {
        let path = self.root.join(CHECKPOINT);
        let unfinished = self.root.join(format!("{CHECKPOINT}{UNFINISHED}"));
        create(&*self.disk, &unfinished, note)?;
        self.disk.rename(&unfinished, &path)
    }

    /// The widths of a tile whose files are there.
    pub(super) fn partials_of(&self, level: TileLevel, index: u64) -> io::Result<Vec<Tile>> {
        let any = Tile { level, index, width: 1 };
        let Some(dir) = self.path(any).parent().map(Path::to_owned) else { return Ok(Vec::new()) };
        let names = self.disk.list(&dir)?;
        let widths = names.iter().filter_map(|name| name.parse().ok());
        Ok(widths.map(|width| Tile { level, index, width }).collect())
    }

    /// Removes partial tiles, and their folders where `kept` needs none of it.
    pub(super) fn remove_partials(&self, tiles: &[Tile], kept: &[Tile]) -> io::Result<()> {
        for tile in tiles.iter().filter(|tile| !kept.contains(tile)) {
            fine_if_gone(self.disk.remove(&self.path(*tile)))?;
        }
        let is_kept =
            |tile: &Tile| kept.iter().any(|k| (k.level, k.index) == (tile.level, tile.index));
        for tile in tiles.iter().filter(|tile| !is_kept(tile)) {
            if let Some(dir) = self.path(*tile).parent() {
                fine_if_gone(self.disk.remove_dir(dir))?;
            }
        }
        Ok(())
    }

    /// Makes all of it durable.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.disk.sync_tree(&self.root)
    }

    /// The disk they are on.
    pub(super) fn disk(&self) -> &dyn Disk {
        &*self.disk
    }

    /// Removes everything.
    pub(super) fn clear(&self) -> io::Result<()> {
        clear(&*self.disk, &self.root)
    }

    pub(super) fn path(&self, tile: Tile) -> PathBuf {
        self.root.join(tile.path())
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Files").field(&self.root).finish()
    }
}

fn create(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let file = match disk.create_new(path) {
        // One in a thousand begins a folder.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            disk.create_dir_all(path.parent().ok_or(io::ErrorKind::InvalidInput)?)?;
            disk.create_new(path)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let file = disk.open(path)?;
            if file.len()? > bytes.len() as u64 {
                file.set_len(bytes.len() as u64)?;
            }
            Ok(file)
        }
        file => file,
    };
    file?.write_all_at(bytes, 0)
}

fn clear(disk: &dyn Disk, dir: &Path) -> io::Result<()> {
    for name in disk.list(dir)? {
        let path = dir.join(&name);
        // What does not go as a file is a folder.
        if disk.remove(&path).is_err() {
            clear(disk, &path)?;
            fine_if_gone(disk.remove_dir(&path))?;
        }
    }
    Ok(())
}

/// What is missing or too short is damage; the rest is the disk's.
fn told(tile: Tile, error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof => damaged(tile),
        _ => error,
    }
}

fn fine_if_gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}
