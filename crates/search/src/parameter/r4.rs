//! R4's parameters (<https://hl7.org/fhir/R4/auditevent.html#search>); R4B has the same
//! (<https://hl7.org/fhir/R4B/auditevent.html#search>).
use super::every::{
    ACTION, ADDRESS, AGENT_NAME, AGENT_ROLE, ALTID, DATE, ENTITY, ENTITY_NAME, ENTITY_ROLE,
    ENTITY_TYPE, ID, LAST_UPDATED, META_SOURCE, OUTCOME, PARTIES_R4, PATIENT, POLICY, PROFILE,
    SECURITY, SITE, SUBTYPE, TAG, TYPE,
};
use super::{Parameter, Rule, reference};
use crate::field;

pub(super) const PARAMETERS: &[Parameter] = &[
    ID,
    LAST_UPDATED,
    PROFILE,
    SECURITY,
    META_SOURCE,
    TAG,
    ACTION,
    ADDRESS,
    reference(
        "agent",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-agent",
        Rule::Reference(field::AGENT, PARTIES_R4),
    ),
    AGENT_NAME,
    AGENT_ROLE,
    ALTID,
    DATE,
    ENTITY,
    ENTITY_NAME,
    ENTITY_ROLE,
    ENTITY_TYPE,
    OUTCOME,
    PATIENT,
    POLICY,
    SITE,
    reference(
        "source",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-source",
        Rule::Reference(field::SOURCE, PARTIES_R4),
    ),
    SUBTYPE,
    TYPE,
];
