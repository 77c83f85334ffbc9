//! Read: the current version of an event (<https://hl7.org/fhir/R4/http.html#read>).
use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
    patient_view,
    rendition::Kept,
    restriction, tasks,
    version::{Version, record_id},
};
use hyper::{StatusCode, header};
use kiln_fhir::MediaType;
use kiln_store::Record;
use std::sync::Arc;

/// Answers it, or 304 when `If-None-Match` names its one version.
pub(crate) async fn read(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    let record = find(&exchange)?;
    written(exchange, record, answer).await
}

/// Answers it, on the thread that asks.
pub(super) fn run(exchange: &Exchange) -> Result<Answer, Refusal> {
    answer(exchange, &find(exchange)?)
}

/// Writes an answer about a record; what is large and must be converted is kept off the threads
/// that serve connections.
pub(super) async fn written(
    exchange: Arc<Exchange>,
    record: Record,
    write: fn(&Exchange, &Record) -> Result<Answer, Refusal>,
) -> Result<Answer, Refusal> {
    let form = exchange.form;
    let is_native = Kept::of(&record)?.is_native(form.release) && form.media == MediaType::Json;
    if is_native || record.body.len() <= AT_ONCE_BYTES_MAX {
        return write(&exchange, &record);
    }
    let app = Arc::clone(&exchange.app);
    let deadline = app.settings.search_deadline;
    tasks::blocking(&app.searches, deadline, move |_| write(&exchange, &record)).await
}

/// To convert so much is work of a moment.
const AT_ONCE_BYTES_MAX: usize = 32 << 10;

fn answer(exchange: &Exchange, record: &Record) -> Result<Answer, Refusal> {
    let version = Version::of_record(record);
    if is_known(exchange, &version) {
        return Ok(version.tag(Answer::empty(StatusCode::NOT_MODIFIED)));
    }
    let json = version.rendered(&Kept::of(record)?.json_in(exchange.form.release)?);
    Ok(version.tag(Answer::fhir(StatusCode::OK, exchange.form, json)))
}

/// The event that the path names.
///
/// # Errors
/// 404 for ids that no event has, and ids that are none.
pub(crate) fn find(exchange: &Exchange) -> Result<Record, Refusal> {
    let snapshot = exchange.store().snapshot();
    let id = record_id(&exchange.id).ok_or_else(unknown)?;
    let at = snapshot.find(id)?.ok_or_else(unknown)?;
    if !restriction::shows(exchange, &snapshot, at)? {
        return Err(unknown());
    }
    let record = snapshot.read(at)?;
    if !record.envelope.kind.is_audit_event() {
        return Err(unknown());
    }
    patient_view::shown(exchange, record)
}

fn is_known(exchange: &Exchange, version: &Version) -> bool {
    let etag = version.etag();
    let tags = exchange.headers.get_all(header::IF_NONE_MATCH).iter();
    tags.filter_map(|tag| tag.to_str().ok())
        .flat_map(|tags| tags.split(','))
        .map(str::trim)
        .any(|tag| tag == etag || Some(tag) == etag.strip_prefix("W/") || tag == "*")
}

pub(super) fn unknown() -> Refusal {
    Refusal::not_found("there is no AuditEvent with this id")
}
