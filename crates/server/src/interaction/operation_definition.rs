//! The definitions of Kiln's operations, at the URLs that `metadata` names, in the shape of each
//! release (<https://hl7.org/fhir/R4/operationdefinition.html>).
use super::capabilities::{is_before_r4, link};
use crate::{
    answer::{Answer, Refusal},
    exchange::Told,
};
use hyper::StatusCode;
use kiln_fhir::Release;
use serde_json::{Value, json};

/// An operation.
#[derive(Debug)]
pub(super) struct Operation {
    /// The resource type that it is of.
    pub(super) of: &'static str,
    /// Without its `$`.
    pub(super) code: &'static str,
    name: &'static str,
    title: &'static str,
    description: &'static str,
    /// The definition of the standard that it is a part of.
    base: Option<&'static str>,
    /// Whether it is asked of the type, too, not of an event alone.
    of_type: bool,
    parameters: &'static [Parameter],
}

#[derive(Debug)]
struct Parameter {
    name: &'static str,
    is_in: bool,
    /// Whether it must be there.
    min: u8,
    /// Whether it may be there more than once.
    many: bool,
    r#type: &'static str,
    documentation: &'static str,
}

/// Every operation.
pub(super) static OPERATIONS: [Operation; 6] = [
    Operation {
        of: "AuditEvent",
        code: "original",
        name: "Original",
        title: "The exact bytes of an audit event",
        description: "Answers the bytes of the event exactly as they were received, in the release \
            and format that they were sent in: its white space, the order of its elements, its \
            numbers and escapes, and the id and meta that its sender gave it.",
        base: None,
        of_type: false,
        parameters: &[Parameter {
            name: "return",
            is_in: false,
            min: 1,
            many: false,
            r#type: "AuditEvent",
            documentation: "The event as it was received.",
        }],
    },
    Operation {
        of: "AuditEvent",
        code: "proof",
        name: "Proof",
        title: "The receipt of an audit event",
        description: "Answers a proof that the event is in the log, as text (c2sp.org/tlog-proof), \
            whatever is accepted: with the bytes of $original and the keys of log and witnesses it \
            is checked without this server. Kiln-Evidence says whether witnesses have cosigned its \
            checkpoint: witnessed, or self-signed only. No log can prove what was never sent.",
        base: None,
        of_type: false,
        parameters: &[Parameter {
            name: "return",
            is_in: false,
            min: 1,
            many: false,
            r#type: "Binary",
            documentation: "The proof, text/plain.",
        }],
    },
    Operation {
        of: "AuditEvent",
        code: "verify",
        name: "Verify",
        title: "Whether stored audit events are what the log says",
        description: "Reads an event, or a stretch of the log, from disk again, and follows each \
            record to the root of the newest checkpoint. It tells what this server finds; a \
            receipt of $proof asks nobody to believe it.",
        base: None,
        of_type: true,
        parameters: &VERIFY_PARAMETERS,
    },
    Operation {
        of: "AuditEvent",
        code: "validate",
        name: "Validate",
        title: "What is wrong with an audit event",
        description: "Checks an event against base FHIR, as a create would: structure, \
            cardinalities, primitives, required bindings and invariants. Nothing is stored. On an \
            event that is stored it checks what was sent, in its own release, and what is answered \
            in the release of the URL.",
        base: Some("http://hl7.org/fhir/OperationDefinition/Resource-validate"),
        of_type: true,
        parameters: &[
            Parameter {
                name: "resource",
                is_in: true,
                min: 0,
                many: false,
                r#type: "AuditEvent",
                documentation: "The event; without it, the one that the URL names.",
            },
            Parameter {
                name: "mode",
                is_in: true,
                min: 0,
                many: false,
                r#type: "code",
                documentation: "create; update and delete always fail, for events never change.",
            },
            Parameter {
                name: "profile",
                is_in: true,
                min: 0,
                many: false,
                r#type: "uri",
                documentation: "That of base FHIR; any other one is an error.",
            },
            Parameter {
                name: "return",
                is_in: false,
                min: 1,
                many: false,
                r#type: "OperationOutcome",
                documentation: "What is wrong, what is unusual, or that all is well.",
            },
        ],
    },
    Operation {
        of: "Patient",
        code: "access-report",
        name: "AccessReport",
        title: "Who looked at a person's record",
        description: "Answers who accessed data about a person, grouped by organisation and \
            person, with what for, which kinds of data, recorded by whom, and each access; first \
            which systems feed this log and what it lacks. Nothing that names another patient is \
            in it. By _format or Accept it is text/html, application/pdf (PDF/UA-1), text/csv or a \
            document Bundle. It is recorded in the audit of the audit.",
        base: None,
        of_type: false,
        parameters: &REPORT_PARAMETERS,
    },
    Operation {
        of: "Patient",
        code: "disclosure-accounting",
        name: "DisclosureAccounting",
        title: "To whom a person's data were disclosed",
        description: "Answers the disclosures of data about a person, with date, recipient, \
            address, what and purpose, but not those for treatment, payment and operations (45 CFR \
            164.528), of six years where no start is said. Otherwise as $access-report.",
        base: None,
        of_type: false,
        parameters: &REPORT_PARAMETERS,
    },
];

/// What reports take and answer.
static REPORT_PARAMETERS: [Parameter; 5] = [
    said(true, "start", 0, "date", "The first day; in the zone that times are shown in."),
    said(true, "end", 0, "date", "The last day."),
    Parameter {
        many: true,
        ..said(
            true,
            "identifier",
            0,
            "string",
            "Another name of the same person: system|value, Patient/id, or a Patient's URL.",
        )
    },
    said(true, "language", 0, "code", "en or de; without it, the settings' or the browser's."),
    said(false, "return", 1, "Bundle", "A document; or a Binary, in the form that is asked for."),
];

/// What `verify` takes and says.
static VERIFY_PARAMETERS: [Parameter; 11] = [
    said(true, "from", 0, "decimal", "Of the type: the first position in the log; 0 without it."),
    said(true, "to", 0, "decimal", "Of the type: the position after the last one."),
    said(false, "verdict", 1, "code", "ok, altered, or missing: the worst that was found."),
    said(false, "evidence", 1, "string", "witnessed, or self-signed only."),
    said(false, "size", 1, "decimal", "The records that the checkpoint covers."),
    said(false, "checkpoint", 1, "string", "The checkpoint, a signed note."),
    said(false, "from", 1, "decimal", "The first position that was looked at."),
    said(false, "to", 1, "decimal", "The position after the last one."),
    Parameter {
        many: true,
        ..said(false, "altered", 0, "decimal", "A record that is not what the checkpoint says.")
    },
    Parameter {
        many: true,
        ..said(false, "missing", 0, "decimal", "A record that cannot be read.")
    },
    said(false, "next", 0, "decimal", "Where to go on, as from."),
];

const fn said(
    is_in: bool,
    name: &'static str,
    min: u8,
    r#type: &'static str,
    documentation: &'static str,
) -> Parameter {
    Parameter { name, is_in, min, many: false, r#type, documentation }
}

/// Where the definition of an operation is.
pub(super) fn definition(operation: &Operation, base: &str) -> String {
    format!("{base}/OperationDefinition/{}", operation.id())
}

/// Answers the definition that the path names.
pub(crate) fn read(about: &Told<'_>) -> Result<Answer, Refusal> {
    let mut operations = OPERATIONS.iter();
    let operation = operations.find(|operation| operation.id() == about.id).ok_or_else(|| {
        Refusal::not_found("there is no such operation: metadata lists those that there are")
    })?;
    let definition = operation.resource(about.base, about.form.release);
    Ok(Answer::fhir(StatusCode::OK, about.form, definition.to_string().into_bytes()))
}

impl Operation {
    fn id(&self) -> String {
        format!("{}-{}", self.of, self.code)
    }

    fn resource(&self, base: &str, release: Release) -> Value {
        let parameters: Vec<Value> =
            self.parameters.iter().map(|parameter| parameter.element(release)).collect();
        let mut definition = json!({
            "resourceType": "OperationDefinition",
            "id": self.id(),
            "url": definition(self, base),
            "name": self.name,
            "status": "active",
            "kind": "operation",
            "description": self.description,
            "code": self.code,
            "system": false,
            "instance": true,
            "parameter": parameters,
        });
        if let Some(base) = self.base {
            definition["base"] = link(base, release);
        }
        if is_before_r4(release) {
            definition["idempotent"] = json!(true);
        } else {
            definition["affectsState"] = json!(false);
            definition["title"] = json!(self.title);
        }
        // DSTU2 says by the types themselves that it is asked of them.
        if release == Release::Dstu2 {
            definition["type"] = json!([self.of]);
        } else {
            definition["resource"] = json!([self.of]);
            definition["type"] = json!(self.of_type);
        }
        definition
    }
}

impl Parameter {
    fn element(&self, release: Release) -> Value {
        let is_canonical = self.r#type == "uri" && !is_before_r4b(release);
        json!({
            "name": self.name,
            "use": if self.is_in { "in" } else { "out" },
            "min": self.min,
            "max": if self.many { "*" } else { "1" },
            "documentation": self.documentation,
            "type": if is_canonical { "canonical" } else { self.r#type },
        })
    }
}

/// Until then profiles were named by a `uri`.
fn is_before_r4b(release: Release) -> bool {
    is_before_r4(release) || release == Release::R4
}

#[cfg(test)]
mod tests;
