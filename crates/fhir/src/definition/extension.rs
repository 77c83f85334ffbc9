//! `Extension` (<https://hl7.org/fhir/R4/extensibility.html>): a name and a value of any type.
use super::datatypes::{
    ADDRESS, BASE64, BOOLEAN, CODE, CODEABLE_CONCEPT, CODING, CONTACT_POINT, DATE_TIME, DECIMAL,
    HUMAN_NAME, IDENTIFIER, INSTANT, INTEGER, META, MONEY, PERIOD, QUANTITY, RANGE, RATIO,
    REFERENCE, STRING, URI,
};
use super::general;
use super::primitive::Primitive;
use super::{Element, Kind, Presence, Type, one};
use crate::Release;

/// The most common types first: the search through them is linear.
pub(crate) static EXTENSION: Type = Type::datatype(&[
    one("url", URI).mandatory(),
    value("valueString", STRING),
    value("valueReference", Kind::Complex(&REFERENCE)),
    value("valueCodeableConcept", Kind::Complex(&CODEABLE_CONCEPT)),
    value("valueCoding", Kind::Complex(&CODING)),
    value("valueCode", CODE),
    value("valueIdentifier", Kind::Complex(&IDENTIFIER)),
    value("valueUri", URI),
    value("valueBoolean", BOOLEAN),
    value("valueDateTime", DATE_TIME),
    value("valueInstant", INSTANT),
    value("valuePeriod", Kind::Complex(&PERIOD)),
    value("valueInteger", INTEGER),
    value("valueDecimal", DECIMAL),
    value("valueBase64Binary", BASE64),
    value("valueCanonical", URI).since(Release::R4),
    value("valueUrl", URI).since(Release::R4),
    value("valueUuid", Kind::Primitive(Primitive::Uuid)).since(Release::R4),
    value("valueOid", Kind::Primitive(Primitive::Oid)),
    value("valueId", Kind::Primitive(Primitive::Id)),
    value("valueMarkdown", STRING),
    value("valueDate", Kind::Primitive(Primitive::Date)),
    value("valueTime", Kind::Primitive(Primitive::Time)),
    value("valuePositiveInt", Kind::Primitive(Primitive::PositiveInt)),
    value("valueUnsignedInt", Kind::Primitive(Primitive::UnsignedInt)),
    value("valueInteger64", Kind::Primitive(Primitive::Integer64)).since(Release::R5Draft),
    value("valueAddress", Kind::Complex(&ADDRESS)),
    value("valueContactPoint", Kind::Complex(&CONTACT_POINT)),
    value("valueHumanName", Kind::Complex(&HUMAN_NAME)),
    value("valueMoney", Kind::Complex(&QUANTITY)).until(Release::Stu3).since(Release::Stu3),
    value("valueMoney", Kind::Complex(&MONEY)).since(Release::R4),
    value("valueQuantity", Kind::Complex(&QUANTITY)),
    value("valueAge", Kind::Complex(&QUANTITY)).since(Release::Stu3),
    value("valueCount", Kind::Complex(&QUANTITY)).since(Release::Stu3),
    value("valueDistance", Kind::Complex(&QUANTITY)).since(Release::Stu3),
    value("valueDuration", Kind::Complex(&QUANTITY)).since(Release::Stu3),
    value("valueRange", Kind::Complex(&RANGE)),
    value("valueRatio", Kind::Complex(&RATIO)),
    // R4B's list lacks it.
    value("valueMeta", Kind::Complex(&META)).until(Release::R4),
    value("valueMeta", Kind::Complex(&META)).since(Release::R5Draft),
    value("valueAnnotation", Kind::Complex(&general::ANNOTATION)),
    value("valueAttachment", Kind::Complex(&general::ATTACHMENT)),
    value("valueSampledData", Kind::Complex(&general::SAMPLED_DATA)),
    value("valueSignature", Kind::Complex(&general::SIGNATURE)),
    value("valueTiming", Kind::Complex(&general::TIMING)),
    value("valueContactDetail", Kind::Complex(&general::CONTACT_DETAIL)).since(Release::R4),
    value("valueContributor", Kind::Complex(&general::CONTRIBUTOR))
        .since(Release::R4)
        .until(Release::R5Draft),
    value("valueDataRequirement", Kind::Complex(&general::DATA_REQUIREMENT)).since(Release::R4),
    value("valueExpression", Kind::Complex(&general::EXPRESSION)).since(Release::R4),
    value("valueParameterDefinition", Kind::Complex(&general::PARAMETER_DEFINITION))
        .since(Release::R4),
    value("valueRelatedArtifact", Kind::Complex(&general::RELATED_ARTIFACT)).since(Release::R4),
    value("valueTriggerDefinition", Kind::Complex(&general::TRIGGER_DEFINITION)).since(Release::R4),
    value("valueUsageContext", Kind::Complex(&general::USAGE_CONTEXT)).since(Release::R4),
    value("valueDosage", Kind::Complex(&general::DOSAGE)).since(Release::R4),
    value("valueAvailability", Kind::Complex(&general::AVAILABILITY)).since(Release::R5),
    value("valueCodeableReference", Kind::Complex(&general::CODEABLE_REFERENCE))
        .since(Release::R4b),
    value("valueExtendedContactDetail", Kind::Complex(&general::EXTENDED_CONTACT_DETAIL))
        .since(Release::R5),
    value("valueMonetaryComponent", Kind::Complex(&general::MONETARY_COMPONENT)).since(Release::R6),
    value("valueRatioRange", Kind::Complex(&general::RATIO_RANGE)).since(Release::R4b),
    value("valueVirtualServiceDetail", Kind::Complex(&general::VIRTUAL_SERVICE_DETAIL))
        .since(Release::R6),
]);

const fn value(name: &'static str, kind: Kind) -> Element {
    one(name, kind).present(Presence::Choice)
}
