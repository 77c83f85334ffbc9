//! What of the tiles is in memory: everything behind the full tiles on disk.
use super::{
    WIDTH,
    growth::{Growth, LEAF_LEN, put_entry},
};
use kiln_evidence::{Hash, Tile, TileLevel, TreeSize};
use std::{collections::VecDeque, sync::Arc};

/// Bytes of a hash in a tile.
pub(super) const HASH_LEN: usize = 32;
/// Bytes of an entry in a bundle: its length and a leaf.
pub(super) const ENTRY_LEN: usize = 2 + LEAF_LEN;
/// Rows of tiles above the leaves' hashes.
pub(super) const ROWS: usize = TileLevel::MAX as usize;

/// Bytes of one entry or hash of a tile.
pub(super) fn piece_len(level: TileLevel) -> usize {
    match level {
        TileLevel::Entries => ENTRY_LEN,
        TileLevel::Hashes(_) => HASH_LEN,
    }
}

/// Where a tile is.
pub(super) enum Held {
    /// The log is too small for it.
    Nowhere,
    Memory(Vec<u8>),
    /// The full tile is on disk.
    Disk,
}

/// Up to 256 leaves: an entry bundle and a tile of level 0, as they are written.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) entries: Vec<u8>,
    pub(super) hashes: Vec<u8>,
}

impl Part {
    fn with_room() -> Self {
        let width = WIDTH as usize;
        Self {
            entries: Vec::with_capacity(width * ENTRY_LEN),
            hashes: Vec::with_capacity(width * HASH_LEN),
        }
    }

    fn push(&mut self, leaf: &[u8; LEAF_LEN], hash: &Hash) {
        put_entry(leaf, &mut self.entries);
        self.hashes.extend_from_slice(&hash.0);
    }

    fn is_full(&self) -> bool {
        self.hashes.len() == WIDTH as usize * HASH_LEN
    }
}

/// A row above the leaves' hashes, from its first tile that is not on disk.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) first_tile: u64,
    pub(super) hashes: Vec<u8>,
}

impl Row {
    fn full_tiles(&self) -> usize {
        self.hashes.len() / (WIDTH as usize * HASH_LEN)
    }
}

#[derive(Debug)]
pub(super) struct Pending {
    size: u64,
    /// The tile that `full`, or `open` when that is empty, begins with.
    first_tile: u64,
    full: VecDeque<Arc<Part>>,
    open: Part,
    rows: [Row; ROWS],
}

impl Pending {
    /// Behind so many full tiles of leaves on disk; `rows` are those above.
    pub(super) fn behind_tiles(first_tile: u64, rows: [Row; ROWS]) -> Self {
        let size = first_tile * WIDTH;
        Self { size, first_tile, full: VecDeque::new(), open: Part::with_room(), rows }
    }

    pub(super) fn size(&self) -> TreeSize {
        TreeSize(self.size)
    }

    pub(super) fn behind(&self) -> u64 {
        self.size - self.first_tile * WIDTH
    }

    pub(super) fn add(&mut self, growth: &Growth) {
        for (leaf, hash) in growth.leaves.iter().zip(&growth.hashes) {
            self.open.push(leaf, hash);
            if self.open.is_full() {
                let full = std::mem::replace(&mut self.open, Part::with_room());
                self.full.push_back(Arc::new(full));
            }
        }
        for (level, hash) in &growth.nodes {
            self.rows[usize::from(*level) - 1].hashes.extend_from_slice(&hash.0);
        }
        self.size += growth.leaves.len() as u64;
    }

    pub(super) fn read(&self, tile: Tile) -> Held {
        let there = Tile::of(tile.level, tile.index, self.size());
        if tile.width == 0 || there.is_none_or(|there| there.width < tile.width) {
            return Held::Nowhere;
        }
        let len = usize::from(tile.width) * piece_len(tile.level);
        let held = match tile.level {
            TileLevel::Entries => self.part(tile.index).map(|part| &part.entries[..len]),
            TileLevel::Hashes(0) => self.part(tile.index).map(|part| &part.hashes[..len]),
            TileLevel::Hashes(level) => self.row(level, tile.index).map(|row| &row[..len]),
        };
        held.map_or(Held::Disk, |bytes| Held::Memory(bytes.to_vec()))
    }

    /// The full tiles of leaves that are not on disk, and the index of the first.
    pub(super) fn full_parts(&self) -> (u64, Vec<Arc<Part>>) {
        (self.first_tile, self.full.iter().map(Arc::clone).collect())
    }

    /// The full tiles above them that are not on disk.
    pub(super) fn full_rows(&self) -> Vec<(Tile, Vec<u8>)> {
        let mut tiles = Vec::new();
        for (level, row) in (1..).zip(&self.rows) {
            let chunks = row.hashes.chunks_exact(WIDTH as usize * HASH_LEN);
            tiles.extend((row.first_tile..).zip(chunks).map(|(index, hashes)| {
                let level = TileLevel::Hashes(level);
                (Tile { level, index, width: Tile::WIDTH_MAX }, hashes.to_vec())
            }));
        }
        tiles
    }

    /// The first so many full tiles of leaves are on disk now. Returns them, to be freed elsewhere.
    pub(super) fn parts_written(&mut self, parts: usize) -> VecDeque<Arc<Part>> {
        let rest = self.full.split_off(parts);
        self.first_tile += parts as u64;
        std::mem::replace(&mut self.full, rest)
    }

    /// This full tile, the first of its row, is on disk now.
    pub(super) fn row_written(&mut self, tile: Tile) {
        let TileLevel::Hashes(level @ 1..) = tile.level else { return };
        let row = &mut self.rows[usize::from(level) - 1];
        if row.first_tile == tile.index && row.full_tiles() > 0 {
            row.first_tile += 1;
            row.hashes.drain(..WIDTH as usize * HASH_LEN);
        }
    }

    fn part(&self, index: u64) -> Option<&Part> {
        let nth = index.checked_sub(self.first_tile)? as usize;
        Some(self.full.get(nth).map_or(&self.open, |full| &**full))
    }

    /// The row's bytes from this tile on.
    fn row(&self, level: u8, index: u64) -> Option<&[u8]> {
        let row = &self.rows[usize::from(level) - 1];
        let nth = index.checked_sub(row.first_tile)? as usize;
        Some(&row.hashes[nth * WIDTH as usize * HASH_LEN..])
    }
}
