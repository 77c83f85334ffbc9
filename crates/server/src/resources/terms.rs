//! What versions of resources are found by: both sides of each search parameter. The fields stand
//! in index files (`docs/FORMATS.md`): never change one; add at the end, and raise
//! `kiln_search::EXTRACT_VERSION` whenever an unchanged resource gets other terms.
use super::body;
use kiln_index::{Field, Kind, Query, Term, Terms};
use kiln_trail::rest;
use serde_json::Value;

/// The resource type.
const TYPE: Field = Field(40);
/// `Type/id`, and with `/_history/version`.
const KEY: Field = Field(41);
/// `identifier`
pub(crate) const IDENTIFIER: Field = Field(42);
/// Whom it is about, by the table of `kiln_trail::rest`.
pub(crate) const PATIENT: Field = Field(43);
/// `subject`, and `for` of a Task.
pub(crate) const SUBJECT: Field = Field(44);
/// `status`
pub(crate) const STATUS: Field = Field(45);
/// `code`, and `medicationCodeableConcept`.
pub(crate) const CODE: Field = Field(46);

/// The whole value: of a key, of a token's code.
const WHOLE: Kind = Kind::point(1);
/// `system|code`; of a code without a system, `|code`.
const SYSTEM_CODE: Kind = Kind::point(2);
/// `system`
const SYSTEM: Kind = Kind::point(3);
/// `Type/id` of a reference, without a version.
const INSTANCE: Kind = Kind::point(4);
/// `id` of a reference.
const ID: Kind = Kind::point(5);
/// A reference as it stands, without a version.
const URL: Kind = Kind::point(6);
/// A version of a key.
const VERSION: Kind = Kind::point(7);

/// Finds all versions of the resources of a type.
pub(crate) fn of_type(r#type: &str) -> Query {
    term(TYPE, WHOLE, r#type)
}

/// Finds all versions of `Type/id`.
pub(crate) fn of_key(key: &str) -> Query {
    term(KEY, WHOLE, key)
}

/// Finds one version of `Type/id`.
pub(super) fn of_version(key: &str, version: &str) -> Query {
    term(KEY, VERSION, &[key, "/_history/", version].concat())
}

/// Finds resources by a token as a search has it: `code`, `system|code`, `|code`, `system|`.
pub(crate) fn by_token(field: Field, value: &str) -> Query {
    match value.split_once('|') {
        None => term(field, WHOLE, value),
        Some((system, "")) => term(field, SYSTEM, system),
        Some(_) => term(field, SYSTEM_CODE, value),
    }
}

/// Finds resources by a reference as a search has it: `id`, `Type/id`, a URL. `base` is this
/// server's; `r#type` is the type that a modifier names.
pub(crate) fn by_reference(field: Field, value: &str, r#type: Option<&str>, base: &str) -> Query {
    let value = value.strip_prefix(base).and_then(|below| below.strip_prefix('/')).unwrap_or(value);
    let value = without_version(value);
    if value.contains(':') {
        return term(field, URL, value);
    }
    match (value.contains('/'), r#type) {
        (false, None) => term(field, ID, value),
        (false, Some(r#type)) => term(field, INSTANCE, &body::key(r#type, value)),
        (true, _) => term(field, INSTANCE, value),
    }
}

/// Finds what is about this patient, by the id alone that a token's context has.
pub(crate) fn of_patient(id: &str) -> Query {
    term(PATIENT, INSTANCE, &body::key("Patient", id))
}

fn term(field: Field, kind: Kind, value: &str) -> Query {
    Query::Term(Term { field, kind, value: value.to_owned() })
}

/// Appends the terms of a record's body. What is none of ours has none.
pub(crate) fn extract(body: &[u8], terms: &mut Terms) {
    let Some((head, resource)) = body::read(body) else { return };
    terms.push(TYPE, WHOLE, &head.r#type);
    let key = head.key();
    terms.push(KEY, WHOLE, &key);
    terms.push_joined(KEY, VERSION, &[&key, "/_history/", &head.version]);
    let Ok(Value::Object(resource_members)) = serde_json::from_slice::<Value>(resource) else {
        return;
    };
    let member = |name: &str| resource_members.get(name).into_iter().flat_map(each);
    for identifier in member("identifier") {
        push_coding(terms, IDENTIFIER, identifier, "value");
    }
    for reference in member("subject").chain(member("for")) {
        if let Some(reference) = reference.get("reference").and_then(Value::as_str) {
            push_reference(terms, SUBJECT, reference);
        }
    }
    for status in member("status") {
        push_concept(terms, STATUS, status);
    }
    for code in member("code").chain(member("medicationCodeableConcept")) {
        push_concept(terms, CODE, code);
    }
    let limits = rest::Limits { body_bytes_max: usize::MAX, ..rest::Limits::default() };
    let read = rest::Resource::read(resource, rest::Form::Json, &[], &limits);
    if head.r#type == "Patient" {
        push_reference(terms, PATIENT, &key);
    }
    for patient in read.iter().flat_map(|read| &read.patients) {
        match patient {
            rest::Patient::Reference(reference) => push_reference(terms, PATIENT, reference),
            rest::Patient::Identifier { .. } | rest::Patient::Placeholder(_) => {}
        }
    }
}

fn each(value: &Value) -> std::slice::Iter<'_, Value> {
    match value {
        Value::Array(values) => values.iter(),
        value => std::slice::from_ref(value).iter(),
    }
}

/// A code, a Coding or a `CodeableConcept`.
fn push_concept(terms: &mut Terms, field: Field, value: &Value) {
    if let Some(code) = value.as_str() {
        terms.push(field, WHOLE, code);
        terms.push_joined(field, SYSTEM_CODE, &["|", code]);
    }
    for coding in value.get("coding").into_iter().flat_map(each) {
        push_coding(terms, field, coding, "code");
    }
    push_coding(terms, field, value, "code");
}

fn push_coding(terms: &mut Terms, field: Field, value: &Value, name: &str) {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let (system, code) = (text("system"), text(name));
    if let Some(system) = system {
        terms.push(field, SYSTEM, system);
    }
    if let Some(code) = code {
        terms.push(field, WHOLE, code);
        terms.push_joined(field, SYSTEM_CODE, &[system.unwrap_or_default(), "|", code]);
    }
}

/// A reference is found by its last two segments, whatever stands before them
/// (`docs/decisions/0003-references-of-any-base.md`).
fn push_reference(terms: &mut Terms, field: Field, reference: &str) {
    let reference = without_version(reference);
    terms.push(field, URL, reference);
    let mut segments = reference.rsplit('/');
    let (Some(id), Some(r#type)) = (segments.next(), segments.next()) else { return };
    if rest::Id::parse(id).is_some() && rest::ResourceType::parse(r#type).is_some() {
        terms.push(field, ID, id);
        terms.push_joined(field, INSTANCE, &[r#type, "/", id]);
    }
}

fn without_version(reference: &str) -> &str {
    reference.split_once("/_history/").map_or(reference, |(before, _)| before)
}

#[cfg(test)]
mod tests;
