//! Reads answers: of one request, and of one entry of a Bundle.
use super::patient::About;
use super::resource::text;
use super::response::Told;
use super::{Asked, Changed, Does, Happened, Limits, Method, Patient, Resource, Response, Sent};
use crate::Outcome;
use kiln_fhir::json::{Tape, Value};

/// A resource in a document.
pub(super) type Node<'t, 'a> = (&'t Tape<'a>, usize);

/// How answers are read.
#[derive(Copy, Clone)]
pub(super) struct Reader<'r> {
    pub(super) bases: &'r [&'r str],
    pub(super) limits: &'r Limits,
}

/// How an answer of this status ended. A redirect is followed by nobody here; a write that was
/// accepted and no more is not known to be done.
pub(super) fn outcome(asked: &Asked, status: Option<u16>) -> Outcome {
    match status {
        None => Outcome::Unknown,
        Some(202) if !asked.is_read() && !matches!(asked.does, Does::Operation(..)) => {
            Outcome::Unknown
        }
        Some(200..300 | 304) => Outcome::Success,
        Some(401 | 403 | 500..) => Outcome::Serious,
        Some(_) => Outcome::Minor,
    }
}

impl Reader<'_> {
    /// Reads what an answer says of all but a Bundle that was sent.
    pub(super) fn answer(
        self,
        asked: &Asked,
        sent: &Sent,
        told: &Told,
        body: Option<Node<'_, '_>>,
    ) -> Happened {
        let mut happened = Happened::blank(told.status, outcome(asked, told.status));
        let is_done = happened.outcome == Outcome::Success;
        if let Some(node) = body {
            issues(node, &mut happened.issues);
        }
        if is_done && shows_many(asked) {
            self.list(asked, body, &mut happened);
        } else {
            let shown = body.filter(|_| is_done).and_then(|node| self.shown(asked, node));
            happened.changed = changed(asked, told, shown.as_ref(), is_done);
            happened.resource = shown.or_else(|| sent.resource().filter(|_| is_done).cloned());
        }
        happened.patients = self.patients(asked, sent, &happened);
        happened.tags = happened.resource.as_ref().map(|it| it.tags.clone()).unwrap_or_default();
        happened
    }

    /// The resource of the body, where it is the one that was asked for.
    fn shown(self, asked: &Asked, (tape, at): Node<'_, '_>) -> Option<Resource> {
        let shown = Resource::on(tape, at, self.bases, self.limits)?;
        (Some(shown.r#type) == asked.resource_type()).then_some(shown)
    }

    /// Whom a request and its answer are about, matches aside.
    fn patients(self, asked: &Asked, sent: &Sent, happened: &Happened) -> Vec<Patient> {
        let mut about = About::default();
        let own = happened.changed.as_ref().filter(|changed| changed.r#type.as_str() == "Patient");
        let own = own.and_then(|changed| changed.id.as_ref()).map(Patient::of);
        let resource = happened.resource.iter().flat_map(|resource| &resource.patients);
        let named = asked.patients(sent.form(), self.limits);
        for patient in named.iter().chain(own.iter()).chain(resource).chain(sent.patients()) {
            about.add(patient.at(self.bases), self.limits);
        }
        about.patients
    }

    /// Lists what a Bundle, or whatever an operation answers, shows.
    fn list(self, asked: &Asked, body: Option<Node<'_, '_>>, happened: &mut Happened) {
        let is_operation = matches!(asked.does, Does::Operation(..) | Does::AsyncStatus);
        let Some((tape, at)) = body else {
            // An operation may have nothing to show, a HEAD shows nothing.
            happened.is_whole = is_operation || asked.method == Method::Head;
            return;
        };
        match text(tape, at, "resourceType") {
            Some("Bundle") => self.entries(tape, at, happened),
            Some("Parameters") if is_operation => {
                for item in items(tape, at, "parameter") {
                    let Some(resource) = tape.member(item, "resource") else { continue };
                    match text(tape, resource, "resourceType") {
                        Some("Bundle") => self.entries(tape, resource, happened),
                        _ => self.list_one(tape, resource, true, happened),
                    }
                }
            }
            Some("OperationOutcome") if is_operation => {}
            // The files of an export are asked for one by one; anything else shows what it shows.
            None if is_operation => {
                happened.is_whole = tape.member(at, "transactionTime").is_some();
            }
            _ if is_operation => self.list_one(tape, at, true, happened),
            _ => happened.is_whole = false,
        }
    }

    fn entries(self, tape: &Tape<'_>, at: usize, happened: &mut Happened) {
        happened.total = tape.member(at, "total").and_then(|total| number(tape.value(total)));
        for entry in items(tape, at, "entry") {
            let mode = tape.member(entry, "search").and_then(|search| text(tape, search, "mode"));
            let is_match = mode != Some("include");
            match tape.member(entry, "resource") {
                Some(_) if mode == Some("outcome") => {}
                Some(resource) => self.list_one(tape, resource, is_match, happened),
                None => self.list_deleted(tape, entry, happened),
            }
        }
    }

    fn list_one(self, tape: &Tape<'_>, at: usize, is_match: bool, happened: &mut Happened) {
        match Resource::on(tape, at, self.bases, self.limits) {
            Some(resource) => self.keep(resource, is_match, happened),
            None => happened.is_whole = false,
        }
    }

    /// An entry of a history without a resource: that version is a deletion.
    fn list_deleted(self, tape: &Tape<'_>, entry: usize, happened: &mut Happened) {
        let Some(request) = tape.member(entry, "request") else { return };
        let response = tape.member(entry, "response");
        let answered = |name| response.and_then(|response| text(tape, response, name));
        let addresses =
            [answered("location"), text(tape, entry, "fullUrl"), text(tape, request, "url")];
        let told = addresses.map(|location| Response {
            location,
            etag: answered("etag"),
            ..Response::default()
        });
        let Some(told) = told.iter().map(Response::told).find(|told| told.instance.is_some())
        else {
            happened.is_whole = false;
            return;
        };
        let Some(instance) = told.instance else { return };
        let gone = Resource {
            id: Some(instance.id.clone()),
            version: told.version,
            patients: if instance.r#type.as_str() == "Patient" {
                vec![Patient::of(&instance.id)]
            } else {
                Vec::new()
            },
            ..Resource::bare(instance.r#type)
        };
        self.keep(gone, true, happened);
    }

    fn keep(self, resource: Resource, is_match: bool, happened: &mut Happened) {
        happened.returned_count += 1;
        if happened.returned.len() + happened.included.len() >= self.limits.returned_max {
            happened.is_whole = false;
        } else if is_match {
            happened.returned.push(resource);
        } else {
            happened.included.push(resource);
        }
    }
}

/// Whether what comes back is a list, not the one resource that the path names.
fn shows_many(asked: &Asked) -> bool {
    matches!(
        asked.does,
        Does::HistoryInstance(_)
            | Does::HistoryType(_)
            | Does::HistorySystem
            | Does::SearchType(_)
            | Does::SearchSystem
            | Does::SearchCompartment(..)
            | Does::Operation(..)
            | Does::AsyncStatus
    )
}

fn changed(asked: &Asked, told: &Told, shown: Option<&Resource>, is_done: bool) -> Option<Changed> {
    let named = asked.instance();
    let mut changed = Changed {
        r#type: asked.resource_type()?,
        id: named.map(|instance| instance.id.clone()),
        version: None,
        old: None,
        is_new: false,
    };
    if !is_done {
        return Some(changed);
    }
    let told_of = told.instance.as_ref().filter(|told| named.is_none_or(|named| named == *told));
    if let Some(instance) = told_of {
        (changed.r#type, changed.id) = (instance.r#type, Some(instance.id.clone()));
    }
    let shown_id = || shown.and_then(|shown| shown.id.clone());
    changed.id = changed.id.or_else(shown_id);
    let shown_version = || shown.and_then(|shown| shown.version.clone());
    let version = told.version.clone().or_else(shown_version);
    changed.version = version.or_else(|| asked.version().cloned());
    if asked.is_read() {
        return Some(changed);
    }
    let if_match = asked.conditions.if_match.as_ref();
    changed.old = if_match.and_then(|tags| tags.version()).cloned();
    changed.is_new = told.status == Some(201);
    Some(changed)
}

/// The codes of issues that FHIR has, up to R6.
const ISSUE_CODES: [&str; 37] = [
    "business-rule",
    "code-invalid",
    "conflict",
    "deleted",
    "duplicate",
    "exception",
    "expired",
    "extension",
    "forbidden",
    "incomplete",
    "informational",
    "invalid",
    "invariant",
    "limited-filter",
    "lock-error",
    "login",
    "multiple-matches",
    "no-store",
    "not-found",
    "not-supported",
    "processing",
    "required",
    "security",
    "structure",
    "success",
    "suppressed",
    "throttled",
    "timeout",
    "too-costly",
    "too-long",
    "transient",
    "unknown",
    "value",
    "version-mismatch",
    "mfa-required",
    "operation-not-supported",
    "unsupported",
];

/// Notes the codes of an `OperationOutcome`.
pub(super) fn issues((tape, at): Node<'_, '_>, found: &mut Vec<&'static str>) {
    if text(tape, at, "resourceType") != Some("OperationOutcome") {
        return;
    }
    for issue in items(tape, at, "issue") {
        let code = text(tape, issue, "code");
        let known = ISSUE_CODES.iter().find(|known| Some(**known) == code);
        found.extend(known.filter(|known| !found.contains(known)).copied());
    }
}

/// Items of a member.
pub(super) fn items<'t, 'a>(
    tape: &'t Tape<'a>,
    at: usize,
    name: &str,
) -> impl Iterator<Item = usize> + use<'t, 'a> {
    tape.member(at, name).into_iter().flat_map(|list| tape.items(list))
}

/// A number of JSON; in XML it may have become text.
fn number(value: Value<'_>) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}
