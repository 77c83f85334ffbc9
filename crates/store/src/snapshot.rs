//! What a reader holds: the log at one size, and the index files that cover it.
use crate::{
    LogIndex, Millis, Record, RecordId, RecordKind, SignedCheckpoint,
    frame::Codec,
    hidden, ids, pool,
    read::{self, Frame},
    segment::Segment,
};
use kiln_evidence::{Hash, Salt};
use kiln_index::{Buckets, Count, File, HashKey, Order, Page, Position, Query, Term};
use std::{borrow::Borrow, collections::VecDeque, fmt, sync::Arc};

/// Frames that [`Snapshot::read_all`] keeps while it runs: hits that are neighbours in the log may
/// be a few places apart in the order asked for.
const FRAMES_KEPT: usize = 8;

/// The log as it was at one instant. Cheap to hold; never changes.
#[derive(Clone)]
pub struct Snapshot {
    pub(crate) size: LogIndex,
    pub(crate) root: Hash,
    /// They cover the log from 0 to `size`, in order.
    pub(crate) files: Vec<Indexed>,
    /// The segments before the open one.
    pub(crate) sealed: Arc<Vec<Segment>>,
    pub(crate) open: Segment,
    pub(crate) codec: Arc<Codec>,
    pub(crate) key: HashKey,
    pub(crate) checkpoint: Option<Arc<SignedCheckpoint>>,
}

/// One index file of a snapshot.
#[derive(Clone, Debug)]
pub(crate) struct Indexed {
    pub(crate) file: Arc<File<crate::disk::Region>>,
    pub(crate) place: Place,
}

/// Where an index file is kept.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In memory only.
    Memory,
    /// In `index/`: a stretch of a segment.
    Spilled,
    /// Beside its segment, all of which it covers.
    Sealed,
    /// In `index/`: several sealed segments, all of each.
    Merged,
}

impl Indexed {
    /// Whether it covers whole segments, which take no more records.
    pub(crate) fn is_sealed(&self) -> bool {
        matches!(self.place, Place::Sealed | Place::Merged)
    }

    pub(crate) fn records(&self) -> u64 {
        self.file.end().0 - self.file.first().0
    }
}

impl Borrow<File<crate::disk::Region>> for Indexed {
    fn borrow(&self) -> &File<crate::disk::Region> {
        &self.file
    }
}

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

impl From<kiln_index::Error> for ReadError {
    fn from(error: kiln_index::Error) -> Self {
        match error {
            kiln_index::Error::Expired => Self::Expired,
            damaged => Self::Damaged(damaged.to_string()),
        }
    }
}

impl Snapshot {
    /// How many records the log has.
    pub fn size(&self) -> LogIndex {
        self.size
    }

    /// The root over all of them.
    pub fn root(&self) -> Hash {
        self.root
    }

    /// The signed checkpoint of exactly this size; `None` when the log is not signed.
    pub fn checkpoint(&self) -> Option<&Arc<SignedCheckpoint>> {
        self.checkpoint.as_ref()
    }

    /// One page of hits; `page.size` may be below [`Snapshot::size`], never above. Here, as in
    /// counts, nothing [hidden](RecordKind::is_hidden) is in an answer.
    pub fn query(
        &self,
        page: &Page<'_>,
        expired: &dyn Fn() -> bool,
    ) -> Result<Vec<Position>, ReadError> {
        self.query_without(Some(&hidden::term()), page, expired)
    }

    /// The same of the records of one [hidden](RecordKind::is_hidden) kind alone, by the terms that
    /// they were stored with; of audit events there is nothing here.
    pub fn query_hidden(
        &self,
        kind: RecordKind,
        page: &Page<'_>,
        expired: &dyn Fn() -> bool,
    ) -> Result<Vec<Position>, ReadError> {
        let query = Query::And(vec![hidden::of(kind), page.query.clone()]);
        self.query_without(None, &Page { query: &query, ..*page }, expired)
    }

    /// How many of them match below `size`.
    pub fn count_hidden(
        &self,
        kind: RecordKind,
        query: &Query,
        size: LogIndex,
        expired: &dyn Fn() -> bool,
    ) -> Result<Count, ReadError> {
        let query = Query::And(vec![hidden::of(kind), query.clone()]);
        Ok(kiln_index::count(&self.files, &self.key, None, &query, size, expired)?)
    }

    /// One page of hits, without those that have this term.
    pub(crate) fn query_without(
        &self,
        hidden: Option<&Term>,
        page: &Page<'_>,
        expired: &dyn Fn() -> bool,
    ) -> Result<Vec<Position>, ReadError> {
        Ok(kiln_index::page(&self.files, &self.key, hidden, page, expired)?)
    }

    /// How many records below `size` match.
    pub fn count(
        &self,
        query: &Query,
        size: LogIndex,
        expired: &dyn Fn() -> bool,
    ) -> Result<Count, ReadError> {
        Ok(kiln_index::count(&self.files, &self.key, Some(&hidden::term()), query, size, expired)?)
    }

    /// Counts per bucket.
    pub fn aggregate(
        &self,
        query: &Query,
        size: LogIndex,
        buckets: &Buckets<'_>,
        expired: &dyn Fn() -> bool,
    ) -> Result<Vec<Count>, ReadError> {
        let hidden = hidden::term();
        Ok(kiln_index::aggregate(
            &self.files,
            &self.key,
            Some(&hidden),
            query,
            size,
            buckets,
            expired,
        )?)
    }

    /// Where Kiln's statements of its own log stand, oldest first.
    pub fn statements(&self) -> Result<Vec<LogIndex>, ReadError> {
        let query = hidden::of(RecordKind::Statement);
        let (order, limit) = (Order::LogOldest, usize::MAX);
        let page = Page { query: &query, order, after: None, size: self.size, limit };
        let hits = kiln_index::page(&self.files, &self.key, None, &page, &|| false)?;
        Ok(hits.into_iter().map(|hit| hit.log_index).collect())
    }

    /// The first record that this sender stored with this idempotency key, however long ago.
    pub fn keyed(&self, principal: &str, key: &str) -> Result<Option<Record>, ReadError> {
        let query = Query::Term(pool::key_term(principal, key));
        let page =
            Page { query: &query, order: Order::LogOldest, after: None, size: self.size, limit: 1 };
        let hits = kiln_index::page(&self.files, &self.key, None, &page, &|| false)?;
        let found = hits.first().map(|hit| self.read(hit.log_index)).transpose()?;
        // Terms are hashed: what the record says of itself decides.
        let is_its = |record: &Record| {
            let of = record.envelope.key.as_ref().is_some_and(|of| of.key == key);
            of && *record.envelope.principal == *principal
        };
        Ok(found.filter(is_its))
    }

    /// Where the audit event with this id stands. What is [hidden](RecordKind::is_hidden) has no
    /// address: its id is not found.
    ///
    /// The id's time leads to the first record of its millisecond, its counter to the record; what
    /// stands there is compared, since anybody may ask for any id.
    pub fn find(&self, id: RecordId) -> Result<Option<LogIndex>, ReadError> {
        let Some(first) = self.received_from(ids::received(id))? else { return Ok(None) };
        let at = LogIndex(first.0 + u64::from(ids::counter(id)));
        if at >= self.size {
            return Ok(None);
        }
        let envelope = self.read(at)?.envelope;
        let found = envelope.id == id && envelope.kind.is_audit_event();
        Ok(found.then_some(at))
    }

    /// Reads one record. Above [`Snapshot::size`] there is none: an error of the caller, told as
    /// [`ReadError::Damaged`].
    pub fn read(&self, at: LogIndex) -> Result<Record, ReadError> {
        self.frame(at)?.record(at)
    }

    /// What proves a record: the record, its salt, and its envelope in the one encoding that the
    /// leaf commits to. Of statements too.
    pub fn evidence_of(&self, at: LogIndex) -> Result<(Record, Salt, Vec<u8>), ReadError> {
        evidence(&self.frame(at)?, at)
    }

    /// The same of several, in the order asked; neighbours share a frame's decompression.
    pub fn evidence_of_all(
        &self,
        at: &[LogIndex],
    ) -> Result<Vec<(Record, Salt, Vec<u8>)>, ReadError> {
        self.each(at, evidence)
    }

    /// Reads several records, in the order asked; neighbours share a frame's decompression.
    pub fn read_all(&self, at: &[LogIndex]) -> Result<Vec<Record>, ReadError> {
        self.each(at, Frame::record)
    }

    fn each<T>(
        &self,
        at: &[LogIndex],
        take: impl Fn(&Frame, LogIndex) -> Result<T, ReadError>,
    ) -> Result<Vec<T>, ReadError> {
        let mut kept: VecDeque<Frame> = VecDeque::with_capacity(FRAMES_KEPT);
        let mut taken = Vec::with_capacity(at.len());
        for &at in at {
            if !kept.iter().any(|frame| frame.holds(at)) {
                kept.truncate(FRAMES_KEPT - 1);
                kept.push_front(self.frame(at)?);
            }
            if let Some(frame) = kept.iter().find(|frame| frame.holds(at)) {
                taken.push(take(frame, at)?);
            }
        }
        Ok(taken)
    }

    /// The frame that holds the record.
    fn frame(&self, at: LogIndex) -> Result<Frame, ReadError> {
        let file = self.files.partition_point(|indexed| indexed.file.first() <= at).checked_sub(1);
        let file = file.map(|n| &self.files[n].file).filter(|file| at < file.end());
        let missing = || ReadError::Damaged(format!("no index file covers record {}", at.0));
        let offset = file.ok_or_else(missing)?.location(at)?;
        read::frame(self.segment(at), offset, &self.codec).and_then(|frame| {
            let astray =
                || ReadError::Damaged(format!("record {} is not where its index says", at.0));
            if frame.holds(at) { Ok(frame) } else { Err(astray()) }
        })
    }

    pub(crate) fn segment(&self, at: LogIndex) -> &Segment {
        if at >= self.open.first {
            return &self.open;
        }
        let after = self.sealed.partition_point(|segment| segment.first <= at);
        &self.sealed[after.saturating_sub(1)]
    }

    /// The first record that was received at this instant or later; `None` when there is none.
    fn received_from(&self, instant: Millis) -> Result<Option<LogIndex>, ReadError> {
        let (mut low, mut high) = (0, self.files.len());
        while low < high {
            let middle = low.midpoint(high);
            let file = &self.files[middle].file;
            if file.received_range().is_none_or(|(_, last)| last < instant) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let Some(indexed) = self.files.get(low) else { return Ok(None) };
        Ok(Some(indexed.file.received_from(instant)?))
    }
}

fn evidence(frame: &Frame, at: LogIndex) -> Result<(Record, Salt, Vec<u8>), ReadError> {
    let (record, salt) = (frame.record(at)?, frame.salt(at)?);
    let envelope = record.envelope.to_bytes();
    Ok((record, salt, envelope))
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").field("size", &self.size).finish_non_exhaustive()
    }
}
