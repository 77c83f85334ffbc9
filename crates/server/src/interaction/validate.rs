//! `$validate`: what is wrong with an event, as a create would find it. Nothing is stored
//! (<https://hl7.org/fhir/R4/resource-operation-validate.html>).
mod parameters;

use super::{read, unchanging};
use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
    intake, patient_view,
    rendition::Kept,
    tasks,
    version::Version,
};
use hyper::StatusCode;
use kiln_fhir::{Issue, IssueType, Limits, OperationOutcome, Release};
use kiln_store::Record;
use parameters::{Asked, Mode, Resource};
use std::sync::Arc;

/// Of the type: looks at the event that is sent. 200, whatever is wrong with it.
pub(crate) async fn validate(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    looked_at(exchange, |exchange| {
        let asked = parameters::read(exchange)?;
        match &asked.resource {
            Some(resource) => Ok(answer(exchange, &asked, sent(exchange, resource)?)),
            None if asked.mode == Some(Mode::Delete) => Ok(answer(exchange, &asked, Vec::new())),
            None => Err(nothing_to_look_at()),
        }
    })
    .await
}

/// Of an event: looks at what is stored, in its own release and as it is answered; at what is sent
/// where something is.
pub(crate) async fn validate_instance(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    looked_at(exchange, |exchange| {
        patient_view::refuse_whole_event(exchange)?;
        let record = read::find(exchange)?;
        let asked = parameters::read(exchange)?;
        let issues = match &asked.resource {
            Some(resource) => sent(exchange, resource)?,
            None => stored(exchange, &record)?,
        };
        Ok(answer(exchange, &asked, issues))
    })
    .await
}

/// More than a moment's work is kept off the threads that serve connections.
async fn looked_at(
    exchange: Arc<Exchange>,
    look: fn(&Exchange) -> Result<Answer, Refusal>,
) -> Result<Answer, Refusal> {
    let is_instance = !exchange.id.is_empty();
    if exchange.body.bytes.len() <= AT_ONCE_BYTES_MAX && !is_instance {
        return look(&exchange);
    }
    let app = Arc::clone(&exchange.app);
    let deadline = app.settings.search_deadline;
    tasks::blocking(&app.searches, deadline, move |_| look(&exchange)).await
}

const AT_ONCE_BYTES_MAX: usize = 32 << 10;

/// What is wrong with an event that was sent.
///
/// # Errors
/// 413 where it is larger than an event may be: a create would not look at it, either.
fn sent(exchange: &Exchange, resource: &Resource) -> Result<Vec<Issue>, Refusal> {
    let limits = exchange.app.settings.event();
    let (json, release, bytes) = match resource {
        Resource::Json { json, at } => (&json[..], *at, json.len()),
        Resource::Xml { json, release, bytes } => (&json[..], Some(*release), *bytes),
        Resource::Unreadable(outcome) => return Ok(outcome.issues.clone()),
    };
    if bytes > limits.body_bytes_max {
        return Err(too_large(limits));
    }
    // Of XML the size was looked at in the form that it was sent in.
    let limits = Limits { body_bytes_max: json.len(), ..*limits };
    Ok(match kiln_fhir::receive(json, release, &limits) {
        Ok(parsed) => with(parsed.warnings, well(parsed.event.release)),
        Err(outcome) => outcome.issues,
    })
}

/// What is wrong with an event that is stored.
fn stored(exchange: &Exchange, record: &Record) -> Result<Vec<Issue>, Refusal> {
    let kept = Kept::of(record)?;
    let asked = exchange.form.release;
    let own = judged(&kept.json_in(kept.release)?, kept.release);
    if asked == kept.release {
        return Ok(own);
    }
    let rendered = Version::of_record(record).rendered(&kept.json_in(asked)?);
    let rendered = judged(&rendered, asked);
    Ok(told(own, "as it was sent").chain(told(rendered, "as it is answered here")).collect())
}

fn judged(json: &[u8], release: Release) -> Vec<Issue> {
    match kiln_fhir::parse(json, release, &intake::STORED) {
        Ok(parsed) => with(parsed.warnings, well(release)),
        Err(outcome) => outcome.issues,
    }
}

fn told(issues: Vec<Issue>, of: &str) -> impl Iterator<Item = Issue> {
    issues.into_iter().map(move |mut issue| {
        issue.diagnostics = format!("{of}: {}", issue.diagnostics);
        issue
    })
}

fn well(release: Release) -> Issue {
    Issue::information(format!("this is a valid AuditEvent of FHIR {}", release.version()))
}

fn with(mut issues: Vec<Issue>, last: Issue) -> Vec<Issue> {
    issues.push(last);
    issues
}

fn answer(exchange: &Exchange, asked: &Asked, found: Vec<Issue>) -> Answer {
    let issues = asked.issues().chain(found).collect();
    let outcome = OperationOutcome { issues };
    Answer::fhir(StatusCode::OK, exchange.form, outcome.to_json_in(exchange.form.release))
}

impl Asked {
    /// What is to be said of the request itself.
    fn issues(&self) -> impl Iterator<Item = Issue> {
        let changes = matches!(self.mode, Some(Mode::Update | Mode::Delete));
        let changes = changes.then(|| Issue::error(IssueType::BusinessRule, unchanging::WHY));
        let profile = self.has_profile.then(|| {
            let says = "profiles are not checked, base FHIR is: ask without a profile";
            Issue::error(IssueType::NotSupported, says)
        });
        let unknown = self.has_unknown.then(|| {
            let says = "a parameter is not known and was left out: resource, mode and profile are";
            Issue::warning(IssueType::NotSupported, says)
        });
        changes.into_iter().chain(profile).chain(unknown)
    }
}

fn nothing_to_look_at() -> Refusal {
    let says = "send an AuditEvent, or Parameters with one that is called resource";
    Refusal::bad_request(IssueType::Required, says)
}

fn too_large(limits: &Limits) -> Refusal {
    Refusal::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        IssueType::TooLong,
        format!("the event is larger than {} bytes", limits.body_bytes_max),
    )
}
