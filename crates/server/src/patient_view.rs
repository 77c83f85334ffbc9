//! A patient's view: the events that name this patient, and of each what is theirs to see.
//!
//! What is hidden must not be found, either: a search for another patient that hits an event of
//! this one would tell that it names both. So only what is shown of every event may be searched by.
use crate::{answer::Refusal, exchange::Exchange};
use bytes::Bytes;
use hyper::StatusCode;
use kiln_fhir::{Issue, IssueType, MediaType, Release};
use kiln_identity::{PatientContext, TenantId};
use kiln_search::{Handling, Subject};
use kiln_store::Record;

/// The patient whose events alone the principal may see.
pub(crate) fn subject(exchange: &Exchange) -> Option<Subject> {
    let patient = context(exchange)?;
    let bases = bases(exchange);
    Some(Subject::new(&patient.id, bases.iter().map(String::as_str)))
}

/// The record as the principal may see it: every way from the log to an answer leads through here.
///
/// # Errors
/// 500 where the stored event cannot be read.
pub(crate) fn shown(exchange: &Exchange, record: Record) -> Result<Record, Refusal> {
    match subject(exchange) {
        Some(subject) => redacted(&|text| subject.is(text), record),
        None => Ok(record),
    }
}

/// As [`shown`], for many.
///
/// # Errors
/// Those of [`shown`].
pub(crate) fn all_shown(exchange: &Exchange, records: Vec<Record>) -> Result<Vec<Record>, Refusal> {
    let Some(subject) = subject(exchange) else { return Ok(records) };
    records.into_iter().map(|record| redacted(&|text| subject.is(text), record)).collect()
}

/// That the whole event is not asked for.
///
/// # Errors
/// 403 in a patient's view.
pub(crate) fn refuse_whole_event(exchange: &Exchange) -> Result<(), Refusal> {
    let says = "a patient's view shows no event as it was received, for it may name others: read \
                the event itself, or ask for its $proof, which shows that it is in the log";
    match context(exchange) {
        Some(_) => Err(forbidden(says)),
        None => Ok(()),
    }
}

/// A search that a patient's view may be asked for.
pub(crate) struct Narrowed {
    /// Names and values.
    pub(crate) pairs: Vec<(String, String)>,
    /// That others were left out, if so.
    pub(crate) warning: Option<Issue>,
}

/// Those parameters that a patient's view may be searched by.
///
/// # Errors
/// 403 for another patient; for parameters of what is hidden where they may not be left out.
pub(crate) fn narrowed(
    exchange: &Exchange,
    pairs: &[(String, String)],
    handling: Handling,
) -> Result<Narrowed, Refusal> {
    let Some((patient, subject)) = context(exchange).zip(subject(exchange)) else {
        return Ok(Narrowed { pairs: pairs.to_vec(), warning: None });
    };
    let is_theirs = |value: &str| value == patient.id || subject.is(value);
    if exchange.compartment == Some("Patient") && exchange.id != patient.id {
        return Err(forbidden(OTHERS));
    }
    let of_others = |(name, value): &&(String, String)| name == "patient" && !is_theirs(value);
    if pairs.iter().any(|pair| of_others(&pair)) {
        return Err(forbidden(OTHERS));
    }
    let safe = pairs.iter().filter(|(name, value)| is_safe(name, value));
    let safe: Vec<_> = safe.cloned().collect();
    let is_narrower = safe.len() < pairs.len();
    if is_narrower && handling == Handling::Strict {
        return Err(forbidden(SAFE));
    }
    let says = || format!("{SAFE}: the others were left out");
    let warning = is_narrower.then(|| Issue::warning(IssueType::Forbidden, says()));
    Ok(Narrowed { pairs: safe, warning })
}

/// That the filters of the plain API are such that a patient's view may be searched by.
///
/// # Errors
/// As those of [`narrowed`], and none is left out.
pub(crate) fn narrowed_plain(
    exchange: &Exchange,
    filters: &[(String, String)],
) -> Result<(), Refusal> {
    let own = |name: &str| matches!(name, "timeZone" | "limit" | "cursor");
    let others = filters.iter().filter(|(name, _)| !own(name)).map(|(name, value)| match &**name {
        // A party is found by its identifiers, too.
        "agent" => ("agent-name".to_owned(), value.clone()),
        _ => (name.clone(), value.clone()),
    });
    narrowed(exchange, &others.collect::<Vec<_>>(), Handling::Strict).map(|_searched| ())
}

const OTHERS: &str = "this view is of one patient alone: nobody else's events are searched here";
const SAFE: &str = "a patient's view is searched by date, action, outcome, type, subtype, \
                    category, code, purpose, patient, _id and _lastUpdated, without \
                    modifiers, and by agent and source as Type/id of whom is no patient";

/// Whether all that can match is shown of every event.
fn is_safe(name: &str, value: &str) -> bool {
    match name {
        "date" | "dateFrom" | "dateTo" | "action" | "outcome" | "type" | "subtype" | "category"
        | "code" | "purpose" | "patient" | "_id" | "_lastUpdated" | "_count" | "_sort"
        | "_total" | "_summary" | "_cursor" => true,
        // An agent that is another patient is hidden, by whatever is known of it.
        "agent" | "participant" | "source" => value.split(',').all(is_typed),
        _ => false,
    }
}

/// `Practitioner/1`, and no patient.
fn is_typed(value: &str) -> bool {
    let is_id = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    value.split_once('/').is_some_and(|(name, id)| {
        let is_type = name.bytes().all(|byte| byte.is_ascii_alphabetic())
            && name.starts_with(|first: char| first.is_ascii_uppercase());
        is_type && name != "Patient" && !id.is_empty() && id.bytes().all(is_id)
    })
}

fn context(exchange: &Exchange) -> Option<&PatientContext> {
    exchange.principal.reach.patient.as_ref()
}

/// The record as a patient may see it of whom `is_theirs` knows the references.
///
/// # Errors
/// 500 where the stored event cannot be read.
pub(crate) fn redacted(
    is_theirs: &dyn Fn(&str) -> bool,
    record: Record,
) -> Result<Record, Refusal> {
    let release = Release::from_number(record.envelope.release);
    let media = MediaType::from_number(record.envelope.media_type);
    let (Some(release), Some(media)) = (release, media) else { return Err(Refusal::damaged()) };
    let mut body = Vec::with_capacity(record.body.len());
    let written = match media {
        MediaType::Json => kiln_fhir::redact(&record.body, release, is_theirs, &mut body),
        MediaType::Xml => {
            let json = kiln_fhir::xml::to_json(&record.body, release, &crate::intake::STORED);
            let json = json.map_err(|_outcome| Refusal::damaged())?;
            kiln_fhir::redact(&json, release, is_theirs, &mut body)
        }
    };
    if written.is_err() {
        tracing::error!("a stored event cannot be redacted, and is not shown");
        return Err(Refusal::damaged());
    }
    let mut record = Record { body: Bytes::from(body), ..record };
    record.envelope.media_type = MediaType::Json.number();
    Ok(record)
}

/// Where references to this server begin, as its operator says: a host that the request names
/// could be anybody's.
pub(crate) fn bases(exchange: &Exchange) -> Vec<String> {
    let Some(url) = &exchange.app.settings.base_url else { return Vec::new() };
    let tenant = &exchange.tenant.id;
    let prefix = match tenant.as_str() {
        TenantId::DEFAULT => String::new(),
        name => format!("/t/{name}"),
    };
    let releases = Release::SERVED.iter().map(|release| format!("/{}", release.path()));
    releases
        .chain([String::new()])
        .map(|release| [url, &prefix, "/fhir", &release].concat())
        .collect()
}

fn forbidden(says: &str) -> Refusal {
    Refusal::new(StatusCode::FORBIDDEN, IssueType::Forbidden, says)
}

#[cfg(test)]
mod tests;
