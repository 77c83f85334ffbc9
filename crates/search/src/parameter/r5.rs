//! R5's parameters (<https://hl7.org/fhir/R5/auditevent.html#search>); its draft is searched at
//! the same endpoint.
use super::every::{
    ACTION, AGENT_ROLE, CLINICAL_DATE, CLINICAL_PATIENT, ENCOUNTER, ENTITY, ENTITY_ROLE, ID,
    LAST_UPDATED, META_SOURCE, OUTCOME, PARTIES_R5, POLICY, PROFILE_REFERENCE, PURPOSE, SECURITY,
    SOURCE_R5, TAG,
};
use super::{Parameter, Rule, reference, token};
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
        Rule::Agent(PARTIES_R5),
    ),
    AGENT_ROLE,
    reference(
        "based-on",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-based-on",
        Rule::Reference(field::BASED_ON, ORDERS),
    ),
    token(
        "category",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-category",
        Rule::Coded(field::TYPE),
    ),
    // Mandatory: made from the general type where only that is there.
    token(
        "code",
        "http://hl7.org/fhir/SearchParameter/clinical-code",
        Rule::CodedElse(field::SUBTYPE, field::TYPE),
    ),
    CLINICAL_DATE,
    ENCOUNTER,
    ENTITY,
    ENTITY_ROLE,
    OUTCOME,
    CLINICAL_PATIENT,
    POLICY,
    PURPOSE,
    SOURCE_R5,
];

const ORDERS: &[&str] = &[
    "CarePlan",
    "DeviceRequest",
    "ImmunizationRecommendation",
    "MedicationRequest",
    "NutritionOrder",
    "ServiceRequest",
    "Task",
];
