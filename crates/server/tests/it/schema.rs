//! As much of JSON Schema 2020-12 as `openapi.json` uses. A keyword that is not known here ends the
//! test: nothing of the document goes unchecked.
//!
//! A library would bring some fifty packages for this; the document needs a dozen keywords.
use serde_json::{Map, Value};

/// What of `value` is not as the schema says, one line each. `closed`: members that the schema does
/// not name are wrong everywhere, not only where it says so.
pub(crate) fn errors(document: &Value, schema: &Value, value: &Value, closed: bool) -> Vec<String> {
    let check = Check { document, closed };
    let mut errors = Vec::new();
    check.value("$", schema, value, &mut errors);
    errors
}

/// The part of the document that a schema, a response or a parameter refers to.
pub(crate) fn resolved<'a>(document: &'a Value, node: &'a Value) -> &'a Value {
    match node.get("$ref") {
        Some(reference) => {
            let pointer = reference.as_str().unwrap().strip_prefix('#').unwrap();
            document.pointer(pointer).unwrap_or_else(|| panic!("{pointer} leads nowhere"))
        }
        None => node,
    }
}

struct Check<'a> {
    document: &'a Value,
    closed: bool,
}

impl Check<'_> {
    fn value(&self, path: &str, schema: &Value, value: &Value, errors: &mut Vec<String>) {
        for (keyword, argument) in schema.as_object().unwrap() {
            let holds = match keyword.as_str() {
                "$ref" => {
                    self.value(path, resolved(self.document, schema), value, errors);
                    true
                }
                "description" | "examples" | "default" => true,
                "type" => types(argument).any(|name| is_of(name, value)),
                "enum" => argument.as_array().unwrap().contains(value),
                "format" => value.as_str().is_none_or(|text| has_format(argument, text)),
                "pattern" => value.as_str().is_none_or(|text| matches(argument, text)),
                "minLength" => value.as_str().is_none_or(|text| is_least(argument, text.len())),
                "minItems" => value.as_array().is_none_or(|all| is_least(argument, all.len())),
                "minProperties" => {
                    value.as_object().is_none_or(|all| is_least(argument, all.len()))
                }
                "minimum" => {
                    value.as_f64().is_none_or(|number| number >= argument.as_f64().unwrap())
                }
                "anyOf" => self.fitting(path, argument, value) > 0,
                "oneOf" => self.fitting(path, argument, value) == 1,
                "items" => {
                    for (at, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.value(&format!("{path}[{at}]"), argument, item, errors);
                    }
                    true
                }
                "properties" => {
                    self.members(path, argument, value, errors);
                    true
                }
                "required" => value.as_object().is_none_or(|members| has_all(argument, members)),
                "additionalProperties" => {
                    assert_eq!(*argument, false);
                    value.as_object().is_none_or(|all| is_closed(&schema["properties"], all))
                }
                other => panic!("{path}: the keyword {other} is not known"),
            };
            if !holds {
                errors.push(format!("{path} breaks {keyword}"));
            }
        }
        if let (true, Some(named), Some(members)) =
            (self.closed, schema.get("properties"), value.as_object())
            && !is_closed(named, members)
        {
            errors.push(format!("{path} has a member that is not in the document"));
        }
    }

    fn fitting(&self, path: &str, schemas: &Value, value: &Value) -> usize {
        let fits = |schema: &&Value| {
            let mut errors = Vec::new();
            self.value(path, schema, value, &mut errors);
            errors.is_empty()
        };
        schemas.as_array().unwrap().iter().filter(fits).count()
    }

    fn members(&self, path: &str, schemas: &Value, value: &Value, errors: &mut Vec<String>) {
        for (name, schema) in schemas.as_object().unwrap() {
            if let Some(member) = value.get(name) {
                self.value(&format!("{path}.{name}"), schema, member, errors);
            }
        }
    }
}

fn types(argument: &Value) -> impl Iterator<Item = &str> {
    let one = argument.as_str();
    let many = argument.as_array().into_iter().flatten().map(|name| name.as_str().unwrap());
    one.into_iter().chain(many)
}

fn is_of(name: &str, value: &Value) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the type {other} is not known"),
    }
}

/// The forms that the document uses, as far as a wrong one would be seen.
fn has_format(format: &Value, text: &str) -> bool {
    match format.as_str().unwrap() {
        "uuid" => text.len() == 36 && text.split('-').count() == 5,
        "date-time" => kiln_fhir::Instant::parse(text).is_some(),
        other => panic!("the format {other} is not known"),
    }
}

fn matches(pattern: &Value, text: &str) -> bool {
    assert_eq!(pattern, r"\S", "no other pattern is known");
    !text.trim().is_empty()
}

fn is_least(least: &Value, length: usize) -> bool {
    length as u64 >= least.as_u64().unwrap()
}

fn has_all(names: &Value, members: &Map<String, Value>) -> bool {
    names.as_array().unwrap().iter().all(|name| members.contains_key(name.as_str().unwrap()))
}

fn is_closed(named: &Value, members: &Map<String, Value>) -> bool {
    members.keys().all(|name| named.get(name).is_some())
}
