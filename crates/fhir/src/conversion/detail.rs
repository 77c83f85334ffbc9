//! A property of an entity: its name a text (up to the draft of R5) or a concept, its value bytes
//! (up to STU3), a text or bytes (R4), or one of eleven types (R5).
use super::derived::Made;
use super::document::Kind as Json;
use super::given::{Field, Given, Paths};
use super::object::{Conversion, Sink, name};
use crate::definition::{CODEABLE_CONCEPT, Element, Kind, Slot, Type};
use std::borrow::Cow;

impl Conversion<'_> {
    pub(super) fn detail(
        &self,
        at: usize,
        source: &'static Type,
        target: &'static Type,
        sink: &mut Sink,
    ) -> bool {
        let paths = Paths {
            from: [Self::entity_name(self.from), "detail"],
            to: [Self::entity_name(self.to), "detail"],
        };
        let given = self.gather(at, source, target, paths);
        let mark = sink.ext.len();
        sink.out.push(b'{');
        self.common(&given, target, &mut sink.out);
        self.detail_type(&given, target, sink);
        self.detail_value(&given, target, sink);
        self.close(given, mark, sink)
    }

    fn detail_type(&self, given: &Given, target: &'static Type, sink: &mut Sink) {
        let Some(element) = self.target(target, Slot::Type) else { return };
        if self.uncarry(given, element, &mut sink.out) {
            return;
        }
        let start = sink.out.len();
        let field = given.slot(Slot::Type);
        let is_concept = matches!(element.kind, Kind::Complex(_));
        match field {
            Some(field) if self.same_shape(field.element, element) => {
                self.copy(field, element.name, element.kind, &mut sink.out);
            }
            Some(field) if is_concept => {
                name(&mut sink.out, element.name);
                sink.out.push(b'{');
                self.copy(field, "text", field.element.kind, &mut sink.out);
                if sink.out.last() == Some(&b'{') {
                    sink.out.truncate(start);
                } else {
                    sink.out.push(b'}');
                }
            }
            Some(field) => self.type_text(given, field, element, sink),
            None => {}
        }
        if sink.out.len() == start && !self.returns {
            name(&mut sink.out, if is_concept { "type" } else { "_type" });
            unknown(&mut sink.out);
        }
    }

    /// The text of a concept; what else it says is carried.
    fn type_text(&self, given: &Given, field: &Field, element: &Element, sink: &mut Sink) {
        let Some(at) = field.value else { return };
        let text = CODEABLE_CONCEPT.element("text", self.from);
        if let Some(source) = text.filter(|_| self.has_only(at, &["text", "_text"])) {
            let [value, beside] = ["text", "_text"].map(|n| self.document.member(at, n));
            let source = Field { element: source, value, beside };
            return self.copy(&source, element.name, element.kind, &mut sink.out);
        }
        let codings = self.document.member(at, "coding");
        let text = self.text_member(at, &["text"]).or_else(|| {
            let mut codings = codings.into_iter().flat_map(|at| self.document.children(at));
            codings.find_map(|coding| self.text_member(coding, &["display", "code"]))
        });
        self.bare(text, element.name, &mut sink.out);
        self.carry(field, given.paths, &mut sink.ext);
    }

    fn detail_value(&self, given: &Given, target: &'static Type, sink: &mut Sink) {
        for (element, _) in &given.carried {
            if element.slot == Slot::Value {
                self.uncarry(given, element, &mut sink.out);
                return;
            }
        }
        let Some(field) = given.slot(Slot::Value) else { return };
        let same = |element: &&Element| {
            element.slot == Slot::Value && self.same_shape(field.element, element)
        };
        let string = target.element("valueString", self.to);
        let as_name = if string.is_some() { "valueString" } else { "value" };
        let start = sink.out.len();
        if let Some(element) = target.elements(self.to).find(same) {
            self.copy(field, element.name, element.kind, &mut sink.out);
        } else {
            let before = sink.ext.len();
            self.carry(field, given.paths, &mut sink.ext);
            let is_carried = sink.ext.len() > before;
            let text = field.value.map(|at| self.value_text(at)).unwrap_or_default();
            if !text.is_empty() && is_carried {
                name(&mut sink.out, as_name);
                if string.is_some() {
                    crate::json::push_string(&mut sink.out, &text);
                } else {
                    push_base64(&mut sink.out, text.as_bytes());
                }
            }
        }
        if sink.out.len() == start && !self.returns {
            name(&mut sink.out, "_");
            sink.out.truncate(sink.out.len() - 2);
            sink.out.extend_from_slice(as_name.as_bytes());
            sink.out.extend_from_slice(b"\":");
            unknown(&mut sink.out);
        }
    }

    /// A value as people read it.
    fn value_text(&self, at: usize) -> Cow<'_, str> {
        let document = self.document;
        match document.kind(at) {
            Json::Text => document.text(at).unwrap_or_default(),
            Json::Object => {
                let text = |name| document.member(at, name).map(|at| self.value_text(at));
                if let Some(text) = text("text") {
                    return text;
                }
                let parts = [
                    ["coding", "", ""],
                    ["display", "", ""],
                    ["comparator", "value", "unit"],
                    ["low", "-", "high"],
                    ["numerator", ":", "denominator"],
                    ["start", "/", "end"],
                    ["code", "", ""],
                ];
                let has = |name: &&str| document.member(at, name).is_some();
                let Some(parts) = parts.iter().find(|parts| parts.iter().any(has)) else {
                    return Cow::Borrowed("");
                };
                let shown = parts.iter().filter_map(|part| match *part {
                    "-" | "/" | ":" => Some(Cow::Borrowed(*part)),
                    part => text(part),
                });
                Cow::Owned(shown.collect::<Vec<_>>().join(" ").trim().to_owned())
            }
            Json::Array => {
                let first = document.children(at).next();
                first.map_or(Cow::Borrowed(""), |at| self.value_text(at))
            }
            Json::Null => Cow::Borrowed(""),
            Json::Bool | Json::Number => String::from_utf8_lossy(document.raw(at)),
        }
    }
}

fn unknown(out: &mut Vec<u8>) {
    out.push(b'{');
    Made::Unknown.mark(out);
    out.push(b'}');
}

/// Bytes as a JSON string in base64 (RFC 4648, section 4).
fn push_base64(out: &mut Vec<u8>, bytes: &[u8]) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    out.push(b'"');
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let index = (bits >> (18 - 6 * digit) & 63) as usize;
            out.push(if digit > group.len() { b'=' } else { DIGITS[index] });
        }
    }
    out.push(b'"');
}
