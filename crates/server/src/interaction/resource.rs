//! FHIR's REST on the resources that Kiln keeps itself (`docs/trails.md`). What is asked is read by
//! `kiln_trail::rest`, as the gateway reads it; what is done leaves its events in the same unit.
mod bundle;
mod change;
mod commit;
mod criteria;
mod history;
mod patch;
mod read;
mod reply;
mod search;
mod told;

pub(super) use criteria::PARAMETERS;

use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
    resources::{ResourceSettings, Resources},
};
use bytes::Bytes;
use hyper::{
    StatusCode,
    header::{self, HeaderValue},
};
use kiln_fhir::{IssueType, MediaType, OperationOutcome, resource_type};
use kiln_identity::smart::{Allowed, ResourceAccess};
use kiln_trail::rest::{Asked, Does, Form, Head, Headers, Limits, ResourceType, Sent};
use reply::Reply;
use std::sync::Arc;

/// One interaction: a request, or an entry of a Bundle.
#[derive(Debug)]
struct Wanted {
    asked: Asked,
    /// What its body says.
    sent: Sent,
    /// Its body: the resource, the patch, the form.
    body: Bytes,
    /// The position in the Bundle that it came in.
    entry: u32,
    /// One name for all of a Bundle.
    correlation: Option<String>,
}

/// Answers what is asked of resources.
pub(super) async fn answer(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    if exchange.form.media != MediaType::Json {
        let says = "resources are kept and answered in JSON: accept application/fhir+json";
        return Err(Refusal::new(StatusCode::NOT_ACCEPTABLE, IssueType::NotSupported, says));
    }
    let limits = limits(&exchange);
    let asked = asked(&exchange, &limits)?;
    let body = exchange.body.bytes.clone();
    if asked.does == Does::Bundle {
        return bundle::answer(exchange, &asked, &limits).await;
    }
    let sent = check_form(&asked).and_then(|()| asked.body(&body, &limits).map_err(unread));
    let (sent, refused) = match sent {
        Ok(sent) => (sent, None),
        Err(refusal) => (Sent::Opaque, Some(refusal)),
    };
    let wanted = Arc::new(Wanted { asked, sent, body, entry: 0, correlation: None });
    let reply = match refused {
        Some(refusal) => told::refused(&exchange, &wanted, refusal).await,
        None => perform(&exchange, &wanted).await,
    };
    Ok(reply?.into_answer(&exchange, &wanted))
}

/// Whether a resource that is sent is JSON.
///
/// # Errors
/// 415 where it is not, or nothing says so.
fn check_form(asked: &Asked) -> Result<(), Refusal> {
    let is_sent =
        matches!(asked.does, Does::Create(_) | Does::Update(_) | Does::UpdateIf(_) | Does::Bundle);
    if !is_sent || asked.form == Some(Form::Json) {
        return Ok(());
    }
    let says = "resources are kept in JSON: send application/fhir+json";
    Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, IssueType::NotSupported, says))
}

/// Does one interaction. Whatever comes of it is told before it is answered.
async fn perform(exchange: &Arc<Exchange>, wanted: &Arc<Wanted>) -> Result<Reply, Refusal> {
    match run(exchange, wanted).await {
        Ok(reply) => Ok(reply),
        Err(refusal) => told::refused(exchange, wanted, refusal).await,
    }
}

async fn run(exchange: &Arc<Exchange>, wanted: &Arc<Wanted>) -> Result<Reply, Refusal> {
    let (r#type, access) = offered(exchange, &wanted.asked)?;
    let patient = allowed(exchange, r#type, access)?;
    match &wanted.asked.does {
        Does::Read(_) | Does::Vread(..) => read::read(exchange, wanted, patient).await,
        Does::HistoryInstance(_) | Does::HistoryType(_) => {
            history::history(exchange, wanted, patient).await
        }
        Does::SearchType(_) => search::search(exchange, wanted, patient).await,
        _ => commit::write(exchange, wanted, patient).await,
    }
}

/// The type that it is about, and the right that it needs.
///
/// # Errors
/// What this store does not offer.
fn offered(exchange: &Exchange, asked: &Asked) -> Result<(ResourceType, ResourceAccess), Refusal> {
    let access = match &asked.does {
        Does::Read(_) | Does::Vread(..) | Does::HistoryInstance(_) => ResourceAccess::Read,
        Does::SearchType(_) | Does::HistoryType(_) => ResourceAccess::Search,
        Does::Create(_) => ResourceAccess::Create,
        Does::Update(_) | Does::UpdateIf(_) | Does::Patch(_) => ResourceAccess::Update,
        Does::Delete(_) => ResourceAccess::Delete,
        Does::DeleteIf(Some(_)) | Does::PatchIf(_) => {
            let says = "what is deleted or patched is named by its id";
            return Err(not_allowed(says, "GET, HEAD, POST, PUT"));
        }
        Does::DeleteHistory(..) => {
            return Err(not_allowed("versions stay as they are", "GET, HEAD"));
        }
        _ => return Err(nothing_here()),
    };
    let release = settings(exchange).release;
    let is_kept = |of: &ResourceType| {
        let name = of.as_str();
        resource_type::is_of(name, release) && name != "AuditEvent"
    };
    let r#type = asked.resource_type().filter(is_kept).ok_or_else(nothing_here)?;
    Ok((r#type, access))
}

/// The patient to whose resources the right is limited, where it is.
///
/// # Errors
/// 403 where there is none.
fn allowed(
    exchange: &Exchange,
    r#type: ResourceType,
    access: ResourceAccess,
) -> Result<Option<String>, Refusal> {
    match exchange.principal.resources.allow(r#type.as_str(), access) {
        Allowed::All => Ok(None),
        Allowed::OfPatient(patient) => Ok(Some(patient.id.clone())),
        Allowed::No => Err(forbidden()),
    }
}

fn forbidden() -> Refusal {
    let says = "this needs a scope that you do not have";
    Refusal::new(StatusCode::FORBIDDEN, IssueType::Forbidden, says)
}

fn not_allowed(says: &str, allow: &'static str) -> Refusal {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, IssueType::NotSupported, says)
        .with(header::ALLOW, HeaderValue::from_static(allow))
}

fn nothing_here() -> Refusal {
    Refusal::not_found("nothing is served here: metadata lists what this server can do")
}

/// What is asked, by its method, path, query and headers.
fn asked(exchange: &Exchange, limits: &Limits) -> Result<Asked, Refusal> {
    let headers = exchange.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let headers = Headers::of(headers).map_err(unread)?;
    let query = Some(&*exchange.query).filter(|query| !query.is_empty());
    let (method, path) = (exchange.method.as_str(), &*exchange.below);
    Asked::read(&Head { method, path, query, headers }, limits).map_err(unread)
}

/// A request that is not understood, as a refusal of this room.
fn unread(refusal: kiln_trail::rest::Refusal) -> Refusal {
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
    let outcome = OperationOutcome::from(refusal.issue);
    let refused = Refusal { status, outcome, headers: Vec::new() };
    match refusal.allow {
        "" => refused,
        allow => refused.with(header::ALLOW, HeaderValue::from_static(allow)),
    }
}

fn limits(exchange: &Exchange) -> Limits {
    let bundle = &exchange.app.settings.bundle;
    Limits {
        query_bytes_max: exchange.app.settings.form_bytes_max,
        body_bytes_max: bundle.body_bytes_max,
        entries_max: bundle.entries_max,
        depth_max: settings(exchange).depth_max,
        ..Limits::default()
    }
}

fn settings(exchange: &Exchange) -> &ResourceSettings {
    let settings = exchange.app.settings.resources.as_ref();
    settings.expect("no resource has a route without them")
}

fn resources(exchange: &Exchange) -> &Resources {
    let resources = exchange.tenant.resources.as_ref();
    resources.expect("they are opened with the tenant where there are settings for them")
}
