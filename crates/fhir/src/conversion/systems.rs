//! Code systems whose URLs moved (`README.md`, section 5, of the shared tables). Only codes of the
//! value sets that an element is bound to are translated, only where the target's code system has
//! the code, and only where the way back is the same.
use super::codes;
use crate::Release;
use crate::definition::Slot;

/// A code system that has had several URLs.
#[derive(Copy, Clone, Debug)]
pub(super) enum System {
    Dicom,
    EventType,
    EntityType,
    ObjectRole,
    Lifecycle,
    SourceType,
    SecurityRole,
    /// Those of HL7 version 3, `ActReason` among them.
    Version3,
}

use System::{
    Dicom, EntityType, EventType, Lifecycle, ObjectRole, SecurityRole, SourceType, Version3,
};

/// What a URL becomes.
pub(super) enum Url {
    /// It stays, and so it does on the way back.
    Same,
    Moved(String),
    /// It stays, but the way back would make another one of it: it is the target's own already.
    Unsure,
    /// It means a code system of the target that lacks the code.
    Wrong,
}

/// The systems of an element's value set.
pub(super) fn of_slot(slot: Slot, in_entity: bool, in_source: bool) -> &'static [System] {
    match slot {
        Slot::Type if in_entity => &[EntityType],
        Slot::Type if in_source => &[SourceType],
        Slot::Type => &[EventType, Dicom],
        Slot::Subtype | Slot::Media => &[Dicom],
        Slot::Role if in_entity => &[ObjectRole],
        Slot::Role => &[SecurityRole, Dicom, Version3],
        Slot::Lifecycle => &[Lifecycle],
        Slot::Purpose | Slot::SecurityLabel => &[Version3],
        _ => &[],
    }
}

/// Whether any URL differs between two releases. Since R4 none has moved.
pub(super) fn moved(from: Release, to: Release) -> bool {
    era(from) != era(to)
}

/// The URL of a code as the target has it.
pub(super) fn url(known: &[System], url: &str, code: &str, from: Release, to: Release) -> Url {
    for system in known {
        let (old, new) = (system.prefix(from), system.prefix(to));
        if old == new {
            continue;
        }
        let is_version3 = matches!(system, Version3);
        let rest = |prefix| url.strip_prefix(prefix).filter(|rest| rest.is_empty() != is_version3);
        let is_own = rest(old);
        if is_own.is_none() && rest(new).is_none() {
            continue;
        }
        let lacks = [from, to].map(|release| codes::lacks(url, code, release));
        return match (is_own, lacks) {
            // A code that one of the two lacks keeps the URL of the other.
            (Some(_), [false, true]) | (None, [true, false]) => Url::Same,
            (Some(_), [true, false]) | (None, _) => Url::Unsure,
            (Some(rest), _) => Url::Moved(format!("{new}{rest}")),
        };
    }
    Url::Same
}

fn era(release: Release) -> u8 {
    release.number().min(Release::R4.number())
}

impl System {
    /// Its URL, or how its URLs begin.
    fn prefix(self, release: Release) -> &'static str {
        match (self, era(release)) {
            (Dicom, 1) => "http://nema.org/dicom/dicm",
            (Dicom, _) => "http://dicom.nema.org/resources/ontology/DCM",
            (EventType, ..3) => "http://hl7.org/fhir/audit-event-type",
            (EventType, _) => "http://terminology.hl7.org/CodeSystem/audit-event-type",
            (EntityType, 1) => "http://hl7.org/fhir/object-type",
            (EntityType, 2) => "http://hl7.org/fhir/audit-entity-type",
            (EntityType, _) => "http://terminology.hl7.org/CodeSystem/audit-entity-type",
            (ObjectRole, ..3) => "http://hl7.org/fhir/object-role",
            (ObjectRole, _) => "http://terminology.hl7.org/CodeSystem/object-role",
            (Lifecycle, 1) => "http://hl7.org/fhir/object-lifecycle",
            (Lifecycle, 2) => "http://hl7.org/fhir/dicom-audit-lifecycle",
            (Lifecycle, _) => "http://terminology.hl7.org/CodeSystem/dicom-audit-lifecycle",
            (SourceType, ..3) => "http://hl7.org/fhir/security-source-type",
            (SourceType, _) => "http://terminology.hl7.org/CodeSystem/security-source-type",
            (SecurityRole, ..3) => "http://hl7.org/fhir/extra-security-role-type",
            (SecurityRole, _) => "http://terminology.hl7.org/CodeSystem/extra-security-role-type",
            (Version3, ..3) => "http://hl7.org/fhir/v3/",
            (Version3, _) => "http://terminology.hl7.org/CodeSystem/v3-",
        }
    }
}
