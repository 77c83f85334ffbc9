//! What a body is written in.

/// The form of a body, by its media type.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// `application/fhir+json`, and whatever else means JSON of FHIR.
    Json,
    /// `application/fhir+xml`, and whatever else means XML of FHIR.
    Xml,
    /// `application/json-patch+json`
    JsonPatch,
    /// `application/xml-patch+xml`
    XmlPatch,
    /// `application/x-www-form-urlencoded`
    Urlencoded,
    /// Anything else: of a Binary, say.
    Other,
}
