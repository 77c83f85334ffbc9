//! Create: one plain event or an array of them, as one unit of the log.
use super::{push_array, push_event};
use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
    intake::{self, Sent},
    interaction::{append, create},
    negotiate::{Prefer, Return},
    rendition::Kept,
    restriction,
    tasks::Place,
    version::Version,
};
use bytes::Bytes;
use hyper::{
    StatusCode,
    header::{self, HeaderValue},
};
use kiln_fhir::{IssueType, Limits, MediaType, OperationOutcome, Release, json::push_string};
use kiln_store::{Appended, Condition, NewRecord, Outcome, Stored, Unit};
use std::sync::Arc;

/// Stores what the body brings; 201 only when it is on disk.
pub(crate) async fn create(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    let many = kiln_plain::is_array(&exchange.body.bytes);
    let app = Arc::clone(&exchange.app);
    let place = many.then(|| app.bundles.place()).transpose()?;
    let place = place.as_ref();
    let records = of_size(place, &exchange, move |exchange| taken(exchange, many)).await?;
    let bodies: Vec<Bytes> = records.iter().map(|record| record.body.clone()).collect();
    let unit = Unit {
        records,
        principal: Arc::clone(&exchange.principal.who),
        condition: Condition::Atomic,
        key: append::idempotency_key(&exchange)?,
    };
    let appended = append::append(&exchange, unit).await?;
    of_size(place, &exchange, move |exchange| answer(exchange, many, &appended, bodies)).await
}

/// One event is work of a moment; many are kept off the threads that serve connections.
async fn of_size<T: Send + 'static>(
    place: Option<&Place<'_>>,
    exchange: &Arc<Exchange>,
    work: impl FnOnce(&Exchange) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let Some(place) = place else { return work(exchange) };
    let exchange = Arc::clone(exchange);
    place.blocking(exchange.app.settings.search_deadline, move |_| work(&exchange)).await
}

/// The body's events as records of R4.
fn taken(exchange: &Exchange, many: bool) -> Result<Vec<NewRecord>, Refusal> {
    let body = &exchange.body.bytes;
    let settings = &exchange.app.settings;
    let events = kiln_plain::to_fhir(body, settings.event()).map_err(refused)?;
    if events.is_empty() {
        return Err(Refusal::bad_request(IssueType::Required, "the array holds no event"));
    }
    if events.len() > settings.bundle.entries_max {
        let says = format!("more than {} events: send fewer", settings.bundle.entries_max);
        return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, IssueType::TooLong, says));
    }
    let records = events.into_iter().enumerate();
    records.map(|(position, event)| record(event, position, many, settings.event())).collect()
}

fn record(
    event: Vec<u8>,
    position: usize,
    many: bool,
    limits: &Limits,
) -> Result<NewRecord, Refusal> {
    let place = if many { format!("[{position}]") } else { String::new() };
    let (mut record, _warnings) = intake::new_record(event.into(), Sent::json(Release::R4), limits)
        .map_err(|outcome| refused(as_sent(outcome, &place)))?;
    record.entry = position as u32;
    Ok(record)
}

/// What is larger than it may be is 413, all else as its issues say.
fn refused(outcome: OperationOutcome) -> Refusal {
    let too_large = outcome.issues.iter().any(|issue| issue.code == IssueType::TooLong);
    create::refused(outcome, too_large)
}

/// The issues of the event's FHIR form, named as its sender calls its members.
fn as_sent(mut outcome: OperationOutcome, place: &str) -> OperationOutcome {
    for issue in &mut outcome.issues {
        let path = issue.expression.as_deref().unwrap_or_default();
        let below = path.strip_prefix("AuditEvent").unwrap_or(path);
        let path = [place, below].concat();
        let path = path.strip_prefix('.').unwrap_or(&path);
        issue.expression = (!path.is_empty()).then(|| path.to_owned());
    }
    outcome
}

fn answer(
    exchange: &Exchange,
    many: bool,
    appended: &Appended,
    bodies: Vec<Bytes>,
) -> Result<Answer, Refusal> {
    let stored = appended.outcomes.iter().map(stored).collect::<Result<Vec<_>, _>>()?;
    // An earlier build may have written the first answer's events in other words.
    let bodies = if appended.replayed {
        let existing = |stored| Ok(create::existing(exchange, stored)?.body);
        stored.iter().map(existing).collect::<Result<_, Refusal>>()?
    } else {
        bodies
    };
    let is_asked = Prefer::of(&exchange.headers).r#return == Some(Return::Minimal);
    let minimal = is_asked || !restriction::shows_own(exchange);
    let events: Vec<_> = stored.iter().map(Version::of_stored).zip(bodies).collect();
    let push = |out: &mut Vec<u8>, (version, body): &(Version, Bytes)| {
        if minimal {
            push_receipt(out, version);
            return Ok(());
        }
        let kept = Kept { body, release: Release::R4, media: MediaType::Json, is_invalid: false };
        push_event(out, version, &kept)
    };
    let mut out = Vec::with_capacity(events.iter().map(|(_, body)| body.len() + 128).sum());
    out.extend_from_slice(b"{\"data\":");
    match events.as_slice() {
        [event] if !many => push(&mut out, event)?,
        events => push_array(&mut out, events, push)?,
    }
    out.push(b'}');
    let answer = Answer::plain(StatusCode::CREATED, out);
    Ok(match events.as_slice() {
        [(version, _)] if !many => answer.with(header::LOCATION, location(exchange, version)),
        _ => answer,
    })
}

fn stored(outcome: &Outcome) -> Result<Stored, Refusal> {
    match outcome {
        Outcome::Created(stored) | Outcome::Exists(stored) => Ok(*stored),
        Outcome::Ambiguous | Outcome::RolledBack => Err(Refusal::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            IssueType::Exception,
            "the store did not say what became of the event",
        )),
    }
}

fn push_receipt(out: &mut Vec<u8>, version: &Version) {
    out.extend_from_slice(b"{\"id\":");
    push_string(out, &version.id);
    out.extend_from_slice(b",\"received\":");
    push_string(out, &version.last_updated);
    out.push(b'}');
}

fn location(exchange: &Exchange, version: &Version) -> HeaderValue {
    let url = [&exchange.base, "/api/audit-events/", &version.id].concat();
    HeaderValue::from_str(&url).expect("the host was checked, the rest is ours")
}
