//! What a request makes its effect depend on, and what it prefers.
use super::{Head, Id, Limits, Method, Refusal, query};

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

impl Conditions {
    pub(super) fn read(head: &Head<'_>, limits: &Limits) -> Result<Self, Refusal> {
        let is_safe = Method::parse(head.method).is_some_and(Method::is_safe);
        let tags = |text: Option<&str>| match text.map(EntityTags::parse).transpose() {
            // Of a read it saves an answer, whatever tag a cache may have kept.
            Err(_) if is_safe => Ok(None),
            tags => tags,
        };
        let criteria = |text: &str| {
            let parts = text.split_once('?').filter(|(before, _)| !before.contains('='));
            let criteria = parts.map_or(text, |(_, criteria)| criteria);
            query::check(criteria, limits)?;
            Ok(criteria.to_owned())
        };
        Ok(Self {
            if_match: tags(head.headers.if_match)?,
            if_none_match: tags(head.headers.if_none_match)?,
            if_none_exist: head.headers.if_none_exist.map(criteria).transpose()?,
        })
    }
}

/// One or several versions (RFC 9110, section 13.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntityTags {
    /// `*`
    Any,
    /// `W/"1", W/"2"`
    Versions(Vec<Id>),
}

/// More versions than this in one condition are refused.
const VERSIONS_MAX: usize = 16;

impl EntityTags {
    /// The version, where it is one.
    pub fn version(&self) -> Option<&Id> {
        match self {
            Self::Versions(versions) => versions.first().filter(|_| versions.len() == 1),
            Self::Any => None,
        }
    }

    /// Whether this version is one of them.
    pub fn has(&self, version: &Id) -> bool {
        match self {
            Self::Any => true,
            Self::Versions(versions) => versions.contains(version),
        }
    }

    fn parse(text: &str) -> Result<Self, Refusal> {
        if text == "*" {
            return Ok(Self::Any);
        }
        let versions: Option<Vec<Id>> = text.split(',').take(VERSIONS_MAX + 1).map(tag).collect();
        match versions {
            Some(versions) if versions.len() <= VERSIONS_MAX => Ok(Self::Versions(versions)),
            _ => Err(Refusal::invalid("a condition names no version: write W/\"1\"")),
        }
    }
}

/// The version that an entity tag names: `W/"1"`, `"1"`, and as some send it, `1`.
pub(super) fn tag(text: &str) -> Option<Id> {
    let text = text.trim_ascii();
    let text = text.strip_prefix("W/").unwrap_or(text);
    let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    Id::parse(quoted.unwrap_or(text))
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

impl Prefer {
    /// What a header says; what is not known is ignored, and the first of two counts.
    pub(super) fn parse(header: &str) -> Self {
        let mut prefer = Self::default();
        for part in header.split([',', ';']) {
            let part = part.trim_ascii();
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let value = value.trim_ascii().trim_matches('"');
            match name.trim_ascii().to_ascii_lowercase().as_str() {
                "return" => prefer.r#return = prefer.r#return.or(Return::parse(value)),
                "respond-async" => prefer.respond_async = true,
                "handling" => {
                    let strict = match value {
                        "strict" => Some(true),
                        "lenient" => Some(false),
                        _ => None,
                    };
                    prefer.strict = prefer.strict.or(strict);
                }
                _ => {}
            }
        }
        prefer
    }
}

impl Return {
    fn parse(value: &str) -> Option<Self> {
        Some(match value {
            "minimal" => Self::Minimal,
            "representation" => Self::Representation,
            "OperationOutcome" => Self::Outcome,
            _ => return None,
        })
    }
}
