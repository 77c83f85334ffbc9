//! Any resource, as far as a trail tells of it.
use super::{Form, Id, Limits, Patient, Refusal, ResourceType, patient};
use crate::State;
use kiln_fhir::json::{self, Tape, Value};
use kiln_fhir::{Issue, Release, xml};
use std::borrow::Cow;

/// What a trail tells of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// `resourceType`
    pub r#type: ResourceType,
    /// `id`
    pub id: Option<Id>,
    /// `meta.versionId`
    pub version: Option<Id>,
    /// `meta.tag`, up to [`Resource::TAGS_MAX`].
    pub tags: Vec<Tag>,
    /// `status`
    pub status: Option<String>,
    /// `businessStatus`: its first code, else its text.
    pub business_status: Option<String>,
    /// Whom it is about, each once; up to [`Limits::patients_max`].
    pub patients: Vec<Patient>,
    /// Whether it is about more patients than are listed.
    pub has_more_patients: bool,
}

/// A Coding of `meta.tag`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tag {
    /// `system`
    pub system: Option<String>,
    /// `code`
    pub code: String,
}

impl Tag {
    /// As an event names it.
    pub fn named(&self) -> crate::Tag<'_> {
        crate::Tag { system: self.system.as_deref(), code: &self.code }
    }
}

/// Bytes of a status, a business status, a tag; what is longer is none.
const TEXT_BYTES_MAX: usize = 1024;

impl Resource {
    /// More tags of one resource are not listed.
    pub const TAGS_MAX: usize = 32;

    /// Reads a resource. `bases` are URLs of this server: what is below one of them is not
    /// elsewhere.
    ///
    /// # Errors
    /// No resource in this form, or a limit.
    pub fn read(body: &[u8], form: Form, bases: &[&str], limits: &Limits) -> Result<Self, Refusal> {
        let json = as_json(body, form, limits)?;
        let tape = tape(&json, limits)?;
        Self::on(&tape, 0, bases, limits)
            .ok_or_else(|| Refusal::invalid("no resource type that FHIR has").at("resourceType"))
    }

    /// What it says of itself.
    pub fn state(&self) -> State<'_> {
        State { status: self.status.as_deref(), business_status: self.business_status.as_deref() }
    }

    /// The resource at a node, if it is one.
    pub(super) fn on(tape: &Tape<'_>, at: usize, bases: &[&str], limits: &Limits) -> Option<Self> {
        let mut resource = Self::bare(ResourceType::parse(text(tape, at, "resourceType")?)?);
        resource.id = text(tape, at, "id").and_then(Id::parse);
        resource.status = brief(tape, at, "status");
        if let Some(meta) = tape.member(at, "meta") {
            resource.version = text(tape, meta, "versionId").and_then(Id::parse);
            resource.tags = tags(tape, meta);
        }
        resource.business_status =
            tape.member(at, "businessStatus").and_then(|concept| business(tape, concept));
        let about = patient::of_resource(tape, at, bases, limits);
        resource.has_more_patients = about.has_more;
        resource.patients = about.patients;
        Some(resource)
    }

    /// One of which nothing else is known.
    pub(super) fn bare(r#type: ResourceType) -> Self {
        Self {
            r#type,
            id: None,
            version: None,
            tags: Vec::new(),
            status: None,
            business_status: None,
            patients: Vec::new(),
            has_more_patients: false,
        }
    }
}

/// The body as JSON; XML becomes JSON of R4, which names elements as all releases do.
pub(super) fn as_json<'a>(
    body: &'a [u8],
    form: Form,
    limits: &Limits,
) -> Result<Cow<'a, [u8]>, Refusal> {
    if body.len() > limits.body_bytes_max {
        return Err(Refusal::too_long("the body is larger than a limit"));
    }
    match form {
        Form::Json => Ok(Cow::Borrowed(body)),
        Form::Xml => match xml::to_json(body, Release::R4, &within(limits)) {
            Ok(json) => Ok(Cow::Owned(json)),
            Err(outcome) => Err(unread(outcome.issues.into_iter().next())),
        },
        _ => Err(Refusal::invalid("neither JSON nor XML of FHIR")),
    }
}

pub(super) fn tape<'a>(json: &'a [u8], limits: &Limits) -> Result<Tape<'a>, Refusal> {
    let tape =
        json::read(json, &within(limits), "Resource").map_err(|issue| unread(Some(issue)))?;
    match tape.value(0) {
        Value::Object(_) => Ok(tape),
        _ => Err(Refusal::invalid("no resource: it is not an object")),
    }
}

fn within(limits: &Limits) -> kiln_fhir::Limits {
    kiln_fhir::Limits {
        // XML may be a little shorter than its JSON.
        body_bytes_max: limits.body_bytes_max.saturating_mul(2),
        depth_max: limits.depth_max,
        nodes_max: limits.nodes_max,
    }
}

fn unread(issue: Option<Issue>) -> Refusal {
    let refusal = Refusal::invalid("the body cannot be read");
    match issue {
        Some(issue) => Refusal { issue, ..refusal },
        None => refusal,
    }
}

/// The text of a member.
pub(super) fn text<'t>(tape: &'t Tape<'_>, at: usize, name: &str) -> Option<&'t str> {
    tape.text(tape.member(at, name)?)
}

/// The text of a member, if it is no essay.
fn brief(tape: &Tape<'_>, at: usize, name: &str) -> Option<String> {
    text(tape, at, name).filter(|text| text.len() <= TEXT_BYTES_MAX).map(str::to_owned)
}

fn tags(tape: &Tape<'_>, meta: usize) -> Vec<Tag> {
    let codings = tape.member(meta, "tag").into_iter().flat_map(|tags| tape.items(tags));
    let tag = |at| Some(Tag { system: brief(tape, at, "system"), code: brief(tape, at, "code")? });
    codings.filter_map(tag).take(Resource::TAGS_MAX).collect()
}

fn business(tape: &Tape<'_>, concept: usize) -> Option<String> {
    let mut codings = tape.member(concept, "coding").into_iter().flat_map(|list| tape.items(list));
    let code = codings.find_map(|at| brief(tape, at, "code"));
    code.or_else(|| brief(tape, concept, "text"))
}

#[cfg(test)]
mod tests;
