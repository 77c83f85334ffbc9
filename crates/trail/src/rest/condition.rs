//! What a request makes its effect depend on, and what it prefers.
use super::Id;

/// Conditions in headers, or in the `request` of a Bundle's entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// `If-Match`: the version that is to be changed.
    pub if_match: Option<EntityTags>,
    /// `If-None-Match`
    pub if_none_match: Option<EntityTags>,
    /// `If-None-Exist`, of a create alone: criteria of a search, without what stands before them.
    pub if_none_exist: Option<String>,
}

/// One or several versions (RFC 9110, section 13.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntityTags {
    /// `*`
    Any,
    /// `W/"1", W/"2"`
    Versions(Vec<Id>),
}

impl EntityTags {
    /// The version, where it is one.
    pub fn version(&self) -> Option<&Id> {
        match self {
            Self::Versions(versions) => versions.first().filter(|_| versions.len() == 1),
            Self::Any => None,
        }
    }
}

/// `Prefer` (<https://hl7.org/fhir/R4/http.html#ops>)
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Prefer {
    /// `return=…`
    pub r#return: Option<Return>,
    /// `respond-async`: the answer may be that there will be one.
    pub respond_async: bool,
    /// `handling=strict` is true, `handling=lenient` false.
    pub strict: Option<bool>,
}

/// What a write is to be answered with.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Return {
    /// `minimal`: nothing.
    Minimal,
    /// `representation`: the resource.
    Representation,
    /// `OperationOutcome`
    Outcome,
}
