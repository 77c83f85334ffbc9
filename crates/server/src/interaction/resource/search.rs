//! Search for resources of a type (<https://hl7.org/fhir/R4/http.html#search>).
use super::{
    Reply, Wanted,
    criteria::{self, Criteria},
    read,
    reply::Kept,
    told::{self, Ending, Shown},
};
use crate::{
    answer::Refusal,
    exchange::{Exchange, parameters},
    page, query_string,
    tasks::{self, Deadline},
};
use hyper::StatusCode;
use kiln_fhir::{
    Issue, IssueType, OperationOutcome, Severity,
    bundle::{Outgoing, SearchMode, Writer},
};
use kiln_index::{LogIndex, Page, Position};
use kiln_search::{
    Handling, Total,
    cursor::{self, Cursor},
};
use kiln_store::{Record, Snapshot};
use kiln_trail::rest::{Does, ResourceType};
use std::sync::Arc;

/// Answers it, once its events are on disk.
pub(super) async fn search(
    exchange: &Arc<Exchange>,
    wanted: &Arc<Wanted>,
    patient: Option<String>,
) -> Result<Reply, Refusal> {
    bundle(exchange, wanted, patient, run).await
}

/// Has a page made off the threads that serve connections, and gives it once the events of what it
/// shows are on disk. `run` answers the Bundle and what is in it; a history's as a search's.
pub(super) async fn bundle(
    exchange: &Arc<Exchange>,
    wanted: &Arc<Wanted>,
    patient: Option<String>,
    run: Run,
) -> Result<Reply, Refusal> {
    let app = Arc::clone(&exchange.app);
    let work = {
        let (exchange, wanted) = (Arc::clone(exchange), Arc::clone(wanted));
        move |deadline: &Deadline| run(&exchange, &wanted, patient.as_deref(), deadline)
    };
    let deadline = app.settings.search_deadline;
    let (json, returned) = tasks::blocking(&app.searches, deadline, work).await?;
    let ending = Ending { status: StatusCode::OK, returned: &returned, ..Ending::default() };
    told::keep(exchange, wanted, &ending).await?;
    Ok(Reply::bundle(json))
}

/// Makes the page of a Bundle, for the patient whose resources alone are shown, if any.
type Run =
    fn(&Exchange, &Wanted, Option<&str>, &Deadline) -> Result<(Vec<u8>, Vec<Shown>), Refusal>;

fn run(
    exchange: &Exchange,
    wanted: &Wanted,
    patient: Option<&str>,
    deadline: &Deadline,
) -> Result<(Vec<u8>, Vec<Shown>), Refusal> {
    let Does::SearchType(r#type) = wanted.asked.does else { return Err(super::nothing_here()) };
    let snapshot = exchange.store().snapshot();
    let mut pairs = parameters(wanted.asked.query.as_deref().unwrap_or_default())?;
    pairs.extend(parameters(wanted.sent.form().unwrap_or_default())?);
    let handling =
        if wanted.asked.prefer.strict == Some(true) { Handling::Strict } else { Handling::Lenient };
    let criteria = criteria::read(exchange, &snapshot, r#type, pairs, handling)?;
    let found = find(exchange, &snapshot, r#type, &criteria, patient, deadline)?;
    Ok(written(exchange, r#type, &criteria, &found))
}

/// One page.
struct Found {
    kept: Vec<Kept>,
    next: Option<String>,
    total: Option<u64>,
}

fn find(
    exchange: &Exchange,
    snapshot: &Snapshot,
    r#type: ResourceType,
    criteria: &Criteria,
    patient: Option<&str>,
    deadline: &Deadline,
) -> Result<Found, Refusal> {
    let search = &criteria.search;
    let sha256 = sha256(exchange, r#type.as_str(), criteria);
    let (size, after) = start(exchange, snapshot, search.cursor.as_deref(), &sha256)?;
    let query = &criteria::of_patient(criteria.query.clone(), patient);
    let order = search.order;
    let all = Page { query, order, after: None, size, limit: usize::MAX };
    let count = || Ok::<_, Refusal>(criteria::current(exchange, snapshot, &all, deadline)?.len());
    if search.count_only {
        return Ok(Found { kept: Vec::new(), next: None, total: Some(count()? as u64) });
    }
    let page = Page { query, order, after, size, limit: search.count + 1 };
    let mut hits = criteria::current(exchange, snapshot, &page, deadline)?;
    let mut has_more = hits.len() > search.count;
    hits.truncate(search.count);
    let kept = kept(exchange, snapshot, &hits)?;
    has_more |= kept.len() < hits.len();
    hits.truncate(kept.len());
    let total = match (after.is_none() && !has_more, search.total) {
        (true, _) => Some(hits.len() as u64),
        (false, Total::Accurate) => Some(count()? as u64),
        (false, Total::None) => None,
    };
    let last = hits.last().copied().filter(|_| has_more);
    let next = last
        .map(|after| cursor::encode(&Cursor { size, after }, &sha256, &exchange.tenant.cursor_key));
    Ok(Found { kept, next, total })
}

/// Where a page begins, and of which log.
pub(super) fn start(
    exchange: &Exchange,
    snapshot: &Snapshot,
    token: Option<&str>,
    sha256: &[u8; 32],
) -> Result<(LogIndex, Option<Position>), Refusal> {
    let Some(token) = token else { return Ok((snapshot.size(), None)) };
    cursor::decode(token, sha256, &exchange.tenant.cursor_key)
        .filter(|cursor| cursor.size <= snapshot.size())
        .map(|cursor| (cursor.size, Some(cursor.after)))
        .ok_or_else(|| {
            let says = "this cursor is not one that this search gave: start again without it";
            Refusal::bad_request(IssueType::Value, says)
        })
}

/// The versions at these places, at least one, and no more than fit on a page.
pub(super) fn kept(
    exchange: &Exchange,
    snapshot: &Snapshot,
    hits: &[Position],
) -> Result<Vec<Kept>, Refusal> {
    let (mut kept, mut bytes) = (Vec::with_capacity(hits.len()), 0);
    for chunk in hits.chunks(READ_AT_ONCE) {
        let at: Vec<LogIndex> = chunk.iter().map(|hit| hit.log_index).collect();
        let records: Vec<Record> = snapshot.read_all(&at)?;
        for record in records {
            bytes += record.body.len();
            if bytes > exchange.app.settings.page_bytes_max && !kept.is_empty() {
                return Ok(kept);
            }
            kept.push(Kept::of(&record)?);
        }
    }
    Ok(kept)
}

/// Records that are read at once: between two reads the size of the page is looked at.
const READ_AT_ONCE: usize = 50;

/// The hash that ties a token to what was searched for.
fn sha256(exchange: &Exchange, r#type: &str, criteria: &Criteria) -> [u8; 32] {
    let place = [exchange.release.path(), "/resource/", r#type].concat();
    let pairs = criteria.applied.iter().map(|(name, value)| (&**name, &**value));
    page::search_sha256(&place, pairs)
}

fn written(
    exchange: &Exchange,
    r#type: ResourceType,
    criteria: &Criteria,
    found: &Found,
) -> (Vec<u8>, Vec<Shown>) {
    let mut out = Vec::new();
    let mut bundle = Writer::of(exchange.form.release, &mut out, Outgoing::Searchset);
    if let Some(total) = found.total {
        bundle.total(total);
    }
    let base = [&exchange.base, "/", r#type.as_str()].concat();
    let applied = criteria.applied.iter().map(|(name, value)| (&**name, &**value));
    let mut pairs: Vec<(&str, &str)> = applied.collect();
    let link = |pairs: &[(&str, &str)]| {
        let mut url = base.clone();
        query_string::append(&mut url, pairs);
        url
    };
    bundle.link("self", &link(&pairs));
    if let Some(token) = &found.next {
        pairs.push(("_cursor", token));
        bundle.link("next", &link(&pairs));
    }
    let mut returned = Vec::with_capacity(found.kept.len());
    for kept in &found.kept {
        bundle.entry(|entry| {
            entry.full_url(&[&exchange.base, "/", &kept.head.key()].concat());
            entry.resource(|out| kept.render(out));
            entry.search(SearchMode::Match);
        });
        returned.push(read::shown(exchange, kept));
    }
    let warnings = criteria.warnings.iter().map(|issue| as_warning(issue.clone()));
    let issues: Vec<Issue> = warnings.chain(criteria.search.warnings.clone()).collect();
    if !issues.is_empty() {
        bundle.entry(|entry| {
            entry.outcome(&OperationOutcome { issues });
            entry.search(SearchMode::Outcome);
        });
    }
    bundle.finish();
    (out, returned)
}

fn as_warning(issue: Issue) -> Issue {
    Issue { severity: Severity::Warning, ..issue }
}
