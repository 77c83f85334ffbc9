//! Where versions of resources stand in the log.
use super::{body::key, terms};
use kiln_index::{LogIndex, Order, Page, Position, Query};
use kiln_store::{ReadError, Record, RecordKind, Snapshot};

/// Where the newest version of `Type/id` below `size` stands.
pub(crate) fn newest(
    snapshot: &Snapshot,
    key: &str,
    size: LogIndex,
) -> Result<Option<LogIndex>, ReadError> {
    let query = terms::of_key(key);
    let page = Page { query: &query, order: Order::LogNewest, after: None, size, limit: 1 };
    let hits = snapshot.query_hidden(RecordKind::Resource, &page, &|| false)?;
    Ok(hits.first().map(|hit| hit.log_index))
}

/// Where this version stands; `None` where there is none of it.
pub(crate) fn version(
    snapshot: &Snapshot,
    r#type: &str,
    id: &str,
    version: &str,
) -> Result<Option<LogIndex>, ReadError> {
    let query = terms::of_version(&key(r#type, id), version);
    let (order, size) = (Order::LogNewest, snapshot.size());
    let page = Page { query: &query, order, after: None, size, limit: 1 };
    let hits = snapshot.query_hidden(RecordKind::Resource, &page, &|| false)?;
    Ok(hits.first().map(|hit| hit.log_index))
}

/// Goes over all versions of all resources, oldest first.
pub(super) struct Walk<'a> {
    snapshot: &'a Snapshot,
    at_once: usize,
    after: Option<Position>,
}

impl<'a> Walk<'a> {
    pub(super) fn all(snapshot: &'a Snapshot, at_once: usize) -> Self {
        Self { snapshot, at_once, after: None }
    }

    /// The next few records; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Vec<Record>>, ReadError> {
        let (query, order, size) = (Query::All, Order::LogOldest, self.snapshot.size());
        let page = Page { query: &query, order, after: self.after, size, limit: self.at_once };
        let hits = self.snapshot.query_hidden(RecordKind::Resource, &page, &|| false)?;
        self.after = hits.last().copied();
        let at: Vec<LogIndex> = hits.iter().map(|hit| hit.log_index).collect();
        Ok(if at.is_empty() { None } else { Some(self.snapshot.read_all(&at)?) })
    }
}
