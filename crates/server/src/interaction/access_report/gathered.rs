//! The events of a report, read from the log as it is at one size.
use super::{asked::Asked, coverage, output::Output, sender, watchers};
use crate::{
    answer::Refusal, exchange::Exchange, intake, pages::Staff, rendition::Kept, restriction,
    tasks::Deadline, version::Version,
};
use hyper::StatusCode;
use kiln_fhir::{AuditEvent, Instant, IssueType, MediaType, xml};
use kiln_index::{LogIndex, Order, Page, Query};
use kiln_pages::report::{self, Builder, Report, Stored};
use kiln_store::{Record, Snapshot};
use std::borrow::Cow;

/// Events of one report: a person who has more asks for a shorter time.
const EVENTS_MAX: usize = 50_000;

/// Hits that are asked for at once.
const HITS: usize = 1000;

/// Records that are in memory at once.
pub(super) const READ_AT_ONCE: usize = 100;

/// A report, and for a Bundle the events that it tells.
pub(super) struct Gathered {
    pub(super) report: Report,
    /// The log's records as this person may see them, each with its id; for a Bundle alone.
    pub(super) shown: Vec<Record>,
    /// How large the log was.
    pub(super) size: LogIndex,
}

impl Gathered {
    /// Reads what is asked.
    ///
    /// # Errors
    /// 413 where it is too much, 503 where it takes too long, 500 for what cannot be read.
    pub(super) fn of(
        exchange: &Exchange,
        asked: &Asked,
        deadline: &Deadline,
    ) -> Result<Self, Refusal> {
        let snapshot = exchange.store().snapshot();
        let pages = &exchange.app.settings.pages;
        let staff = match pages.staff {
            Staff::Name => report::Staff::Name,
            Staff::Role => report::Staff::Role,
            Staff::Organisation => report::Staff::Organisation,
        };
        let mut builder = Builder::new(asked.kind, asked.person.clone(), staff, asked.period);
        if exchange.principal.reach.filters.is_some() {
            builder.partial();
        }
        let mut shown = Vec::new();
        let query = Query::And(vec![asked.query.clone(), Query::Recorded(asked.recorded())]);
        let query = restriction::within(exchange, &snapshot, query)?;
        each(&snapshot, &query, deadline, &mut |record| {
            let before = builder.told();
            with_event(&record, |event, stored| builder.add(event, stored), exchange)?;
            if asked.output == Output::Bundle && builder.told() > before {
                shown.push(record);
            }
            Ok(())
        })?;
        exchange.looks.page(builder.told(), snapshot.size());
        if !builder.has_found() && !is_known(exchange, &snapshot, asked, deadline)? {
            builder.unknown();
        }
        if pages.who_looked {
            watchers::add(&mut builder, exchange, asked, deadline)?;
        }
        let coverage = coverage::of(exchange, &snapshot, asked, deadline)?;
        let report = builder.finish(coverage);
        Ok(Self { report, shown, size: snapshot.size() })
    }
}

/// Whether any event that whoever asks may see names the person, at whatever time. Where so many
/// name the same id on another server that the newest of them do not tell, it is taken to be known.
fn is_known(
    exchange: &Exchange,
    snapshot: &Snapshot,
    asked: &Asked,
    deadline: &Deadline,
) -> Result<bool, Refusal> {
    let query = restriction::within(exchange, snapshot, asked.query.clone())?;
    let order = Order::RecordedNewest;
    let page =
        Page { query: &query, order, after: None, size: snapshot.size(), limit: READ_AT_ONCE };
    let hits = snapshot.query(&page, &|| deadline.expired())?;
    let at: Vec<LogIndex> = hits.iter().map(|hit| hit.log_index).collect();
    let (kind, staff) = (report::Kind::Access, report::Staff::Role);
    let mut found = Builder::new(kind, asked.person.clone(), staff, report::Period::default());
    for record in snapshot.read_all(&at)? {
        with_event(&record, |event, stored| found.add(event, stored), exchange)?;
    }
    Ok(found.has_found() || hits.len() == READ_AT_ONCE)
}

/// Reads each record that matches, newest first.
pub(super) fn each(
    snapshot: &Snapshot,
    query: &Query,
    deadline: &Deadline,
    take: &mut dyn FnMut(Record) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let expired = || deadline.expired();
    let (size, order, limit) = (snapshot.size(), Order::RecordedNewest, HITS);
    let (mut after, mut read) = (None, 0);
    loop {
        let hits = snapshot.query(&Page { query, order, after, size, limit }, &expired)?;
        after = hits.last().copied();
        read += hits.len();
        if read > EVENTS_MAX {
            return Err(too_many());
        }
        for chunk in hits.chunks(READ_AT_ONCE) {
            deadline.check()?;
            let at: Vec<LogIndex> = chunk.iter().map(|hit| hit.log_index).collect();
            snapshot.read_all(&at)?.into_iter().try_for_each(&mut *take)?;
        }
        if hits.len() < limit {
            return Ok(());
        }
    }
}

/// Gives the event of a record, as it was sent, to whoever tells it.
///
/// # Errors
/// 500 where it cannot be read.
pub(super) fn with_event<T>(
    record: &Record,
    tell: impl FnOnce(&AuditEvent<'_>, Stored<'_>) -> T,
    exchange: &Exchange,
) -> Result<T, Refusal> {
    let kept = Kept::of(record)?;
    let json = match kept.media {
        MediaType::Json => Cow::Borrowed(kept.body),
        MediaType::Xml => {
            let json = xml::to_json(kept.body, kept.release, &intake::STORED);
            Cow::Owned(json.map_err(|_outcome| Refusal::damaged())?)
        }
    };
    let parsed = kiln_fhir::kept(&json, kept.release, &intake::STORED);
    let event = parsed.map_err(|_outcome| Refusal::damaged())?.event;
    let version = Version::of_record(record);
    let stored = Stored {
        id: &version.id,
        received: Instant { millis: record.envelope.received.0 },
        base: sender::base(&event, &exchange.app.settings.search.senders),
    };
    Ok(tell(&event, stored))
}

fn too_many() -> Refusal {
    let says =
        format!("a report holds {EVENTS_MAX} events: ask for a shorter time by start and end");
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, IssueType::TooCostly, says)
}
