//! `AuditEvent` of the draft of R5 of May 2021 (4.6.0): R4's, its outcome a concept, with a
//! severity, an order and an encounter. The second draft of that number has R5's shape, and is R5
//! here.
use super::codes;
use super::datatypes::{BASE64, CODEABLE_CONCEPT, CODING, INSTANT, PERIOD, REFERENCE, STRING};
use super::r4::{AGENT, DETAIL, SOURCE};
use super::{Kind, Presence, Slot, Type, many, one};

pub(super) static AUDIT_EVENT: Type = Type::resource(&[
    one("type", Kind::Complex(&CODING)).mandatory().slot(Slot::Type),
    many("subtype", Kind::Complex(&CODING)).slot(Slot::Subtype),
    one("action", Kind::Code(codes::ACTION)).slot(Slot::Action),
    one("severity", Kind::Code(codes::SEVERITY)).slot(Slot::Severity),
    one("period", Kind::Complex(&PERIOD)).slot(Slot::Occurred),
    one("recorded", INSTANT).present(Presence::Value).slot(Slot::Recorded),
    one("outcome", Kind::Complex(&CODEABLE_CONCEPT)).slot(Slot::Outcome),
    many("purposeOfEvent", Kind::Complex(&CODEABLE_CONCEPT)).slot(Slot::Purpose),
    many("basedOn", Kind::Complex(&REFERENCE)).slot(Slot::BasedOn),
    one("encounter", Kind::Complex(&REFERENCE)).slot(Slot::Encounter),
    many("agent", Kind::Complex(&AGENT)).mandatory().slot(Slot::Agent),
    one("source", Kind::Complex(&SOURCE)).mandatory().slot(Slot::Source),
    many("entity", Kind::Complex(&ENTITY)).slot(Slot::Entity),
]);

static ENTITY: Type = Type::backbone(&[
    one("what", Kind::Complex(&REFERENCE)).slot(Slot::What),
    one("type", Kind::Complex(&CODING)).slot(Slot::Type),
    one("role", Kind::Complex(&CODING)).slot(Slot::Role),
    one("lifecycle", Kind::Complex(&CODING)).slot(Slot::Lifecycle),
    many("securityLabel", Kind::Complex(&CODING)).slot(Slot::SecurityLabel),
    one("name", STRING).slot(Slot::Name),
    one("query", BASE64).slot(Slot::Query),
    many("detail", Kind::Complex(&DETAIL)).slot(Slot::Detail),
])
.exclusive("sev-1", "name", "query");
