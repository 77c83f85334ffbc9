//! What stands in no table, or in that of another resource.
use super::{Check, is_object};
use crate::definition::UNKNOWN_ELEMENT;
use crate::definition::primitive::UNFIT;
use crate::definition::resources::contained_resource;
use crate::json::Value;
use crate::xml::unfit;
use crate::{IssueType, resource_type};

/// What is asked of an element in no table.
#[derive(Copy, Clone, PartialEq, Eq)]
pub(super) enum Rigour {
    /// That XML can hold it.
    Xml,
    /// What FHIR asks of all JSON, too: nothing empty, null only inside arrays.
    Fhir,
}

impl Check<'_, '_> {
    /// A contained resource is held to its own table, as far as there is one.
    pub(super) fn resource(&mut self, at: usize) {
        let tape = self.tape;
        if !is_object(tape, at) {
            return self.error(at, IssueType::Structure, "must be an object");
        }
        let name = match tape.member(at, "resourceType").map(|member| tape.text(member)) {
            Some(Some(text)) if !text.is_empty() => text,
            Some(_) => {
                return self.error(at, IssueType::Value, "its resourceType must be a string");
            }
            None => {
                return self.error_below(at, "resourceType", "missing: a resource names its type");
            }
        };
        if !resource_type::is_of(name, self.release) {
            let message = "no such resource type in this release: kept, but nothing reads it";
            self.warn(at, IssueType::Structure, message);
        }
        if let Some(inner) = tape.member(at, "contained") {
            let message = "dom-2: a contained resource contains none itself";
            self.error(inner, IssueType::Invariant, message);
        }
        self.object(at, contained_resource(name, self.release));
    }

    pub(super) fn opaque(&mut self, at: usize) {
        if !is_object(self.tape, at) {
            return self.error(at, IssueType::Structure, "must be an object");
        }
        self.unfamiliar(at, Rigour::Fhir);
    }

    /// A member in no table. Extensions are what they are wherever they stand, and so are DSTU2's
    /// comments.
    pub(super) fn unfamiliar_member(&mut self, at: usize, rigour: Rigour) {
        let known = UNKNOWN_ELEMENT.find(self.tape.key(at), 0, self.releases);
        // All but the id, which may be anything there.
        match known.filter(|(_, element)| element.many) {
            Some((_, element)) => self.member(at, at, element),
            None => self.unfamiliar(at, rigour),
        }
    }

    fn unfamiliar(&mut self, at: usize, rigour: Rigour) {
        let tape = self.tape;
        match tape.value(at) {
            Value::Object(_) if self.is_resource(at) => return self.resource(at),
            Value::Object(_) => {
                tape.children(at).for_each(|child| self.unfamiliar_member(child, rigour));
            }
            Value::Array(_) => tape.children(at).for_each(|item| self.unfamiliar(item, rigour)),
            Value::Text(text) if tape.is_resolved(at) && unfit(text).is_some() => {
                self.error(at, IssueType::Value, UNFIT);
            }
            _ => {}
        }
        let message = match tape.value(at) {
            Value::Array(span) => self.odd_array(at, span.len),
            _ if rigour == Rigour::Xml => None,
            Value::Object(span) if span.len == 0 => Some("is an empty object: leave it out"),
            Value::Null if tape.is_member(at) => Some("is null: leave it out"),
            Value::Text("") => Some("is empty: leave it out"),
            _ => None,
        };
        if let Some(message) = message {
            self.error(at, IssueType::Structure, message);
        }
    }

    /// Whether an object in an element in no table is one: XML tells it by the capital letter.
    fn is_resource(&self, at: usize) -> bool {
        let name = self.tape.member(at, "resourceType").and_then(|name| self.tape.text(name));
        name.is_some_and(|name| name.starts_with(|first: char| first.is_ascii_uppercase()))
    }

    /// What is wrong with an array of an element in no table, so that XML could not say it: FHIR's
    /// are elements that repeat (<https://hl7.org/fhir/R4/json.html#repeat>).
    fn odd_array(&self, at: usize, len: u32) -> Option<&'static str> {
        let has = |is_it: fn(Value<'_>) -> bool| {
            self.tape.children(at).any(|item| is_it(self.tape.value(item)))
        };
        let has_values =
            || has(|value| matches!(value, Value::Bool(_) | Value::Number(_) | Value::Text(_)));
        if len == 0 {
            Some("is an empty array: leave it out")
        } else if has(|value| matches!(value, Value::Array(_))) {
            Some("is an array of arrays, which FHIR does not have")
        } else if has(|value| matches!(value, Value::Object(_))) && has_values() {
            Some("is an array of objects and values, which FHIR does not have")
        } else {
            None
        }
    }
}
