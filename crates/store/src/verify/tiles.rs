//! Compares the tiles on disk with those that the log gives.
use super::tell::{Spot, Told};
use crate::{
    disk::{Disk, DiskFile},
    journal::UNFINISHED,
};
use kiln_evidence::{
    Checkpoint, Hash, MAX_NOTE, Note, ProveError, Tile, TileLevel, TileReader, TreeSize,
};
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

/// The pieces of one row as they come, and the tile that they are in.
#[derive(Debug)]
pub(super) struct Row {
    level: TileLevel,
    /// The place of the next piece in its row.
    next: u64,
    /// The pieces of the tile in hand, when they are all here from its first.
    pieces: Vec<u8>,
    is_whole: bool,
}

impl Row {
    /// A row from this piece on.
    pub(super) fn new(level: TileLevel, next: u64) -> Self {
        Self { level, next, pieces: Vec::new(), is_whole: false }
    }

    /// Goes on at this piece.
    pub(super) fn jump(&mut self, next: u64) {
        if self.next != next {
            (self.next, self.is_whole) = (next, false);
            self.pieces.clear();
        }
    }

    /// Adds a piece; gives the tile that it fills: its index and all its pieces.
    pub(super) fn push(&mut self, piece: &[u8]) -> Option<(u64, &[u8])> {
        if self.next.is_multiple_of(WIDTH) {
            self.pieces.clear();
            self.is_whole = true;
        }
        if self.is_whole {
            self.pieces.extend_from_slice(piece);
        }
        self.next += 1;
        let is_full = self.is_whole && self.next.is_multiple_of(WIDTH);
        is_full.then(|| (self.next / WIDTH - 1, &self.pieces[..]))
    }

    /// The pieces of a tile that is not full, and its index.
    pub(super) fn rest(&self) -> Option<(u64, &[u8])> {
        let is_open = self.is_whole && !self.next.is_multiple_of(WIDTH);
        is_open.then(|| (self.next / WIDTH, &self.pieces[..]))
    }
}

/// Leaves as they stand in entry bundles, and their hashes, one after the other.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    pub(super) entries: Vec<u8>,
    pub(super) hashes: Vec<u8>,
}

impl Pieces {
    fn push(&mut self, entry: &[u8], hash: &Hash) {
        self.entries.extend_from_slice(entry);
        self.hashes.extend_from_slice(&hash.0);
    }
}

/// What a segment gives of the two lowest rows: tiles that lie in it whole are compared at once.
#[derive(Debug)]
pub(super) struct Strip {
    entries: Row,
    hashes: Row,
    /// The leaves of a tile that began before.
    pub(super) head: Pieces,
}

impl Strip {
    pub(super) fn new(first: u64) -> Self {
        Self {
            entries: Row::new(TileLevel::Entries, first),
            hashes: Row::new(TileLevel::Hashes(0), first),
            head: Pieces::default(),
        }
    }

    pub(super) fn push(&mut self, leaf: &[u8; 46], hash: &Hash, files: &Files, told: &mut Told) {
        let mut entry = [0; ENTRY_LEN];
        entry[..2].copy_from_slice(&(leaf.len() as u16).to_be_bytes());
        entry[2..].copy_from_slice(leaf);
        for (row, piece) in [(&mut self.entries, &entry[..]), (&mut self.hashes, &hash.0[..])] {
            let level = row.level;
            if let Some((index, pieces)) = row.push(piece) {
                files.check(level, index, pieces, told);
            }
        }
        if !self.entries.is_whole {
            self.head.push(&entry, hash);
        }
    }

    /// What is left at its end: where it begins in the row, entries and hashes.
    pub(super) fn tail(&self) -> Option<(u64, &[u8], &[u8])> {
        let (index, entries) = self.entries.rest()?;
        Some((index * WIDTH, entries, self.hashes.rest()?.1))
    }
}

/// The rows across all segments.
#[derive(Debug)]
pub(super) struct Rows(Vec<Row>);

impl Rows {
    pub(super) fn new() -> Self {
        let levels = (0..=TileLevel::MAX).map(TileLevel::Hashes);
        Self([TileLevel::Entries].into_iter().chain(levels).map(|l| Row::new(l, 0)).collect())
    }

    /// Adds what a segment gives: its strip, and the roots of subtrees that stand above.
    pub(super) fn add(
        &mut self,
        first: u64,
        strip: &Strip,
        nodes: &[(u8, Hash)],
        files: &Files,
        told: &mut Told,
    ) {
        for row in &mut self.0 {
            row.jump(row.level.row(TreeSize(first)));
        }
        self.extend(&strip.head.entries, &strip.head.hashes, files, told);
        if let Some((from, entries, hashes)) = strip.tail() {
            self.0[..2].iter_mut().for_each(|row| row.jump(from));
            self.extend(entries, hashes, files, told);
        } else if strip.entries.next.is_multiple_of(WIDTH) {
            self.0[..2].iter_mut().for_each(|row| row.jump(strip.entries.next));
        }
        for (level, hash) in nodes {
            if let Some(row) = self.0.get_mut(usize::from(*level) + 1) {
                push(row, &hash.0, files, told);
            }
        }
    }

    fn extend(&mut self, entries: &[u8], hashes: &[u8], files: &Files, told: &mut Told) {
        entries.chunks_exact(ENTRY_LEN).for_each(|piece| push(&mut self.0[0], piece, files, told));
        hashes.chunks_exact(HASH_LEN).for_each(|piece| push(&mut self.0[1], piece, files, told));
    }

    /// Compares the tiles that are not full.
    pub(super) fn finish(&self, files: &Files, told: &mut Told) {
        for row in &self.0 {
            if let Some((index, pieces)) = row.rest() {
                files.check(row.level, index, pieces, told);
            }
        }
    }
}

fn push(row: &mut Row, piece: &[u8], files: &Files, told: &mut Told) {
    let level = row.level;
    if let Some((index, pieces)) = row.push(piece) {
        files.check(level, index, pieces, told);
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
    durable: TreeSize,
    /// Whether the last stop was clean.
    is_clean: bool,
    compared: AtomicU64,
    missing: AtomicU64,
    torn: AtomicU64,
}

impl<'a> Files<'a> {
    pub(super) fn find(
        disk: &'a dyn Disk,
        root: PathBuf,
        durable: TreeSize,
        is_clean: bool,
        told: &mut Told,
    ) -> io::Result<Self> {
        let mut files = Self {
            disk,
            root,
            widths: HashMap::new(),
            checkpoint: None,
            durable,
            is_clean,
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
        if !self.is_clean && self.is_behind(tile) && is_torn(bytes, expected) {
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
        match kiln_evidence::root(self, TreeSize(size)) {
            Ok(root) => Some(root),
            Err(ProveError::Read(_) | _) => None,
        }
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
/// sectors that never reached the disk.
pub(super) fn is_torn(bytes: &[u8], expected: &[u8]) -> bool {
    let sectors = bytes.chunks(SECTOR).zip(expected.chunks(SECTOR));
    let is_lost = |sector: &[u8]| sector.iter().all(|byte| *byte == 0);
    bytes.len() <= expected.len()
        && sectors.into_iter().all(|(bytes, right)| right.starts_with(bytes) || is_lost(bytes))
}

/// At most so many bytes from the front of a file.
pub(super) fn read(disk: &dyn Disk, path: &Path, max: usize) -> io::Result<Vec<u8>> {
    let file: Box<dyn DiskFile> = disk.open_to_read(path)?;
    let mut bytes = vec![0; file.len()?.min(max as u64) as usize];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(bytes)
}
