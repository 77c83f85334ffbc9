//! `AuditEvent` of STU3 (<https://hl7.org/fhir/STU3/auditevent.html>): DSTU2's elements, most of
//! them under the names they kept.
use super::codes;
use super::datatypes::{
    BOOLEAN, CODEABLE_CONCEPT, CODING, IDENTIFIER, INSTANT, REFERENCE, STRING, URI,
};
use super::dstu2::{OBJECT, SOURCE};
use super::r4::NETWORK;
use super::{Kind, Presence, Slot, Type, many, one};

pub(super) static AUDIT_EVENT: Type = Type::resource(&[
    one("type", Kind::Complex(&CODING)).mandatory().slot(Slot::Type),
    many("subtype", Kind::Complex(&CODING)).slot(Slot::Subtype),
    one("action", Kind::Code(codes::ACTION)).slot(Slot::Action),
    one("recorded", INSTANT).present(Presence::Value).slot(Slot::Recorded),
    one("outcome", Kind::Code(codes::OUTCOME)).slot(Slot::Outcome),
    one("outcomeDesc", STRING).slot(Slot::OutcomeDetail),
    many("purposeOfEvent", Kind::Complex(&CODEABLE_CONCEPT)).slot(Slot::Purpose),
    many("agent", Kind::Complex(&AGENT)).mandatory().slot(Slot::Agent),
    one("source", Kind::Complex(&SOURCE)).mandatory().slot(Slot::Source),
    many("entity", Kind::Complex(&OBJECT)).slot(Slot::Entity),
]);

static AGENT: Type = Type::backbone(&[
    many("role", Kind::Complex(&CODEABLE_CONCEPT)).slot(Slot::Role),
    one("reference", Kind::Complex(&REFERENCE)).slot(Slot::Who),
    one("userId", Kind::Complex(&IDENTIFIER)).slot(Slot::WhoIdentifier),
    one("altId", STRING).slot(Slot::AltId),
    one("name", STRING).slot(Slot::Name),
    one("requestor", BOOLEAN).mandatory().slot(Slot::Requestor),
    one("location", Kind::Complex(&REFERENCE)).slot(Slot::Location),
    many("policy", URI).slot(Slot::Policy),
    one("media", Kind::Complex(&CODING)).slot(Slot::Media),
    one("network", Kind::Complex(&NETWORK)).slot(Slot::Network),
    many("purposeOfUse", Kind::Complex(&CODEABLE_CONCEPT)).slot(Slot::Purpose),
]);
