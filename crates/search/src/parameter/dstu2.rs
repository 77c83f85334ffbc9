//! DSTU2's parameters (<https://hl7.org/fhir/DSTU2/auditevent.html#search>).
//!
//! `desc` is an object's name. `patient` is published with the path of participants alone; servers
//! of its day name objects, too, as STU3 does.
use super::every::{
    ACTION, ALTID, DATE, ID, LAST_UPDATED, PARTIES_DSTU2, PATIENT, POLICY, PROFILE, SECURITY, SITE,
    SOURCE_TOKEN, SUBTYPE, TAG, TYPE, USER,
};
use super::{Parameter, Rule, reference, string, token};
use crate::field;

pub(super) const PARAMETERS: &[Parameter] = &[
    ID,
    LAST_UPDATED,
    PROFILE,
    SECURITY,
    TAG,
    ACTION,
    token(
        "address",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-address",
        Rule::WholeText(field::AGENT_ADDRESS),
    ),
    ALTID,
    DATE,
    string(
        "desc",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-desc",
        Rule::Text(field::ENTITY_NAME),
    ),
    token(
        "identity",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-identity",
        Rule::Identifier(field::ENTITY),
    ),
    string(
        "name",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-name",
        Rule::Text(field::AGENT_NAME),
    ),
    token(
        "object-type",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-object-type",
        Rule::Coded(field::ENTITY_TYPE),
    ),
    reference(
        "participant",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-participant",
        Rule::Reference(field::AGENT, PARTIES_DSTU2),
    ),
    PATIENT,
    POLICY,
    reference(
        "reference",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-reference",
        Rule::Reference(field::ENTITY, &[]),
    ),
    SITE,
    SOURCE_TOKEN,
    SUBTYPE,
    TYPE,
    USER,
];
