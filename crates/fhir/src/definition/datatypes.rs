//! Datatypes (<https://hl7.org/fhir/R4/datatypes.html>), the same for all releases apart from what
//! came later.
use super::codes;
use super::extension::EXTENSION;
use super::primitive::Primitive;
use super::{Element, Kind, Slot, Type, many, one};
use crate::Release;

pub(super) const BOOLEAN: Kind = Kind::Primitive(Primitive::Boolean);
pub(super) const STRING: Kind = Kind::Primitive(Primitive::String);
pub(super) const CODE: Kind = Kind::Primitive(Primitive::Code);
pub(super) const URI: Kind = Kind::Primitive(Primitive::Uri);
pub(super) const INSTANT: Kind = Kind::Primitive(Primitive::Instant);
pub(super) const DATE_TIME: Kind = Kind::Primitive(Primitive::DateTime);
pub(super) const BASE64: Kind = Kind::Primitive(Primitive::Base64Binary);
pub(super) const INTEGER: Kind = Kind::Primitive(Primitive::Integer);
pub(super) const DECIMAL: Kind = Kind::Primitive(Primitive::Decimal);
const POSITIVE_INT: Kind = Kind::Primitive(Primitive::PositiveInt);
/// An id that is taken as it is.
const LOGICAL_ID: Kind = Kind::Primitive(Primitive::LogicalId);

/// DSTU2 keeps the comments of XML in JSON, in any object
/// (<https://hl7.org/fhir/DSTU2/json.html#xml>).
const COMMENTS: Element = many("fhir_comments", STRING).until(Release::Dstu2);

/// What every datatype has.
pub(super) static ELEMENT: [Element; 3] =
    [one("id", STRING), many("extension", Kind::Complex(&EXTENSION)), COMMENTS];

/// What every backbone element has.
pub(super) static BACKBONE: [Element; 4] = [
    one("id", STRING),
    many("extension", Kind::Complex(&EXTENSION)),
    many("modifierExtension", Kind::Complex(&EXTENSION)).modifier(),
    COMMENTS,
];

/// What every resource with a narrative has.
pub(super) static RESOURCE: [Element; 10] = [
    one("resourceType", Kind::ResourceType),
    one("id", LOGICAL_ID).slot(Slot::Id),
    one("meta", Kind::Complex(&META)).slot(Slot::Meta),
    one("implicitRules", URI).modifier(),
    one("language", CODE),
    one("text", Kind::Complex(&NARRATIVE)),
    many("contained", Kind::Resource),
    many("extension", Kind::Complex(&EXTENSION)),
    many("modifierExtension", Kind::Complex(&EXTENSION)).modifier(),
    COMMENTS,
];

/// What stands beside a primitive, as `_name`.
pub(crate) static EXTENSIONS_ONLY: Type = Type::datatype(&[]);

pub(crate) static META: Type = Type::datatype(&[
    one("versionId", LOGICAL_ID),
    one("lastUpdated", INSTANT),
    one("source", URI).since(Release::R4).slot(Slot::MetaSource),
    many("profile", URI).slot(Slot::Profile),
    many("security", Kind::Complex(&CODING)).slot(Slot::Security),
    many("tag", Kind::Complex(&CODING)).slot(Slot::Tag),
]);

pub(super) static NARRATIVE: Type = Type::datatype(&[
    one("status", Kind::Code(codes::NARRATIVE_STATUS)).mandatory(),
    one("div", STRING).mandatory(),
]);

pub(crate) static CODING: Type = Type::datatype(&[
    one("system", URI).slot(Slot::System),
    one("version", STRING),
    one("code", CODE).slot(Slot::Code),
    one("display", STRING).slot(Slot::Display),
    one("userSelected", BOOLEAN),
]);

pub(crate) static CODEABLE_CONCEPT: Type = Type::datatype(&[
    many("coding", Kind::Complex(&CODING)).slot(Slot::Coding),
    one("text", STRING).slot(Slot::Text),
]);

pub(crate) static IDENTIFIER: Type = Type::datatype(&[
    one("use", Kind::Code(codes::IDENTIFIER_USE_STU3)).until(Release::Stu3),
    one("use", Kind::Code(codes::IDENTIFIER_USE)).since(Release::R4),
    one("type", Kind::Complex(&CODEABLE_CONCEPT)).slot(Slot::Type),
    one("system", URI).slot(Slot::System),
    one("value", STRING).slot(Slot::Value),
    one("period", Kind::Complex(&PERIOD)),
    one("assigner", Kind::Complex(&REFERENCE)),
]);

pub(crate) static REFERENCE: Type = Type::datatype(&[
    one("reference", Kind::Primitive(Primitive::Reference)).slot(Slot::Reference),
    one("type", URI).since(Release::R4).slot(Slot::Type),
    one("identifier", Kind::Complex(&IDENTIFIER)).since(Release::Stu3).slot(Slot::Identifier),
    one("display", STRING).slot(Slot::Display),
]);

pub(crate) static PERIOD: Type = Type::datatype(&[one("start", DATE_TIME), one("end", DATE_TIME)]);

pub(crate) static QUANTITY: Type = Type::datatype(&[
    one("value", DECIMAL),
    one("comparator", Kind::Code(codes::COMPARATOR_R4)).until(Release::R4b),
    one("comparator", Kind::Code(codes::COMPARATOR)).since(Release::R5Draft),
    one("unit", STRING),
    one("system", URI),
    one("code", CODE),
]);

pub(super) static RANGE: Type =
    Type::datatype(&[one("low", Kind::Complex(&QUANTITY)), one("high", Kind::Complex(&QUANTITY))]);

pub(super) static RATIO: Type = Type::datatype(&[
    one("numerator", Kind::Complex(&QUANTITY)),
    one("denominator", Kind::Complex(&QUANTITY)),
]);

/// Until STU3 money is a quantity.
pub(super) static MONEY: Type = Type::datatype(&[one("value", DECIMAL), one("currency", CODE)]);

pub(super) static HUMAN_NAME: Type = Type::datatype(&[
    one("use", Kind::Code(codes::NAME_USE)),
    one("text", STRING),
    many("family", STRING).until(Release::Dstu2),
    one("family", STRING).since(Release::Stu3),
    many("given", STRING),
    many("prefix", STRING),
    many("suffix", STRING),
    one("period", Kind::Complex(&PERIOD)),
]);

pub(super) static CONTACT_POINT: Type = Type::datatype(&[
    one("system", Kind::Code(codes::CONTACT_SYSTEM_DSTU2)).until(Release::Dstu2),
    one("system", Kind::Code(codes::CONTACT_SYSTEM)).since(Release::Stu3),
    one("value", STRING),
    one("use", Kind::Code(codes::CONTACT_USE)),
    one("rank", POSITIVE_INT),
    one("period", Kind::Complex(&PERIOD)),
]);

pub(super) static ADDRESS: Type = Type::datatype(&[
    one("use", Kind::Code(codes::ADDRESS_USE_STU3)).until(Release::Stu3),
    one("use", Kind::Code(codes::ADDRESS_USE)).since(Release::R4),
    one("type", Kind::Code(codes::ADDRESS_TYPE)),
    one("text", STRING),
    many("line", STRING),
    one("city", STRING),
    one("district", STRING),
    one("state", STRING),
    one("postalCode", STRING),
    one("country", STRING),
    one("period", Kind::Complex(&PERIOD)),
]);
