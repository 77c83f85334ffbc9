//! Resources that come with events: in Bundles, as answers, contained. XML asks what repeats in
//! them and what is no string. Of those that are contained the check asks the same, where the table
//! is whole.
mod conformance;

use super::contained;
use super::datatypes::{
    BACKBONE, BOOLEAN, CODE, CODEABLE_CONCEPT, DECIMAL, IDENTIFIER, INSTANT, META, STRING, URI,
};
use super::general::SIGNATURE;
use super::primitive::Primitive;
use super::{Element, Kind, Releases, Type, audit_event, many, one};
use crate::{Release, resource_type};

const UNSIGNED_INT: Kind = Kind::Primitive(Primitive::UnsignedInt);

/// The table of a resource; of one that is not known what every resource has.
pub(crate) fn resource(name: &str, release: Release) -> &'static Type {
    match name {
        "AuditEvent" => audit_event(release),
        "Bundle" => &BUNDLE,
        "OperationOutcome" => &OPERATION_OUTCOME,
        "Parameters" => &PARAMETERS,
        "CapabilityStatement" | "Conformance" => &conformance::CAPABILITY_STATEMENT,
        "OperationDefinition" => &conformance::OPERATION_DEFINITION,
        "Patient" => &contained::PATIENT,
        "Practitioner" => &contained::PRACTITIONER,
        "PractitionerRole" => &contained::PRACTITIONER_ROLE,
        "Organization" => &contained::ORGANIZATION,
        "Device" => &contained::DEVICE,
        "RelatedPerson" => &contained::RELATED_PERSON,
        "Location" => &contained::LOCATION,
        _ => &UNKNOWN_RESOURCE,
    }
}

/// What any element may have.
pub(crate) static UNKNOWN_ELEMENT: Type = Type::backbone(&[]);

static UNKNOWN_RESOURCE: Type = Type::resource(&[]);

/// The table of a contained resource, where it has all that the release's definition has; else what
/// every resource has, which is open.
pub(super) fn contained_resource(name: &str, release: Release) -> &'static Type {
    const WHOLE: [&str; 8] = [
        "AuditEvent",
        "Device",
        "Location",
        "Organization",
        "Patient",
        "Practitioner",
        "PractitionerRole",
        "RelatedPerson",
    ];
    if WHOLE.contains(&name) && resource_type::is_of(name, release) {
        resource(name, release)
    } else {
        &UNKNOWN_RESOURCE
    }
}

impl Type {
    /// Whether there are more elements than it lists.
    pub(super) fn is_open(&self) -> bool {
        std::ptr::eq(self, &raw const UNKNOWN_RESOURCE)
    }

    /// The element of this name and its place among [`Type::elements`]; the search starts at
    /// `hint`, the place where it is expected.
    pub(crate) fn place(
        &self,
        name: &str,
        hint: usize,
        release: Release,
    ) -> Option<(usize, &'static Element)> {
        let hint = hint.saturating_sub(self.common.len());
        let (position, element) = self.find(name, hint, Releases::only(release))?;
        let place = match position.checked_sub(self.own.len()) {
            Some(in_common) => in_common,
            None => self.common.len() + position,
        };
        Some((place, element))
    }
}

/// What a resource without a narrative has.
static PLAIN: [Element; 5] = [
    one("resourceType", Kind::ResourceType),
    one("id", STRING),
    one("meta", Kind::Complex(&META)),
    one("implicitRules", URI),
    one("language", CODE),
];

static BUNDLE: Type = Type::of(
    &[
        one("identifier", Kind::Complex(&IDENTIFIER)).since(Release::Stu3),
        one("type", CODE),
        one("timestamp", INSTANT).since(Release::R4),
        one("total", UNSIGNED_INT),
        many("link", Kind::Complex(&LINK)),
        many("entry", Kind::Complex(&ENTRY)),
        one("signature", Kind::Complex(&SIGNATURE)),
        one("issues", Kind::Resource).since(Release::R5),
    ],
    &PLAIN,
);

static LINK: Type = Type::backbone(&[one("relation", CODE), one("url", URI)]);

static ENTRY: Type = Type::backbone(&[
    many("link", Kind::Complex(&LINK)),
    one("fullUrl", URI),
    one("resource", Kind::Resource),
    one("search", Kind::Complex(&SEARCH)),
    one("request", Kind::Complex(&REQUEST)),
    one("response", Kind::Complex(&RESPONSE)),
]);

static SEARCH: Type = Type::backbone(&[one("mode", CODE), one("score", DECIMAL)]);

static REQUEST: Type = Type::backbone(&[
    one("method", CODE),
    one("url", URI),
    one("ifNoneMatch", STRING),
    one("ifModifiedSince", INSTANT),
    one("ifMatch", STRING),
    one("ifNoneExist", STRING),
]);

static RESPONSE: Type = Type::backbone(&[
    one("status", STRING),
    one("location", URI),
    one("etag", STRING),
    one("lastModified", INSTANT),
    one("outcome", Kind::Resource),
]);

static OPERATION_OUTCOME: Type = Type::resource(&[many("issue", Kind::Complex(&ISSUE))]);

static ISSUE: Type = Type::backbone(&[
    one("severity", CODE),
    one("code", CODE),
    one("details", Kind::Complex(&CODEABLE_CONCEPT)),
    one("diagnostics", STRING),
    many("location", STRING),
    many("expression", STRING).since(Release::Stu3),
]);

static PARAMETERS: Type = Type::of(&[many("parameter", Kind::Complex(&PARAMETER))], &PLAIN);

/// Its values are of any type; those of the operations here are strings and booleans.
static PARAMETER: Type = Type::of(
    &[
        one("name", STRING),
        one("valueBoolean", BOOLEAN),
        one("resource", Kind::Resource),
        many("part", Kind::Complex(&PARAMETER)),
    ],
    &BACKBONE,
);
