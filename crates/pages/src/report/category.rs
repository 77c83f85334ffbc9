//! To which kinds of data something was done: types of resources and of DICOM's objects. Never
//! which one, and nothing of it where the event names other patients too, whose data it may be.
use super::{
    person::{Person, may_be_patient, type_of},
    told::{codes, references},
};
use kiln_fhir::{AuditEvent, Entity, resource_type};

/// Kinds of data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Categories {
    /// FHIR's names of resource types, and those of [`DICOM`]; sorted, each once.
    pub names: Vec<String>,
    /// Whether it is about others too, so that nothing more is told of it.
    pub is_shared: bool,
}

/// DICOM's object roles and event types that are a kind of data, by names of ours.
const DICOM: [(&str, &str); 5] = [
    ("110102", "DicomInstances"),
    ("110103", "DicomInstances"),
    ("110104", "DicomInstances"),
    ("110105", "DicomStudy"),
    ("110107", "DicomInstances"),
];

/// The role of an entity that is a report (<https://hl7.org/fhir/R4/codesystem-object-role.html>).
const REPORT: &str = "3";

/// Tells to which kinds of data an event was done.
pub(super) fn of(event: &AuditEvent<'_>, person: &Person, base: Option<&str>) -> Categories {
    let mut others = references(event).filter(|it| may_be_patient(it) && !person.is(it, base));
    if others.next().is_some() || has_another_person(event, person, base) {
        return Categories { names: Vec::new(), is_shared: true };
    }
    let mut names: Vec<String> = event.entities.iter().filter_map(kind).collect();
    let dicom = codes(event).filter_map(|code| DICOM.iter().find(|(known, _)| *known == code));
    names.extend(dicom.map(|(_, name)| (*name).to_owned()));
    names.sort_unstable();
    names.dedup();
    if names.len() > 1 {
        // Whose data it is stands in nearly every event beside the data.
        names.retain(|name| name != "Patient");
    }
    Categories { names, is_shared: false }
}

/// Whether an entity is a patient by its role, and not this person.
fn has_another_person(event: &AuditEvent<'_>, person: &Person, base: Option<&str>) -> bool {
    event.entities.iter().any(|entity| {
        let is_theirs = entity.what.as_ref().is_some_and(|what| person.is(what, base));
        is_in_role(entity, "1") && !is_theirs
    })
}

fn kind(entity: &Entity<'_>) -> Option<String> {
    let by_reference = entity.what.as_ref().and_then(type_of);
    let by_type = || entity.r#type.as_ref()?.code.as_deref();
    let name = by_reference.or_else(by_type).filter(|name| resource_type::is_known(name));
    let name = name.or_else(|| is_in_role(entity, REPORT).then_some("DiagnosticReport"));
    name.or_else(|| is_in_role(entity, "1").then_some("Patient")).map(str::to_owned)
}

fn is_in_role(entity: &Entity<'_>, role: &str) -> bool {
    let codings = entity.role.iter().flat_map(|concept| &concept.coding);
    codings.filter_map(|coding| coding.code.as_deref()).any(|code| code == role)
}

#[cfg(test)]
mod tests;
