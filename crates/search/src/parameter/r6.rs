//! The parameters of R6's ballot (<https://hl7.org/fhir/6.0.0-ballot2/auditevent.html#search>).
use super::every::{
    ACTION, AGENT_ROLE, CLINICAL_DATE, CLINICAL_PATIENT, ENCOUNTER, ENTITY, ENTITY_ROLE, ID,
    LAST_UPDATED, META_SOURCE, OUTCOME, POLICY, PROFILE_REFERENCE, PURPOSE, SECURITY, SOURCE_R5,
    SUBTYPE, TAG, TYPE,
};
use super::{Parameter, Rule, reference, string};
use crate::field;

pub(super) const PARAMETERS: &[Parameter] = &[
    ID,
    LAST_UPDATED,
    PROFILE_REFERENCE,
    SECURITY,
    META_SOURCE,
    TAG,
    ACTION,
    reference(
        "agent",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-agent",
        Rule::Agent(PARTIES),
    ),
    AGENT_ROLE,
    reference(
        "based-on",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-based-on",
        Rule::Reference(field::BASED_ON, &[]),
    ),
    CLINICAL_DATE,
    ENCOUNTER,
    ENTITY,
    string(
        "entity-desc",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-entity-desc",
        Rule::Text(field::ENTITY_DESCRIPTION),
    ),
    ENTITY_ROLE,
    OUTCOME,
    CLINICAL_PATIENT,
    POLICY,
    PURPOSE,
    SOURCE_R5,
    SUBTYPE,
    TYPE,
];

const PARTIES: &[&str] = &[
    "CareTeam",
    "Device",
    "DeviceDefinition",
    "Group",
    "HealthcareService",
    "Organization",
    "Patient",
    "Practitioner",
    "PractitionerRole",
    "RelatedPerson",
];
