//! One immutable index file: a contiguous range of the log.
use crate::{LogIndex, Millis};

/// Keys the term hashes of one store, so that no sender can forge a collision.
#[derive(Clone)]
pub struct HashKey(pub [u8; 16]);

/// Why an index file cannot be used. It is derived: rebuild it from the log.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not an index file of this version, or damaged.
    #[error("index file is damaged: {0}")]
    Damaged(&'static str),
    /// The search took longer than it may.
    #[error("the search took longer than it may")]
    Expired,
}

/// An index file over bytes in memory or mapped from disk. Blocks are checked at first touch.
#[derive(Debug)]
pub struct File<B> {
    _bytes: B,
}

impl<B: AsRef<[u8]>> File<B> {
    /// Reads the header and directory.
    pub fn open(_bytes: B) -> Result<Self, Error> {
        todo!()
    }
    /// Position of the first document.
    pub fn first(&self) -> LogIndex {
        todo!()
    }
    /// Position after the last document.
    pub fn end(&self) -> LogIndex {
        todo!()
    }
    /// Which extractor made the terms.
    pub fn extract_version(&self) -> u32 {
        todo!()
    }
    /// Size in bytes.
    pub fn size_bytes(&self) -> u64 {
        todo!()
    }
    /// When the record was received.
    pub fn received(&self, _at: LogIndex) -> Result<Millis, Error> {
        todo!()
    }
    /// The first position in this file that was received at `instant` or later (or `end`).
    pub fn received_from(&self, _instant: Millis) -> Result<LogIndex, Error> {
        todo!()
    }
    /// Where the store keeps the record. Documents next to each other may share a location.
    pub fn location(&self, _at: LogIndex) -> Result<u64, Error> {
        todo!()
    }
    /// Checks every block: what `kiln fsck` calls.
    pub fn check(&self) -> Result<(), Error> {
        todo!()
    }
}
