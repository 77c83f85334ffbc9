//! What is refused for its content is counted, and goes to the reject shelf with its reason, so
//! that no evidence vanishes. It costs only what is refused, and never the answer: the shelf takes
//! it or counts that it did not.
use crate::{answer::Refusal, exchange::Exchange, router::Interaction};
use bytes::Bytes;
use hyper::StatusCode;
use kiln_fhir::{IssueType, Release, Severity};
use kiln_store::rejects::{Door, Rejected};
use std::sync::Arc;

/// Notes a request whose body was read and refused. Refusals that say nothing of a body pass by.
pub(crate) fn shelve(exchange: &Exchange, asked: Interaction, refusal: &Refusal) {
    let door = match asked {
        // Some senders post Bundles to `[base]/AuditEvent`, and are told of a Bundle.
        Interaction::Create if speaks_of_bundle(refusal) => Door::Bundle,
        Interaction::Create => Door::Create,
        Interaction::Batch => Door::Bundle,
        Interaction::PlainCreate => Door::Plain,
        _ => return,
    };
    put(exchange, door, 0, &exchange.body.bytes, refusal);
}

/// Notes an entry of a Bundle that was refused while others of it were not.
pub(crate) fn shelve_entry(
    exchange: &Exchange,
    position: usize,
    resource: Option<&[u8]>,
    refusal: &Refusal,
) {
    put(exchange, Door::Entry, position, resource.unwrap_or_default(), refusal);
}

fn put(exchange: &Exchange, door: Door, position: usize, body: &[u8], refusal: &Refusal) {
    if body.is_empty() || !is_for_content(refusal.status) {
        return;
    }
    exchange.app.metrics.rejected(code(refusal));
    let Some(shelf) = &exchange.tenant.shelf else { return };
    shelf.put(Rejected {
        received: exchange.app.now(),
        principal: Arc::clone(&exchange.principal.who),
        door,
        release: exchange.sent.at.map_or(0, Release::number),
        media_type: exchange.sent.media.number(),
        status: refusal.status.as_u16(),
        position: position as u32,
        outcome: refusal.outcome.to_json(),
        // A slice would keep the whole request in memory while it waits.
        body: Bytes::copy_from_slice(body),
    });
}

/// The same bytes would be refused again.
fn is_for_content(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNPROCESSABLE_ENTITY
    )
}

fn speaks_of_bundle(refusal: &Refusal) -> bool {
    let place = refusal.outcome.issues.first().and_then(|issue| issue.expression.as_deref());
    place.is_some_and(|place| place.starts_with("Bundle"))
}

/// The kind of the first error.
fn code(refusal: &Refusal) -> &'static str {
    let mut issues = refusal.outcome.issues.iter();
    let error = issues.find(|issue| issue.severity == Severity::Error);
    error.map_or(IssueType::Invalid, |issue| issue.code).code()
}
