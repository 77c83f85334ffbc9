//! Which searches an event must be found by.
mod tables;

use serde_json::Value;
use tables::{EVERY_RESOURCE, Tables};

/// Parameters and values by which a search in this release must find the event, which is as this
/// release shows it.
pub(crate) fn searches(release: &str, event: &Value) -> Vec<(String, String)> {
    let own = Tables::of(release);
    let mut searches = Vec::new();
    for tables in [own, &EVERY_RESOURCE] {
        for (parameter, path) in tables.tokens {
            let tokens = elements(event, path).into_iter().flat_map(tokens);
            searches.extend(tokens.map(|token| ((*parameter).to_owned(), token)));
        }
        for (parameter, path) in tables.references {
            for reference in elements(event, path) {
                searches.extend(reference_searches(parameter, reference));
            }
        }
        for (parameter, path) in tables.strings {
            let strings = elements(event, path).into_iter().filter_map(Value::as_str);
            searches.extend(strings.flat_map(|text| string_searches(parameter, text)));
        }
        for (parameter, path) in tables.uris {
            let uris = elements(event, path).into_iter().filter_map(Value::as_str);
            searches.extend(uris.map(|uri| ((*parameter).to_owned(), escaped(uri))));
        }
    }
    searches.extend(patients(event, own.patients));
    let recorded = elements(event, own.recorded).into_iter().filter_map(Value::as_str);
    searches.extend(recorded.map(|recorded| ("date".to_owned(), recorded.to_owned())));
    searches
}

/// The values at a path of names; arrays on the way are all followed.
fn elements<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut found = vec![value];
    for name in path.split('.') {
        let members = found.into_iter().filter_map(|value| value.get(name));
        found = members.flat_map(flattened).collect();
    }
    found
}

fn flattened(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |elements| elements.iter().collect())
}

/// A code, a string, a Coding, an Identifier or a `CodeableConcept` as `system|code`.
fn tokens(value: &Value) -> Vec<String> {
    if let Some(code) = value.as_str() {
        return vec![escaped(code)];
    }
    if let Some(codings) = value.get("coding") {
        return flattened(codings).into_iter().flat_map(tokens).collect();
    }
    // What is made of a reference into the event itself is for nobody to look for.
    let identifier = value["value"].as_str().filter(|value| !value.starts_with('#'));
    let code = value["code"].as_str().or(identifier);
    let Some(code) = code else { return Vec::new() };
    let system = value["system"].as_str().unwrap_or_default();
    vec![format!("{}|{}", escaped(system), escaped(code)), escaped(code)]
}

/// By the whole reference, by it without its version, and by the identifier in it.
fn reference_searches(parameter: &str, reference: &Value) -> Vec<(String, String)> {
    let mut searches = Vec::new();
    if let Some(target) = target(reference) {
        searches.push((parameter.to_owned(), escaped(target)));
        if let Some((unversioned, _)) = target.split_once("/_history/") {
            searches.push((parameter.to_owned(), escaped(unversioned)));
        }
    }
    let identifier = &reference["identifier"];
    if let Some(value) = identifier["value"].as_str() {
        let system = identifier["system"].as_str().unwrap_or_default();
        let token = format!("{}|{}", escaped(system), escaped(value));
        searches.push((format!("{parameter}:identifier"), token));
        searches.push((format!("{parameter}.identifier"), escaped(value)));
    }
    searches
}

/// What a reference points to outside its own resource.
fn target(reference: &Value) -> Option<&str> {
    reference["reference"].as_str().filter(|target| !target.starts_with('#'))
}

fn string_searches(parameter: &str, text: &str) -> Vec<(String, String)> {
    let beginning: String = text.chars().take(3).collect();
    vec![
        (format!("{parameter}:exact"), escaped(text)),
        (parameter.to_owned(), escaped(text)),
        (parameter.to_owned(), escaped(&beginning.to_lowercase())),
    ]
}

/// Agents and entities that are patients: R5 finds them, too, though it shows one `patient`.
fn patients(event: &Value, paths: &[&str]) -> Vec<(String, String)> {
    let references = paths.iter().flat_map(|path| elements(event, path));
    let targets = references.filter_map(target);
    let patients = targets.filter(|target| {
        let parts: Vec<&str> = target.split('/').collect();
        let unversioned = target.split("/_history/").next().unwrap_or_default();
        parts.len() > 1 && unversioned.split('/').rev().nth(1) == Some("Patient")
    });
    patients.map(|target| ("patient".to_owned(), escaped(target))).collect()
}

/// FHIR's escapes in parameter values.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, character| {
        if ['\\', ',', '|', '$'].contains(&character) {
            escaped.push('\\');
        }
        escaped.push(character);
        escaped
    })
}
