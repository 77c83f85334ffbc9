//! One immutable index file: a contiguous range of the log.
mod header;
mod view;

use crate::{LogIndex, Millis};
pub use header::DOCUMENTS_MAX;
pub(crate) use header::{BLOCK_BYTES, HEADER_BYTES, Header, SECTIONS, Section, TableShape};
use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};
pub(crate) use view::View;

/// Why an index file cannot be used. It is derived: rebuild it from the log.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An index file of an older build.
    #[error("index file has format version 1, which this build does not read")]
    Old,
    /// Not an index file, of an unknown version, or damaged.
    #[error("index file is damaged: {0}")]
    Damaged(&'static str),
    /// The search took longer than it may, or looked at more values than it may.
    #[error("the search took longer than it may")]
    Expired,
}

/// An index file over bytes in memory or mapped from disk. Blocks are checked at first touch.
pub struct File<B> {
    bytes: B,
    header: Header,
    /// Its bytes.
    body: usize,
    checked: Box<[AtomicU64]>,
}

impl<B: AsRef<[u8]>> File<B> {
    /// Reads the header and directory.
    pub fn open(bytes: B) -> Result<Self, Error> {
        let (header, body) = Header::decode(bytes.as_ref())?;
        let blocks = body.div_ceil(BLOCK_BYTES);
        let checked = (0..blocks.div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        Ok(Self { bytes, header, body, checked })
    }

    /// Position of the first document.
    pub fn first(&self) -> LogIndex {
        self.header.first
    }

    /// Position after the last document.
    pub fn end(&self) -> LogIndex {
        self.header.end()
    }

    /// How many documents there are.
    pub fn len(&self) -> u64 {
        u64::from(self.header.count)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.header.count == 0
    }

    /// The smallest and the largest `recorded`; `None` when there are no documents.
    pub fn recorded_range(&self) -> Option<(Millis, Millis)> {
        let [min, max] = self.header.runs.recorded();
        (!self.is_empty()).then_some((min, max))
    }

    /// The smallest and the largest `received`; `None` when there are no documents.
    pub fn received_range(&self) -> Option<(Millis, Millis)> {
        let [min, max] = self.header.received;
        (!self.is_empty()).then_some((min, max))
    }

    /// Which extractor made the terms.
    pub fn extract_version(&self) -> u32 {
        self.header.extract_version
    }

    /// Size in bytes.
    pub fn size_bytes(&self) -> u64 {
        self.bytes.as_ref().len() as u64
    }

    /// When the record was received.
    pub fn received(&self, at: LogIndex) -> Result<Millis, Error> {
        self.view().column(Section::Received).get(self.offset(at)?).map(Millis)
    }

    /// The first position in this file that was received at `instant` or later (or `end`).
    pub fn received_from(&self, instant: Millis) -> Result<LogIndex, Error> {
        let offset = self.view().received_from(instant)?;
        Ok(LogIndex(self.header.first.0 + u64::from(offset)))
    }

    /// Where the store keeps the record. Documents next to each other may share a location.
    pub fn location(&self, at: LogIndex) -> Result<u64, Error> {
        Ok(self.view().column(Section::Location).get(self.offset(at)?)? as u64)
    }

    /// How many blocks of 64 KiB were touched since it was opened.
    pub fn blocks_touched(&self) -> u64 {
        let touched = |word: &AtomicU64| u64::from(word.load(Ordering::Relaxed).count_ones());
        self.checked.iter().map(touched).sum()
    }

    /// Checks every block: what `kiln fsck` calls.
    pub fn check(&self) -> Result<(), Error> {
        self.view().check()
    }

    pub(crate) fn view(&self) -> View<'_> {
        let behind = &self.bytes.as_ref()[HEADER_BYTES..];
        let (body, checksums) = behind.split_at(self.body);
        View { header: &self.header, checksums, body, checked: &self.checked }
    }

    fn offset(&self, at: LogIndex) -> Result<usize, Error> {
        let offset = at.0.checked_sub(self.header.first.0);
        offset
            .filter(|offset| *offset < u64::from(self.header.count))
            .map(|offset| offset as usize)
            .ok_or(Error::Damaged("the position is not one of this file's"))
    }
}

impl View<'_> {
    /// The offset of the first document received at `instant` or later.
    pub(crate) fn received_from(self, instant: Millis) -> Result<u32, Error> {
        let [min, max] = self.header().received;
        if self.count() == 0 || instant <= min {
            return Ok(0);
        }
        if instant > max {
            return Ok(self.count());
        }
        let offset = self.column(Section::Received).partition(|received| received < instant.0)?;
        Ok(offset as u32)
    }
}

impl<B> fmt::Debug for File<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, end) = (self.header.first, self.header.end());
        f.debug_struct("File").field("first", &first).field("end", &end).finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod tests;
