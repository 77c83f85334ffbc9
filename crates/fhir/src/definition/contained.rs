//! Resources that events contain: who did it, with what, where. XML and the check ask what repeats
//! in them, what is a boolean or a number, and in which order they are written, nothing more.
use super::datatypes::{
    ADDRESS, BOOLEAN, CODEABLE_CONCEPT, CODING, CONTACT_POINT, DECIMAL, HUMAN_NAME, IDENTIFIER,
    PERIOD, QUANTITY, RANGE, REFERENCE, STRING,
};
use super::general::{
    ANNOTATION, ATTACHMENT, AVAILABILITY, CODEABLE_REFERENCE, EXTENDED_CONTACT_DETAIL,
    VIRTUAL_SERVICE_DETAIL,
};
use super::{Kind, Type, many, one};
use crate::Release;

/// Any number.
const NUMBER: Kind = DECIMAL;

pub(super) static PATIENT: Type = Type::resource(&[
    many("identifier", Kind::Complex(&IDENTIFIER)),
    one("active", BOOLEAN),
    many("name", Kind::Complex(&HUMAN_NAME)),
    many("telecom", Kind::Complex(&CONTACT_POINT)),
    one("gender", STRING),
    one("birthDate", STRING),
    one("deceasedBoolean", BOOLEAN),
    one("deceasedDateTime", STRING),
    many("address", Kind::Complex(&ADDRESS)),
    one("maritalStatus", Kind::Complex(&CODEABLE_CONCEPT)),
    one("multipleBirthBoolean", BOOLEAN),
    one("multipleBirthInteger", NUMBER),
    many("photo", Kind::Complex(&ATTACHMENT)),
    many("contact", Kind::Complex(&PATIENT_CONTACT)),
    one("animal", Kind::Complex(&PATIENT_ANIMAL)).until(Release::Stu3),
    many("communication", Kind::Complex(&PATIENT_COMMUNICATION)),
    many("careProvider", Kind::Complex(&REFERENCE)).until(Release::Dstu2),
    many("generalPractitioner", Kind::Complex(&REFERENCE)).since(Release::Stu3),
    one("managingOrganization", Kind::Complex(&REFERENCE)),
    many("link", Kind::Complex(&PATIENT_LINK)),
]);

static PATIENT_CONTACT: Type = Type::backbone(&[
    many("relationship", Kind::Complex(&CODEABLE_CONCEPT)),
    one("name", Kind::Complex(&HUMAN_NAME)),
    many("telecom", Kind::Complex(&CONTACT_POINT)),
    one("address", Kind::Complex(&ADDRESS)),
    one("gender", STRING),
    one("organization", Kind::Complex(&REFERENCE)),
    one("period", Kind::Complex(&PERIOD)),
]);

static PATIENT_COMMUNICATION: Type =
    Type::backbone(&[one("language", Kind::Complex(&CODEABLE_CONCEPT)), one("preferred", BOOLEAN)]);

static PATIENT_LINK: Type =
    Type::backbone(&[one("other", Kind::Complex(&REFERENCE)), one("type", STRING)]);

static PATIENT_ANIMAL: Type = Type::backbone(&[
    one("species", Kind::Complex(&CODEABLE_CONCEPT)),
    one("breed", Kind::Complex(&CODEABLE_CONCEPT)),
    one("genderStatus", Kind::Complex(&CODEABLE_CONCEPT)),
]);

pub(super) static PRACTITIONER: Type = Type::resource(&[
    many("identifier", Kind::Complex(&IDENTIFIER)),
    one("active", BOOLEAN),
    one("name", Kind::Complex(&HUMAN_NAME)).until(Release::Dstu2),
    many("name", Kind::Complex(&HUMAN_NAME)).since(Release::Stu3),
    many("telecom", Kind::Complex(&CONTACT_POINT)),
    one("gender", STRING),
    one("birthDate", STRING),
    one("deceasedBoolean", BOOLEAN).since(Release::R5Draft),
    one("deceasedDateTime", STRING).since(Release::R5Draft),
    many("address", Kind::Complex(&ADDRESS)),
    many("photo", Kind::Complex(&ATTACHMENT)),
    many("practitionerRole", Kind::Complex(&PRACTITIONER_PRACTITIONER_ROLE)).until(Release::Dstu2),
    many("qualification", Kind::Complex(&PRACTITIONER_QUALIFICATION)),
    many("communication", Kind::Complex(&CODEABLE_CONCEPT)).until(Release::R4b),
    many("communication", Kind::Complex(&PRACTITIONER_COMMUNICATION)).since(Release::R5Draft),
]);

static PRACTITIONER_QUALIFICATION: Type = Type::backbone(&[
    many("identifier", Kind::Complex(&IDENTIFIER)),
    one("code", Kind::Complex(&CODEABLE_CONCEPT)),
    one("period", Kind::Complex(&PERIOD)),
    one("issuer", Kind::Complex(&REFERENCE)),
]);

static PRACTITIONER_COMMUNICATION: Type = Type::backbone(&[
    one("language", Kind::Complex(&CODEABLE_CONCEPT)).since(Release::R5Draft),
    one("preferred", BOOLEAN).since(Release::R5Draft),
]);

static PRACTITIONER_PRACTITIONER_ROLE: Type = Type::backbone(&[
    one("managingOrganization", Kind::Complex(&REFERENCE)),
    one("role", Kind::Complex(&CODEABLE_CONCEPT)),
    many("specialty", Kind::Complex(&CODEABLE_CONCEPT)),
    one("period", Kind::Complex(&PERIOD)),
    many("location", Kind::Complex(&REFERENCE)),
    many("healthcareService", Kind::Complex(&REFERENCE)),
]);

pub(super) static PRACTITIONER_ROLE: Type = Type::resource(&[
    many("identifier", Kind::Complex(&IDENTIFIER)),
    one("active", BOOLEAN),
    one("period", Kind::Complex(&PERIOD)),
    one("practitioner", Kind::Complex(&REFERENCE)),
    one("organization", Kind::Complex(&REFERENCE)),
    many("code", Kind::Complex(&CODEABLE_CONCEPT)),
    many("specialty", Kind::Complex(&CODEABLE_CONCEPT)),
    many("location", Kind::Complex(&REFERENCE)),
    many("healthcareService", Kind::Complex(&REFERENCE)),
    many("telecom", Kind::Complex(&CONTACT_POINT)).until(Release::R4b),
    many("availableTime", Kind::Complex(&PRACTITIONER_ROLE_AVAILABLE_TIME)).until(Release::R4b),
    many("notAvailable", Kind::Complex(&PRACTITIONER_ROLE_NOT_AVAILABLE)).until(Release::R4b),
    one("availabilityExceptions", STRING).until(Release::R4b),
    many("contact", Kind::Complex(&EXTENDED_CONTACT_DETAIL)).since(Release::R5Draft),
    many("characteristic", Kind::Complex(&CODEABLE_CONCEPT)).since(Release::R5Draft),
    many("communication", Kind::Complex(&CODEABLE_CONCEPT)).since(Release::R5Draft),
    many("availability", Kind::Complex(&AVAILABILITY)).since(Release::R5Draft),
    many("endpoint", Kind::Complex(&REFERENCE)),
]);

static PRACTITIONER_ROLE_AVAILABLE_TIME: Type = Type::backbone(&[
    many("daysOfWeek", STRING),
    one("allDay", BOOLEAN),
    one("availableStartTime", STRING),
    one("availableEndTime", STRING),
]);

static PRACTITIONER_ROLE_NOT_AVAILABLE: Type =
    Type::backbone(&[one("description", STRING), one("during", Kind::Complex(&PERIOD))]);

pub(super) static ORGANIZATION: Type = Type::resource(&[
    many("identifier", Kind::Complex(&IDENTIFIER)),
    one("active", BOOLEAN),
    one("type", Kind::Complex(&CODEABLE_CONCEPT)).until(Release::Dstu2),
    many("type", Kind::Complex(&CODEABLE_CONCEPT)).since(Release::Stu3),
    one("name", STRING),
    many("alias", STRING).since(Release::Stu3),
    many("telecom", Kind::Complex(&CONTACT_POINT)).until(Release::R4b),
    many("address", Kind::Complex(&ADDRESS)).until(Release::R4b),
    one("description", STRING).since(Release::R5Draft),
    many("contact", Kind::Complex(&EXTENDED_CONTACT_DETAIL)).since(Release::R5Draft),
    one("partOf", Kind::Complex(&REFERENCE)),
    many("contact", Kind::Complex(&ORGANIZATION_CONTACT)).until(Release::R4b),
    many("endpoint", Kind::Complex(&REFERENCE)).since(Release::Stu3),
    many("qualification", Kind::Complex(&ORGANIZATION_QUALIFICATION)).since(Release::R5Draft),
]);

static ORGANIZATION_QUALIFICATION: Type = Type::backbone(&[
    many("identifier", Kind::Complex(&IDENTIFIER)),
    one("code", Kind::Complex(&CODEABLE_CONCEPT)),
    one("period", Kind::Complex(&PERIOD)),
    one("issuer", Kind::Complex(&REFERENCE)),
]);

static ORGANIZATION_CONTACT: Type = Type::backbone(&[
    one("purpose", Kind::Complex(&CODEABLE_CONCEPT)).until(Release::R4b),
    one("name", Kind::Complex(&HUMAN_NAME)).until(Release::R4b),
    many("telecom", Kind::Complex(&CONTACT_POINT)).until(Release::R4b),
    one("address", Kind::Complex(&ADDRESS)).until(Release::R4b),
]);

pub(super) static DEVICE: Type = Type::resource(&[
    many("identifier", Kind::Complex(&IDENTIFIER)),
    one("udi", Kind::Complex(&DEVICE_UDI)).since(Release::Stu3).until(Release::Stu3),
    one("definition", Kind::Complex(&REFERENCE)).since(Release::R4).until(Release::R4b),
    one("displayName", STRING).since(Release::R5Draft),
    one("definition", Kind::Complex(&CODEABLE_REFERENCE)).since(Release::R5Draft),
    many("udiCarrier", Kind::Complex(&DEVICE_UDI_CARRIER)).since(Release::R4),
    one("status", STRING),
    many("statusReason", Kind::Complex(&CODEABLE_CONCEPT)).since(Release::R4).until(Release::R4b),
    one("distinctIdentifier", STRING).since(Release::R4).until(Release::R4b),
    one("availabilityStatus", Kind::Complex(&CODEABLE_CONCEPT)).since(Release::R5Draft),
    one("biologicalSourceEvent", Kind::Complex(&IDENTIFIER)).since(Release::R5Draft),
    one("manufacturer", STRING),
    one("manufactureDate", STRING),
    one("expiry", STRING).until(Release::Dstu2),
    one("udi", STRING).until(Release::Dstu2),
    one("expirationDate", STRING).since(Release::Stu3),
    one("model", STRING).until(Release::Stu3),
    one("version", STRING).until(Release::Stu3),
    one("lotNumber", STRING),
    one("serialNumber", STRING).since(Release::R4),
    many("deviceName", Kind::Complex(&DEVICE_DEVICE_NAME)).since(Release::R4).until(Release::R4b),
    many("name", Kind::Complex(&DEVICE_NAME)).since(Release::R5Draft),
    one("modelNumber", STRING).since(Release::R4),
    one("partNumber", STRING).since(Release::R4),
    one("type", Kind::Complex(&CODEABLE_CONCEPT)).until(Release::R4b),
    many("specialization", Kind::Complex(&DEVICE_SPECIALIZATION))
        .since(Release::R4)
        .until(Release::R4b),
    many("category", Kind::Complex(&CODEABLE_CONCEPT)).since(Release::R5Draft),
    many("type", Kind::Complex(&CODEABLE_CONCEPT)).since(Release::R5Draft),
    many("version", Kind::Complex(&DEVICE_VERSION)).since(Release::R4),
    many("conformsTo", Kind::Complex(&DEVICE_CONFORMS_TO)).since(Release::R5Draft),
    many("property", Kind::Complex(&DEVICE_PROPERTY)).since(Release::R4),
    one("patient", Kind::Complex(&REFERENCE)).until(Release::R4b),
    one("mode", Kind::Complex(&CODEABLE_CONCEPT)).since(Release::R5Draft),
    one("cycle", Kind::Complex(&QUANTITY)).since(Release::R5Draft),
    one("duration", Kind::Complex(&QUANTITY)).since(Release::R5Draft),
    one("owner", Kind::Complex(&REFERENCE)),
    many("contact", Kind::Complex(&CONTACT_POINT)),
    one("location", Kind::Complex(&REFERENCE)),
    one("url", STRING),
    many("endpoint", Kind::Complex(&REFERENCE)).since(Release::R5Draft),
    many("gateway", Kind::Complex(&CODEABLE_REFERENCE)).since(Release::R5Draft),
    many("note", Kind::Complex(&ANNOTATION)),
    many("safety", Kind::Complex(&CODEABLE_CONCEPT)).since(Release::Stu3),
    one("parent", Kind::Complex(&REFERENCE)).since(Release::R4),
]);

static DEVICE_UDI_CARRIER: Type = Type::backbone(&[
    one("deviceIdentifier", STRING),
    one("issuer", STRING),
    one("jurisdiction", STRING),
    one("carrierAIDC", STRING),
    one("carrierHRF", STRING),
    one("entryType", STRING),
]);

static DEVICE_NAME: Type =
    Type::backbone(&[one("value", STRING), one("type", STRING), one("display", BOOLEAN)]);

static DEVICE_VERSION: Type = Type::backbone(&[
    one("type", Kind::Complex(&CODEABLE_CONCEPT)).since(Release::R4),
    one("component", Kind::Complex(&IDENTIFIER)).since(Release::R4),
    one("installDate", STRING).since(Release::R5Draft),
    one("value", STRING).since(Release::R4),
]);

static DEVICE_CONFORMS_TO: Type = Type::backbone(&[
    one("category", Kind::Complex(&CODEABLE_CONCEPT)),
    one("specification", Kind::Complex(&CODEABLE_CONCEPT)),
    one("version", STRING),
]);

static DEVICE_PROPERTY: Type = Type::backbone(&[
    one("type", Kind::Complex(&CODEABLE_CONCEPT)),
    many("valueQuantity", Kind::Complex(&QUANTITY)).until(Release::R4b),
    many("valueCode", Kind::Complex(&CODEABLE_CONCEPT)).until(Release::R4b),
    one("valueQuantity", Kind::Complex(&QUANTITY)).since(Release::R5Draft),
    one("valueCodeableConcept", Kind::Complex(&CODEABLE_CONCEPT)).since(Release::R5Draft),
    one("valueString", STRING).since(Release::R5Draft),
    one("valueBoolean", BOOLEAN).since(Release::R5Draft),
    one("valueInteger", NUMBER).since(Release::R5Draft),
    one("valueRange", Kind::Complex(&RANGE)).since(Release::R5Draft),
    one("valueAttachment", Kind::Complex(&ATTACHMENT)).since(Release::R5Draft),
]);

static DEVICE_DEVICE_NAME: Type = Type::backbone(&[one("name", STRING), one("type", STRING)]);

static DEVICE_SPECIALIZATION: Type =
    Type::backbone(&[one("systemType", Kind::Complex(&CODEABLE_CONCEPT)), one("version", STRING)]);

static DEVICE_UDI: Type = Type::backbone(&[
    one("deviceIdentifier", STRING).since(Release::Stu3),
    one("name", STRING).since(Release::Stu3),
    one("jurisdiction", STRING).since(Release::Stu3),
    one("carrierHRF", STRING).since(Release::Stu3),
    one("carrierAIDC", STRING).since(Release::Stu3),
    one("issuer", STRING).since(Release::Stu3),
    one("entryType", STRING).since(Release::Stu3),
]);

pub(super) static RELATED_PERSON: Type = Type::resource(&[
    many("identifier", Kind::Complex(&IDENTIFIER)),
    one("active", BOOLEAN).since(Release::Stu3),
    one("patient", Kind::Complex(&REFERENCE)),
    one("relationship", Kind::Complex(&CODEABLE_CONCEPT)).until(Release::Stu3),
    one("name", Kind::Complex(&HUMAN_NAME)).until(Release::Dstu2),
    many("relationship", Kind::Complex(&CODEABLE_CONCEPT)).since(Release::R4),
    many("name", Kind::Complex(&HUMAN_NAME)).since(Release::Stu3),
    many("telecom", Kind::Complex(&CONTACT_POINT)),
    one("gender", STRING),
    one("birthDate", STRING),
    many("address", Kind::Complex(&ADDRESS)),
    many("photo", Kind::Complex(&ATTACHMENT)),
    one("period", Kind::Complex(&PERIOD)),
    many("communication", Kind::Complex(&RELATED_PERSON_COMMUNICATION)).since(Release::R4),
]);

static RELATED_PERSON_COMMUNICATION: Type =
    Type::backbone(&[one("language", Kind::Complex(&CODEABLE_CONCEPT)), one("preferred", BOOLEAN)]);

pub(super) static LOCATION: Type = Type::resource(&[
    many("identifier", Kind::Complex(&IDENTIFIER)),
    one("status", STRING),
    one("operationalStatus", Kind::Complex(&CODING)).since(Release::Stu3),
    one("name", STRING),
    many("alias", STRING).since(Release::Stu3),
    one("description", STRING),
    one("mode", STRING),
    one("type", Kind::Complex(&CODEABLE_CONCEPT)).until(Release::Stu3),
    many("type", Kind::Complex(&CODEABLE_CONCEPT)).since(Release::R4),
    many("telecom", Kind::Complex(&CONTACT_POINT)).until(Release::R4b),
    many("contact", Kind::Complex(&EXTENDED_CONTACT_DETAIL)).since(Release::R5Draft),
    one("address", Kind::Complex(&ADDRESS)),
    one("physicalType", Kind::Complex(&CODEABLE_CONCEPT)).until(Release::R4b),
    one("form", Kind::Complex(&CODEABLE_CONCEPT)).since(Release::R5Draft),
    one("position", Kind::Complex(&LOCATION_POSITION)),
    one("managingOrganization", Kind::Complex(&REFERENCE)),
    one("partOf", Kind::Complex(&REFERENCE)),
    many("hoursOfOperation", Kind::Complex(&LOCATION_HOURS_OF_OPERATION))
        .since(Release::R4)
        .until(Release::R4b),
    one("availabilityExceptions", STRING).since(Release::R4).until(Release::R4b),
    many("characteristic", Kind::Complex(&CODEABLE_CONCEPT)).since(Release::R5Draft),
    many("hoursOfOperation", Kind::Complex(&AVAILABILITY)).since(Release::R5Draft),
    many("virtualService", Kind::Complex(&VIRTUAL_SERVICE_DETAIL)).since(Release::R5Draft),
    many("endpoint", Kind::Complex(&REFERENCE)).since(Release::Stu3),
]);

static LOCATION_POSITION: Type =
    Type::backbone(&[one("longitude", NUMBER), one("latitude", NUMBER), one("altitude", NUMBER)]);

static LOCATION_HOURS_OF_OPERATION: Type = Type::backbone(&[
    many("daysOfWeek", STRING).until(Release::R4b),
    one("allDay", BOOLEAN).until(Release::R4b),
    one("openingTime", STRING).until(Release::R4b),
    one("closingTime", STRING).until(Release::R4b),
]);
