//! Any resource, as far as a trail tells of it.
use super::{Form, Id, Limits, Refusal, ResourceType};
use crate::State;

/// What a trail tells of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// `resourceType`
    pub r#type: ResourceType,
    /// `id`
    pub id: Option<Id>,
    /// `meta.versionId`
    pub version: Option<Id>,
    /// `meta.tag`
    pub tags: Vec<Tag>,
    /// `status`
    pub status: Option<String>,
    /// `businessStatus`: its first code, else its text.
    pub business_status: Option<String>,
    /// Whom it is about, each once, in the order of the table.
    pub patients: Vec<Patient>,
}

/// A Coding of `meta.tag`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tag {
    /// `system`
    pub system: Option<String>,
    /// `code`
    pub code: Option<String>,
}

/// A patient, as somebody refers to one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Patient {
    /// `Patient/id` of this server, or the URL of one elsewhere; without a version.
    Reference(String),
    /// By an identifier.
    Identifier {
        /// `system`
        system: Option<String>,
        /// `value`
        value: String,
    },
    /// In a transaction: the `fullUrl` of another entry, which gets its id only then.
    Placeholder(String),
}

impl Patient {
    /// As an event names it; a placeholder is nobody yet.
    pub fn named(&self) -> Option<crate::Patient<'_>> {
        match self {
            Self::Reference(reference) => Some(crate::Patient::Reference(reference)),
            Self::Identifier { system, value } => {
                Some(crate::Patient::Identifier { system: system.as_deref(), value })
            }
            Self::Placeholder(_) => None,
        }
    }
}

impl Resource {
    /// Reads a resource. `bases` are URLs of this server: what is below one of them is not
    /// elsewhere.
    ///
    /// # Errors
    /// No resource in this form, or a limit.
    pub fn read(body: &[u8], form: Form, bases: &[&str], limits: &Limits) -> Result<Self, Refusal> {
        let _ = (body, form, bases, limits);
        Err(Refusal::invalid("no resource"))
    }

    /// What it says of itself.
    pub fn state(&self) -> State<'_> {
        State { status: self.status.as_deref(), business_status: self.business_status.as_deref() }
    }
}
