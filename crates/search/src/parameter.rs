//! Which search parameters a release has, and which field each searches by which rules.
//!
//! The definitions are those each release publishes
//! (<https://hl7.org/fhir/R4/auditevent.html#search>, <https://hl7.org/fhir/R5/auditevent.html#search>).
use crate::{Names, field};
use kiln_fhir::Release;
use kiln_index::Field;

/// FHIR's search parameter types that `AuditEvent` uses.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum ParameterType {
    /// `token`
    Token,
    /// `reference`
    Reference,
    /// `string`
    String,
    /// `uri`
    Uri,
    /// `date`
    Date,
}

/// A search parameter of a release, for `metadata`.
#[derive(Copy, Clone, Debug)]
pub struct Parameter {
    /// Its code.
    pub name: &'static str,
    /// Its type.
    pub r#type: ParameterType,
    /// Its canonical URL.
    pub definition: &'static str,
    pub(crate) rule: Rule,
}

/// How a parameter is searched.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// The record's own id.
    Id,
    /// When the record was received.
    Received,
    /// When the event was recorded.
    Recorded,
    /// Codings with their systems.
    Coded(Field),
    /// A code or text alone, and the system its definition implies.
    Plain(Field, Option<&'static str>),
    /// References to these types; to any when there are none.
    Reference(Field, &'static [&'static str]),
    /// References to the patient, wherever they are.
    Patient,
    /// Texts.
    Text(Field),
    /// Uris.
    Uri(Field),
    /// Uris that may carry a version.
    Canonical(Field),
    /// Who or what: by a reference, or by an identifier's value alone.
    Party(Field),
    /// Whom an event is about: by a reference, or by an identifier's value alone.
    PatientParty,
    /// `0`, `4`, `8` or `12`, in whichever codes an event says so.
    Outcome,
    /// Words of what an event says in free text.
    Words,
}

/// The parameters of a release that are built.
pub fn parameters(release: Release) -> &'static [Parameter] {
    match release {
        Release::R4 | Release::R4b => R4,
        Release::R5 => R5,
        // Not served yet: what every resource has.
        Release::Dstu2 | Release::Stu3 | Release::R5Draft | Release::R6 => EVERY,
    }
}

/// How the parameter that is called so is searched.
pub(crate) fn find(names: Names, name: &str) -> Option<Rule> {
    match names {
        Names::Release(release) => {
            parameters(release).iter().find(|row| row.name == name).map(|row| row.rule)
        }
        Names::Plain => PLAIN.iter().find(|row| row.0 == name).map(|row| row.1),
    }
}

/// The plain API's own: its filters, which look at events of every release.
const PLAIN: &[(&str, Rule)] = &[
    ("action", ACTION_CODE),
    ("agent", Rule::Party(field::AGENT)),
    ("date", Rule::Recorded),
    ("entity", Rule::Party(field::ENTITY)),
    ("outcome", Rule::Outcome),
    ("patient", Rule::PatientParty),
    ("subtype", Rule::Coded(field::SUBTYPE)),
    ("text", Rule::Words),
    ("type", Rule::Coded(field::TYPE)),
];

const ACTION_CODE: Rule =
    Rule::Plain(field::ACTION, Some("http://hl7.org/fhir/audit-event-action"));
const OUTCOME_CODE: Rule =
    Rule::Plain(field::OUTCOME, Some("http://hl7.org/fhir/audit-event-outcome"));
const AGENT_TYPES: &[&str] =
    &["Device", "Organization", "Patient", "Practitioner", "PractitionerRole", "RelatedPerson"];
const AGENT_TYPES_R5: &[&str] = &[
    "CareTeam",
    "Device",
    "Organization",
    "Patient",
    "Practitioner",
    "PractitionerRole",
    "RelatedPerson",
];
const ORDER_TYPES: &[&str] = &[
    "CarePlan",
    "DeviceRequest",
    "ImmunizationRecommendation",
    "MedicationRequest",
    "NutritionOrder",
    "ServiceRequest",
    "Task",
];

// Rows of more than one release.
const ID: Parameter = token("_id", "http://hl7.org/fhir/SearchParameter/Resource-id", Rule::Id);
const LAST_UPDATED: Parameter = date(
    "_lastUpdated",
    "http://hl7.org/fhir/SearchParameter/Resource-lastUpdated",
    Rule::Received,
);
const PROFILE: Parameter = uri(
    "_profile",
    "http://hl7.org/fhir/SearchParameter/Resource-profile",
    Rule::Canonical(field::PROFILE),
);
const SECURITY: Parameter = token(
    "_security",
    "http://hl7.org/fhir/SearchParameter/Resource-security",
    Rule::Coded(field::SECURITY),
);
const META_SOURCE: Parameter = uri(
    "_source",
    "http://hl7.org/fhir/SearchParameter/Resource-source",
    Rule::Uri(field::META_SOURCE),
);
const TAG: Parameter =
    token("_tag", "http://hl7.org/fhir/SearchParameter/Resource-tag", Rule::Coded(field::TAG));
const ACTION: Parameter =
    token("action", "http://hl7.org/fhir/SearchParameter/AuditEvent-action", ACTION_CODE);
const AGENT_ROLE: Parameter = token(
    "agent-role",
    "http://hl7.org/fhir/SearchParameter/AuditEvent-agent-role",
    Rule::Coded(field::AGENT_ROLE),
);
const ENTITY: Parameter = reference(
    "entity",
    "http://hl7.org/fhir/SearchParameter/AuditEvent-entity",
    Rule::Reference(field::ENTITY, &[]),
);
const ENTITY_ROLE: Parameter = token(
    "entity-role",
    "http://hl7.org/fhir/SearchParameter/AuditEvent-entity-role",
    Rule::Coded(field::ENTITY_ROLE),
);
const POLICY: Parameter = uri(
    "policy",
    "http://hl7.org/fhir/SearchParameter/AuditEvent-policy",
    Rule::Uri(field::AGENT_POLICY),
);

const EVERY: &[Parameter] = &[ID, LAST_UPDATED, PROFILE, SECURITY, META_SOURCE, TAG];

const R4: &[Parameter] = &[
    ID,
    LAST_UPDATED,
    PROFILE,
    SECURITY,
    META_SOURCE,
    TAG,
    ACTION,
    string(
        "address",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-address",
        Rule::Text(field::AGENT_ADDRESS),
    ),
    reference(
        "agent",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-agent",
        Rule::Reference(field::AGENT, AGENT_TYPES),
    ),
    string(
        "agent-name",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-agent-name",
        Rule::Text(field::AGENT_NAME),
    ),
    AGENT_ROLE,
    token(
        "altid",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-altid",
        Rule::Plain(field::AGENT_ALT_ID, None),
    ),
    date("date", "http://hl7.org/fhir/SearchParameter/AuditEvent-date", Rule::Recorded),
    ENTITY,
    string(
        "entity-name",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-entity-name",
        Rule::Text(field::ENTITY_NAME),
    ),
    ENTITY_ROLE,
    token(
        "entity-type",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-entity-type",
        Rule::Coded(field::ENTITY_TYPE),
    ),
    token("outcome", "http://hl7.org/fhir/SearchParameter/AuditEvent-outcome", OUTCOME_CODE),
    reference("patient", "http://hl7.org/fhir/SearchParameter/AuditEvent-patient", Rule::Patient),
    POLICY,
    token(
        "site",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-site",
        Rule::Plain(field::SITE, None),
    ),
    reference(
        "source",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-source",
        Rule::Reference(field::SOURCE, AGENT_TYPES),
    ),
    token(
        "subtype",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-subtype",
        Rule::Coded(field::SUBTYPE),
    ),
    token("type", "http://hl7.org/fhir/SearchParameter/AuditEvent-type", Rule::Coded(field::TYPE)),
];

const R5: &[Parameter] = &[
    ID,
    LAST_UPDATED,
    reference(
        "_profile",
        "http://hl7.org/fhir/SearchParameter/Resource-profile",
        Rule::Canonical(field::PROFILE),
    ),
    SECURITY,
    META_SOURCE,
    TAG,
    ACTION,
    reference(
        "agent",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-agent",
        Rule::Reference(field::AGENT, AGENT_TYPES_R5),
    ),
    AGENT_ROLE,
    reference(
        "based-on",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-based-on",
        Rule::Reference(field::BASED_ON, ORDER_TYPES),
    ),
    token(
        "category",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-category",
        Rule::Coded(field::TYPE),
    ),
    token("code", "http://hl7.org/fhir/SearchParameter/clinical-code", Rule::Coded(field::SUBTYPE)),
    date("date", "http://hl7.org/fhir/SearchParameter/clinical-date", Rule::Recorded),
    reference(
        "encounter",
        "http://hl7.org/fhir/SearchParameter/clinical-encounter",
        Rule::Reference(field::ENCOUNTER, &["Encounter"]),
    ),
    ENTITY,
    ENTITY_ROLE,
    token(
        "outcome",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-outcome",
        Rule::Coded(field::OUTCOME),
    ),
    reference("patient", "http://hl7.org/fhir/SearchParameter/clinical-patient", Rule::Patient),
    POLICY,
    token(
        "purpose",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-purpose",
        Rule::Coded(field::PURPOSE),
    ),
    reference(
        "source",
        "http://hl7.org/fhir/SearchParameter/AuditEvent-source",
        Rule::Reference(field::SOURCE, AGENT_TYPES_R5),
    ),
];

const fn token(name: &'static str, definition: &'static str, rule: Rule) -> Parameter {
    Parameter { name, r#type: ParameterType::Token, definition, rule }
}

const fn reference(name: &'static str, definition: &'static str, rule: Rule) -> Parameter {
    Parameter { name, r#type: ParameterType::Reference, definition, rule }
}

const fn string(name: &'static str, definition: &'static str, rule: Rule) -> Parameter {
    Parameter { name, r#type: ParameterType::String, definition, rule }
}

const fn uri(name: &'static str, definition: &'static str, rule: Rule) -> Parameter {
    Parameter { name, r#type: ParameterType::Uri, definition, rule }
}

const fn date(name: &'static str, definition: &'static str, rule: Rule) -> Parameter {
    Parameter { name, r#type: ParameterType::Date, definition, rule }
}

#[cfg(test)]
mod tests;
