//! Rows of more than one release: what every resource has, and what stayed as it was.
use super::{Parameter, Rule, date, reference, string, token, uri};
use crate::field;

pub(super) const ID: Parameter =
    token("_id", "http://hl7.org/fhir/SearchParameter/Resource-id", Rule::Id);
pub(super) const LAST_UPDATED: Parameter = date(
    "_lastUpdated",
    "http://hl7.org/fhir/SearchParameter/Resource-lastUpdated",
    Rule::Received,
);
/// Until R4B.
pub(super) const PROFILE: Parameter = uri(
    "_profile",
    "http://hl7.org/fhir/SearchParameter/Resource-profile",
    Rule::Canonical(field::PROFILE),
);
/// Since R5.
pub(super) const PROFILE_REFERENCE: Parameter = reference(
    "_profile",
    "http://hl7.org/fhir/SearchParameter/Resource-profile",
    Rule::Canonical(field::PROFILE),
);
pub(super) const SECURITY: Parameter = token(
    "_security",
    "http://hl7.org/fhir/SearchParameter/Resource-security",
    Rule::Coded(field::SECURITY),
);
/// Since R4.
pub(super) const META_SOURCE: Parameter = uri(
    "_source",
    "http://hl7.org/fhir/SearchParameter/Resource-source",
    Rule::Uri(field::META_SOURCE),
);
pub(super) const TAG: Parameter =
    token("_tag", "http://hl7.org/fhir/SearchParameter/Resource-tag", Rule::Coded(field::TAG));

pub(super) const ACTION: Parameter = token(
    "action",
    "http://hl7.org/fhir/SearchParameter/AuditEvent-action",
    Rule::Plain(field::ACTION, Some("http://hl7.org/fhir/audit-event-action")),
);
pub(super) const ADDRESS: Parameter = string(
    "address",
    "http://hl7.org/fhir/SearchParameter/AuditEvent-address",
    Rule::Text(field::AGENT_ADDRESS),
);
pub(super) const AGENT_NAME: Parameter = string(
    "agent-name",
    "http://hl7.org/fhir/SearchParameter/AuditEvent-agent-name",
    Rule::Text(field::AGENT_NAME),
);
pub(super) const AGENT_ROLE: Parameter = token(
    "agent-role",
    "http://hl7.org/fhir/SearchParameter/AuditEvent-agent-role",
    Rule::Coded(field::AGENT_ROLE),
);
pub(super) const ALTID: Parameter = token(
    "altid",
    "http://hl7.org/fhir/SearchParameter/AuditEvent-altid",
    Rule::Plain(field::AGENT_ALT_ID, None),
);
/// Until R4B.
pub(super) const DATE: Parameter =
    date("date", "http://hl7.org/fhir/SearchParameter/AuditEvent-date", Rule::Recorded);
/// Since R5.
pub(super) const CLINICAL_DATE: Parameter =
    date("date", "http://hl7.org/fhir/SearchParameter/clinical-date", Rule::Recorded);
pub(super) const ENCOUNTER: Parameter = reference(
    "encounter",
    "http://hl7.org/fhir/SearchParameter/clinical-encounter",
    Rule::Reference(field::ENCOUNTER, &["Encounter"]),
);
pub(super) const ENTITY: Parameter = reference(
    "entity",
    "http://hl7.org/fhir/SearchParameter/AuditEvent-entity",
    Rule::Reference(field::ENTITY, &[]),
);
pub(super) const ENTITY_NAME: Parameter = string(
    "entity-name",
    "http://hl7.org/fhir/SearchParameter/AuditEvent-entity-name",
    Rule::Text(field::ENTITY_NAME),
);
pub(super) const ENTITY_ROLE: Parameter = token(
    "entity-role",
    "http://hl7.org/fhir/SearchParameter/AuditEvent-entity-role",
    Rule::Coded(field::ENTITY_ROLE),
);
pub(super) const ENTITY_TYPE: Parameter = token(
    "entity-type",
    "http://hl7.org/fhir/SearchParameter/AuditEvent-entity-type",
    Rule::Coded(field::ENTITY_TYPE),
);
pub(super) const OUTCOME: Parameter =
    token("outcome", "http://hl7.org/fhir/SearchParameter/AuditEvent-outcome", Rule::Outcome);
/// Until R4B.
pub(super) const PATIENT: Parameter =
    reference("patient", "http://hl7.org/fhir/SearchParameter/AuditEvent-patient", Rule::Patient);
/// Since R5.
pub(super) const CLINICAL_PATIENT: Parameter =
    reference("patient", "http://hl7.org/fhir/SearchParameter/clinical-patient", Rule::Patient);
pub(super) const POLICY: Parameter = uri(
    "policy",
    "http://hl7.org/fhir/SearchParameter/AuditEvent-policy",
    Rule::Uri(field::AGENT_POLICY),
);
pub(super) const PURPOSE: Parameter = token(
    "purpose",
    "http://hl7.org/fhir/SearchParameter/AuditEvent-purpose",
    Rule::Coded(field::PURPOSE),
);
pub(super) const SITE: Parameter = token(
    "site",
    "http://hl7.org/fhir/SearchParameter/AuditEvent-site",
    Rule::Plain(field::SITE, None),
);
/// Before R4.
pub(super) const SOURCE_TOKEN: Parameter =
    token("source", "http://hl7.org/fhir/SearchParameter/AuditEvent-source", Rule::Observer);
/// Since R5.
pub(super) const SOURCE_R5: Parameter = reference(
    "source",
    "http://hl7.org/fhir/SearchParameter/AuditEvent-source",
    Rule::Reference(field::SOURCE, PARTIES_R5),
);
pub(super) const SUBTYPE: Parameter = token(
    "subtype",
    "http://hl7.org/fhir/SearchParameter/AuditEvent-subtype",
    Rule::Coded(field::SUBTYPE),
);
/// Mandatory in every release but R5: made from the specific type where only that is there.
pub(super) const TYPE: Parameter = token(
    "type",
    "http://hl7.org/fhir/SearchParameter/AuditEvent-type",
    Rule::CodedElse(field::TYPE, field::SUBTYPE),
);
/// Before R4.
pub(super) const USER: Parameter = token(
    "user",
    "http://hl7.org/fhir/SearchParameter/AuditEvent-user",
    Rule::Identifier(field::AGENT),
);

/// Before R4.
pub(super) const PARTIES_DSTU2: &[&str] =
    &["Device", "Organization", "Patient", "Practitioner", "RelatedPerson"];
pub(super) const PARTIES_R4: &[&str] =
    &["Device", "Organization", "Patient", "Practitioner", "PractitionerRole", "RelatedPerson"];
pub(super) const PARTIES_R5: &[&str] = &[
    "CareTeam",
    "Device",
    "Organization",
    "Patient",
    "Practitioner",
    "PractitionerRole",
    "RelatedPerson",
];
