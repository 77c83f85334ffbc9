//! `AuditEvent` of DSTU2 (<https://hl7.org/fhir/DSTU2/auditevent.html>): what happened stands in
//! `event`, agents are participants, entities are objects.
use super::codes;
use super::datatypes::{
    BASE64, BOOLEAN, CODEABLE_CONCEPT, CODING, IDENTIFIER, INSTANT, REFERENCE, STRING, URI,
};
use super::r4::NETWORK;
use super::{Kind, Presence, Slot, Type, many, one};

pub(super) static AUDIT_EVENT: Type = Type::resource(&[
    one("event", Kind::Complex(&EVENT)).mandatory().slot(Slot::Event),
    many("participant", Kind::Complex(&PARTICIPANT)).mandatory().slot(Slot::Agent),
    one("source", Kind::Complex(&SOURCE)).mandatory().slot(Slot::Source),
    many("object", Kind::Complex(&OBJECT)).slot(Slot::Entity),
]);

static EVENT: Type = Type::backbone(&[
    one("type", Kind::Complex(&CODING)).mandatory().slot(Slot::Type),
    many("subtype", Kind::Complex(&CODING)).slot(Slot::Subtype),
    one("action", Kind::Code(codes::ACTION)).slot(Slot::Action),
    one("dateTime", INSTANT).present(Presence::Value).slot(Slot::Recorded),
    one("outcome", Kind::Code(codes::OUTCOME)).slot(Slot::Outcome),
    one("outcomeDesc", STRING).slot(Slot::OutcomeDetail),
    many("purposeOfEvent", Kind::Complex(&CODING)).slot(Slot::Purpose),
]);

static PARTICIPANT: Type = Type::backbone(&[
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
    many("purposeOfUse", Kind::Complex(&CODING)).slot(Slot::Purpose),
]);

pub(super) static SOURCE: Type = Type::backbone(&[
    one("site", STRING).slot(Slot::Site),
    one("identifier", Kind::Complex(&IDENTIFIER)).mandatory().slot(Slot::ObserverIdentifier),
    many("type", Kind::Complex(&CODING)).slot(Slot::Type),
]);

pub(super) static OBJECT: Type = Type::backbone(&[
    one("identifier", Kind::Complex(&IDENTIFIER)).slot(Slot::WhatIdentifier),
    one("reference", Kind::Complex(&REFERENCE)).slot(Slot::What),
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

static DETAIL: Type = Type::backbone(&[
    one("type", STRING).mandatory().slot(Slot::Type),
    one("value", BASE64).mandatory().slot(Slot::Value),
]);
