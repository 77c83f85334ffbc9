//! Create: an event comes in (<https://hl7.org/fhir/R4/http.html#create>).
use super::{append, batch, proof, search_type};
use crate::{
    answer::{Answer, Refusal},
    audit::Look,
    exchange::{Exchange, parameters},
    form::Form,
    negotiate::{KILN_PROOF, Prefer, Return, only_value},
    patient_view,
    rendition::Kept,
    restriction,
    router::Interaction,
    version::Version,
};
use hyper::{
    StatusCode,
    header::{self, HeaderName, HeaderValue},
};
use kiln_fhir::{Issue, IssueType, OperationOutcome, Release};
use kiln_identity::Scope;
use kiln_index::Query;
use kiln_search::Handling;
use kiln_store::{Condition, Outcome, Record, RecordKind, Stored, Unit};
use std::sync::Arc;

const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
const IF_NONE_EXIST: HeaderName = HeaderName::from_static("if-none-exist");

/// Stores the event; 201 only when it is on disk. A Bundle that was sent here is taken as one.
pub(crate) async fn create(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    let body = exchange.body.bytes.clone();
    let limits = exchange.app.settings.event();
    let validation = &exchange.app.settings.validation;
    let (mut record, warnings) = match validation.accept(body.clone(), exchange.sent, limits) {
        Ok(taken) => taken,
        Err(_) if batch::is_bundle(&body, exchange.sent.media) => {
            return batch::batch(exchange).await;
        }
        Err(outcome) => return Err(refused(outcome, body.len() > limits.body_bytes_max)),
    };
    record.if_none_exist = if_none_exist(&exchange)?;
    let release = Release::from_number(record.release).unwrap_or(exchange.form.release);
    let is_invalid = record.kind == RecordKind::InvalidAuditEvent;
    let unit = Unit {
        records: vec![record],
        principal: Arc::clone(&exchange.principal.who),
        condition: Condition::Atomic,
        key: append::idempotency_key(&exchange)?,
    };
    let appended = append::append(&exchange, unit).await?;
    match appended.outcomes.first() {
        Some(Outcome::Created(stored)) => {
            let kept = Kept { body: &body, release, media: exchange.sent.media, is_invalid };
            answer(&exchange, StatusCode::CREATED, stored, &kept, warnings)
        }
        Some(outcome @ Outcome::Exists(stored)) => {
            matched(&exchange, sent_condition(&exchange), outcome);
            let record = existing(&exchange, stored)?;
            answer(&exchange, StatusCode::OK, stored, &Kept::of(&record)?, warnings)
        }
        Some(outcome @ Outcome::Ambiguous) => {
            matched(&exchange, sent_condition(&exchange), outcome);
            Err(ambiguous())
        }
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
    let snapshot = exchange.store().snapshot();
    let search = search_type::compile(exchange, &snapshot, &pairs, Handling::Strict)?;
    restriction::within(exchange, &snapshot, search.query)
}

/// Notes that a condition, as it was sent, has found something: that is a look at the log.
pub(super) fn matched(exchange: &Exchange, condition: String, outcome: &Outcome) {
    let (status, stored) = match outcome {
        Outcome::Exists(stored) => (StatusCode::OK, Some(stored)),
        Outcome::Ambiguous => (StatusCode::PRECONDITION_FAILED, None),
        Outcome::Created(_) | Outcome::RolledBack => return,
    };
    exchange.looks.inside(Look {
        interaction: Interaction::SearchType,
        id: stored.map_or_else(String::new, |stored| Version::of_stored(stored).id),
        patient: None,
        asked: condition,
        status,
        refused: None,
        saw: None,
    });
}

fn sent_condition(exchange: &Exchange) -> String {
    let text = only_value(&exchange.headers, &IF_NONE_EXIST).unwrap_or_default();
    ["If-None-Exist: ", text].concat()
}

/// 412: the condition names several events.
pub(super) fn ambiguous() -> Refusal {
    Refusal::new(
        StatusCode::PRECONDITION_FAILED,
        IssueType::MultipleMatches,
        "If-None-Exist matches several events: nothing was stored",
    )
}

/// An event that is there.
pub(super) fn existing(exchange: &Exchange, stored: &Stored) -> Result<Record, Refusal> {
    let snapshot = exchange.store().snapshot();
    patient_view::shown(exchange, snapshot.read(stored.log_index)?)
}

/// An event that breaks a limit of size is 413, all else as its issues say.
pub(super) fn refused(outcome: OperationOutcome, too_large: bool) -> Refusal {
    let mut refusal = Refusal::from(outcome);
    if too_large {
        refusal.status = StatusCode::PAYLOAD_TOO_LARGE;
    }
    refusal
}

/// What says how a search is answered, not what it finds.
pub(crate) const PAGING: [&str; 6] = ["_count", "_sort", "_total", "_summary", "_cursor", "_since"];

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
    kept: &Kept<'_>,
    warnings: Vec<Issue>,
) -> Result<Answer, Refusal> {
    let version = Version::of_stored(stored);
    // Where nobody has named a release, the event has one.
    let release = if exchange.is_open { kept.release } else { exchange.form.release };
    let form = Form { release, ..exchange.form };
    let prefer = Prefer::of(&exchange.headers);
    let shows = restriction::shows_own(exchange);
    let answer = match prefer.r#return {
        Some(Return::Minimal) if !shows => Answer::empty(status),
        _ if !shows => outcome(status, form, warnings),
        _ if prefer.proof => proof::answer(exchange, status, stored.log_index)?
            .with(PREFERENCE_APPLIED, HeaderValue::from_static(KILN_PROOF)),
        None | Some(Return::Representation) => {
            Answer::fhir(status, form, version.rendered(&kept.json_in(release)?))
        }
        Some(Return::Minimal) => Answer::empty(status),
        Some(Return::OperationOutcome) => outcome(status, form, warnings),
    };
    let location = HeaderValue::from_str(&version.location(&exchange.base));
    let location = location.expect("the host was checked, the rest is ours");
    Ok(version.tag(answer).with(header::LOCATION, location))
}

/// What is to be said of the event, without the event.
fn outcome(status: StatusCode, form: Form, issues: Vec<Issue>) -> Answer {
    let outcome = OperationOutcome { issues };
    Answer::fhir(status, form, outcome.to_json_in(form.release))
}
