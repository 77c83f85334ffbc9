//! Events made from the tables, with whatever each release has, go to XML and back.
use super::*;
use crate::definition::{Element, Kind, Primitive, Type, resource};
use proptest::prelude::*;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Writes JSON by the tables; what it chooses depends on its seed alone.
struct Generator {
    release: Release,
    state: u64,
}

const TEXTS: &[&str] = &[
    "a",
    "R",
    "true",
    "7",
    " two  spaces ",
    "\t\r\n",
    "<a b=\"c\">&amp;'</a>",
    "é😀\u{85}\u{2028}",
    "\u{7f}",
    "]]>",
    "_x0041_",
    "--",
    "\\u0041",
    "2026-11-22T10:00:00.00Z",
    "",
];

const NUMBERS: &[&str] = &["0", "-1", "1.00", "1e-7", "-0.10E+3", "123456789012345678901234567890"];

const NARRATIVES: &[&str] = &[
    "<div xmlns=\"http://www.w3.org/1999/xhtml\"/>",
    "<div xmlns='http://www.w3.org/1999/xhtml'>\n<p class=\"a\">1 &lt; 2 &#160;</p>\r\n</div>",
    "<div>no namespace<br/></div>",
    "<div>\n&nbsp;</div>",
    "no markup",
    "",
];

const RESOURCES: &[&str] = &[
    "AuditEvent",
    "OperationOutcome",
    "Patient",
    "Practitioner",
    "PractitionerRole",
    "Organization",
    "Device",
    "RelatedPerson",
    "Location",
    "Bundle",
    "Basic",
];

const UNKNOWN: &[&str] = &[
    r#""n":"1""#,
    r#""n":1.0"#,
    r#""n":"true""#,
    r#""n":[true]"#,
    r#""n":[{"a":"1"}]"#,
    r#""n":null"#,
    r#""n":["a",1,"true",null]"#,
    r#""n":{"a":{"b":[1]}}"#,
    r#""_n":{"extension":[{"url":"u"}]}"#,
    r#""_n":[null,{"extension":[{"url":"u"}]}]"#,
    r#""_n":{"a":1}"#,
    r#""Mary Smith":{}"#,
    r#""":"1""#,
    r#""n":{"extension":[{"url":"u"}]}"#,
    r#""n":{"resourceType":"Basic","id":"1"}"#,
    r#""_":"1""#,
    r#""n":"a","_n":{"id":"b"}"#,
    r#""n":[null,"a"],"_n":[{"extension":[{"url":"u"}]},null]"#,
];

impl Generator {
    /// A number below `end`; small steps of a well-mixed counter
    /// (<https://prng.di.unimi.it/splitmix64.c>).
    fn below(&mut self, end: usize) -> usize {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) as usize % end
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    fn resource(&mut self, depth: usize, out: &mut String) {
        let name = if depth == 0 { "AuditEvent" } else { self.one_of(RESOURCES) };
        write!(out, "{{\"resourceType\":\"{name}\"").expect("a String takes every text");
        self.members(resource(name, self.release), depth, false, out);
        out.push('}');
    }

    fn object(&mut self, name: &str, definition: &'static Type, depth: usize, out: &mut String) {
        // Every object has something in it.
        match name {
            "extension" | "modifierExtension" => out.push_str("{\"url\":\"u\""),
            _ => out.push_str("{\"id\":\"i\""),
        }
        self.members(definition, depth, true, out);
        out.push('}');
    }

    fn members(&mut self, ty: &'static Type, depth: usize, is_element: bool, out: &mut String) {
        for element in ty.elements(self.release) {
            let is_written = matches!(element.name, "resourceType" | "url" | "fhir_comments");
            let is_id = is_element && element.name == "id";
            if is_written || is_id || self.below(3 + 2 * depth) > 0 {
                continue;
            }
            self.member(element, depth, out);
        }
        if self.below(30) == 0 {
            write!(out, ",{}", self.one_of(UNKNOWN)).expect("a String takes every text");
        }
        if self.release == Release::Dstu2 && self.below(30) == 0 {
            out.push_str(",\"fhir_comments\":[\" a \",\"<b>\"]");
        }
    }

    fn member(&mut self, element: &'static Element, depth: usize, out: &mut String) {
        let count = if element.many { 1 + self.below(3) } else { 1 };
        if element.is_primitive() {
            return self.primitives(element, count, depth, out);
        }
        let items: Vec<_> = (0..count)
            .map(|_| {
                let mut item = String::new();
                match element.kind {
                    Kind::Complex(inner) => self.object(element.name, inner, depth + 1, &mut item),
                    _ => self.resource(depth + 1, &mut item),
                }
                item
            })
            .collect();
        push(out, element.name, element.many, &items);
    }

    fn primitives(&mut self, element: &Element, count: usize, depth: usize, out: &mut String) {
        let (mut values, mut beside) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let kind = if element.name == "div" { 0 } else { self.below(12) };
            let extensions = match kind {
                0..=8 => "null".to_owned(),
                9 => "{\"id\":\"i\"}".to_owned(),
                _ => {
                    let mut object = "{\"extension\":[".to_owned();
                    let inside = resource("Basic", self.release).element("extension", self.release);
                    let Some(Kind::Complex(inner)) = inside.map(|element| element.kind) else {
                        panic!("every resource has extensions");
                    };
                    self.object("extension", inner, depth + 1, &mut object);
                    object + "]}"
                }
            };
            values.push(if kind == 11 { "null".to_owned() } else { self.primitive(element) });
            beside.push(extensions);
        }
        for (mark, items) in [("", values), ("_", beside)] {
            if items.iter().any(|item| item != "null") {
                push(out, &format!("{mark}{}", element.name), element.many, &items);
            }
        }
    }

    fn primitive(&mut self, element: &Element) -> String {
        let text = match element.kind {
            Kind::Primitive(Primitive::Boolean) => {
                return self.one_of(&["true", "false"]).to_owned();
            }
            Kind::Primitive(
                Primitive::Decimal
                | Primitive::Integer
                | Primitive::PositiveInt
                | Primitive::UnsignedInt,
            ) => return self.one_of(NUMBERS).to_owned(),
            _ if element.name == "div" => self.one_of(NARRATIVES),
            _ => self.one_of(TEXTS),
        };
        serde_json::to_string(text).expect("a string")
    }
}

fn push(out: &mut String, name: &str, many: bool, items: &[String]) {
    let items = items.join(",");
    let items = if many { format!("[{items}]") } else { items };
    write!(out, ",\"{name}\":{items}").expect("a String takes every text");
}

/// The document with its members sorted, its numbers as they are written.
pub(super) fn canonical(json: &str) -> String {
    let raw = |item: &RawValue| canonical(item.get());
    if let Ok(members) = serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(json) {
        let members: Vec<_> =
            members.iter().map(|(name, value)| format!("{name:?}:{}", raw(value))).collect();
        return format!("{{{}}}", members.join(","));
    }
    if let Ok(items) = serde_json::from_str::<Vec<Box<RawValue>>>(json) {
        return format!("[{}]", items.iter().map(|item| raw(item)).collect::<Vec<_>>().join(","));
    }
    match serde_json::from_str::<String>(json) {
        Ok(text) => format!("{text:?}"),
        Err(_) => json.trim().to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn events_of_every_release_travel(state: u64, release in 1..=7_u8) {
        let release = Release::from_number(release).expect("seven");
        let mut json = String::new();
        Generator { release, state }.resource(0, &mut json);
        let limits = Limits { body_bytes_max: 1 << 24, depth_max: 100, nodes_max: 1 << 20 };
        let xml = xml_of(&json, release);
        let back = to_json(xml.as_bytes(), release, &limits);
        let back = back.unwrap_or_else(|error| panic!("{error:?}\n{json}\n{xml}"));
        same_tape(xml.as_bytes(), release, &limits);
        let back = String::from_utf8(back).expect("UTF-8");
        prop_assert_eq!(canonical(&back), canonical(&json), "{}", xml);
    }
}
