//! Resources as entities.
use crate::{Patient, Returned, Version, Versioned, event::Writer};

/// Bytes of a text that somebody else wrote: an id has 64.
const TEXT_BYTES_MAX: usize = 256;

/// Bytes of a reference that somebody else wrote: it may be a URL.
const REFERENCE_BYTES_MAX: usize = 2048;

/// A version that is there, and nobody said which. No id can be this.
pub(super) const UNKNOWN: &str = "(unknown)";

/// As much of a text as an event holds.
pub(super) fn short(text: &str) -> &str {
    &text[..text.floor_char_boundary(TEXT_BYTES_MAX)]
}

/// A patient, as much of whom as an event holds.
pub(super) fn bounded(patient: Patient<'_>) -> Patient<'_> {
    match patient {
        Patient::Reference(reference) => {
            Patient::Reference(&reference[..reference.floor_char_boundary(REFERENCE_BYTES_MAX)])
        }
        Patient::Identifier { system, value } => {
            Patient::Identifier { system: system.map(short), value: short(value) }
        }
    }
}

/// Writes a Reference with its braces.
pub(super) fn reference(event: &mut Writer<'_>, r#type: &str, id: &str, version: Version<'_>) {
    let mut reference = [short(r#type), "/", short(id)].concat();
    if let Version::Known(version) = version {
        reference.extend(["/_history/", short(version)]);
    }
    event.raw("{\"reference\":").text(&reference).raw("}");
}

/// What is known of a resource that has no id, or not yet one.
pub(super) fn without_id(event: &mut Writer<'_>, r#type: &str) {
    event.raw("{\"type\":").uri(short(r#type)).raw(",\"display\":\"id unknown\"}");
}

/// The resource that it is all about, by its version where that is `version`.
pub(super) fn what(event: &mut Writer<'_>, of: &Versioned<'_>, version: Version<'_>) {
    match of.id {
        Some(id) => reference(event, of.r#type, id, version),
        None => without_id(event, of.r#type),
    }
}

/// Its type as an entity's, a Coding of FHIR's resource types.
pub(super) fn type_of(event: &mut Writer<'_>, r#type: &str) {
    event.raw("{\"system\":\"http://hl7.org/fhir/resource-types\",\"code\":");
    event.code(short(r#type)).raw(",\"display\":").code(short(r#type)).raw("}");
}

/// The part that a resource of a type plays, a code of HL7's object roles.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Role {
    pub(super) code: &'static str,
    pub(super) display: &'static str,
}

impl Role {
    pub(super) const PATIENT: Self = Self { code: "1", display: "Patient" };
    const REPORT: Self = Self { code: "3", display: "Report" };
    const DOMAIN_RESOURCE: Self = Self { code: "4", display: "Domain Resource" };
    const JOB: Self = Self { code: "20", display: "Job" };

    /// One of BALP's three.
    pub(super) fn of(r#type: &str) -> Self {
        match r#type {
            "Task" => Self::JOB,
            "Composition" | "DiagnosticReport" | "DocumentManifest" | "DocumentReference"
            | "MeasureReport" => Self::REPORT,
            _ => Self::DOMAIN_RESOURCE,
        }
    }
}

/// Writes details that have a value as `valueString`, and the comma before them.
pub(super) fn details(event: &mut Writer<'_>, details: &[(&str, Option<&str>)]) {
    let mut before = ",\"detail\":[{\"type\":\"";
    for (name, value) in details {
        let Some(value) = value else { continue };
        event.raw(before).raw(name).raw("\",\"valueString\":").text(short(value)).raw("}");
        before = ",{\"type\":\"";
    }
    if before.starts_with(",{") {
        event.raw("]");
    }
}

/// A version as a detail.
pub(super) fn version_id(version: Version<'_>) -> Option<&str> {
    match version {
        Version::Absent => None,
        Version::Known(version) => Some(version),
        Version::Unknown => Some(UNKNOWN),
    }
}

/// A resource that an answer showed, of a type that BALP's slices leave free.
pub(super) fn returned(event: &mut Writer<'_>, of: &Returned<'_>) {
    event.next().raw("\"what\":");
    reference(event, of.r#type, of.id, of.version);
    event.raw(",\"type\":");
    type_of(event, of.r#type);
    event.raw("}");
}
