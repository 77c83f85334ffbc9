//! Datatypes that an event has only in extensions (<https://hl7.org/fhir/R4/datatypes.html>,
//! <https://hl7.org/fhir/R4/metadatatypes.html>): what is in them, how often and of which type.
//! Their codes are not held to their value sets.
use super::datatypes::{
    ADDRESS, BASE64, BOOLEAN, CODE, CODEABLE_CONCEPT, CODING, CONTACT_POINT, DATE_TIME, DECIMAL,
    HUMAN_NAME, INSTANT, INTEGER, MONEY, PERIOD, QUANTITY, RANGE, RATIO, REFERENCE, STRING, URI,
};
use super::extension::EXTENSION;
use super::primitive::Primitive;
use super::{Element, Kind, Presence, Type, many, one};
use crate::Release;

const POSITIVE_INT: Kind = Kind::Primitive(Primitive::PositiveInt);
const UNSIGNED_INT: Kind = Kind::Primitive(Primitive::UnsignedInt);
const INTEGER_64: Kind = Kind::Primitive(Primitive::Integer64);
const TIME: Kind = Kind::Primitive(Primitive::Time);
const DATE: Kind = Kind::Primitive(Primitive::Date);

const fn choice(name: &'static str, kind: Kind) -> Element {
    one(name, kind).present(Presence::Choice)
}

/// `modifierExtension`, which a few datatypes have since R4.
const fn modifiers() -> Element {
    many("modifierExtension", Kind::Complex(&EXTENSION)).modifier().since(Release::R4)
}

pub(super) static ANNOTATION: Type = Type::datatype(&[
    choice("authorReference", Kind::Complex(&REFERENCE)),
    choice("authorString", STRING),
    one("time", DATE_TIME),
    one("text", STRING).mandatory(),
]);

pub(super) static ATTACHMENT: Type = Type::datatype(&[
    one("contentType", CODE),
    one("language", CODE),
    one("data", BASE64),
    one("url", URI),
    one("size", UNSIGNED_INT).until(Release::R4b),
    one("size", INTEGER_64).since(Release::R5Draft),
    one("hash", BASE64),
    one("title", STRING),
    one("creation", DATE_TIME),
    one("height", POSITIVE_INT).since(Release::R5),
    one("width", POSITIVE_INT).since(Release::R5),
    one("frames", POSITIVE_INT).since(Release::R5),
    one("duration", DECIMAL).since(Release::R5),
    one("pages", POSITIVE_INT).since(Release::R5),
]);

pub(super) static SAMPLED_DATA: Type = Type::datatype(&[
    one("origin", Kind::Complex(&QUANTITY)).mandatory(),
    one("period", DECIMAL).mandatory().until(Release::R5Draft),
    one("interval", DECIMAL).since(Release::R5),
    one("intervalUnit", CODE).mandatory().since(Release::R5),
    one("factor", DECIMAL),
    one("lowerLimit", DECIMAL),
    one("upperLimit", DECIMAL),
    one("dimensions", POSITIVE_INT).mandatory(),
    one("codeMap", URI).since(Release::R5),
    one("offsets", STRING).since(Release::R5),
    one("data", STRING).mandatory().until(Release::Stu3),
    one("data", STRING).since(Release::R4),
]);

/// Until STU3 who signed is a uri or a reference; those two are not counted.
pub(super) static SIGNATURE: Type = Type::datatype(&[
    many("type", Kind::Complex(&CODING)).mandatory().until(Release::R5Draft),
    many("type", Kind::Complex(&CODING)).since(Release::R5),
    one("when", INSTANT).mandatory().until(Release::R5Draft),
    one("when", INSTANT).since(Release::R5),
    one("whoUri", URI).until(Release::Stu3),
    one("whoReference", Kind::Complex(&REFERENCE)).until(Release::Stu3),
    one("who", Kind::Complex(&REFERENCE)).mandatory().since(Release::R4).until(Release::R5Draft),
    one("who", Kind::Complex(&REFERENCE)).since(Release::R5),
    one("onBehalfOfUri", URI).since(Release::Stu3).until(Release::Stu3),
    one("onBehalfOfReference", Kind::Complex(&REFERENCE)).since(Release::Stu3).until(Release::Stu3),
    one("onBehalfOf", Kind::Complex(&REFERENCE)).since(Release::R4),
    one("contentType", CODE).mandatory().until(Release::Dstu2),
    one("contentType", CODE).since(Release::Stu3).until(Release::Stu3),
    one("blob", BASE64).mandatory().until(Release::Dstu2),
    one("blob", BASE64).since(Release::Stu3).until(Release::Stu3),
    one("targetFormat", CODE).since(Release::R4),
    one("sigFormat", CODE).since(Release::R4),
    one("data", BASE64).since(Release::R4),
]);

pub(super) static TIMING: Type = Type::datatype(&[
    modifiers(),
    many("event", DATE_TIME),
    one("repeat", Kind::Complex(&REPEAT)),
    one("code", Kind::Complex(&CODEABLE_CONCEPT)),
]);

static REPEAT: Type = Type::datatype(&[
    choice("boundsQuantity", Kind::Complex(&QUANTITY)).until(Release::Dstu2),
    choice("boundsDuration", Kind::Complex(&QUANTITY)).since(Release::Stu3),
    choice("boundsRange", Kind::Complex(&RANGE)),
    choice("boundsPeriod", Kind::Complex(&PERIOD)),
    one("count", INTEGER).until(Release::Stu3),
    one("count", POSITIVE_INT).since(Release::R4),
    one("countMax", INTEGER).since(Release::Stu3).until(Release::Stu3),
    one("countMax", POSITIVE_INT).since(Release::R4),
    one("duration", DECIMAL),
    one("durationMax", DECIMAL),
    one("durationUnits", CODE).until(Release::Dstu2),
    one("durationUnit", CODE).since(Release::Stu3),
    one("frequency", INTEGER).until(Release::Stu3),
    one("frequency", POSITIVE_INT).since(Release::R4),
    one("frequencyMax", INTEGER).until(Release::Stu3),
    one("frequencyMax", POSITIVE_INT).since(Release::R4),
    one("period", DECIMAL),
    one("periodMax", DECIMAL),
    one("periodUnits", CODE).until(Release::Dstu2),
    one("periodUnit", CODE).since(Release::Stu3),
    many("dayOfWeek", CODE).since(Release::Stu3),
    many("timeOfDay", TIME).since(Release::Stu3),
    one("when", CODE).until(Release::Dstu2),
    many("when", CODE).since(Release::Stu3),
    one("offset", UNSIGNED_INT).since(Release::Stu3),
]);

pub(super) static CONTACT_DETAIL: Type =
    Type::datatype(&[one("name", STRING), many("telecom", Kind::Complex(&CONTACT_POINT))]);

pub(super) static CONTRIBUTOR: Type = Type::datatype(&[
    one("type", CODE).mandatory(),
    one("name", STRING).mandatory(),
    many("contact", Kind::Complex(&CONTACT_DETAIL)),
]);

pub(super) static DATA_REQUIREMENT: Type = Type::datatype(&[
    one("type", CODE).mandatory(),
    many("profile", URI),
    choice("subjectCodeableConcept", Kind::Complex(&CODEABLE_CONCEPT)),
    choice("subjectReference", Kind::Complex(&REFERENCE)),
    many("mustSupport", STRING),
    many("codeFilter", Kind::Complex(&CODE_FILTER)),
    many("dateFilter", Kind::Complex(&DATE_FILTER)),
    many("valueFilter", Kind::Complex(&VALUE_FILTER)).since(Release::R5),
    one("limit", POSITIVE_INT),
    many("sort", Kind::Complex(&SORT)),
]);

static CODE_FILTER: Type = Type::datatype(&[
    one("path", STRING),
    one("searchParam", STRING),
    one("valueSet", URI),
    many("code", Kind::Complex(&CODING)),
]);

static DATE_FILTER: Type = Type::datatype(&[
    one("path", STRING),
    one("searchParam", STRING),
    choice("valueDateTime", DATE_TIME),
    choice("valuePeriod", Kind::Complex(&PERIOD)),
    choice("valueDuration", Kind::Complex(&QUANTITY)),
]);

static VALUE_FILTER: Type = Type::datatype(&[
    one("path", STRING),
    one("searchParam", STRING),
    one("comparator", CODE),
    choice("valueDateTime", DATE_TIME),
    choice("valuePeriod", Kind::Complex(&PERIOD)),
    choice("valueDuration", Kind::Complex(&QUANTITY)),
]);

static SORT: Type =
    Type::datatype(&[one("path", STRING).mandatory(), one("direction", CODE).mandatory()]);

pub(super) static EXPRESSION: Type = Type::datatype(&[
    one("description", STRING),
    one("name", CODE),
    one("language", CODE).mandatory().until(Release::R5Draft),
    one("language", CODE).since(Release::R5),
    one("expression", STRING),
    one("reference", URI),
]);

pub(super) static PARAMETER_DEFINITION: Type = Type::datatype(&[
    one("name", CODE),
    one("use", CODE).mandatory(),
    one("min", INTEGER),
    one("max", STRING),
    one("documentation", STRING),
    one("type", CODE).mandatory(),
    one("profile", URI),
]);

pub(super) static RELATED_ARTIFACT: Type = Type::datatype(&[
    one("type", CODE).mandatory(),
    many("classifier", Kind::Complex(&CODEABLE_CONCEPT)).since(Release::R5),
    one("label", STRING),
    one("display", STRING),
    one("citation", STRING),
    one("url", URI).until(Release::R5Draft),
    one("document", Kind::Complex(&ATTACHMENT)),
    one("resource", URI),
    one("resourceReference", Kind::Complex(&REFERENCE)).since(Release::R5),
    one("publicationStatus", CODE).since(Release::R5),
    one("publicationDate", DATE).since(Release::R5),
]);

pub(super) static TRIGGER_DEFINITION: Type = Type::datatype(&[
    one("type", CODE).mandatory(),
    one("name", STRING),
    one("code", Kind::Complex(&CODEABLE_CONCEPT)).since(Release::R5),
    one("subscriptionTopic", URI).since(Release::R5),
    choice("timingTiming", Kind::Complex(&TIMING)),
    choice("timingReference", Kind::Complex(&REFERENCE)),
    choice("timingDate", DATE),
    choice("timingDateTime", DATE_TIME),
    many("data", Kind::Complex(&DATA_REQUIREMENT)),
    one("condition", Kind::Complex(&EXPRESSION)),
]);

pub(super) static USAGE_CONTEXT: Type = Type::datatype(&[
    one("code", Kind::Complex(&CODING)).mandatory(),
    usage("valueCodeableConcept", Kind::Complex(&CODEABLE_CONCEPT)),
    usage("valueQuantity", Kind::Complex(&QUANTITY)),
    usage("valueRange", Kind::Complex(&RANGE)),
    usage("valueReference", Kind::Complex(&REFERENCE)),
]);

const fn usage(name: &'static str, kind: Kind) -> Element {
    one(name, kind).present(Presence::MandatoryChoice)
}

pub(super) static DOSAGE: Type = Type::datatype(&[
    modifiers(),
    one("sequence", INTEGER),
    one("text", STRING),
    many("additionalInstruction", Kind::Complex(&CODEABLE_CONCEPT)),
    one("patientInstruction", STRING),
    one("timing", Kind::Complex(&TIMING)),
    choice("asNeededBoolean", BOOLEAN).until(Release::R5Draft),
    choice("asNeededCodeableConcept", Kind::Complex(&CODEABLE_CONCEPT)).until(Release::R5Draft),
    one("asNeeded", BOOLEAN).since(Release::R5),
    many("asNeededFor", Kind::Complex(&CODEABLE_CONCEPT)).since(Release::R5),
    one("site", Kind::Complex(&CODEABLE_CONCEPT)),
    one("route", Kind::Complex(&CODEABLE_CONCEPT)),
    one("method", Kind::Complex(&CODEABLE_CONCEPT)),
    many("doseAndRate", Kind::Complex(&DOSE_AND_RATE)),
    one("maxDosePerPeriod", Kind::Complex(&RATIO)).until(Release::R5Draft),
    many("maxDosePerPeriod", Kind::Complex(&RATIO)).since(Release::R5),
    one("maxDosePerAdministration", Kind::Complex(&QUANTITY)),
    one("maxDosePerLifetime", Kind::Complex(&QUANTITY)),
]);

/// Two choices; only the first is counted.
static DOSE_AND_RATE: Type = Type::datatype(&[
    one("type", Kind::Complex(&CODEABLE_CONCEPT)),
    choice("doseRange", Kind::Complex(&RANGE)),
    choice("doseQuantity", Kind::Complex(&QUANTITY)),
    one("rateRatio", Kind::Complex(&RATIO)),
    one("rateRange", Kind::Complex(&RANGE)),
    one("rateQuantity", Kind::Complex(&QUANTITY)),
]);

pub(super) static AVAILABILITY: Type = Type::datatype(&[
    many("availableTime", Kind::Complex(&AVAILABLE_TIME)),
    many("notAvailableTime", Kind::Complex(&NOT_AVAILABLE_TIME)),
]);

static AVAILABLE_TIME: Type = Type::datatype(&[
    many("daysOfWeek", CODE),
    one("allDay", BOOLEAN),
    one("availableStartTime", TIME),
    one("availableEndTime", TIME),
]);

static NOT_AVAILABLE_TIME: Type =
    Type::datatype(&[one("description", STRING), one("during", Kind::Complex(&PERIOD))]);

pub(super) static CODEABLE_REFERENCE: Type = Type::datatype(&[
    one("concept", Kind::Complex(&CODEABLE_CONCEPT)),
    one("reference", Kind::Complex(&REFERENCE)),
]);

pub(super) static EXTENDED_CONTACT_DETAIL: Type = Type::datatype(&[
    one("purpose", Kind::Complex(&CODEABLE_CONCEPT)),
    many("name", Kind::Complex(&HUMAN_NAME)),
    many("telecom", Kind::Complex(&CONTACT_POINT)),
    one("address", Kind::Complex(&ADDRESS)),
    one("organization", Kind::Complex(&REFERENCE)),
    one("period", Kind::Complex(&PERIOD)),
]);

pub(super) static MONETARY_COMPONENT: Type = Type::datatype(&[
    one("type", CODE).mandatory(),
    one("code", Kind::Complex(&CODEABLE_CONCEPT)),
    one("factor", DECIMAL),
    one("amount", Kind::Complex(&MONEY)),
]);

pub(super) static RATIO_RANGE: Type = Type::datatype(&[
    one("lowNumerator", Kind::Complex(&QUANTITY)),
    one("highNumerator", Kind::Complex(&QUANTITY)),
    one("denominator", Kind::Complex(&QUANTITY)),
]);

pub(super) static VIRTUAL_SERVICE_DETAIL: Type = Type::datatype(&[
    one("channelType", Kind::Complex(&CODING)),
    choice("addressUrl", URI),
    choice("addressString", STRING),
    choice("addressContactPoint", Kind::Complex(&CONTACT_POINT)),
    choice("addressExtendedContactDetail", Kind::Complex(&EXTENDED_CONTACT_DETAIL)),
    many("additionalInfo", URI),
    one("maxParticipants", POSITIVE_INT),
    one("sessionKey", STRING),
]);
