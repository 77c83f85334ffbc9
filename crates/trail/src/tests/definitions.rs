//! BALP 1.1.4 as its definitions have it: cardinalities, patterns, required bindings and
//! slices by value, of a profile and of those that it is derived from.
use serde_json::Value;
use std::{fs, io::Write as _};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/ihe/balp-1.1.4");
const CANONICAL: &str = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/";

/// What an event breaks of the profile with this URL, element by element. Where the definitions
/// are absent, that is said loudly and nothing is broken.
pub(crate) fn broken(event: &Value, url: &str) -> Vec<String> {
    let name = url.strip_prefix(CANONICAL).unwrap_or_else(|| panic!("{url}"));
    let Some(definition) = file(&format!("profiles/StructureDefinition-{name}.json")) else {
        return Vec::new();
    };
    let elements = definition["differential"]["element"].as_array().unwrap();
    let mut broken: Vec<_> =
        elements.iter().flat_map(|element| judge(event, elements, element)).collect();
    let base = definition["baseDefinition"].as_str().unwrap();
    if base.starts_with(CANONICAL) {
        broken.extend(self::broken(event, base));
    }
    broken
}

/// What an element's definition says against the event.
fn judge(event: &Value, all: &[Value], element: &Value) -> Vec<String> {
    let id = element["id"].as_str().unwrap();
    let Some((_, path)) = id.split_once('.') else { return Vec::new() };
    let (parents, last) = path
        .rsplit_once('.')
        .map_or((vec![event], path), |(before, last)| (members(event, all, before), last));
    let broken = parents.into_iter().filter(|parent| !fits(parent, all, element, id, last));
    broken.map(|parent| format!("{id}: {parent}")).collect()
}

fn fits(parent: &Value, all: &[Value], element: &Value, id: &str, name: &str) -> bool {
    let found = named(parent, all, id, name);
    let min = element["min"].as_u64().unwrap_or(0);
    let max = element["max"].as_str().and_then(|max| max.parse().ok()).unwrap_or(u64::MAX);
    (min..=max).contains(&(found.len() as u64))
        && (element["sliceName"].is_string() || found.iter().all(|value| has(value, element)))
}

/// Whether a value has the pattern of the element, and a code of its value set.
fn has(value: &Value, element: &Value) -> bool {
    let pattern = element.as_object().unwrap().iter();
    let pattern =
        pattern.filter(|(name, _)| name.starts_with("pattern") || name.starts_with("fixed"));
    let is_like = pattern.into_iter().all(|(_, pattern)| is_like(value, pattern));
    let is_bound = element["binding"]["strength"] == "required";
    is_like && (!is_bound || is_in(value, element["binding"]["valueSet"].as_str().unwrap()))
}

/// The values at a path below the event.
fn members<'v>(event: &'v Value, all: &[Value], path: &str) -> Vec<&'v Value> {
    let mut id = "AuditEvent".to_owned();
    path.split('.').fold(vec![event], |at, name| {
        id = format!("{id}.{name}");
        at.into_iter().flat_map(|value| named(value, all, &id, name)).collect()
    })
}

/// The values of a member, all of them or those of a slice.
fn named<'v>(parent: &'v Value, all: &[Value], id: &str, name: &str) -> Vec<&'v Value> {
    let (member, slice) = name.split_once(':').unwrap_or((name, ""));
    let values = match parent.get(member) {
        None => Vec::new(),
        Some(Value::Array(values)) => values.iter().collect(),
        Some(value) => vec![value],
    };
    if slice.is_empty() {
        return values;
    }
    // BALP slices by the value of `type`, or by the element itself.
    let of = |id: &str| all.iter().find(|element| element["id"] == id);
    let by_type = of(&format!("{id}.type"));
    let by_itself = of(id).unwrap();
    let is_in = |value: &&Value| match by_type {
        Some(by_type) => value.get("type").is_some_and(|r#type| has(r#type, by_type)),
        None => has(value, by_itself),
    };
    values.into_iter().filter(is_in).collect()
}

/// Whether all of a pattern is there: of an array each of its members, in whatever place.
fn is_like(value: &Value, pattern: &Value) -> bool {
    match pattern {
        Value::Object(pattern) => pattern
            .iter()
            .all(|(name, pattern)| value.get(name).is_some_and(|v| is_like(v, pattern))),
        Value::Array(pattern) => pattern.iter().all(|pattern| {
            value.as_array().is_some_and(|values| values.iter().any(|v| is_like(v, pattern)))
        }),
        _ => value == pattern,
    }
}

/// Whether a Coding, or one of a `CodeableConcept`, is in a value set of BALP's.
fn is_in(value: &Value, url: &str) -> bool {
    let name = url.rsplit('/').next().unwrap();
    let set = file(&format!("terminology/ValueSet-{name}.json")).unwrap();
    let includes = set["compose"]["include"].as_array().unwrap();
    let has = |coding: &Value| {
        includes.iter().any(|include| {
            let concepts = include["concept"].as_array().unwrap();
            include["system"] == coding["system"]
                && concepts.iter().any(|concept| concept["code"] == coding["code"])
        })
    };
    has(value) || value["coding"].as_array().is_some_and(|all| all.iter().any(has))
}

fn file(path: &str) -> Option<Value> {
    let path = format!("{FOLDER}/{path}");
    let Ok(json) = fs::read_to_string(&path) else {
        writeln!(std::io::stderr(), "SKIPPED: {path} is not there").unwrap();
        return None;
    };
    Some(serde_json::from_str(&json).unwrap())
}
