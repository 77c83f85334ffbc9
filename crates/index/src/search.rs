//! Runs a query over the index files of a snapshot.
use crate::{Error, File, HashKey, LogIndex, Millis, Query, Term};
use std::{borrow::Borrow, ops::Range};

/// In which order a page comes.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// By (`recorded`, log index), newest first.
    RecordedNewest,
    /// By (`recorded`, log index), oldest first.
    RecordedOldest,
    /// By log index, newest first.
    LogNewest,
    /// By log index, oldest first.
    LogOldest,
}

/// A hit, and where a page ended.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// When the sender says it was recorded.
    pub recorded: Millis,
    /// Its position in the log.
    pub log_index: LogIndex,
}

/// What one page is asked for.
#[derive(Debug)]
pub struct Page<'a> {
    /// Which records.
    pub query: &'a Query,
    /// In which order.
    pub order: Order,
    /// The last hit of the page before, if there was one.
    pub after: Option<Position>,
    /// The log as it was: only records below this position count.
    pub size: LogIndex,
    /// How many hits at most.
    pub limit: usize,
}

/// What [`aggregate`] counts by.
#[derive(Debug)]
pub enum Buckets<'a> {
    /// How many matching records have each of these terms.
    Terms(&'a [Term]),
    /// How many matching records were recorded in each of these ranges, ascending and disjoint.
    Recorded(&'a [Range<Millis>]),
}

/// A number of records.
pub type Count = u64;

/// One page of hits. `files` cover the log from 0 in order; `expired` is asked between blocks of work.
pub fn page<B: AsRef<[u8]>, F: Borrow<File<B>>>(
    _files: &[F],
    _key: &HashKey,
    _page: &Page<'_>,
    _expired: &dyn Fn() -> bool,
) -> Result<Vec<Position>, Error> {
    todo!()
}

/// How many records below `size` match.
pub fn count<B: AsRef<[u8]>, F: Borrow<File<B>>>(
    _files: &[F],
    _key: &HashKey,
    _query: &Query,
    _size: LogIndex,
    _expired: &dyn Fn() -> bool,
) -> Result<Count, Error> {
    todo!()
}

/// Counts matching records below `size` per bucket, in the order of the buckets.
pub fn aggregate<B: AsRef<[u8]>, F: Borrow<File<B>>>(
    _files: &[F],
    _key: &HashKey,
    _query: &Query,
    _size: LogIndex,
    _buckets: &Buckets<'_>,
    _expired: &dyn Fn() -> bool,
) -> Result<Vec<Count>, Error> {
    todo!()
}
