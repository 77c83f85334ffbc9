//! Any resource, as far as a trail tells of it.
use super::{Form, Id, Limits, Patient, Refusal, ResourceType};
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
