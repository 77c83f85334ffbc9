//! Values of the datatypes that are shown, each with the members that are on its list. Whatever is
//! empty then is not there.
use super::Redaction;
use crate::json::{Value, push_string};

/// In place of a mandatory element that is hidden
/// (<https://hl7.org/fhir/R4/extension-data-absent-reason.html>).
const MASKED: &str = concat!(
    r#"{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","#,
    r#""valueCode":"masked"}]}"#
);

impl Redaction<'_, '_> {
    /// An object with those members that `write` writes, and the mandatory ones masked; whether
    /// anything is written.
    pub(super) fn members(
        &self,
        at: usize,
        must: &[&str],
        out: &mut Vec<u8>,
        mut write: impl FnMut(&str, usize, &mut Vec<u8>) -> bool,
    ) -> bool {
        if !matches!(self.tape.value(at), Value::Object(_)) {
            return false;
        }
        let start = out.len();
        let mut there = vec![false; must.len()];
        for child in self.tape.children(at) {
            let (before, name) = (out.len(), self.tape.key(child));
            out.push(if before == start { b'{' } else { b',' });
            push_string(out, name);
            out.push(b':');
            if !write(name, child, out) {
                out.truncate(before);
            } else if let Some(at) = must.iter().position(|must| *must == name) {
                there[at] = true;
            }
        }
        for (name, _) in must.iter().zip(there).filter(|(_, there)| !there) {
            out.push(if out.len() == start { b'{' } else { b',' });
            // Of the mandatory elements this one is a primitive.
            push_string(out, if *name == "requestor" { "_requestor" } else { name });
            out.push(b':');
            out.extend_from_slice(MASKED.as_bytes());
        }
        if out.len() == start {
            return false;
        }
        out.push(b'}');
        true
    }

    /// Items of an array, or a value alone.
    pub(super) fn each(
        &self,
        at: usize,
        out: &mut Vec<u8>,
        mut write: impl FnMut(usize, &mut Vec<u8>) -> bool,
    ) -> bool {
        if !matches!(self.tape.value(at), Value::Array(_)) {
            return write(at, out);
        }
        let start = out.len();
        for item in self.tape.children(at) {
            let before = out.len();
            out.push(if before == start { b'[' } else { b',' });
            if !write(item, out) {
                out.truncate(before);
            }
        }
        if out.len() == start {
            return false;
        }
        out.push(b']');
        true
    }

    /// A text, a number or a truth.
    pub(super) fn scalar(&self, at: usize, out: &mut Vec<u8>) -> bool {
        match self.tape.value(at) {
            Value::Text(text) => push_string(out, text),
            Value::Bool(truth) => out.extend_from_slice(truth.to_string().as_bytes()),
            Value::Number(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Value::Null | Value::Array(_) | Value::Object(_) => return false,
        }
        true
    }

    /// A Coding, or the codings of a concept: its text is the sender's own words.
    pub(super) fn coded(&self, at: usize, out: &mut Vec<u8>) -> bool {
        self.members(at, &[], out, |name, at, out| match name {
            "system" | "version" | "code" | "display" | "userSelected" => self.scalar(at, out),
            "coding" => self.each(at, out, |at, out| {
                self.members(at, &[], out, |name, at, out| {
                    matches!(name, "system" | "version" | "code" | "display" | "userSelected")
                        && self.scalar(at, out)
                })
            }),
            _ => false,
        })
    }

    /// A Reference; its display and its identifier only where they say who did something.
    pub(super) fn reference(&self, at: usize, is_named: bool, out: &mut Vec<u8>) -> bool {
        self.members(at, &[], out, |name, at, out| match name {
            // What is contained is hidden.
            "reference" => {
                self.tape.text(at).is_some_and(|text| !text.starts_with('#'))
                    && self.scalar(at, out)
            }
            "type" => self.scalar(at, out),
            "display" => is_named && self.scalar(at, out),
            "identifier" => is_named && self.identifier(at, out),
            _ => false,
        })
    }

    pub(super) fn identifier(&self, at: usize, out: &mut Vec<u8>) -> bool {
        self.members(at, &[], out, |name, at, out| match name {
            "use" | "system" | "value" => self.scalar(at, out),
            "type" => self.coded(at, out),
            _ => false,
        })
    }
}
