//! Compares tiles on disk with the log, and makes those again that differ.
use super::{
    Growth, Tiles, WIDTH, decode,
    pending::{Held, piece_len},
    root,
};
use crate::{LogIndex, ReadError, journal, record::encoding, snapshot::Snapshot};
use kiln_evidence::{Hash, Tile, TileLevel, Tree, TreeSize};
use std::io;

/// The tiles that were compared last, since neighbouring groups share them.
#[derive(Debug, Default)]
pub(crate) struct Seen(Vec<(TileLevel, u64, Vec<u8>)>);

/// One for each row.
const SEEN_MAX: usize = 4;

impl Tiles {
    /// Compares what a group adds, up to a log of size `end`, with the tiles on disk, and makes
    /// those again that differ. Returns how many.
    ///
    /// # Errors
    /// When a tile cannot be read or written, or the records for it cannot be read.
    pub(crate) fn check(
        &self,
        growth: &Growth,
        end: TreeSize,
        snapshot: &Snapshot,
        seen: &mut Seen,
    ) -> io::Result<u64> {
        let first = end.0 - growth.leaves.len() as u64;
        let mut repaired = 0;
        for index in first / WIDTH..end.0.div_ceil(WIDTH) {
            let pieces = first.max(index * WIDTH)..end.0.min((index + 1) * WIDTH);
            for level in [TileLevel::Entries, TileLevel::Hashes(0)] {
                let mut expected = Vec::with_capacity(WIDTH as usize * piece_len(level));
                for at in pieces.clone() {
                    growth.put_piece(level, (at - first) as usize, &mut expected);
                }
                let from = (pieces.start % WIDTH) as usize;
                repaired += self.check_pieces(level, index, from, &expected, snapshot, seen)?;
            }
        }
        for (nth, (level, hash)) in growth.nodes.iter().enumerate() {
            let later = growth.nodes[nth + 1..].iter().filter(|(other, _)| other == level).count();
            let at = TileLevel::Hashes(*level).row(end) - 1 - later as u64;
            let (level, from) = (TileLevel::Hashes(*level), (at % WIDTH) as usize);
            repaired += self.check_pieces(level, at / WIDTH, from, &hash.0, snapshot, seen)?;
        }
        Ok(repaired)
    }

    fn check_pieces(
        &self,
        level: TileLevel,
        index: u64,
        from: usize,
        expected: &[u8],
        snapshot: &Snapshot,
        seen: &mut Seen,
    ) -> io::Result<u64> {
        let tile = Tile { level, index, width: Tile::WIDTH_MAX };
        if !matches!(self.pending().read(tile), Held::Disk) {
            return Ok(0);
        }
        let at = from * piece_len(level);
        let is_good = |bytes: &[u8]| bytes[at..].starts_with(expected);
        if let Some((_, _, bytes)) = seen.0.iter().find(|(l, i, _)| (*l, *i) == (level, index))
            && is_good(bytes)
        {
            return Ok(0);
        }
        match self.files.read(tile) {
            Ok(bytes) if is_good(&bytes) => {
                seen.0.truncate(SEEN_MAX - 1);
                seen.0.insert(0, (level, index, bytes));
                Ok(0)
            }
            Err(error) if error.kind() != io::ErrorKind::InvalidData => Err(error),
            _ => self.repair(tile, snapshot).map(|()| 1),
        }
    }

    /// Makes a full tile again: its file is replaced as a whole.
    fn repair(&self, tile: Tile, snapshot: &Snapshot) -> io::Result<()> {
        tracing::warn!(tile = %tile.path(), "a tile is not as the log has it; making it again");
        let first = tile.index * WIDTH;
        let mut bytes = Vec::new();
        match tile.level {
            TileLevel::Hashes(level @ 1..) => {
                for index in first..first + WIDTH {
                    bytes.extend_from_slice(&self.root_of(level - 1, index)?.0);
                }
            }
            level => {
                let growth = leaves(snapshot, first)?;
                (0..WIDTH as usize).for_each(|nth| growth.put_piece(level, nth, &mut bytes));
            }
        }
        journal::write_durable(self.files.disk(), &self.files.path(tile), &bytes)
    }

    fn root_of(&self, level: u8, index: u64) -> io::Result<Hash> {
        let tile = Tile { level: TileLevel::Hashes(level), index, width: Tile::WIDTH_MAX };
        Ok(root(&decode(tile, &self.files.read(tile)?)?))
    }
}

/// What the 256 records from this one on add.
fn leaves(snapshot: &Snapshot, first: u64) -> io::Result<Growth> {
    let (mut growth, mut tree) = (Growth::default(), Tree::default());
    for at in first..first + WIDTH {
        let (record, salt, envelope) = snapshot.evidence_of(LogIndex(at)).map_err(io_error)?;
        let (kind, id) = (record.envelope.kind as u8, record.envelope.id);
        let leaf = encoding::leaf(kind, id, &salt, &envelope, &record.body);
        growth.push(leaf.to_bytes(), &mut tree);
    }
    Ok(growth)
}

fn io_error(error: ReadError) -> io::Error {
    match error {
        ReadError::Io(error) => error,
        error => io::Error::other(error),
    }
}
