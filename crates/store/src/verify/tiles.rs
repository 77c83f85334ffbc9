//! Compares the tiles on disk with those that the log gives.
mod rows;

use super::tell::{Spot, Told};
use crate::{
    disk::{Disk, DiskFile},
    journal::UNFINISHED,
};
use kiln_evidence::{Checkpoint, Hash, MAX_NOTE, Note, Tile, TileLevel, TileReader, TreeSize};
pub(super) use rows::{Rows, Strip};
use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

const WIDTH: u64 = Tile::WIDTH_MAX as u64;
const HASH_LEN: usize = 32;
/// An entry's length and the leaf.
const ENTRY_LEN: usize = 48;
/// `tile/0/x001/x234/…`: no tile lies deeper.
const DEPTH_MAX: usize = 12;
const SECTOR: usize = 512;
const CHECKPOINT: &str = "checkpoint";

fn piece_len(level: TileLevel) -> usize {
    match level {
        TileLevel::Entries => ENTRY_LEN,
        TileLevel::Hashes(_) => HASH_LEN,
    }
}

/// The files of the tiles.
pub(super) struct Files<'a> {
    disk: &'a dyn Disk,
    root: PathBuf,
    /// The widths that are there of each tile.
    widths: HashMap<(TileLevel, u64), Vec<u16>>,
    /// The file `checkpoint`.
    pub(super) checkpoint: Option<Vec<u8>>,
    /// Up to here all of them were durable once.
    pub(super) durable: TreeSize,
    compared: AtomicU64,
    missing: AtomicU64,
    torn: AtomicU64,
}

impl<'a> Files<'a> {
    pub(super) fn find(
        disk: &'a dyn Disk,
        root: PathBuf,
        durable: TreeSize,
        told: &mut Told,
    ) -> io::Result<Self> {
        let mut files = Self {
            disk,
            root,
            widths: HashMap::new(),
            checkpoint: None,
            durable,
            compared: AtomicU64::new(0),
            missing: AtomicU64::new(0),
            torn: AtomicU64::new(0),
        };
        files.list("", 0, told)?;
        Ok(files)
    }

    fn list(&mut self, below: &str, depth: usize, told: &mut Told) -> io::Result<()> {
        let names = match self.disk.list(&self.root.join(below)) {
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                told.find(Spot::file(format!("tiles/{below}")), "no tile has this name");
                return Ok(());
            }
            names => names?,
        };
        for name in names {
            let path = if below.is_empty() { name } else { format!("{below}/{name}") };
            if path == CHECKPOINT {
                self.checkpoint = Some(read(self.disk, &self.root.join(&path), MAX_NOTE + 1)?);
            } else if let Ok(tile) = Tile::from_path(&path) {
                self.widths.entry((tile.level, tile.index)).or_default().push(tile.width);
            } else if path.ends_with(UNFINISHED) {
                told.doubt(format!("tiles/{path} was never finished: the next start removes it"));
            } else if depth < DEPTH_MAX && is_folder(&path) {
                self.list(&path, depth + 1, told)?;
            } else {
                told.find(Spot::file(format!("tiles/{path}")), "no tile has this name");
            }
        }
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.widths.is_empty() && self.checkpoint.is_none()
    }

    /// The size that the file `checkpoint` speaks of.
    pub(super) fn checkpoint_size(&self) -> Option<u64> {
        let note = Note::parse(self.checkpoint.as_ref()?).ok()?;
        Some(Checkpoint::parse(&note.text).ok()?.size.0)
    }

    pub(super) fn compared(&self) -> u64 {
        self.compared.load(Ordering::Relaxed)
    }

    /// Compares all widths of a tile with the pieces that the log has for it.
    fn check(&self, level: TileLevel, index: u64, pieces: &[u8], told: &mut Told) {
        let have = (pieces.len() / piece_len(level)) as u16;
        let widths = self.widths.get(&(level, index)).map_or(&[][..], |widths| widths);
        for &width in widths {
            let tile = Tile { level, index, width };
            if width > have {
                told.find(spot(tile), format!("the log has only {have} of its pieces"));
                continue;
            }
            self.compared.fetch_add(1, Ordering::Relaxed);
            let expected = &pieces[..usize::from(width) * piece_len(level)];
            match read(self.disk, &self.root.join(tile.path()), expected.len() + 1) {
                Ok(bytes) if bytes == expected => {}
                Ok(bytes) => self.differs(tile, &bytes, expected, told),
                Err(error) => told.find(spot(tile), format!("it cannot be read: {error}")),
            }
        }
        if have == Tile::WIDTH_MAX && !widths.contains(&have) {
            self.missing.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn differs(&self, tile: Tile, bytes: &[u8], expected: &[u8], told: &mut Told) {
        if self.is_behind(tile) && is_torn(bytes, expected) {
            self.torn.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let same = bytes.iter().zip(expected).take_while(|(a, b)| a == b).count();
        let (file, piece) = (spot(tile).byte(same as u64), same / piece_len(tile.level));
        let first = (tile.index * WIDTH).saturating_add(piece as u64);
        let spot = match tile.level {
            TileLevel::Entries | TileLevel::Hashes(0) => file.record(crate::LogIndex(first)),
            TileLevel::Hashes(_) => file,
        };
        told.find(spot, "it is not what the log gives");
    }

    /// Whether nobody ever said that the tile was durable.
    fn is_behind(&self, tile: Tile) -> bool {
        let end = tile.index * WIDTH + u64::from(tile.width);
        end > tile.level.row(self.durable)
    }

    /// What can be told once the log's size is known.
    pub(super) fn finish(&self, size: TreeSize, told: &mut Told) {
        let mut beyond: Vec<Tile> = Vec::new();
        for (&(level, index), widths) in &self.widths {
            if index.checked_mul(WIDTH).is_none_or(|first| first >= level.row(size)) {
                beyond.extend(widths.iter().map(|&width| Tile { level, index, width }));
            }
        }
        beyond.sort_unstable();
        for tile in beyond {
            told.find(spot(tile), format!("the log has only {} records", size.0));
        }
        let missing = self.missing.load(Ordering::Relaxed);
        if missing > 0 {
            told.doubt(format!("{missing} full tiles are not there: the next start makes them"));
        }
        let torn = self.torn.load(Ordering::Relaxed);
        if torn > 0 {
            told.doubt(format!(
                "{torn} tiles were being written when Kiln or the power went: the next start makes \
                 them again"
            ));
        }
    }

    /// Tells of partial tiles of the checkpoint that are not there.
    pub(super) fn check_partials(&self, size: TreeSize, told: &mut Told) {
        let levels = [TileLevel::Entries].into_iter();
        let levels = levels.chain((0..=TileLevel::MAX).map(TileLevel::Hashes));
        let last = |level: TileLevel| Tile::of(level, level.row(size) / WIDTH, size);
        let missing = levels.filter_map(last).filter(|tile| {
            let widths = self.widths.get(&(tile.level, tile.index));
            !widths.is_some_and(|w| w.contains(&tile.width) || w.contains(&Tile::WIDTH_MAX))
        });
        let missing = missing.count();
        if missing > 0 {
            told.doubt(format!(
                "{missing} partial tiles of tiles/checkpoint are not there: the next start makes \
                 them"
            ));
        }
    }
}

/// Tiles as they lie on disk: they were compared with the log before.
impl TileReader for Files<'_> {
    type Error = io::Error;

    fn hashes(&self, tile: Tile) -> io::Result<Vec<Hash>> {
        let widths = self.widths.get(&(tile.level, tile.index)).into_iter().flatten();
        let there = widths.copied().filter(|width| *width >= tile.width).min();
        let wide = Tile { width: there.ok_or(io::ErrorKind::NotFound)?, ..tile };
        let bytes = read(self.disk, &self.root.join(wide.path()), WIDTH as usize * HASH_LEN + 1)?;
        let mut hashes = wide.decode(&bytes).map_err(io::Error::other)?;
        hashes.truncate(usize::from(tile.width));
        Ok(hashes)
    }
}

impl Files<'_> {
    /// The root at this size, where the tiles that it takes are there.
    pub(super) fn root_at(&self, size: u64) -> Option<Hash> {
        kiln_evidence::root(self, TreeSize(size)).ok()
    }
}

/// Whether a folder of tiles has this name.
fn is_folder(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = name.strip_prefix('x').unwrap_or(name);
    name == "tile" || name == "entries" || is_number(number.strip_suffix(".p").unwrap_or(number))
}

fn spot(tile: Tile) -> Spot {
    Spot::file(format!("tiles/{}", tile.path()))
}

/// Whether a file holds nothing but what was to be written and zeros: its end is missing, or
/// sectors that never reached the disk, or not to their ends.
fn is_torn(bytes: &[u8], expected: &[u8]) -> bool {
    let mut sectors = bytes.chunks(SECTOR).zip(expected.chunks(SECTOR));
    bytes.len() <= expected.len()
        && sectors.all(|(sector, right)| {
            let same = sector.iter().zip(right).take_while(|(a, b)| a == b).count();
            sector[same..].iter().all(|byte| *byte == 0)
        })
}

/// At most so many bytes from the front of a file.
pub(super) fn read(disk: &dyn Disk, path: &Path, max: usize) -> io::Result<Vec<u8>> {
    let file: Box<dyn DiskFile> = disk.open_to_read(path)?;
    let mut bytes = vec![0; file.len()?.min(max as u64) as usize];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(bytes)
}
