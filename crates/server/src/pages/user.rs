//! `/user/{token}`: what one user did. The token is that of a view whose search is about one user.
use super::{
    found::Sought,
    frame::{Frame, Sheet},
    said,
    spoken::see_other,
    timeline::looked_at,
    view::View,
};
use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
    patient_view, query_string,
    tasks::Deadline,
};
use jiff::{Timestamp, Zoned, tz::TimeZone};
use kiln_fhir::{AuditEvent, Instant, IssueType};
use kiln_index::{Buckets, Order, Page, Query};
use kiln_pages::{Section, picture::HeatMap, user};
use kiln_search::Handling;
use kiln_store::{LogIndex, Millis, Record};
use std::{
    collections::{BTreeMap, HashSet},
    ops::Range,
    sync::Arc,
};

/// The page.
pub(super) async fn user(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    looked_at(exchange, |frame, deadline| {
        let (view, _age) = View::opened(frame)?;
        shown(frame, &view, deadline)
    })
    .await
}

/// What a line about a user is sent to: leads to their page.
pub(super) fn ask(exchange: &Exchange) -> Result<Answer, Refusal> {
    let frame = Frame::of(exchange);
    let text = std::str::from_utf8(&exchange.body.bytes).unwrap_or_default();
    let pairs = query_string::pairs(text).ok_or_else(|| {
        Refusal::bad_request(IssueType::Invalid, "the form is not percent-encoded UTF-8")
    })?;
    let view = View::of(super::stated::field(&pairs, "line"));
    let path = [&*frame.base, "/user/", &view.token(&frame)].concat();
    Ok(see_other(&path).expect("our own paths are ASCII"))
}

/// Events that patients are counted among: the newest ones.
const READ_MAX: usize = 5000;
/// Events that are listed.
const ROWS: usize = 25;
const HOUR_MS: i64 = 3_600_000;
/// No zone's clock differs from UTC by other than whole quarters of an hour today.
const QUARTER_MS: i64 = HOUR_MS / 4;

fn shown(frame: &Frame<'_>, view: &View, deadline: &Deadline) -> Result<Answer, Refusal> {
    let sought = Sought::of(frame, view)?;
    let is_of_one = |(name, _): &&(String, String)| {
        let name = name.split(':').next().unwrap_or_default();
        PARTIES.contains(&name)
    };
    let Some((_, asked)) = sought.understood.parameters.iter().find(is_of_one) else {
        let body = user::not_one(&frame.base, &frame.reader);
        return Ok(answer(frame, body));
    };
    let size = sought.snapshot.size();
    let (events, failed) = counts(frame, &sought, deadline)?;
    let records = newest(frame, &sought, deadline)?;
    frame.exchange.looks.page(records.len(), size);
    let mut rows = Vec::new();
    for record in records.iter().take(ROWS) {
        rows.push(said::row(record, &frame.reader)?);
    }
    let ends = span(&sought, deadline)?;
    let sampled = (records.len() as u64) < events;
    let shown = user::View {
        base: &frame.base,
        who: &who(&records, asked),
        line: &view.line,
        events,
        failed,
        span: ends,
        heat: heat(frame, &sought, ends, deadline)?,
        patients: patients(&records, &frame.reader.zone)?,
        sampled: sampled.then_some(records.len() as u64),
        rows,
    };
    let body = user::body(&shown, &frame.reader);
    Ok(answer(frame, body))
}

/// Parameters that are about a user.
const PARTIES: [&str; 3] = ["agent", "agent-name", "altid"];

fn answer(frame: &Frame<'_>, body: kiln_pages::Html) -> Answer {
    frame.answer(&Sheet {
        title: frame.reader.texts().officer.user.title,
        section: Some(Section::Timeline),
        scripts: &[],
        body,
    })
}

/// How many events, and how many of them failed.
fn counts(frame: &Frame<'_>, sought: &Sought, deadline: &Deadline) -> Result<(u64, u64), Refusal> {
    let snapshot = &sought.snapshot;
    let failed = [("outcome".to_owned(), "4,8,12".to_owned())];
    let failed = super::found::searched(frame.exchange, snapshot, &failed, Handling::Strict)?.query;
    let failed = Query::And(vec![sought.query.clone(), failed]);
    let count = |query| snapshot.count(query, snapshot.size(), &|| deadline.expired());
    Ok((count(&sought.query)?, count(&failed)?))
}

fn hits(
    sought: &Sought,
    order: Order,
    limit: usize,
    deadline: &Deadline,
) -> Result<Vec<kiln_index::Position>, Refusal> {
    let size = sought.snapshot.size();
    let page = Page { query: &sought.query, order, after: None, size, limit };
    Ok(sought.snapshot.query(&page, &|| deadline.expired())?)
}

/// The newest events, newest first, as whoever asks may see them.
fn newest(frame: &Frame<'_>, sought: &Sought, deadline: &Deadline) -> Result<Vec<Record>, Refusal> {
    let hits = hits(sought, Order::RecordedNewest, READ_MAX, deadline)?;
    let at: Vec<LogIndex> = hits.into_iter().map(|hit| hit.log_index).collect();
    patient_view::all_shown(frame.exchange, sought.snapshot.read_all(&at)?)
}

/// When the first and the last were recorded.
fn span(sought: &Sought, deadline: &Deadline) -> Result<Option<(Instant, Instant)>, Refusal> {
    let end = |order| {
        let hit = hits(sought, order, 1, deadline)?.first().copied();
        Ok::<_, Refusal>(hit.map(|hit| Instant { millis: hit.recorded.0 }))
    };
    Ok(end(Order::RecordedOldest)?.zip(end(Order::RecordedNewest)?))
}

/// By weekday and hour, of as many days as are counted, up to the last one.
fn heat(
    frame: &Frame<'_>,
    sought: &Sought,
    span: Option<(Instant, Instant)>,
    deadline: &Deadline,
) -> Result<HeatMap, Refusal> {
    let mut heat = HeatMap::default();
    let Some((first, last)) = span else { return Ok(heat) };
    let hours = stretches(first, last, &frame.reader.zone);
    let snapshot = &sought.snapshot;
    let buckets = Buckets::Recorded(&hours);
    let size = snapshot.size();
    let counts = snapshot.aggregate(&sought.query, size, &buckets, &|| deadline.expired())?;
    for (hour, count) in hours.iter().zip(counts) {
        let Some(zoned) = zoned(hour.start.0, &frame.reader.zone) else { continue };
        let weekday = zoned.weekday().to_monday_zero_offset() as usize;
        heat.counts[weekday][zoned.hour() as usize] += count;
    }
    Ok(heat)
}

/// Stretches of the last days that are each within one hour of the zone's clock, oldest first.
fn stretches(first: Instant, last: Instant, zone: &TimeZone) -> Vec<Range<Millis>> {
    let is_whole = |at: Instant| {
        zoned(at.millis, zone)
            .is_none_or(|at| i64::from(at.offset().seconds()) * 1000 % HOUR_MS == 0)
    };
    let length = if is_whole(first) && is_whole(last) { HOUR_MS } else { QUARTER_MS };
    let end = last.millis.div_euclid(length) + 1;
    let earliest = end - user::DAYS_MAX as i64 * 24 * (HOUR_MS / length);
    let start = first.millis.div_euclid(length).max(earliest);
    (start..end).map(|at| Millis(at * length)..Millis((at + 1) * length)).collect()
}

/// How many different patients a day, newest day first.
fn patients(records: &[Record], zone: &TimeZone) -> Result<Vec<(Instant, u64)>, Refusal> {
    let mut days: BTreeMap<i64, HashSet<String>> = BTreeMap::new();
    for record in records {
        let (at, about) = said::with_event(record, |event| (event.recorded, about(event)))?;
        let Some(day) = zoned(at.millis, zone).and_then(|zoned| zoned.start_of_day().ok()) else {
            continue;
        };
        if !about.is_empty() {
            days.entry(day.timestamp().as_millisecond()).or_default().extend(about);
        }
    }
    let days = days.into_iter().rev().take(user::DAYS_MAX);
    Ok(days.map(|(day, of)| (Instant { millis: day }, of.len() as u64)).collect())
}

/// Whom an event is about, as it names them; whatever version was touched.
fn about(event: &AuditEvent<'_>) -> Vec<String> {
    let references = event.entities.iter().filter_map(|entity| entity.what.as_ref());
    let references = references.chain(event.patient.as_ref());
    let named = references.filter_map(|what| what.reference.as_deref());
    let patients = named.filter_map(|reference| {
        let (_, rest) = reference
            .rsplit_once("Patient/")
            .filter(|(before, _)| before.is_empty() || before.ends_with('/'))?;
        Some(rest.split('/').next().unwrap_or_default().to_owned())
    });
    patients.collect()
}

/// As the newest event names the user who was asked for.
fn who(records: &[Record], asked: &str) -> String {
    let named = records.first().and_then(|record| {
        said::with_event(record, |event| {
            let mut agents = event.agents.iter();
            let is_asked = |agent: &&kiln_fhir::Agent<'_>| {
                let who = agent.who.as_ref();
                let reference = who.and_then(|who| who.reference.as_deref());
                let identifier = who.and_then(|who| who.identifier.as_ref()?.value.as_deref());
                let names = [reference, identifier, agent.alt_id.as_deref(), agent.name.as_deref()];
                names.into_iter().flatten().any(|name| name == asked)
            };
            let requestor = event.agents.iter().find(|agent| agent.requestor == Some(true));
            let agent = agents.find(is_asked).or(requestor)?;
            let display = agent.who.as_ref().and_then(|who| who.display.as_deref());
            agent.name.as_deref().or(display).map(str::to_owned)
        })
        .ok()
        .flatten()
    });
    named.unwrap_or_else(|| asked.to_owned())
}

fn zoned(millis: i64, zone: &TimeZone) -> Option<Zoned> {
    Some(Timestamp::from_millisecond(millis).ok()?.to_zoned(zone.clone()))
}
