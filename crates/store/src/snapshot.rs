//! What a reader holds: the log at one size, and the index files that cover it.
use crate::{LogIndex, Record, RecordId};
use kiln_index::{Buckets, Count, Page, Position, Query};

/// The log as it was at one instant. Cheap to hold; never changes.
#[derive(Debug)]
pub struct Snapshot {}

/// Why a read failed.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The bytes on disk are not what was written: stop and run `kiln fsck`.
    #[error("stored data is damaged: {0}")]
    Damaged(String),
    /// The disk did not answer.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The search took longer than it may.
    #[error("the search took longer than it may")]
    Expired,
}

impl Snapshot {
    /// How many records the log has.
    pub fn size(&self) -> LogIndex {
        todo!()
    }
    /// The root over all of them.
    pub fn root(&self) -> kiln_evidence::Hash {
        todo!()
    }
    /// One page of hits; `page.size` may be below [`Snapshot::size`], never above.
    pub fn query(
        &self,
        _page: &Page<'_>,
        _expired: &dyn Fn() -> bool,
    ) -> Result<Vec<Position>, ReadError> {
        todo!()
    }
    /// How many records below `size` match.
    pub fn count(
        &self,
        _query: &Query,
        _size: LogIndex,
        _expired: &dyn Fn() -> bool,
    ) -> Result<Count, ReadError> {
        todo!()
    }
    /// Counts per bucket.
    pub fn aggregate(
        &self,
        _query: &Query,
        _size: LogIndex,
        _buckets: &Buckets<'_>,
        _expired: &dyn Fn() -> bool,
    ) -> Result<Vec<Count>, ReadError> {
        todo!()
    }
    /// Where the record with this id stands.
    pub fn find(&self, _id: RecordId) -> Result<Option<LogIndex>, ReadError> {
        todo!()
    }
    /// Reads one record.
    pub fn read(&self, _at: LogIndex) -> Result<Record, ReadError> {
        todo!()
    }
    /// Reads several records, in the order asked; neighbours share a frame's decompression.
    pub fn read_all(&self, _at: &[LogIndex]) -> Result<Vec<Record>, ReadError> {
        todo!()
    }
}
