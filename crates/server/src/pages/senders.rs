//! Who sends events, by the source that the events name: found one after the other, the one heard
//! last first, by the newest event that is of none of those before.
use super::{said, stated::escaped};
use crate::{answer::Refusal, exchange::Exchange, tasks::Deadline};
use kiln_fhir::{AuditEvent, Instant};
use kiln_index::{Order, Page, Position, Query};
use kiln_pages::{
    operations::{SENDERS_MAX, Sender, Span},
    report::may_be_patient,
};
use kiln_search::{Handling, Names};
use kiln_store::{LogIndex, Millis, Record, Snapshot};
use std::ops::Range;

/// Events whose times are compared: the newest of a sender.
const CLOCK_EVENTS: usize = 21;

/// The senders, and whether there are more.
///
/// # Errors
/// What is stored cannot be read.
pub(super) fn of(
    exchange: &Exchange,
    snapshot: &Snapshot,
    now: Instant,
    deadline: &Deadline,
) -> Result<(Vec<Sender>, bool), Refusal> {
    let (mut senders, more) = heard(exchange, snapshot, deadline)?;
    for (sender, query) in &mut senders {
        let since =
            |span: Span| received(snapshot, query, now.millis - span.millis()..i64::MAX, deadline);
        (sender.day, sender.week) = (since(Span::Day)?, since(Span::Week)?);
        sender.ahead_ms = ahead(snapshot, query, deadline)?;
    }
    Ok((senders.into_iter().map(|(sender, _)| sender).collect(), more))
}

/// The senders, each with what finds its events, and whether there are more. Of each only its last
/// event and its usual week are told: enough to know who is silent.
///
/// # Errors
/// What is stored cannot be read.
pub(super) fn heard(
    exchange: &Exchange,
    snapshot: &Snapshot,
    deadline: &Deadline,
) -> Result<(Vec<(Sender, Query)>, bool), Refusal> {
    let mut senders: Vec<(Sender, Query)> = Vec::new();
    let mut known: Vec<Query> = Vec::new();
    loop {
        let query = Query::Not(Box::new(Query::Or(known.clone())));
        let newest = newest(snapshot, &query, 1, deadline)?;
        let Some(hit) = newest.first() else { return Ok((senders, false)) };
        if senders.len() == SENDERS_MAX {
            return Ok((senders, true));
        }
        let record = snapshot.read(hit.log_index)?;
        let found = said::with_event(&record, source)?;
        let (name, query) = found.map_or((String::new(), None), |source| {
            let query = of_source(exchange, &source);
            (source.name, query)
        });
        // A source that no search finds would be met again and again.
        let finds = |query: &Query| is_found(snapshot, query, hit.log_index, deadline);
        let query = match query {
            Some(query) if finds(&query)? => query,
            // Everything that is left is told as one.
            _ => Query::Not(Box::new(Query::Or(known.clone()))),
        };
        known.push(query.clone());
        senders.push((last_heard(snapshot, name, &record, &query, deadline)?, query));
    }
}

/// A source, as an event names it.
struct Source {
    name: String,
    /// What it is searched by.
    value: String,
}

/// `None` where it names none.
fn source(event: &AuditEvent<'_>) -> Option<Source> {
    let observer = event.source.observer.as_ref()?;
    let identifier = || observer.identifier.as_ref()?.value.as_deref();
    let display = observer.display.as_deref();
    let value = observer.reference.as_deref().or_else(identifier).or(display)?;
    // Whoever runs the server is shown no patient: a patient's app is a source without a name.
    let name = if may_be_patient(observer) { "" } else { display.unwrap_or(value) };
    Some(Source { name: name.to_owned(), value: value.to_owned() })
}

fn of_source(exchange: &Exchange, source: &Source) -> Option<Query> {
    let pairs = [("source".to_owned(), escaped(&source.value))];
    let settings = &exchange.app.settings.search;
    let search = kiln_search::parse(Names::Page, &pairs, Handling::Strict, settings, &|_id| None);
    search.ok().map(|search| search.query)
}

fn last_heard(
    snapshot: &Snapshot,
    name: String,
    last: &Record,
    query: &Query,
    deadline: &Deadline,
) -> Result<Sender, Refusal> {
    let last = last.envelope.received;
    let usual = last.0 - Span::Week.millis()..last.0 + 1;
    Ok(Sender {
        name,
        last: Instant { millis: last.0 },
        day: 0,
        week: 0,
        usual_week: received(snapshot, query, usual, deadline)?,
        ahead_ms: 0,
    })
}

/// How many of the query's events were received in this time.
fn received(
    snapshot: &Snapshot,
    query: &Query,
    time: Range<i64>,
    deadline: &Deadline,
) -> Result<u64, Refusal> {
    let time = Query::Received(Millis(time.start)..Millis(time.end));
    let query = Query::And(vec![query.clone(), time]);
    Ok(snapshot.count(&query, snapshot.size(), &|| deadline.expired())?)
}

/// How far the sender's clock is ahead: the middle of its newest events.
fn ahead(snapshot: &Snapshot, query: &Query, deadline: &Deadline) -> Result<i64, Refusal> {
    let hits = newest(snapshot, query, CLOCK_EVENTS, deadline)?;
    let at: Vec<_> = hits.iter().map(|hit| hit.log_index).collect();
    let records = snapshot.read_all(&at)?;
    let differences = hits.iter().zip(&records);
    let mut differences: Vec<i64> =
        differences.map(|(hit, record)| hit.recorded.0 - record.envelope.received.0).collect();
    differences.sort_unstable();
    Ok(differences.get(differences.len() / 2).copied().unwrap_or_default())
}

fn newest(
    snapshot: &Snapshot,
    query: &Query,
    limit: usize,
    deadline: &Deadline,
) -> Result<Vec<Position>, Refusal> {
    let size = snapshot.size();
    let page = Page { query, order: Order::LogNewest, after: None, size, limit };
    Ok(snapshot.query(&page, &|| deadline.expired())?)
}

fn is_found(
    snapshot: &Snapshot,
    query: &Query,
    at: LogIndex,
    deadline: &Deadline,
) -> Result<bool, Refusal> {
    let query = Query::And(vec![Query::At(vec![at]), query.clone()]);
    Ok(snapshot.count(&query, snapshot.size(), &|| deadline.expired())? > 0)
}
