//! An event as one patient may see it: who, when, action, outcome, purpose, source, and the
//! entities that are this patient; nothing else of it.
//!
//! What is shown is written anew from a list of elements, so that what nobody has thought of stays
//! hidden: other entities and every query, names, descriptions and details of entities, free text,
//! narrative, contained resources, extensions, ids of elements.
mod party;
mod value;

use crate::json::{self, Tape, Value};
use crate::{Issue, Limits, Release};
type Writer = Vec<u8>;

/// `meta.security` of what is shown
/// (<http://terminology.hl7.org/CodeSystem/v3-ObservationValue>, `REDACTED`).
pub const REDACTED: &str = concat!(
    r#"{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","#,
    r#""code":"REDACTED","display":"redacted"}"#
);

/// Appends an event as the patient may see it of whom `is_theirs` knows the references. `json` was
/// accepted or kept in this release; the result is an event of the same.
///
/// # Errors
/// It is no JSON.
pub fn redact(
    json: &[u8],
    release: Release,
    is_theirs: &dyn Fn(&str) -> bool,
    out: &mut Vec<u8>,
) -> Result<(), Issue> {
    let limits =
        Limits { body_bytes_max: usize::MAX, depth_max: usize::MAX, nodes_max: usize::MAX };
    let tape = json::read(json, &limits, "AuditEvent")?;
    Redaction { tape: &tape, release, is_theirs }.event(out);
    Ok(())
}

/// One event that is being written.
struct Redaction<'t, 'a> {
    tape: &'t Tape<'a>,
    release: Release,
    is_theirs: &'t dyn Fn(&str) -> bool,
}

impl Redaction<'_, '_> {
    fn event(&self, out: &mut Vec<u8>) {
        let must: &[&str] = match self.release {
            Release::R5 => &["code"],
            Release::Dstu2 => &[],
            _ => &["type"],
        };
        let start = out.len();
        out.extend_from_slice(br#"{"resourceType":"AuditEvent","meta":{"security":["#);
        if let Some(meta) = self.tape.member(0, "meta")
            && let Some(labels) = self.tape.member(meta, "security")
        {
            for label in self.tape.children(labels) {
                if self.coded(label, out) {
                    out.push(b',');
                }
            }
        }
        out.extend_from_slice(REDACTED.as_bytes());
        out.extend_from_slice(b"]}");
        let members = out.len();
        if self.members(0, must, out, |name, at, out| self.element(name, at, out)) {
            // Its brace gives way to a comma: the two objects are one.
            out[members] = b',';
        } else {
            out.truncate(members);
            out.push(b'}');
        }
        debug_assert!(out.len() > start, "something is written");
    }

    /// An element of the event, or of DSTU2's `event`.
    fn element(&self, name: &str, at: usize, out: &mut Writer) -> bool {
        match name {
            "language" | "action" | "severity" | "recorded" | "dateTime" | "occurredDateTime" => {
                self.scalar(at, out)
            }
            "type" | "subtype" | "category" | "code" | "purposeOfEvent" | "authorization" => {
                self.each(at, out, |at, out| self.coded(at, out))
            }
            "event" => self.members(at, &["type"], out, |name, at, out| match name {
                "type" | "subtype" | "action" | "dateTime" | "outcome" | "purposeOfEvent" => {
                    self.element(name, at, out)
                }
                _ => false,
            }),
            "period" | "occurredPeriod" => self.members(at, &[], out, |name, at, out| {
                matches!(name, "start" | "end") && self.scalar(at, out)
            }),
            "outcome" => self.outcome(at, out),
            "patient" => self.is_of(at) && self.reference(at, false, out),
            "agent" | "participant" => self.each(at, out, |at, out| self.agent(at, out)),
            "source" => self.source(at, out),
            "entity" | "object" => self.each(at, out, |at, out| self.entity(at, out)),
            _ => false,
        }
    }

    /// A code; in the draft of R5 a concept, in R5 an object with a code. What it says in words
    /// may name others.
    fn outcome(&self, at: usize, out: &mut Writer) -> bool {
        match self.tape.value(at) {
            Value::Object(_) if self.tape.member(at, "coding").is_none() => {
                let must: &[&str] = match self.release {
                    Release::R5 | Release::R6 => &["code"],
                    _ => &[],
                };
                self.members(at, must, out, |name, at, out| name == "code" && self.coded(at, out))
            }
            Value::Object(_) => self.coded(at, out),
            _ => self.scalar(at, out),
        }
    }

    /// Whether a reference is to the patient.
    fn is_of(&self, reference: usize) -> bool {
        self.member_text(reference, "reference").is_some_and(self.is_theirs)
    }

    fn member_text(&self, at: usize, name: &str) -> Option<&str> {
        self.tape.text(self.tape.member(at, name)?)
    }
}

#[cfg(test)]
mod tests;
