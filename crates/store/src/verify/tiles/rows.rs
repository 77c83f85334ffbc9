//! The rows of the tree as the log gives them, tile by tile.
use super::{ENTRY_LEN, Files, HASH_LEN, WIDTH};
use crate::verify::tell::Told;
use kiln_evidence::{Hash, TileLevel, TreeSize};

/// The pieces of one row as they come, and the tile that they are in.
#[derive(Debug)]
struct Row {
    level: TileLevel,
    /// The place of the next piece in its row.
    next: u64,
    /// The pieces of the tile in hand, when they are all here from its first.
    pieces: Vec<u8>,
    is_whole: bool,
}

impl Row {
    /// A row from this piece on.
    pub(in crate::verify) fn new(level: TileLevel, next: u64) -> Self {
        Self { level, next, pieces: Vec::new(), is_whole: false }
    }

    /// Goes on at this piece.
    pub(in crate::verify) fn jump(&mut self, next: u64) {
        if self.next != next {
            (self.next, self.is_whole) = (next, false);
            self.pieces.clear();
        }
    }

    /// Adds a piece; gives the tile that it fills: its index and all its pieces.
    pub(in crate::verify) fn push(&mut self, piece: &[u8]) -> Option<(u64, &[u8])> {
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
    pub(in crate::verify) fn rest(&self) -> Option<(u64, &[u8])> {
        let is_open = self.is_whole && !self.next.is_multiple_of(WIDTH);
        is_open.then(|| (self.next / WIDTH, &self.pieces[..]))
    }
}

/// Leaves as they stand in entry bundles, and their hashes, one after the other.
#[derive(Debug, Default)]
struct Pieces {
    entries: Vec<u8>,
    hashes: Vec<u8>,
}

impl Pieces {
    fn push(&mut self, entry: &[u8], hash: &Hash) {
        self.entries.extend_from_slice(entry);
        self.hashes.extend_from_slice(&hash.0);
    }
}

/// What a segment gives of the two lowest rows: tiles that lie in it whole are compared at once.
#[derive(Debug)]
pub(in crate::verify) struct Strip {
    entries: Row,
    hashes: Row,
    /// The leaves of a tile that began before.
    head: Pieces,
}

impl Strip {
    pub(in crate::verify) fn new(first: u64) -> Self {
        Self {
            entries: Row::new(TileLevel::Entries, first),
            hashes: Row::new(TileLevel::Hashes(0), first),
            head: Pieces::default(),
        }
    }

    pub(in crate::verify) fn push(
        &mut self,
        leaf: &[u8; 46],
        hash: &Hash,
        files: &Files,
        told: &mut Told,
    ) {
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
    pub(in crate::verify) fn tail(&self) -> Option<(u64, &[u8], &[u8])> {
        let (index, entries) = self.entries.rest()?;
        Some((index * WIDTH, entries, self.hashes.rest()?.1))
    }
}

/// The rows across all segments.
#[derive(Debug)]
pub(in crate::verify) struct Rows(Vec<Row>);

impl Rows {
    pub(in crate::verify) fn new() -> Self {
        let levels = (0..=TileLevel::MAX).map(TileLevel::Hashes);
        Self([TileLevel::Entries].into_iter().chain(levels).map(|l| Row::new(l, 0)).collect())
    }

    /// Adds what a segment gives: its strip, and the roots of subtrees that stand above.
    pub(in crate::verify) fn add(
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
    pub(in crate::verify) fn finish(&self, files: &Files, told: &mut Told) {
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
