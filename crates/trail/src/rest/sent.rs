//! The body of a request.
use super::{
    Asked, Bundle, Does, Form, Limits, Method, Patient, Refusal, Resource, ResourceType, bundle,
    patch, query, resource,
};
use kiln_fhir::IssueType;
use kiln_fhir::json::Tape;

/// What a request's body says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// There is none.
    Nothing,
    /// The form of a search by POST, as sent.
    Form(String),
    /// The resource of a create or an update, or the Parameters of an operation.
    Resource(Box<Resource>),
    /// A batch or a transaction.
    Bundle(Bundle),
    /// A patch: patients whom what it sets refers to, as far as it can be told.
    Patch(Vec<Patient>),
    /// What is not looked into: content of a Binary, a form that is not known.
    Opaque,
}

impl Sent {
    /// The resource that was sent.
    pub fn resource(&self) -> Option<&Resource> {
        match self {
            Self::Resource(resource) => Some(resource),
            _ => None,
        }
    }

    /// Whom what was sent is about.
    pub fn patients(&self) -> &[Patient] {
        match self {
            Self::Resource(resource) => &resource.patients,
            Self::Patch(patients) => patients,
            _ => &[],
        }
    }

    /// The form that was sent.
    pub fn form(&self) -> Option<&str> {
        match self {
            Self::Form(form) => Some(form),
            _ => None,
        }
    }
}

/// Reads the body of a request.
pub(super) fn read(asked: &Asked, body: &[u8], limits: &Limits) -> Result<Sent, Refusal> {
    if body.is_empty() && asked.does != Does::Bundle {
        return Ok(Sent::Nothing);
    }
    match &asked.does {
        Does::Bundle => bundle(asked, body, limits),
        Does::SearchType(_) | Does::SearchSystem | Does::SearchCompartment(..)
            if asked.method == Method::Post =>
        {
            form(asked, body, limits)
        }
        Does::Create(r#type) | Does::UpdateIf(r#type) => written(asked, *r#type, body, limits),
        Does::Update(instance) => written(asked, instance.r#type, body, limits),
        Does::Patch(_) | Does::PatchIf(_) => {
            Ok(Sent::Patch(patch::patients(body, asked.form, limits)))
        }
        Does::Operation(..) if asked.method == Method::Post => Ok(parameters(asked, body, limits)),
        _ => Err(Refusal::invalid("this request has no body: send it without")),
    }
}

fn bundle(asked: &Asked, body: &[u8], limits: &Limits) -> Result<Sent, Refusal> {
    let Some(form @ (Form::Json | Form::Xml)) = asked.form else {
        return Err(unsupported("a Bundle is application/fhir+json or application/fhir+xml"));
    };
    let json = resource::as_json(body, form, limits)?;
    let tape = resource::tape(&json, limits)?;
    bundle::read(&tape, limits).map(Sent::Bundle)
}

fn form(asked: &Asked, body: &[u8], limits: &Limits) -> Result<Sent, Refusal> {
    if asked.form != Some(Form::Urlencoded) {
        return Err(unsupported("a search by POST is application/x-www-form-urlencoded"));
    }
    if body.len() > limits.query_bytes_max {
        return Err(Refusal::too_long("the form is longer than a limit"));
    }
    let Ok(text) = str::from_utf8(body) else {
        return Err(Refusal::invalid("the form is not UTF-8"));
    };
    query::check_form(text)?;
    Ok(Sent::Form(text.to_owned()))
}

fn unsupported(says: &str) -> Refusal {
    Refusal::new(415, IssueType::NotSupported, says)
}

/// The resource of a create or an update. Servers find out its type and id now by the path, now by
/// the body: the two must say the same.
fn written(
    asked: &Asked,
    kind: ResourceType,
    body: &[u8],
    limits: &Limits,
) -> Result<Sent, Refusal> {
    let is_binary = kind.as_str() == "Binary";
    let form = match asked.form {
        Some(form @ (Form::Json | Form::Xml)) => form,
        _ if is_binary => return Ok(Sent::Opaque),
        _ => Form::sniff(body)
            .ok_or_else(|| unsupported("a resource is application/fhir+json or +xml"))?,
    };
    if is_binary && Resource::read(body, form, &[], limits).is_err() {
        // JSON or XML of its own.
        return Ok(Sent::Opaque);
    }
    let json = resource::as_json(body, form, limits)?;
    let tape = resource::tape(&json, limits)?;
    agrees(asked, kind, &tape, 0)?;
    let found = Resource::on(&tape, 0, &[], limits);
    Ok(found.map_or(Sent::Opaque, |resource| Sent::Resource(Box::new(resource))))
}

/// Whether a resource at a node is of the type, and of the id, that the path says
/// (<https://hl7.org/fhir/R4/http.html#update>: else 400).
pub(super) fn agrees(
    asked: &Asked,
    kind: ResourceType,
    tape: &Tape<'_>,
    at: usize,
) -> Result<(), Refusal> {
    if resource::text(tape, at, "resourceType") != Some(kind.as_str()) {
        let says = "the body is of another resource type than the path";
        return Err(Refusal::invalid(says).at("resourceType"));
    }
    let Does::Update(instance) = &asked.does else { return Ok(()) };
    let other = tape
        .member(at, "id")
        .is_some_and(|id| tape.text(id).is_none_or(|text| text != instance.id.as_str()));
    if other {
        return Err(Refusal::invalid("the body has another id than the path").at("id"));
    }
    Ok(())
}

/// Parameters of an operation, or the resource that it is given; what is neither is its own matter.
fn parameters(asked: &Asked, body: &[u8], limits: &Limits) -> Sent {
    let Some(form @ (Form::Json | Form::Xml)) = asked.form else { return Sent::Opaque };
    let read = Resource::read(body, form, &[], limits);
    read.map_or(Sent::Opaque, |resource| Sent::Resource(Box::new(resource)))
}

#[cfg(test)]
mod tests;
