//! Create: an event comes in (<https://hl7.org/fhir/R4/http.html#create>).
use super::{append, batch, search_type};
use crate::{
    answer::{Answer, Refusal},
    exchange::{Exchange, parameters},
    intake,
    negotiate::{Prefer, Return, only_value},
    principal::Scope,
    version::Version,
};
use bytes::Bytes;
use hyper::{
    StatusCode,
    header::{self, HeaderName, HeaderValue},
};
use kiln_fhir::{Issue, IssueType, OperationOutcome};
use kiln_index::Query;
use kiln_search::Handling;
use kiln_store::{Condition, Outcome, Stored, Unit};
use std::sync::Arc;

const IF_NONE_EXIST: HeaderName = HeaderName::from_static("if-none-exist");

/// Stores the event; 201 only when it is on disk. A Bundle that was sent here is taken as one.
pub(crate) async fn create(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    let body = exchange.body.bytes.clone();
    let limits = exchange.app.settings.event();
    let (mut record, warnings) = match intake::new_record(body.clone(), exchange.release, limits) {
        Ok(taken) => taken,
        Err(_) if batch::is_bundle(&body) => return batch::batch(exchange).await,
        Err(outcome) => return Err(refused(outcome, body.len() > limits.body_bytes_max)),
    };
    record.if_none_exist = if_none_exist(&exchange)?;
    let unit = Unit {
        records: vec![record],
        principal: Arc::clone(&exchange.principal.who),
        condition: Condition::Atomic,
        key: append::idempotency_key(&exchange)?,
    };
    let appended = append::append(&exchange, unit).await?;
    match appended.outcomes.first() {
        Some(Outcome::Created(stored)) => {
            Ok(answer(&exchange, StatusCode::CREATED, stored, &body, warnings))
        }
        Some(Outcome::Exists(stored)) => {
            let body = existing(&exchange, stored)?;
            Ok(answer(&exchange, StatusCode::OK, stored, &body, warnings))
        }
        Some(Outcome::Ambiguous) => Err(ambiguous()),
        Some(Outcome::RolledBack) | None => Err(Refusal::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            IssueType::Exception,
            "the store did not say what became of the event",
        )),
    }
}

/// The condition that the text of `If-None-Exist` or `ifNoneExist` says: a search, every part of it
/// understood (<https://hl7.org/fhir/R4/http.html#ccreate>).
///
/// # Errors
/// 403 for a principal that may not search: the answer would be an oracle.
pub(super) fn condition(exchange: &Exchange, text: &str) -> Result<Query, Refusal> {
    if !exchange.principal.may(Scope::Search) {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            IssueType::Forbidden,
            "a conditional create needs the scope to search",
        ));
    }
    let text = text.strip_prefix("AuditEvent").unwrap_or(text);
    let text = text.strip_prefix('?').unwrap_or(text);
    let pairs = parameters(text)?;
    if pairs.is_empty() || pairs.iter().any(|(name, _)| PAGING.contains(&name.as_str())) {
        let says =
            "If-None-Exist is a search by parameters of AuditEvent, without paging or sorting";
        return Err(Refusal::bad_request(IssueType::Invalid, says));
    }
    let snapshot = exchange.app.store(&exchange.principal.tenant).snapshot();
    Ok(search_type::compile(exchange, &snapshot, &pairs, Handling::Strict)?.query)
}

/// 412: the condition names several events.
pub(super) fn ambiguous() -> Refusal {
    Refusal::new(
        StatusCode::PRECONDITION_FAILED,
        IssueType::MultipleMatches,
        "If-None-Exist matches several events: nothing was stored",
    )
}

/// The bytes of an event that was there before.
pub(super) fn existing(exchange: &Exchange, stored: &Stored) -> Result<Bytes, Refusal> {
    let snapshot = exchange.app.store(&exchange.principal.tenant).snapshot();
    Ok(snapshot.read(stored.log_index)?.body)
}

/// An event that breaks a limit of size is 413, all else as its issues say.
pub(super) fn refused(outcome: OperationOutcome, too_large: bool) -> Refusal {
    let mut refusal = Refusal::from(outcome);
    if too_large {
        refusal.status = StatusCode::PAYLOAD_TOO_LARGE;
    }
    refusal
}

const PAGING: [&str; 6] = ["_count", "_sort", "_total", "_summary", "_cursor", "_since"];

fn if_none_exist(exchange: &Exchange) -> Result<Option<Query>, Refusal> {
    if !exchange.headers.contains_key(IF_NONE_EXIST) {
        return Ok(None);
    }
    let text = only_value(&exchange.headers, &IF_NONE_EXIST)
        .ok_or_else(|| Refusal::bad_request(IssueType::Invalid, "If-None-Exist is ASCII, once"))?;
    condition(exchange, text).map(Some)
}

fn answer(
    exchange: &Exchange,
    status: StatusCode,
    stored: &Stored,
    body: &[u8],
    warnings: Vec<Issue>,
) -> Answer {
    let version = Version::of_stored(stored);
    let answer = match Prefer::of(&exchange.headers).r#return {
        None | Some(Return::Representation) => {
            Answer::fhir(status, exchange.release, version.rendered(body))
        }
        Some(Return::Minimal) => Answer::empty(status),
        Some(Return::OperationOutcome) => {
            let outcome = OperationOutcome { issues: warnings };
            Answer::fhir(status, exchange.release, outcome.to_json())
        }
    };
    let location = HeaderValue::from_str(&version.location(&exchange.base));
    version
        .tag(answer)
        .with(header::LOCATION, location.expect("the host was checked, the rest is ours"))
}
