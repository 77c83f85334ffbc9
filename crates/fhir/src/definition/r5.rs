//! `AuditEvent` of R5 (<https://hl7.org/fhir/R5/auditevent.html>).
use super::codes;
use super::datatypes::{
    BASE64, BOOLEAN, CODEABLE_CONCEPT, CODING, DATE_TIME, INSTANT, INTEGER, PERIOD, QUANTITY,
    RANGE, RATIO, REFERENCE, STRING, URI,
};
use super::primitive::Primitive;
use super::{Element, Kind, Presence, Slot, Type, many, one};

pub(super) static AUDIT_EVENT: Type = Type::resource(&[
    many("category", Kind::Complex(&CODEABLE_CONCEPT)).slot(Slot::Type),
    one("code", Kind::Complex(&CODEABLE_CONCEPT)).mandatory().slot(Slot::Subtype),
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

pub(super) static OUTCOME: Type = Type::backbone(&[
    one("code", Kind::Complex(&CODING)).mandatory().slot(Slot::OutcomeCode),
    many("detail", Kind::Complex(&CODEABLE_CONCEPT)).slot(Slot::OutcomeDetail),
]);

pub(super) static AGENT: Type = Type::backbone(&[
    one("type", Kind::Complex(&CODEABLE_CONCEPT)).slot(Slot::Type),
    many("role", Kind::Complex(&CODEABLE_CONCEPT)).slot(Slot::Role),
    one("who", Kind::Complex(&REFERENCE)).mandatory().slot(Slot::Who),
    one("requestor", BOOLEAN).slot(Slot::Requestor),
    one("location", Kind::Complex(&REFERENCE)).slot(Slot::Location),
    many("policy", URI).slot(Slot::Policy),
    network("networkReference", Kind::Complex(&REFERENCE)),
    network("networkUri", URI),
    network("networkString", STRING),
    many("authorization", Kind::Complex(&CODEABLE_CONCEPT)).slot(Slot::Purpose),
]);

pub(super) static SOURCE: Type = Type::backbone(&[
    one("site", Kind::Complex(&REFERENCE)).slot(Slot::Site),
    one("observer", Kind::Complex(&REFERENCE)).mandatory().slot(Slot::Observer),
    many("type", Kind::Complex(&CODEABLE_CONCEPT)).slot(Slot::Type),
]);

static ENTITY: Type = Type::backbone(&[
    one("what", Kind::Complex(&REFERENCE)).slot(Slot::What),
    one("role", Kind::Complex(&CODEABLE_CONCEPT)).slot(Slot::Role),
    many("securityLabel", Kind::Complex(&CODEABLE_CONCEPT)).slot(Slot::SecurityLabel),
    one("query", BASE64).slot(Slot::Query),
    many("detail", Kind::Complex(&DETAIL)).slot(Slot::Detail),
    many("agent", Kind::Complex(&AGENT)).slot(Slot::Agent),
]);

pub(super) static DETAIL: Type = Type::backbone(&[
    one("type", Kind::Complex(&CODEABLE_CONCEPT)).mandatory().slot(Slot::Type),
    detail("valueQuantity", Kind::Complex(&QUANTITY)),
    detail("valueCodeableConcept", Kind::Complex(&CODEABLE_CONCEPT)),
    detail("valueString", STRING),
    detail("valueBoolean", BOOLEAN),
    detail("valueInteger", INTEGER),
    detail("valueRange", Kind::Complex(&RANGE)),
    detail("valueRatio", Kind::Complex(&RATIO)),
    detail("valueTime", Kind::Primitive(Primitive::Time)),
    detail("valueDateTime", DATE_TIME),
    detail("valuePeriod", Kind::Complex(&PERIOD)),
    detail("valueBase64Binary", BASE64),
]);

const fn network(name: &'static str, kind: Kind) -> Element {
    one(name, kind).present(Presence::Choice).slot(Slot::NetworkAddress)
}

const fn detail(name: &'static str, kind: Kind) -> Element {
    one(name, kind).present(Presence::MandatoryChoice).slot(Slot::Value)
}
