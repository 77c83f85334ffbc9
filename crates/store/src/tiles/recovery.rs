//! Finds the tiles of a log again: those below the watermark, and from the log what lies behind it.
use super::{
    Growth, Tiles, WIDTH, decode,
    files::{Files, levels},
    growth::LEAF_LEN,
    mark,
    pending::{Pending, ROWS, Row},
    root,
    writer::Writer,
};
use crate::{
    Components, OpenError, Settings,
    frame::Codec,
    journal::is_full,
    read,
    scan::{Groups, ScanError},
    segment::{self, Segment},
    shared::Folder,
    snapshot::Snapshot,
};
use kiln_evidence::{ProveError, Tile, TileLevel, Tree, TreeSize, parse_entry_bundle};
use std::{io, sync::Arc};

/// Why the tiles below the watermark are of no use.
enum Unusable {
    /// They are missing, damaged, or those of another log.
    Derived(String),
    /// What they are made from cannot be read.
    Log(OpenError),
}

impl From<io::Error> for Unusable {
    /// What could be read and is wrong is damage; what could not be read is the disk's.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData => Self::Derived(error.to_string()),
            _ => Self::Log(error.into()),
        }
    }
}

/// The tiles of the log in the snapshot: all of them are on disk or in memory when this returns,
/// and their root is the log's.
///
/// # Errors
/// When the log cannot be read where tiles are to be made from it, or the disk fails.
pub(crate) fn recover(
    folder: &Folder,
    components: &Components,
    settings: &Settings,
    snapshot: &Snapshot,
) -> Result<Tiles, OpenError> {
    let found = Found { folder, components, settings, snapshot };
    components.disk.create_dir_all(&folder.tiles())?;
    components.disk.sync_dir(folder.root())?;
    let mark = mark::read(&*components.disk, &folder.tiled())?;
    if let Some(mark) = mark {
        match found.resume(mark) {
            Ok(tiles) => return Ok(tiles),
            Err(Unusable::Log(error)) => return Err(error),
            Err(Unusable::Derived(told)) => {
                tracing::warn!(%told, "the tiles are not the log's; all are made again");
            }
        }
    }
    found.rebuild()
}

#[derive(Copy, Clone)]
struct Found<'a> {
    folder: &'a Folder,
    components: &'a Components,
    settings: &'a Settings,
    snapshot: &'a Snapshot,
}

impl Found<'_> {
    fn size(&self) -> TreeSize {
        TreeSize(self.snapshot.size.0)
    }

    /// Goes on from the watermark.
    fn resume(&self, mark: TreeSize) -> Result<Tiles, Unusable> {
        if mark > self.size() {
            return Err(Unusable::Derived("they are those of a longer log".to_owned()));
        }
        let files = Files::new(Arc::clone(&self.components.disk), self.folder.tiles());
        let pending = pending(&files, mark)?;
        let writer = Writer::behind(mark, self.partials(&files, mark)?, self.snapshot.open.first);
        let tiles = Tiles::new(self.folder, &self.components.disk, pending, writer);
        let start = edge(&tiles)?;
        add_partial(&tiles, start, mark)?;
        self.grow(tiles)
    }

    /// Makes all of them. The watermark goes first: what it says is no longer so.
    fn rebuild(&self) -> Result<Tiles, OpenError> {
        if self.snapshot.size.0 >= WIDTH {
            tracing::info!(records = self.snapshot.size.0, "making the tiles from the log");
        }
        mark::remove(&*self.components.disk, &self.folder.tiled())?;
        let pending = Pending::behind_tiles(0, Default::default());
        let tiles = Tiles::new(self.folder, &self.components.disk, pending, Writer::default());
        tiles.files.clear()?;
        self.grow(tiles).map_err(|unusable| match unusable {
            Unusable::Log(error) => error,
            Unusable::Derived(told) => OpenError::Damaged(told),
        })
    }

    /// Partial tiles that a process before has left behind the watermark.
    fn partials(&self, files: &Files, tiled: TreeSize) -> io::Result<Vec<Tile>> {
        let mut partials = Vec::new();
        for level in levels() {
            for index in level.row(tiled) / WIDTH..=level.row(self.size()) / WIDTH {
                partials.extend(files.partials_of(level, index)?);
            }
        }
        Ok(partials)
    }

    /// Adds from the log what the tiles do not have, and compares the roots.
    fn grow(&self, tiles: Tiles) -> Result<Tiles, Unusable> {
        let start = tiles.pending().size();
        let mut tree = edge(&tiles)?;
        let open = &self.snapshot.open;
        let sealed = &*self.snapshot.sealed;
        let ends = sealed.iter().skip(1).chain([open]).map(|next| next.first.0);
        let segments = sealed.iter().zip(ends).chain([(open, self.snapshot.size.0)]);
        for (segment, _) in segments.filter(|(_, end)| *end > start.0) {
            self.add(&tiles, segment, &mut tree)?;
        }
        if tree.root() == self.snapshot.root {
            return Ok(tiles);
        }
        Err(Unusable::Derived("the tiles lead to another root than the log".to_owned()))
    }

    /// Adds the segment's records that the tiles do not have.
    fn add(&self, tiles: &Tiles, segment: &Segment, tree: &mut Tree) -> Result<(), Unusable> {
        let mut groups = Groups::new(segment).map_err(|error| told(segment, 0, error))?;
        let mut growth = Growth::default();
        loop {
            let at = groups.position();
            let told = |error| told(segment, at, error);
            let Some(header) = groups.next_header().map_err(told)? else { return Ok(()) };
            if header.end().0 <= tree.size().0 {
                continue;
            }
            growth.clear();
            let (_, group) = groups.open().map_err(told)?;
            let grown = collect(&group, &self.snapshot.codec, tree, &mut growth);
            grown.map_err(|malformed| told(malformed.into()))?;
            tiles.add(&growth);
            self.write(tiles)?;
        }
    }

    /// Writes what is full, now and then. A disk without room does not keep a log from being read.
    fn write(&self, tiles: &Tiles) -> io::Result<()> {
        if !tiles.is_in_hurry() {
            return Ok(());
        }
        match tiles.write_full() {
            Err(error) if is_full(&error) && !tiles.is_overfull(self.settings) => Ok(()),
            written => written.map(drop),
        }
    }
}

/// The right edge of what the tiles have.
fn edge(tiles: &Tiles) -> Result<Tree, Unusable> {
    let size = tiles.pending().size();
    kiln_evidence::edge(tiles, size).map_err(|error| match error {
        ProveError::Read(error) => error.into(),
        error => Unusable::Derived(error.to_string()),
    })
}

/// Adds the leaves of the last tile, where a clean stop has left it: a record among them that is
/// damaged now keeps no log from being opened. Else they are made from the log, like all behind.
fn add_partial(tiles: &Tiles, mut tree: Tree, mark: TreeSize) -> Result<(), Unusable> {
    let last = Tile::of(TileLevel::Entries, mark.0 / WIDTH, mark);
    let Some(tile) = last.filter(|tile| !tile.is_full()) else { return Ok(()) };
    let Some(bytes) = tiles.files.read_partial_entries(tile)? else { return Ok(()) };
    let entries = parse_entry_bundle(&bytes).unwrap_or_default();
    let leaves: Option<Vec<[u8; LEAF_LEN]>> =
        entries.into_iter().map(|entry| entry.try_into().ok()).collect();
    let mut growth = Growth::default();
    for leaf in leaves.unwrap_or_default() {
        growth.push(leaf, &mut tree);
    }
    tiles.add(&growth);
    Ok(())
}

/// Collects the records of the group that the tree does not have.
fn collect(
    group: &crate::group::Group<'_>,
    codec: &Codec,
    tree: &mut Tree,
    growth: &mut Growth,
) -> Result<(), crate::wire::Malformed> {
    let mut scratch = Vec::new();
    for frame in group.frames()? {
        let opened = read::Frame::open(&frame.header, frame.stored(), codec)?;
        let (heads, bodies) = opened.records();
        for (at, head) in (frame.header.first.0..).zip(heads) {
            if at == tree.size().0 {
                growth.push(head.leaf(bodies, &mut scratch).to_bytes(), tree);
            }
        }
    }
    Ok(())
}

/// What is in memory behind the full tiles of a log of this size: only full tiles are read, since
/// partial ones come and go.
fn pending(files: &Files, size: TreeSize) -> io::Result<Pending> {
    let mut rows: [Row; ROWS] = Default::default();
    for (level, row) in (0_u8..).zip(&mut rows) {
        let above = TileLevel::Hashes(level + 1).row(size);
        row.first_tile = above / WIDTH;
        for index in row.first_tile * WIDTH..above {
            let tile = Tile { level: TileLevel::Hashes(level), index, width: Tile::WIDTH_MAX };
            row.hashes.extend_from_slice(&root(&decode(tile, &files.read(tile)?)?).0);
        }
    }
    Ok(Pending::behind_tiles(size.0 / WIDTH, rows))
}

fn told(segment: &Segment, at: u64, error: ScanError) -> Unusable {
    Unusable::Log(match error {
        ScanError::Io(error) => error.into(),
        ScanError::Invalid(m) => {
            let name = segment::log_name(segment.first);
            OpenError::Damaged(format!("{name} at byte {at}: expected {}", m.0))
        }
    })
}
