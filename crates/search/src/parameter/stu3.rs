//! STU3's parameters (<https://hl7.org/fhir/STU3/auditevent.html#search>).
use super::every::{
    ACTION, ADDRESS, AGENT_NAME, AGENT_ROLE, ALTID, DATE, ENTITY, ENTITY_NAME, ENTITY_ROLE,
    ENTITY_TYPE, ID, LAST_UPDATED, OUTCOME, PARTIES_DSTU2, PATIENT, POLICY, PROFILE, SECURITY,
    SITE, SOURCE_TOKEN, SUBTYPE, TAG, TYPE, USER,
};
use super::{Parameter, Rule, reference, token};
use crate::field;

pub(super) const PARAMETERS: &[Parameter] = &[
    ID,
    LAST_UPDATED,
    PROFILE,
    SECURITY,
    TAG,
    ACTION,
    ADDRESS,
    reference(
        "agent",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-agent",
        Rule::Reference(field::AGENT, PARTIES_DSTU2),
    ),
    AGENT_NAME,
    AGENT_ROLE,
    ALTID,
    DATE,
    ENTITY,
    token(
        "entity-id",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-entity-id",
        Rule::Identifier(field::ENTITY),
    ),
    ENTITY_NAME,
    ENTITY_ROLE,
    ENTITY_TYPE,
    OUTCOME,
    PATIENT,
    POLICY,
    SITE,
    SOURCE_TOKEN,
    SUBTYPE,
    TYPE,
    USER,
];
