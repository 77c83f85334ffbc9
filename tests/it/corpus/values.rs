//! Which searches an event must be found by.
use serde_json::Value;

/// Parameter, and the element that it indexes.
type Rows = &'static [(&'static str, &'static str)];

struct Tables {
    tokens: Rows,
    references: Rows,
    strings: Rows,
    uris: Rows,
}

const R4: Tables = Tables {
    tokens: &[
        ("action", "action"),
        ("agent-role", "agent.role"),
        ("altid", "agent.altId"),
        ("entity-role", "entity.role"),
        ("entity-type", "entity.type"),
        ("outcome", "outcome"),
        ("site", "source.site"),
        ("subtype", "subtype"),
        ("type", "type"),
    ],
    references: &[("agent", "agent.who"), ("entity", "entity.what"), ("source", "source.observer")],
    strings: &[
        ("address", "agent.network.address"),
        ("agent-name", "agent.name"),
        ("entity-name", "entity.name"),
    ],
    uris: &[("policy", "agent.policy")],
};

const R5: Tables = Tables {
    tokens: &[
        ("action", "action"),
        ("agent-role", "agent.role"),
        ("category", "category"),
        ("code", "code"),
        ("entity-role", "entity.role"),
        ("outcome", "outcome.code"),
        ("purpose", "authorization"),
        ("purpose", "agent.authorization"),
    ],
    references: &[
        ("agent", "agent.who"),
        ("based-on", "basedOn"),
        ("encounter", "encounter"),
        ("entity", "entity.what"),
        ("patient", "patient"),
        ("source", "source.observer"),
    ],
    strings: &[],
    uris: &[("policy", "agent.policy")],
};

const EVERY_RESOURCE: Tables = Tables {
    tokens: &[("_tag", "meta.tag"), ("_security", "meta.security")],
    references: &[],
    strings: &[],
    uris: &[("_profile", "meta.profile"), ("_source", "meta.source")],
};

/// Parameters and values by which a search must find the event.
pub(crate) fn searches(release: &str, event: &Value) -> Vec<(String, String)> {
    let own = if release == "r4" { &R4 } else { &R5 };
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
    if release == "r4" {
        searches.extend(r4_patients(event));
    }
    let recorded = event["recorded"].as_str().unwrap_or_default();
    searches.push(("date".to_owned(), recorded.to_owned()));
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

/// A code, a string, a Coding or a `CodeableConcept` as `system|code`.
fn tokens(value: &Value) -> Vec<String> {
    if let Some(code) = value.as_str() {
        return vec![escaped(code)];
    }
    if let Some(codings) = value.get("coding") {
        return flattened(codings).into_iter().flat_map(tokens).collect();
    }
    let Some(code) = value["code"].as_str() else { return Vec::new() };
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

/// R4: agents and entities that are patients.
fn r4_patients(event: &Value) -> Vec<(String, String)> {
    let mut references = elements(event, "agent.who");
    references.extend(elements(event, "entity.what"));
    let targets = references.into_iter().filter_map(target);
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
