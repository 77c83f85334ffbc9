//! `AuditEvent` of the second ballot of R6 (<https://hl7.org/fhir/6.0.0-ballot2/auditevent.html>):
//! R5's, with the old names of the types and the description of an entity back.
use super::codes;
use super::datatypes::{BASE64, CODEABLE_CONCEPT, DATE_TIME, INSTANT, PERIOD, REFERENCE, STRING};
use super::r5::{AGENT, DETAIL, OUTCOME, SOURCE};
use super::{Kind, Presence, Slot, Type, many, one};

pub(super) static AUDIT_EVENT: Type = Type::resource(&[
    one("type", Kind::Complex(&CODEABLE_CONCEPT)).mandatory().slot(Slot::Type),
    many("subtype", Kind::Complex(&CODEABLE_CONCEPT)).slot(Slot::Subtype),
    one("action", Kind::Code(codes::ACTION)).slot(Slot::Action),
    one("severity", Kind::Code(codes::SEVERITY)).slot(Slot::Severity),
    one("occurredPeriod", Kind::Complex(&PERIOD)).present(Presence::Choice).slot(Slot::Occurred),
    one("occurredDateTime", DATE_TIME).present(Presence::Choice).slot(Slot::Occurred),
    one("recorded", INSTANT).present(Presence::Value).slot(Slot::Recorded),
    one("outcome", Kind::Complex(&OUTCOME)).slot(Slot::Outcome),
    many("authorization", Kind::Complex(&CODEABLE_CONCEPT)).slot(Slot::Purpose),
    many("basedOn", Kind::Complex(&REFERENCE)).slot(Slot::BasedOn),
    one("patient", Kind::Complex(&REFERENCE)).slot(Slot::Patient),
    one("encounter", Kind::Complex(&REFERENCE)).slot(Slot::Encounter),
    many("agent", Kind::Complex(&AGENT)).mandatory().slot(Slot::Agent),
    one("source", Kind::Complex(&SOURCE)).mandatory().slot(Slot::Source),
    many("entity", Kind::Complex(&ENTITY)).slot(Slot::Entity),
]);

static ENTITY: Type = Type::backbone(&[
    one("what", Kind::Complex(&REFERENCE)).slot(Slot::What),
    one("role", Kind::Complex(&CODEABLE_CONCEPT)).slot(Slot::Role),
    many("securityLabel", Kind::Complex(&CODEABLE_CONCEPT)).slot(Slot::SecurityLabel),
    one("description", STRING).slot(Slot::Description),
    one("query", BASE64).slot(Slot::Query),
    many("detail", Kind::Complex(&DETAIL)).slot(Slot::Detail),
    many("agent", Kind::Complex(&AGENT)).slot(Slot::Agent),
]);
