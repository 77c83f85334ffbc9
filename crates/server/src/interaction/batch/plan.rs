//! What each entry of a Bundle asks for, before anything is done.
use super::{create, reply};
use crate::{
    answer::Refusal,
    audit::Look,
    exchange::Exchange,
    interaction::unchanging,
    rejects,
    router::{self, Interaction, Offers},
};
use bytes::Bytes;
use hyper::{Method, StatusCode};
use kiln_fhir::{
    Issue, IssueType, MediaType, Release,
    bundle::{self, BundleType, Entry},
    xml,
};
use kiln_store::NewRecord;
use std::collections::HashMap;

/// A Bundle that was understood.
pub(super) struct Plan {
    pub(super) kind: BundleType,
    /// One for each entry, in order.
    pub(super) steps: Vec<Step>,
    /// What is to be stored.
    pub(super) records: Vec<NewRecord>,
}

/// What is to be done for one entry.
pub(super) enum Step {
    /// Store the record at this position of the plan's records, on the condition that was sent.
    Store { record: usize, warnings: Vec<Issue>, condition: Option<Box<str>> },
    /// Answer a read or a search.
    Fetch(Fetch),
    /// Tell why not.
    Refuse(Refusal),
}

/// A read or a search inside a Bundle.
pub(super) struct Fetch {
    pub(super) interaction: Interaction,
    pub(super) compartment: Option<&'static str>,
    pub(super) id: String,
    pub(super) version: String,
    pub(super) query: String,
    /// As it was sent.
    pub(super) asked: String,
}

/// The resources of a Bundle, as they were sent.
enum Resources {
    /// In JSON, inside of its bytes.
    Inside(Bytes),
    /// In XML, by the position of their entries.
    Apart(HashMap<usize, Vec<u8>>),
}

impl Resources {
    fn take(&mut self, entry: &Entry<'_>, position: usize) -> Option<Bytes> {
        match self {
            Self::Inside(body) => entry.resource.map(|resource| body.slice_ref(resource)),
            Self::Apart(resources) => resources.remove(&position).map(Bytes::from),
        }
    }
}

/// An entry, where it stands, and its resource.
struct SentEntry<'a> {
    entry: &'a Entry<'a>,
    position: usize,
    resource: Option<Bytes>,
}

/// Understands a Bundle.
///
/// # Errors
/// What is wrong with the Bundle itself; in a transaction, the first thing wrong with an entry.
pub(super) fn plan(exchange: &Exchange) -> Result<Plan, Refusal> {
    let body = &exchange.body.bytes;
    let limits = &exchange.app.settings.bundle;
    let refused = |outcome| create::refused(outcome, body.len() > limits.body_bytes_max);
    let (body, mut resources) = match exchange.sent.media {
        MediaType::Json => (body.clone(), Resources::Inside(body.clone())),
        MediaType::Xml => {
            // Without a release it is one: what a Bundle is has not changed.
            let release = exchange.sent.at.unwrap_or(Release::R4);
            let apart = xml::take_apart(body, release, limits).map_err(refused)?;
            (apart.json.into(), Resources::Apart(apart.resources.into_iter().collect()))
        }
    };
    let bundle = bundle::parse(&body, limits).map_err(refused)?;
    let kind = bundle.r#type;
    let mut plan =
        Plan { kind, steps: Vec::with_capacity(bundle.entries.len()), records: Vec::new() };
    for (position, entry) in bundle.entries.iter().enumerate() {
        let sent = SentEntry { entry, position, resource: resources.take(entry, position) };
        let resource = sent.resource.clone();
        let step = step(exchange, kind, sent, &mut plan.records);
        let step = match step {
            Err(refusal) if kind == BundleType::Transaction => {
                return Err(whole(refusal, position));
            }
            Err(refusal) => {
                rejects::shelve_entry(exchange, position, resource.as_deref(), &refusal);
                Step::Refuse(refusal)
            }
            Ok(step) => step,
        };
        plan.steps.push(step);
    }
    Ok(plan)
}

/// The refusal with its issues pointing into the Bundle.
pub(super) fn at_entry(mut refusal: Refusal, position: usize) -> Refusal {
    for issue in &mut refusal.outcome.issues {
        let place = match issue.expression.as_deref() {
            Some(path) => match path.strip_prefix("AuditEvent") {
                Some(below) => format!("Bundle.entry[{position}].resource{below}"),
                None => format!("Bundle.entry[{position}]"),
            },
            None => format!("Bundle.entry[{position}]"),
        };
        issue.expression = Some(place);
    }
    refusal
}

/// A transaction fails as a whole: 422 where only rules are broken, else 400.
fn whole(refusal: Refusal, position: usize) -> Refusal {
    let mut refusal = at_entry(refusal, position);
    if refusal.status != StatusCode::UNPROCESSABLE_ENTITY {
        refusal.status = StatusCode::BAD_REQUEST;
    }
    refusal
}

fn step(
    exchange: &Exchange,
    kind: BundleType,
    sent: SentEntry<'_>,
    records: &mut Vec<NewRecord>,
) -> Result<Step, Refusal> {
    let entry = sent.entry;
    if let Some(outcome) = &entry.error {
        return Err(outcome.clone().into());
    }
    // What is in a collection has been forwarded: there is nothing to do with it but to store it.
    if kind == BundleType::Collection {
        return store(exchange, sent, records);
    }
    let asked = asked(exchange, entry)?;
    match asked.interaction {
        Interaction::Create => store(exchange, sent, records),
        Interaction::Unchanging => Err(Refusal::new(
            StatusCode::METHOD_NOT_ALLOWED,
            IssueType::BusinessRule,
            unchanging::WHY,
        )),
        Interaction::Read
        | Interaction::Vread
        | Interaction::HistoryInstance
        | Interaction::HistoryType
        | Interaction::SearchType
        | Interaction::SearchCompartment
            if kind == BundleType::Batch =>
        {
            Ok(Step::Fetch(asked))
        }
        _ => Err(Refusal::new(
            StatusCode::NOT_IMPLEMENTED,
            IssueType::NotSupported,
            "this is not offered in such a Bundle: send it alone",
        )),
    }
}

fn store(
    exchange: &Exchange,
    sent: SentEntry<'_>,
    records: &mut Vec<NewRecord>,
) -> Result<Step, Refusal> {
    let SentEntry { entry, position, resource } = sent;
    let Some(body) = resource else {
        return Err(Refusal::bad_request(IssueType::Required, "the entry has no resource"));
    };
    if entry.resource_type.as_deref().is_some_and(|name| name != "AuditEvent") {
        return Err(Refusal::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            IssueType::NotSupported,
            "this server keeps AuditEvent, and no other resource type",
        ));
    }
    let limits = exchange.app.settings.event();
    let too_large = body.len() > limits.body_bytes_max;
    let validation = &exchange.app.settings.validation;
    let (mut record, warnings) = validation
        .accept(body, exchange.sent, limits)
        .map_err(|outcome| create::refused(outcome, too_large))?;
    record.entry = position as u32;
    if let Some(text) = &entry.if_none_exist {
        let condition = create::condition(exchange, text);
        record.if_none_exist =
            Some(condition.inspect_err(|refusal| note_refused(exchange, text, refusal))?);
    }
    records.push(record);
    let condition = entry.if_none_exist.as_deref().map(Box::from);
    Ok(Step::Store { record: records.len() - 1, warnings, condition })
}

/// Notes that somebody wanted to look at the log by a condition.
fn note_refused(exchange: &Exchange, condition: &str, refusal: &Refusal) {
    exchange.looks.inside(Look {
        interaction: Interaction::SearchType,
        id: String::new(),
        patient: None,
        asked: reply::named(condition),
        status: refusal.status,
        refused: Some(refusal.clone()),
        saw: None,
    });
}

/// The interaction that `request` names, by the same table as a request of its own, which is the
/// same for every release.
fn asked(exchange: &Exchange, entry: &Entry<'_>) -> Result<Fetch, Refusal> {
    let says = "entry.request needs a method and a url";
    let wrong = || Refusal::bad_request(IssueType::Required, says);
    let method = entry.method.as_deref().ok_or_else(wrong)?;
    let method = Method::from_bytes(method.as_bytes()).map_err(|_no_method| wrong())?;
    let url = entry.url.as_deref().ok_or_else(wrong)?;
    let below = below_base(url, &exchange.base).ok_or_else(|| {
        Refusal::bad_request(IssueType::Value, "request.url is one of another server")
    })?;
    let (path, query) = below.split_once('?').unwrap_or((below, ""));
    let matched = router::find(&method, &format!("/fhir/r4/{path}"), Offers::default())?;
    let fetch = Fetch {
        interaction: matched.route.interaction,
        compartment: matched.compartment,
        id: matched.id,
        version: matched.version,
        query: query.to_owned(),
        asked: [method.as_str(), " ", below].concat(),
    };
    if !exchange.principal.may(matched.route.scope) {
        let says = "this entry needs a scope that you do not have";
        let refusal = Refusal::new(StatusCode::FORBIDDEN, IssueType::Forbidden, says);
        exchange
            .looks
            .inside(Look { refused: Some(refusal.clone()), ..fetch.look(refusal.status) });
        return Err(refusal);
    }
    Ok(fetch)
}

impl Fetch {
    /// What is recorded of it.
    pub(super) fn look(&self, status: StatusCode) -> Look {
        let (id, patient) = match self.compartment {
            None => (self.id.clone(), None),
            Some(name) => (String::new(), (name == "Patient").then(|| self.id.clone())),
        };
        let (interaction, asked) = (self.interaction, self.asked.clone());
        Look { interaction, id, patient, asked, status, refused: None, saw: None }
    }
}

/// The part of `request.url` below the base: `AuditEvent`, `/AuditEvent`, or absolute on this
/// server. `None` for another server's.
fn below_base<'a>(url: &'a str, base: &str) -> Option<&'a str> {
    let boundary = |below: &&str| below.is_empty() || below.starts_with(['/', '?']);
    if let Some(below) = url.strip_prefix(base).filter(boundary) {
        return Some(below.strip_prefix('/').unwrap_or(below));
    }
    let path = url.split('?').next().unwrap_or(url);
    if path.contains(':') || path.starts_with("//") {
        return None;
    }
    let base_path = base.splitn(4, '/').nth(3).unwrap_or("");
    let below = url.strip_prefix('/').unwrap_or(url);
    let below = below.strip_prefix(base_path).filter(boundary).unwrap_or(below);
    Some(below.strip_prefix('/').unwrap_or(below))
}

#[cfg(test)]
mod tests;
