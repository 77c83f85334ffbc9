//! What the log holds and what it cannot: who feeds it, since when, where it has gaps.
use super::{asked::Asked, gathered::with_event, sender};
use crate::{answer::Refusal, evidence::Covering, exchange::Exchange, tasks::Deadline};
use kiln_fhir::Instant;
use kiln_index::{Buckets, LogIndex, Millis, Order, Page, Query};
use kiln_pages::{
    Reader,
    report::{Coverage, Gap, Proof, Sender, origin},
};
use kiln_store::{Snapshot, Statement};
use std::ops::Range;

/// Senders that a report lists.
const SENDERS_MAX: usize = 50;
/// Days that gaps are looked for in.
const DAYS_MAX: usize = 4000;
/// Gaps that a report lists.
const GAPS_MAX: usize = 10;
/// Statements of the log that are read, from its end.
const STATEMENTS_MAX: usize = 2000;

/// Tells it of the log at this size.
///
/// # Errors
/// 503 where it takes too long, 500 for what cannot be read.
pub(super) fn of(
    exchange: &Exchange,
    snapshot: &Snapshot,
    asked: &Asked,
    deadline: &Deadline,
) -> Result<Coverage, Refusal> {
    let mut coverage = Coverage {
        rejects: exchange.tenant.shelf().map(|shelf| shelf.status().count),
        proof: proof(exchange, snapshot)?,
        ..Coverage::default()
    };
    push_senders(&mut coverage, exchange, snapshot, deadline)?;
    coverage.gaps = gaps(snapshot, asked, deadline)?;
    push_statements(&mut coverage, snapshot)?;
    Ok(coverage)
}

fn proof(exchange: &Exchange, snapshot: &Snapshot) -> Result<Option<Proof>, Refusal> {
    if snapshot.checkpoint().is_none() {
        return Ok(None);
    }
    let last = LogIndex(snapshot.size().0.saturating_sub(1));
    let covering = Covering::of(exchange, snapshot, last)?;
    Ok(Some(Proof {
        origin: covering.checkpoint.origin.as_str().to_owned(),
        size: covering.checkpoint.size.0,
        checkpoint: covering.note.to_string(),
        is_witnessed: covering.is_witnessed,
    }))
}

/// Each sender is the first event that none of those before it has sent.
fn push_senders(
    coverage: &mut Coverage,
    exchange: &Exchange,
    snapshot: &Snapshot,
    deadline: &Deadline,
) -> Result<(), Refusal> {
    let expired = || deadline.expired();
    let one = |query: &Query, order: Order| {
        let page = Page { query, order, after: None, size: snapshot.size(), limit: 1 };
        snapshot.query(&page, &expired).map(|hits| hits.first().map(|hit| hit.log_index))
    };
    let mut known: Vec<Query> = Vec::new();
    loop {
        let others = Query::Not(Box::new(Query::Or(known.clone())));
        let Some(first) = one(&others, Order::LogOldest)? else { return Ok(()) };
        if known.len() >= SENDERS_MAX {
            coverage.has_more_senders = true;
            return Ok(());
        }
        let record = snapshot.read(first)?;
        let (name, query) =
            with_event(&record, |event, _| (origin(event), sender::query(event)), exchange)?;
        let query = query?;
        let last = one(&query, Order::LogNewest)?.unwrap_or(first);
        let last = snapshot.read(last)?.envelope.received.0;
        let events = snapshot.count(&query, snapshot.size(), &expired)?;
        coverage.senders.push(Sender {
            name,
            first: Instant { millis: record.envelope.received.0 },
            last: Instant { millis: last },
            events,
        });
        // What its own query does not find would be found again and again.
        known.push(query);
        known.push(Query::At(vec![first]));
    }
}

/// The longest stretches of whole days in which nothing was recorded, between the first event of
/// the period and its end.
fn gaps(snapshot: &Snapshot, asked: &Asked, deadline: &Deadline) -> Result<Vec<Gap>, Refusal> {
    let query = Query::Recorded(asked.recorded());
    let expired = || deadline.expired();
    let order = Order::RecordedOldest;
    let page = Page { query: &query, order, after: None, size: snapshot.size(), limit: 1 };
    let Some(first) = snapshot.query(&page, &expired)?.first().map(|hit| hit.recorded.0) else {
        return Ok(Vec::new());
    };
    let now = asked.reader.now.millis;
    let end = asked.period.end.map_or(now, |end| end.millis.min(now));
    let days = days(first, end, &asked.reader);
    let buckets = Buckets::Recorded(&days);
    let counts = snapshot.aggregate(&Query::All, snapshot.size(), &buckets, &expired)?;
    Ok(longest(&days, &counts))
}

/// Days of the reader's zone, the newest ones where there are too many.
fn days(first: i64, end: i64, reader: &Reader) -> Vec<Range<Millis>> {
    let mut days = Vec::new();
    let Ok(mut before) = jiff::Timestamp::from_millisecond(end)
        .and_then(|end| end.to_zoned(reader.zone.clone()).start_of_day())
    else {
        return days;
    };
    while before.timestamp().as_millisecond() > first && days.len() < DAYS_MAX {
        let Ok(start) = before.yesterday().and_then(|day| day.start_of_day()) else { break };
        let millis = |day: &jiff::Zoned| Millis(day.timestamp().as_millisecond());
        days.push(millis(&start)..millis(&before));
        before = start;
    }
    days.reverse();
    days
}

fn longest(days: &[Range<Millis>], counts: &[u64]) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = Vec::new();
    let instant = |millis: Millis| Instant { millis: millis.0 };
    for (day, _) in days.iter().zip(counts).filter(|(_, count)| **count == 0) {
        match gaps.last_mut().filter(|gap| gap.end == instant(day.start)) {
            Some(gap) => gap.end = instant(day.end),
            None => gaps.push(Gap { start: instant(day.start), end: instant(day.end) }),
        }
    }
    gaps.sort_by_key(|gap| std::cmp::Reverse(gap.end.millis - gap.start.millis));
    gaps.truncate(GAPS_MAX);
    gaps
}

/// Restores and crashes, as the log's own statements tell them.
fn push_statements(coverage: &mut Coverage, snapshot: &Snapshot) -> Result<(), Refusal> {
    let all = snapshot.statements()?;
    let mut is_running = false;
    let latest = &all[all.len().saturating_sub(STATEMENTS_MAX)..];
    for record in snapshot.read_all(latest)? {
        match Statement::from_json(&record.body) {
            Some(Statement::Start { .. }) if is_running => coverage.crashes += 1,
            Some(Statement::Start { .. }) => is_running = true,
            Some(Statement::Stop) => is_running = false,
            Some(Statement::AdoptRestore { lost_from, known, .. }) => {
                coverage.restores.push(known.saturating_sub(lost_from));
                is_running = false;
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
