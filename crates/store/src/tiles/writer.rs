//! Puts tiles on disk, behind the log.
use super::{Tiles, files::partials, mark, signal::LINGER};
use crate::{LogIndex, Millis, Settings, shared::Shared, side, snapshot::Snapshot};
use kiln_evidence::{Tile, TileLevel, TreeSize};
use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{MutexGuard, PoisonError},
};

/// The writer does not linger when so many full tiles of leaves wait.
const HURRY_RECORDS: u64 = 64 * super::WIDTH;
/// The log takes no more once so many times `spill_records` wait for the writer: 80 bytes each.
const SPILLS_BEHIND_MAX: u64 = 16;

/// Follows the log until it is told to stop.
pub(crate) fn run(shared: &Shared, tiles: &Tiles) {
    let mut followed = None;
    while let Some(hurry) = tiles.signal.wait() {
        // What the writer makes is derived: it may always begin again.
        let work = AssertUnwindSafe(|| work(shared, tiles, hurry, &mut followed));
        let worked = catch_unwind(work).unwrap_or_else(|_| Err(io::Error::other("a panic")));
        tiles.signal.worked(worked.is_ok());
        if let Err(error) = worked {
            tracing::warn!(%error, "tiles could not be written; trying again");
            tiles.signal.grown(false);
            tiles.signal.pause();
        }
    }
}

/// In a hurry full tiles come first; the rest twice a second.
fn work(
    shared: &Shared,
    tiles: &Tiles,
    hurry: bool,
    followed: &mut Option<Millis>,
) -> io::Result<()> {
    let now = shared.components.clock.now();
    let is_due = |before: Millis| u128::from(before.0.abs_diff(now.0)) >= LINGER.as_millis();
    if !hurry || followed.is_none_or(is_due) {
        follow(shared, tiles)?;
        *followed = Some(now);
    } else {
        tiles.write_full()?;
        tiles.signal.grown(false);
    }
    Ok(())
}

/// Brings the folder and the side file to the newest checkpoint; false when they were there.
pub(crate) fn follow(shared: &Shared, tiles: &Tiles) -> io::Result<bool> {
    let Some(newest) = Newest::of(&shared.snapshot()) else { return Ok(false) };
    let stepped = tiles.step(&newest)?;
    Ok(side::write(shared)? || stepped)
}

/// What the folder is to show.
#[derive(Clone, Debug)]
pub(crate) struct Newest {
    pub(crate) size: TreeSize,
    /// The checkpoint of this size.
    pub(crate) note: Vec<u8>,
    /// Where the open segment begins.
    pub(crate) sealed: LogIndex,
}

impl Newest {
    /// `None` for an unsigned log.
    pub(crate) fn of(snapshot: &Snapshot) -> Option<Self> {
        let signed = snapshot.checkpoint()?;
        let (size, note) = (signed.checkpoint.size, signed.note.to_string().into_bytes());
        Some(Self { size, note, sealed: snapshot.open.first })
    }
}

/// How far the folder is.
#[derive(Debug, Default)]
pub(super) struct Writer {
    /// The size of the checkpoint in the folder, when this process has written it.
    published: Option<TreeSize>,
    /// Partial tiles in the folder.
    partials: Vec<Tile>,
    /// What the watermark says.
    tiled: TreeSize,
    /// Where the open segment began when it was written.
    sealed: LogIndex,
    /// Whether a sync has failed: nobody knows which of the tiles it lost, so this process writes
    /// no watermark any more, and the next one makes again what lies behind the last.
    lossy: bool,
}

impl Writer {
    /// Goes on behind a watermark. What of the partial tiles the newest checkpoint does not need
    /// goes when that is written.
    pub(super) fn behind(tiled: TreeSize, partials: Vec<Tile>, sealed: LogIndex) -> Self {
        let sealed = if sealed.0 <= tiled.0 { sealed } else { LogIndex(0) };
        Self { partials, tiled, sealed, ..Self::default() }
    }
}

impl Tiles {
    /// Brings the folder to the newest checkpoint; false when it was there. After an error all of
    /// it is done again.
    pub(crate) fn step(&self, newest: &Newest) -> io::Result<bool> {
        let mut writer = self.writer();
        let written = self.write_full()?;
        if writer.published == Some(newest.size) {
            return Ok(written);
        }
        self.publish(&mut writer, newest)?;
        if newest.sealed > writer.sealed {
            self.keep(&mut writer, newest)?;
        }
        Ok(true)
    }

    /// Brings the folder to where the log ends, durably: for a clean stop.
    pub(crate) fn finish(&self, snapshot: &Snapshot) -> io::Result<()> {
        let Some(newest) = &Newest::of(snapshot) else { return Ok(()) };
        self.step(newest)?;
        let mut writer = self.writer();
        if writer.tiled == newest.size { Ok(()) } else { self.keep(&mut writer, newest) }
    }

    /// Whether so much waits for the writer that it should not linger.
    pub(crate) fn is_in_hurry(&self) -> bool {
        self.behind() >= HURRY_RECORDS
    }

    /// Whether so much waits for the writer that the log must wait: it cannot write, or cannot keep
    /// up.
    pub(crate) fn is_overfull(&self, settings: &Settings) -> bool {
        let spill = settings.spill_records.max(settings.group_records_max as u64);
        self.behind() > SPILLS_BEHIND_MAX * spill
    }

    /// Writes full tiles; false when there were none. Each leaves memory as soon as it is written.
    pub(super) fn write_full(&self) -> io::Result<bool> {
        let (first, parts) = self.pending().full_parts();
        let any = !parts.is_empty();
        for (index, part) in (first..).zip(parts) {
            let tile = |level| Tile { level, index, width: Tile::WIDTH_MAX };
            self.files.create(tile(TileLevel::Entries), &part.entries)?;
            self.files.create(tile(TileLevel::Hashes(0)), &part.hashes)?;
            let written = self.pending().parts_written(1);
            drop(written);
        }
        let rows = self.pending().full_rows();
        for (tile, hashes) in &rows {
            self.files.create(*tile, hashes)?;
            self.pending().row_written(*tile);
        }
        Ok(any)
    }

    /// Partial tiles, the checkpoint, and then nothing of the one before.
    fn publish(&self, writer: &mut Writer, newest: &Newest) -> io::Result<()> {
        let partials: Vec<Tile> = partials(newest.size).collect();
        for tile in &partials {
            let bytes = self.read(*tile)?.ok_or(io::ErrorKind::InvalidInput)?;
            // Noted first: what follows may fail, and the log may grow before it is done again.
            if !writer.partials.contains(tile) {
                writer.partials.push(*tile);
            }
            self.files.create(*tile, &bytes)?;
        }
        self.files.put_checkpoint(&newest.note)?;
        self.files.remove_partials(&writer.partials, &partials)?;
        writer.partials = partials;
        writer.published = Some(newest.size);
        Ok(())
    }

    /// Makes what was published durable, and says so.
    fn keep(&self, writer: &mut Writer, newest: &Newest) -> io::Result<()> {
        if writer.lossy {
            return Ok(());
        }
        if let Err(error) = self.files.sync() {
            writer.lossy = true;
            return Err(error);
        }
        mark::write(self.files.disk(), &self.mark, newest.size)?;
        (writer.tiled, writer.sealed) = (newest.size, newest.sealed);
        Ok(())
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        // Whatever was not finished is done again.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
