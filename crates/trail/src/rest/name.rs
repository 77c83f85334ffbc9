//! Names in a path: of resource types, and ids.
use kiln_fhir::resource_type;
use std::fmt;

/// A resource type of any release, spelled as the releases spell it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceType(&'static str);

impl ResourceType {
    /// The type of this name; its case matters.
    pub fn parse(name: &str) -> Option<Self> {
        // Most references are to one: it is not looked for in the table.
        const PATIENT: ResourceType = ResourceType("Patient");
        if name == PATIENT.0 {
            return Some(PATIENT);
        }
        resource_type::known(name).map(Self)
    }

    /// `Patient`
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for ResourceType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

/// An id of a resource or of its version: 1 to 64 of `A-Z a-z 0-9 - .`
/// (<https://hl7.org/fhir/R4/datatypes.html#id>). One of dots alone would be a step in a path, and
/// is none.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(Box<str>);

impl Id {
    /// Bytes of the longest.
    pub const BYTES_MAX: usize = 64;

    /// The id that is spelled so.
    pub fn parse(text: &str) -> Option<Self> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        let fits = (1..=Self::BYTES_MAX).contains(&text.len()) && text.bytes().all(is_plain);
        (fits && text.bytes().any(|byte| byte != b'.')).then(|| Self(text.into()))
    }

    /// As it is spelled.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A resource by its logical id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Instance {
    /// Its type.
    pub r#type: ResourceType,
    /// Its id.
    pub id: Id,
}

impl fmt::Display for Instance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.r#type, self.id)
    }
}
