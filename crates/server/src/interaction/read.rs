//! Read: the current version of an event (<https://hl7.org/fhir/R4/http.html#read>).
use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
    version::{ETAG, Version, record_id},
};
use hyper::{StatusCode, header};
use kiln_fhir::Release;
use kiln_store::{Record, RecordKind};

/// Answers it, or 304 when `If-None-Match` names its one version.
pub(crate) fn read(exchange: &Exchange) -> Result<Answer, Refusal> {
    let record = find(exchange)?;
    let version = Version::of_record(&record);
    if is_known(exchange) {
        return Ok(version.tag(Answer::empty(StatusCode::NOT_MODIFIED)));
    }
    let json = version.rendered(&record.body);
    Ok(version.tag(Answer::fhir(StatusCode::OK, exchange.release, json)))
}

/// The event that the path names, in the release that was asked for.
///
/// # Errors
/// 404 for ids that no event has, ids that are none, and events of another release.
pub(crate) fn find(exchange: &Exchange) -> Result<Record, Refusal> {
    let (record, release) = find_any(exchange)?;
    if release == exchange.release {
        return Ok(record);
    }
    Err(Refusal::not_found(format!(
        "this event was received in another release, and conversion is not built yet: \
         read it under /fhir/{}",
        release.path()
    )))
}

/// The event that the path names, and its release.
///
/// # Errors
/// 404 for ids that no event has, and ids that are none.
pub(super) fn find_any(exchange: &Exchange) -> Result<(Record, Release), Refusal> {
    let id = record_id(&exchange.id).ok_or_else(unknown)?;
    let snapshot = exchange.app.store(&exchange.principal.tenant).snapshot();
    let at = snapshot.find(id)?.ok_or_else(unknown)?;
    let record = snapshot.read(at)?;
    if record.envelope.kind != RecordKind::AuditEvent {
        return Err(unknown());
    }
    let release = Release::from_number(record.envelope.release).ok_or_else(unknown)?;
    Ok((record, release))
}

fn is_known(exchange: &Exchange) -> bool {
    let tags = exchange.headers.get_all(header::IF_NONE_MATCH).iter();
    tags.filter_map(|tag| tag.to_str().ok())
        .flat_map(|tags| tags.split(','))
        .map(str::trim)
        .any(|tag| tag == ETAG || tag == "\"1\"" || tag == "*")
}

fn unknown() -> Refusal {
    Refusal::not_found("there is no AuditEvent with this id")
}
