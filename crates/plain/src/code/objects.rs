//! With what it happened: the codes of sources and entities
//! (<https://hl7.org/fhir/R4/valueset-audit-source-type.html>,
//! <https://hl7.org/fhir/R4/valueset-audit-entity-type.html>,
//! <https://hl7.org/fhir/R4/valueset-object-role.html>).
use super::{Codes, System};

/// Kinds of sources.
pub(super) const SOURCE_TYPES: System = System {
    url: "http://terminology.hl7.org/CodeSystem/security-source-type",
    codes: Codes::Named(&[
        ("1", "User Device"),
        ("2", "Data Interface"),
        ("3", "Web Server"),
        ("4", "Application Server"),
        ("5", "Database Server"),
        ("6", "Security Server"),
        ("7", "Network Device"),
        ("8", "Network Router"),
        ("9", "Other"),
    ]),
};

/// Kinds of entities, as DICOM tells them apart.
pub(super) const ENTITY_TYPES: System = System {
    url: "http://terminology.hl7.org/CodeSystem/audit-entity-type",
    codes: Codes::Named(&[
        ("1", "Person"),
        ("2", "System Object"),
        ("3", "Organization"),
        ("4", "Other"),
    ]),
};

/// Resource types of R4, in which plain events are stored.
pub(super) const RESOURCE_TYPES: System =
    System { url: kiln_fhir::resource_type::SYSTEM, codes: Codes::ResourceTypes };

/// What an entity is in the event.
pub(super) const OBJECT_ROLES: System = System {
    url: "http://terminology.hl7.org/CodeSystem/object-role",
    codes: Codes::Named(&[
        ("1", "Patient"),
        ("2", "Location"),
        ("3", "Report"),
        ("4", "Domain Resource"),
        ("5", "Master file"),
        ("6", "User"),
        ("7", "List"),
        ("8", "Doctor"),
        ("9", "Subscriber"),
        ("10", "Guarantor"),
        ("11", "Security User Entity"),
        ("12", "Security User Group"),
        ("13", "Security Resource"),
        ("14", "Security Granularity Definition"),
        ("15", "Practitioner"),
        ("16", "Data Destination"),
        ("17", "Data Repository"),
        ("18", "Schedule"),
        ("19", "Customer"),
        ("20", "Job"),
        ("21", "Job Stream"),
        ("22", "Table"),
        ("23", "Routing Criteria"),
        ("24", "Query"),
    ]),
};
