//! The files of the shelf, as they are written: appended to, and the oldest removed whole.
use super::{Rejected, Settings, entry::Found, piece};
use crate::disk::{Disk, DiskFile};
use std::{
    collections::VecDeque,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The shelf is in so many files, each removed whole: that much of it may go at once.
const PIECES: u64 = 16;
/// Files, however small they are.
const FILES_MAX: usize = 64;

/// All files, oldest first; the last one may be open.
pub(super) struct Pieces {
    folder: PathBuf,
    disk: Arc<dyn Disk>,
    settings: Settings,
    files: VecDeque<Piece>,
    open: Option<Box<dyn DiskFile>>,
    next: u64,
    /// Whether names have changed since the last sync.
    renamed: bool,
}

struct Piece {
    first: u64,
    len: u64,
    count: u64,
}

/// What became of a body.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Put {
    /// It is written, as this number.
    Kept(u64),
    /// It alone is larger than the shelf.
    TooLarge,
}

impl Pieces {
    /// Looks at the files that are there.
    pub(super) fn open(
        folder: &Path,
        settings: &Settings,
        disk: &Arc<dyn Disk>,
    ) -> io::Result<Self> {
        let mut all = Self {
            folder: folder.to_owned(),
            disk: Arc::clone(disk),
            settings: settings.clone(),
            files: VecDeque::new(),
            open: None,
            next: 1,
            renamed: false,
        };
        let firsts = piece::list(folder, &**disk)?;
        for first in firsts {
            let bytes = piece::contents(folder, first, &**disk)?;
            let entry = |found: &Found| matches!(found, Found::Entry(..));
            let count = piece::entries(&bytes).filter(entry).count() as u64;
            all.files.push_back(Piece { first, len: bytes.len() as u64, count });
            all.next = piece::next_number(first, &bytes).max(all.next);
            // Only a whole file is written on: nothing that is there is ever changed.
            let whole = piece::is_whole(&bytes);
            all.open = if whole { Some(disk.open(&piece::path(folder, first))?) } else { None };
        }
        Ok(all)
    }

    /// Bytes of all files.
    pub(super) fn bytes(&self) -> u64 {
        self.files.iter().map(|piece| piece.len).sum()
    }

    /// Entries in them.
    pub(super) fn count(&self) -> u64 {
        self.files.iter().map(|piece| piece.count).sum()
    }

    /// Whether the entry of this number is still there.
    pub(super) fn has(&self, number: u64) -> bool {
        self.files.front().is_some_and(|piece| piece.first <= number)
    }

    /// Writes one. `oldest` counts the entries that made room for it.
    pub(super) fn put(&mut self, rejected: &Rejected, oldest: &mut u64) -> io::Result<Put> {
        let mut entry = Vec::new();
        rejected.encode(self.next, &mut entry)?;
        if (entry.len() + piece::HEADER) as u64 > self.settings.bytes_max {
            return Ok(Put::TooLarge);
        }
        self.make_room(entry.len() as u64, oldest)?;
        let number = self.next;
        // A number is used once, whatever becomes of it.
        self.next += 1;
        let written = self.append(number, &entry);
        written.inspect_err(|_error| self.take_back())?;
        Ok(Put::Kept(number))
    }

    /// Makes all of it durable.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        if let Some(file) = &self.open {
            file.sync_data()?;
        }
        if std::mem::take(&mut self.renamed) {
            self.disk.sync_dir(&self.folder)?;
        }
        Ok(())
    }

    /// What is open is written on no more.
    pub(super) fn close(&mut self) {
        self.open = None;
    }

    fn make_room(&mut self, len: u64, oldest: &mut u64) -> io::Result<()> {
        let Settings { bytes_max, count_max, .. } = self.settings;
        let is_large = |piece: &Piece| {
            let full = piece.count >= (count_max / PIECES).max(1);
            piece.count > 0 && (full || piece.len + len > bytes_max / PIECES)
        };
        if self.files.back().is_some_and(is_large) {
            self.finish()?;
        }
        while self.bytes() + piece::HEADER as u64 + len > bytes_max
            || self.count() >= count_max.max(1)
            || self.files.len() >= FILES_MAX
        {
            let Some(piece) = self.files.front() else { break };
            self.disk.remove(&piece::path(&self.folder, piece.first))?;
            self.renamed = true;
            *oldest += piece.count;
            self.files.pop_front();
            if self.files.is_empty() {
                self.open = None;
            }
        }
        Ok(())
    }

    /// Leaves the open file as it is, durable.
    fn finish(&mut self) -> io::Result<()> {
        self.open.take().map_or(Ok(()), |file| file.sync_data())
    }

    fn append(&mut self, number: u64, entry: &[u8]) -> io::Result<()> {
        if self.open.is_none() {
            self.begin(number)?;
        }
        if let (Some(file), Some(piece)) = (&self.open, self.files.back_mut()) {
            file.write_all_at(entry, piece.len)?;
            piece.len += entry.len() as u64;
            piece.count += 1;
        }
        Ok(())
    }

    fn begin(&mut self, first: u64) -> io::Result<()> {
        self.disk.create_dir_all(&self.folder)?;
        let file = self.disk.create_new(&piece::path(&self.folder, first))?;
        self.renamed = true;
        let header = piece::header();
        if let Err(error) = file.write_all_at(&header, 0) {
            // Its room is worth more than the reason why it cannot be removed either.
            drop(self.disk.remove(&piece::path(&self.folder, first)));
            return Err(error);
        }
        self.files.push_back(Piece { first, len: header.len() as u64, count: 0 });
        self.open = Some(file);
        Ok(())
    }

    /// Half an entry is cut off again, where the disk lets it; else the file is left as it is.
    fn take_back(&mut self) {
        let (Some(file), Some(piece)) = (&self.open, self.files.back()) else { return };
        if file.set_len(piece.len).is_err() {
            self.open = None;
        }
    }
}
