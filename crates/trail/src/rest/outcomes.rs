//! Reads the answer to a batch or a transaction: entries by their position
//! (<https://hl7.org/fhir/R4/http.html#transaction-response>).
use super::answer::{Node, Reader, items};
use super::patient::About;
use super::reference::Address;
use super::resource::text;
use super::response::Told;
use super::{
    Asked, Bundle, BundleKind, Does, Entry, Happened, Limits, Patient, Response, Sent, answer,
};
use crate::Outcome;
use kiln_fhir::json::Tape;
use std::collections::HashMap;

impl Reader<'_> {
    /// Reads an answer to a Bundle.
    pub(super) fn bundle(self, sent: &Bundle, told: &Told, tape: Option<&Tape<'_>>) -> Happened {
        let status = told.status.unwrap_or_default();
        let mut happened = Happened::blank(told.status, whole(status));
        if let Some(tape) = tape {
            answer::issues((tape, 0), &mut happened.issues);
        }
        let answers = tape.filter(|_| happened.outcome == Outcome::Success);
        let answers = answers.and_then(|tape| responses(tape, sent.entries.len()));
        happened.is_whole = answers.is_some() || happened.outcome != Outcome::Success;
        happened.entries = if let (Some(tape), Some(answers)) = (tape, answers) {
            let pairs = sent.entries.iter().zip(answers);
            pairs.map(|(entry, at)| self.entry(entry, tape, at)).collect()
        } else {
            let told = untold(sent.kind, &happened);
            sent.entries.iter().map(|entry| self.untold(entry, &told)).collect()
        };
        name_placeholders(sent, &mut happened.entries, self.limits);
        happened
    }

    fn entry(self, entry: &Entry, tape: &Tape<'_>, at: usize) -> Happened {
        let response = tape.member(at, "response");
        let said = |name| response.and_then(|response| text(tape, response, name));
        let head =
            Response { location: said("location"), etag: said("etag"), ..Response::default() };
        let told = Told { status: said("status").and_then(status), ..head.told() };
        let body = tape.member(at, "resource").map(|resource| (tape, resource));
        let mut happened = self.answer(&entry.asked, &as_sent(entry), &told, body);
        let outcome = response.and_then(|response| tape.member(response, "outcome"));
        if let Some(outcome) = outcome {
            let node: Node<'_, '_> = (tape, outcome);
            answer::issues(node, &mut happened.issues);
        }
        happened
    }

    /// An entry of which the answer says nothing of its own.
    fn untold(self, entry: &Entry, told: &Told) -> Happened {
        let mut happened = self.answer(&entry.asked, &as_sent(entry), told, None);
        happened.is_whole = false;
        happened
    }
}

/// How a Bundle as a whole ended.
fn whole(status: u16) -> Outcome {
    match status {
        202 => Outcome::Unknown,
        200..300 => Outcome::Success,
        401 | 403 | 500.. => Outcome::Serious,
        _ => Outcome::Minor,
    }
}

/// What is known of each entry where there is no list of answers: of what was refused, that it was;
/// of a transaction that was done, that all of it was; else nothing.
fn untold(kind: BundleKind, happened: &Happened) -> Told {
    let is_done = happened.outcome == Outcome::Success;
    let is_known = match happened.outcome {
        Outcome::Unknown => false,
        Outcome::Success => kind == BundleKind::Transaction,
        Outcome::Minor | Outcome::Serious => true,
    };
    let status = if is_done { Some(200) } else { happened.status };
    Told { status: status.filter(|_| is_known), ..Told::default() }
}

/// The entries of an answer, where there is one for each that was sent.
fn responses(tape: &Tape<'_>, count: usize) -> Option<Vec<usize>> {
    let is_bundle = text(tape, 0, "resourceType") == Some("Bundle");
    let entries: Vec<usize> = items(tape, 0, "entry").collect();
    (is_bundle && entries.len() == count).then_some(entries)
}

/// `201 Created`, or `201`.
fn status(text: &str) -> Option<u16> {
    let number = text.trim_ascii_start().get(..3)?;
    number.parse().ok().filter(|status| (100..600).contains(status))
}

fn as_sent(entry: &Entry) -> Sent {
    match &entry.resource {
        Some(resource) if is_about(&entry.asked) => Sent::Resource(Box::new(resource.clone())),
        Some(resource) if matches!(entry.asked.does, Does::Patch(_) | Does::PatchIf(_)) => {
            Sent::Patch(resource.patients.clone())
        }
        _ => Sent::Opaque,
    }
}

/// Whether the resource of an entry is what it is about, and no patch.
fn is_about(asked: &Asked) -> bool {
    matches!(
        asked.does,
        Does::Create(_) | Does::Update(_) | Does::UpdateIf(_) | Does::Operation(..)
    )
}

/// Patients who got their ids with the transaction: entries refer to each other by `fullUrl`, and
/// by ids that a create replaces. In a batch they do not
/// (<https://hl7.org/fhir/R4/http.html#brules>).
fn name_placeholders(sent: &Bundle, done: &mut [Happened], limits: &Limits) {
    let mut names = HashMap::new();
    for (entry, happened) in sent.entries.iter().zip(done.iter()) {
        let Some(changed) = &happened.changed else { continue };
        let Some(id) = changed.id.as_ref().filter(|_| changed.r#type.as_str() == "Patient") else {
            continue;
        };
        let Some(full_url) = &entry.full_url else { continue };
        names.insert(full_url.clone(), Patient::of(id));
        let is_new = matches!(entry.asked.does, Does::Create(_));
        if let Some(address) = Address::parse(full_url).filter(|_| is_new) {
            names.insert(address.instance.to_string(), Patient::of(id));
        }
    }
    if names.is_empty() || sent.kind == BundleKind::Batch {
        return;
    }
    for (entry, happened) in sent.entries.iter().zip(done) {
        if entry.resource.is_some() {
            name_all(&mut happened.patients, &names, limits);
        }
        if let Some(resource) = &mut happened.resource {
            name_all(&mut resource.patients, &names, limits);
        }
    }
}

/// A placeholder becomes who it stands for. Another reference stays beside whom it may have been
/// made to refer to: an id is not taken away by what a client calls its entries.
fn name_all(patients: &mut Vec<Patient>, names: &HashMap<String, Patient>, limits: &Limits) {
    let mut about = About::default();
    for patient in std::mem::take(patients) {
        let (name, stays) = match &patient {
            Patient::Placeholder(name) => (names.get(name), false),
            Patient::Reference(name) => (names.get(name), true),
            Patient::Identifier { .. } => (None, true),
        };
        let other = name.cloned();
        if stays || other.is_none() {
            about.add(patient, limits);
        }
        if let Some(other) = other {
            about.add(other, limits);
        }
    }
    *patients = about.patients;
}
