//! One page of a search or a history: found, read, and where the next one begins.
use crate::{
    answer::Refusal, exchange::Exchange, form::Form, patient_view, rendition::Kept, tasks::Deadline,
};
use kiln_fhir::{Issue, IssueType, MediaType, OperationOutcome};
use kiln_index::{LogIndex, Order, Page, Position, Query};
use kiln_search::cursor::{self, Cursor};
use kiln_store::{Record, Snapshot};
use sha2::{Digest, Sha256};

/// Records that are read at once: between two reads the size of the page is looked at.
const READ_AT_ONCE: usize = 50;

/// What a page is asked for.
pub(crate) struct Asked<'a> {
    pub(crate) query: &'a Query,
    pub(crate) order: Order,
    /// Entries at most; 0: only the total.
    pub(crate) count: usize,
    /// Whether to count all matches even when they do not fit on the page.
    pub(crate) counted: bool,
    /// What the events will be written in.
    pub(crate) form: Form,
    /// The page token, where one was sent.
    pub(crate) token: Option<&'a str>,
    /// What was searched for: a token is good for nothing else.
    pub(crate) search_sha256: [u8; 32],
}

/// A page.
pub(crate) struct Found {
    pub(crate) records: Vec<Record>,
    /// The token of the next page, where there is one.
    pub(crate) next: Option<String>,
    /// How many match in all, where it is known.
    pub(crate) total: Option<u64>,
}

/// Finds and reads a page of the log as it was when the first page was asked for.
pub(crate) fn find(
    exchange: &Exchange,
    snapshot: &Snapshot,
    asked: &Asked<'_>,
    deadline: &Deadline,
) -> Result<Found, Refusal> {
    let (size, after) = start(exchange, snapshot, asked)?;
    let expired = || deadline.expired();
    let counted = |query| snapshot.count(query, size, &expired);
    if asked.count == 0 {
        let total = Some(counted(asked.query)?);
        exchange.looks.page(0, size);
        return Ok(Found { records: Vec::new(), next: None, total });
    }
    let Asked { query, order, count, .. } = *asked;
    let mut hits =
        snapshot.query(&Page { query, order, after, size, limit: count + 1 }, &expired)?;
    let mut more = hits.len() > count;
    hits.truncate(count);
    let records = read(snapshot, &hits, asked.form, exchange.app.settings.page_bytes_max)?;
    let records = patient_view::all_shown(exchange, records)?;
    exchange.looks.page(records.len(), size);
    if records.len() < hits.len() {
        more = true;
        hits.truncate(records.len());
    }
    let whole = after.is_none() && !more;
    let total = match (whole, asked.counted) {
        (true, _) => Some(hits.len() as u64),
        (false, true) => Some(counted(query)?),
        (false, false) => None,
    };
    let last = hits.last().copied().filter(|_| more);
    let next = last.map(|after| {
        cursor::encode(&Cursor { size, after }, &asked.search_sha256, &exchange.tenant.cursor_key)
    });
    Ok(Found { records, next, total })
}

/// The hash that ties a token to what was searched for. How many entries a page has is not part of
/// it: a client may ask for the next page with another `_count`.
pub(crate) fn search_sha256<'a>(
    interaction: &str,
    pairs: impl Iterator<Item = (&'a str, &'a str)>,
) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    };
    add(interaction);
    for (name, value) in pairs {
        if !matches!(name, "_count" | "_total" | "_summary" | "_cursor") {
            add(name);
            add(value);
        }
    }
    hash.finalize().into()
}

fn start(
    exchange: &Exchange,
    snapshot: &Snapshot,
    asked: &Asked<'_>,
) -> Result<(LogIndex, Option<Position>), Refusal> {
    let Some(token) = asked.token else { return Ok((snapshot.size(), None)) };
    cursor::decode(token, &asked.search_sha256, &exchange.tenant.cursor_key)
        .filter(|cursor| cursor.size <= snapshot.size())
        .map(|cursor| (cursor.size, Some(cursor.after)))
        .ok_or_else(|| {
            let says = "this cursor is not one that this search gave: start again without it";
            let issue = Issue::error(IssueType::Value, says).at("http._cursor");
            OperationOutcome::from(issue).into()
        })
}

/// The records of the hits, at least one, and no more than fit into the page's bytes.
fn read(
    snapshot: &Snapshot,
    hits: &[Position],
    form: Form,
    bytes_max: usize,
) -> Result<Vec<Record>, Refusal> {
    let mut records: Vec<Record> = Vec::with_capacity(hits.len());
    let mut bytes = 0;
    for chunk in hits.chunks(READ_AT_ONCE) {
        let at: Vec<LogIndex> = chunk.iter().map(|hit| hit.log_index).collect();
        for record in snapshot.read_all(&at)? {
            bytes += record.body.len() * times(&record, form);
            if bytes > bytes_max && !records.is_empty() {
                return Ok(records);
            }
            records.push(record);
        }
    }
    Ok(records)
}

/// How many times as large an event may be taken to be when it is written: as it stands, or
/// converted, where what the other release cannot say comes in extensions, or as XML.
fn times(record: &Record, form: Form) -> usize {
    let is_native = Kept::of(record).is_ok_and(|kept| kept.is_native(form.release));
    if is_native && form.media == MediaType::Json { 1 } else { CONVERTED_TIMES }
}

const CONVERTED_TIMES: usize = 4;
