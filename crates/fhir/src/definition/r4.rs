//! `AuditEvent` of R4 (<https://hl7.org/fhir/R4/auditevent.html>) and of R4B, which is the same.
use super::codes;
use super::datatypes::{
    BASE64, BOOLEAN, CODEABLE_CONCEPT, CODING, INSTANT, PERIOD, REFERENCE, STRING, URI,
};
use super::{Kind, Presence, Slot, Type, many, one};

pub(super) static AUDIT_EVENT: Type = Type::resource(&[
    one("type", Kind::Complex(&CODING)).mandatory().slot(Slot::Type),
    many("subtype", Kind::Complex(&CODING)).slot(Slot::Subtype),
    one("action", Kind::Code(codes::ACTION)).slot(Slot::Action),
    one("period", Kind::Complex(&PERIOD)).slot(Slot::Occurred),
    one("recorded", INSTANT).present(Presence::Value).slot(Slot::Recorded),
    one("outcome", Kind::Code(codes::OUTCOME)).slot(Slot::Outcome),
    one("outcomeDesc", STRING).slot(Slot::OutcomeDetail),
    many("purposeOfEvent", Kind::Complex(&CODEABLE_CONCEPT)).slot(Slot::Purpose),
    many("agent", Kind::Complex(&AGENT)).mandatory().slot(Slot::Agent),
    one("source", Kind::Complex(&SOURCE)).mandatory().slot(Slot::Source),
    many("entity", Kind::Complex(&ENTITY)).slot(Slot::Entity),
]);

pub(super) static AGENT: Type = Type::backbone(&[
    one("type", Kind::Complex(&CODEABLE_CONCEPT)).slot(Slot::Type),
    many("role", Kind::Complex(&CODEABLE_CONCEPT)).slot(Slot::Role),
    one("who", Kind::Complex(&REFERENCE)).slot(Slot::Who),
    one("altId", STRING).slot(Slot::AltId),
    one("name", STRING).slot(Slot::Name),
    one("requestor", BOOLEAN).mandatory().slot(Slot::Requestor),
    one("location", Kind::Complex(&REFERENCE)).slot(Slot::Location),
    many("policy", URI).slot(Slot::Policy),
    one("media", Kind::Complex(&CODING)).slot(Slot::Media),
    one("network", Kind::Complex(&NETWORK)).slot(Slot::Network),
    many("purposeOfUse", Kind::Complex(&CODEABLE_CONCEPT)).slot(Slot::Purpose),
]);

pub(super) static NETWORK: Type = Type::backbone(&[
    one("address", STRING).slot(Slot::NetworkAddress),
    one("type", Kind::Code(codes::NETWORK_TYPE)).slot(Slot::NetworkType),
]);

pub(super) static SOURCE: Type = Type::backbone(&[
    one("site", STRING).slot(Slot::Site),
    one("observer", Kind::Complex(&REFERENCE)).mandatory().slot(Slot::Observer),
    many("type", Kind::Complex(&CODING)).slot(Slot::Type),
]);

static ENTITY: Type = Type::backbone(&[
    one("what", Kind::Complex(&REFERENCE)).slot(Slot::What),
    one("type", Kind::Complex(&CODING)).slot(Slot::Type),
    one("role", Kind::Complex(&CODING)).slot(Slot::Role),
    one("lifecycle", Kind::Complex(&CODING)).slot(Slot::Lifecycle),
    many("securityLabel", Kind::Complex(&CODING)).slot(Slot::SecurityLabel),
    one("name", STRING).slot(Slot::Name),
    one("description", STRING).slot(Slot::Description),
    one("query", BASE64).slot(Slot::Query),
    many("detail", Kind::Complex(&DETAIL)).slot(Slot::Detail),
])
.exclusive("sev-1", "name", "query");

pub(super) static DETAIL: Type = Type::backbone(&[
    one("type", STRING).mandatory().slot(Slot::Type),
    one("valueString", STRING).present(Presence::MandatoryChoice).slot(Slot::Value),
    one("valueBase64Binary", BASE64).present(Presence::MandatoryChoice).slot(Slot::Value),
]);
