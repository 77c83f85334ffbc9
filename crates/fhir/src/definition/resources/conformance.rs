//! What a server says of itself, and of its operations: the elements that Kiln writes. Nothing here
//! checks them; XML asks what repeats in them and in which order they are written.
use crate::Release;
use crate::definition::datatypes::{
    BOOLEAN, CODE, CODEABLE_CONCEPT, DATE_TIME, INTEGER, REFERENCE, STRING, URI,
};
use crate::definition::{Kind, Type, many, one};

/// `CapabilityStatement`, called `Conformance` in DSTU2.
pub(super) static CAPABILITY_STATEMENT: Type = Type::resource(&[
    one("url", URI),
    one("name", STRING),
    one("title", STRING).since(Release::Stu3),
    one("status", CODE),
    one("date", DATE_TIME),
    one("description", STRING),
    one("kind", CODE),
    one("software", Kind::Complex(&SOFTWARE)),
    one("implementation", Kind::Complex(&IMPLEMENTATION)),
    one("fhirVersion", CODE),
    one("acceptUnknown", CODE).until(Release::Stu3),
    many("format", CODE),
    many("rest", Kind::Complex(&REST)),
]);

static SOFTWARE: Type = Type::backbone(&[one("name", STRING), one("version", STRING)]);

static IMPLEMENTATION: Type = Type::backbone(&[one("description", STRING), one("url", URI)]);

static REST: Type = Type::backbone(&[
    one("mode", CODE),
    one("documentation", STRING),
    one("security", Kind::Complex(&SECURITY)),
    many("resource", Kind::Complex(&RESOURCE)),
    many("interaction", Kind::Complex(&INTERACTION)),
    one("transactionMode", CODE).until(Release::Dstu2),
    many("searchParam", Kind::Complex(&SEARCH_PARAM)),
    many("operation", Kind::Complex(&OPERATION)),
    many("compartment", URI),
]);

static SECURITY: Type = Type::backbone(&[
    one("cors", BOOLEAN),
    many("service", Kind::Complex(&CODEABLE_CONCEPT)),
    one("description", STRING),
]);

static RESOURCE: Type = Type::backbone(&[
    one("type", CODE),
    one("profile", Kind::Complex(&REFERENCE)).until(Release::Stu3),
    one("profile", URI).since(Release::R4),
    one("documentation", STRING).since(Release::Stu3),
    many("interaction", Kind::Complex(&INTERACTION)),
    one("versioning", CODE),
    one("readHistory", BOOLEAN),
    one("updateCreate", BOOLEAN),
    one("conditionalCreate", BOOLEAN),
    one("conditionalRead", CODE).since(Release::Stu3),
    one("conditionalUpdate", BOOLEAN),
    one("conditionalPatch", BOOLEAN).since(Release::R5),
    one("conditionalDelete", CODE),
    many("referencePolicy", CODE).since(Release::Stu3),
    many("searchParam", Kind::Complex(&SEARCH_PARAM)),
    many("operation", Kind::Complex(&OPERATION)).since(Release::R4),
]);

static INTERACTION: Type = Type::backbone(&[one("code", CODE), one("documentation", STRING)]);

static SEARCH_PARAM: Type = Type::backbone(&[
    one("name", STRING),
    one("definition", URI),
    one("type", CODE),
    one("documentation", STRING),
]);

static OPERATION: Type = Type::backbone(&[
    one("name", STRING),
    one("definition", Kind::Complex(&REFERENCE)).until(Release::Stu3),
    one("definition", URI).since(Release::R4),
    one("documentation", STRING).since(Release::R4),
]);

pub(super) static OPERATION_DEFINITION: Type = Type::resource(&[
    one("url", URI),
    one("name", STRING),
    one("title", STRING).since(Release::R4),
    one("status", CODE),
    one("kind", CODE),
    one("description", STRING),
    one("idempotent", BOOLEAN).until(Release::Stu3),
    one("affectsState", BOOLEAN).since(Release::R4),
    one("code", CODE),
    one("base", Kind::Complex(&REFERENCE)).until(Release::Stu3),
    one("base", URI).since(Release::R4),
    many("resource", CODE).since(Release::Stu3),
    one("system", BOOLEAN),
    many("type", CODE).until(Release::Dstu2),
    one("type", BOOLEAN).since(Release::Stu3),
    one("instance", BOOLEAN),
    many("parameter", Kind::Complex(&PARAMETER)),
]);

static PARAMETER: Type = Type::backbone(&[
    one("name", CODE),
    one("use", CODE),
    one("min", INTEGER),
    one("max", STRING),
    one("documentation", STRING),
    one("type", CODE),
]);
