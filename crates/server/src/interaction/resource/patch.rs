//! JSON Patch of a resource (RFC 6902, <https://hl7.org/fhir/R4/http.html#patch>).
//!
//! Numbers stand in trees as they were written, for in FHIR 1.50 is not 1.5: a number is a string
//! that begins with NUL, which no string of FHIR does.
use super::{Wanted, reply::Kept};
use crate::{answer::Refusal, resources::ResourceSettings};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hyper::StatusCode;
use kiln_fhir::IssueType;
use kiln_trail::rest::{Form, Limits, Resource};
use serde::{
    Deserialize,
    de::{Error as _, MapAccess, Visitor},
};
use serde_json::{Map, Value, value::RawValue};
use std::fmt;

/// A patch is around what it adds: an array, an operation, its value.
const AROUND: usize = 4;

/// Before the text of a number.
const NUMBER: char = '\0';

/// The resource as the patch makes it.
///
/// # Errors
/// 415 for another kind of patch, 400 for what is none, 422 where it cannot be applied.
pub(super) fn patched(
    old: &Kept,
    wanted: &Wanted,
    settings: &ResourceSettings,
) -> Result<Vec<u8>, Refusal> {
    let body = document(wanted)?;
    let depth = settings.depth_max + AROUND;
    let patch = tree(&body, depth).and_then(serde_json::from_value::<json_patch::Patch>);
    let patch = patch.map_err(|_error| invalid("the body is no JSON Patch"))?;
    if patch.0.len() > settings.patch_operations_max {
        let says = format!("more than {} operations", settings.patch_operations_max);
        return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, IssueType::TooLong, says));
    }
    let mut resource = tree(&old.resource, depth).map_err(|_error| Refusal::damaged())?;
    for operation in patch.0 {
        let one = json_patch::Patch(vec![operation]);
        json_patch::patch(&mut resource, &one).map_err(|_error| unfit())?;
        // Each copy may double it.
        if weight(&resource) > settings.body_bytes_max {
            let says = "the patch makes the resource larger than it may be";
            return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, IssueType::TooLong, says));
        }
    }
    let is_of_type = resource.get("resourceType").is_some_and(|it| *it == *old.head.r#type);
    if !is_of_type || resource.get("id").is_some_and(|it| *it != *old.head.id) {
        let says = "a patch leaves type and id of a resource as they are";
        return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, IssueType::Invariant, says));
    }
    let mut out = Vec::with_capacity(old.resource.len() + body.len());
    write(&resource, &mut out);
    let limits = Limits { depth_max: settings.depth_max, ..Limits::default() };
    let read = Resource::read(&out, Form::Json, &[], &limits);
    read.map_err(|_refusal| unfit())?;
    Ok(out)
}

/// What carries a patch in a Bundle.
#[derive(Deserialize)]
struct Binary {
    #[serde(rename = "resourceType")]
    resource_type: String,
    #[serde(rename = "contentType")]
    content_type: String,
    data: String,
}

/// The patch: the body, or in a Bundle the content of a Binary.
fn document(wanted: &Wanted) -> Result<Vec<u8>, Refusal> {
    if wanted.asked.form == Some(Form::JsonPatch) {
        return Ok(wanted.body.to_vec());
    }
    let binary = serde_json::from_slice::<Binary>(&wanted.body).ok();
    let binary = binary.filter(|it| {
        it.resource_type == "Binary" && it.content_type.starts_with("application/json-patch+json")
    });
    let data = binary.filter(|_| wanted.correlation.is_some()).map(|binary| binary.data);
    let data = data.ok_or_else(|| {
        let says = "send application/json-patch+json, in a Bundle as a Binary: no other patch is \
                    offered";
        Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, IssueType::NotSupported, says)
    })?;
    STANDARD.decode(data).map_err(|_error| invalid("Binary.data is not base64"))
}

fn invalid(says: &str) -> Refusal {
    Refusal::bad_request(IssueType::Invalid, says)
}

fn unfit() -> Refusal {
    let says = "the patch does not fit the resource: a path is not there, or a test fails";
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, IssueType::Invariant, says)
}

/// A tree whose numbers are as they were written.
fn tree(json: &[u8], depth: usize) -> serde_json::Result<Value> {
    let raw: &RawValue = serde_json::from_slice(json)?;
    branch(raw, depth)
}

fn branch(raw: &RawValue, depth: usize) -> serde_json::Result<Value> {
    let depth = depth.checked_sub(1).ok_or_else(|| serde_json::Error::custom("too deep"))?;
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'{') => {
            let Members(members) = serde_json::from_str(text)?;
            let members =
                members.into_iter().map(|(name, value)| Ok((name, branch(value, depth)?)));
            Ok(Value::Object(members.collect::<serde_json::Result<Map<_, _>>>()?))
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(text)?;
            let items = items.into_iter().map(|item| branch(item, depth));
            Ok(Value::Array(items.collect::<serde_json::Result<_>>()?))
        }
        Some(b'-' | b'0'..=b'9') => Ok(Value::String([&NUMBER.to_string(), text].concat())),
        _ => match serde_json::from_str(text)? {
            Value::String(text) if text.starts_with(NUMBER) => {
                Err(serde_json::Error::custom("a string of FHIR holds no NUL"))
            }
            value => Ok(value),
        },
    }
}

/// Members of an object, each name once.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Members<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members: Vec<(String, &'de RawValue)> = Vec::new();
                while let Some(member) = map.next_entry::<String, &'de RawValue>()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Each)
    }
}

/// About how many bytes it is written in.
fn weight(value: &Value) -> usize {
    match value {
        Value::Object(members) => {
            members.iter().map(|(name, value)| name.len() + 4 + weight(value)).sum()
        }
        Value::Array(items) => items.iter().map(|item| 1 + weight(item)).sum(),
        Value::String(text) => text.len() + 2,
        _ => 5,
    }
}

/// Writes it, what it is first.
fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(members) => {
            out.push(b'{');
            let r#type = members.get_key_value("resourceType");
            let others = members.iter().filter(|(name, _)| *name != "resourceType");
            for (position, (name, value)) in r#type.into_iter().chain(others).enumerate() {
                if position > 0 {
                    out.push(b',');
                }
                kiln_fhir::json::push_string(out, name);
                out.push(b':');
                write(value, out);
            }
            out.push(b'}');
        }
        Value::Array(items) => {
            out.push(b'[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    out.push(b',');
                }
                write(item, out);
            }
            out.push(b']');
        }
        Value::String(text) => match text.strip_prefix(NUMBER) {
            Some(number) => out.extend_from_slice(number.as_bytes()),
            None => kiln_fhir::json::push_string(out, text),
        },
        other => out.extend_from_slice(other.to_string().as_bytes()),
    }
}

#[cfg(test)]
mod tests;
