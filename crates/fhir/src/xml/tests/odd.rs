//! Whatever JSON has in elements that no table knows, and in resources inside: what is taken comes
//! back from XML as it was.
use super::generated::canonical;
use super::*;
use crate::parse;
use proptest::prelude::*;

const NAMES: &[&str] = &[
    "n",
    "m",
    "id",
    "url",
    "value",
    "extension",
    "_n",
    "_m",
    "div",
    "text",
    "resourceType",
    "Patient",
    "contained",
    "name",
    "active",
    "telecom",
    "Mary Smith",
    "",
    "_",
    "fhir_comments",
    "status",
    "modifierExtension",
    "_id",
    "resource",
    "meta",
    "xmlns",
    "_active",
];

const LEAVES: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "1.50",
    "-1e3",
    "\"a\"",
    "\"true\"",
    "\"1\"",
    "\"Patient\"",
    "\"\"",
    "\" \"",
    "\"<div xmlns='http://www.w3.org/1999/xhtml'/>\"",
    "\"<div>a</div>\"",
    "\"\\t\\r\\n\"",
    "\"null\"",
];

fn value() -> impl Strategy<Value = String> {
    let leaf = proptest::sample::select(LEAVES).prop_map(str::to_owned);
    leaf.prop_recursive(4, 12, 3, |inner| {
        let array = proptest::collection::vec(inner.clone(), 0..4);
        prop_oneof![
            2 => array.prop_map(|items| format!("[{}]", items.join(","))),
            3 => members(inner).prop_map(|members| format!("{{{members}}}")),
            1 => Just(r#"{"resourceType":"Patient","id":"p"}"#.to_owned()),
            1 => Just(r#"{"extension":[{"url":"u"}]}"#.to_owned()),
        ]
    })
}

fn members(value: impl Strategy<Value = String> + 'static) -> impl Strategy<Value = String> {
    let member = (proptest::sample::select(NAMES), value);
    proptest::collection::vec(member, 0..4).prop_map(|mut members| {
        members.sort_by_key(|(name, _)| *name);
        members.dedup_by_key(|(name, _)| *name);
        let said = members.iter().map(|(name, value)| format!("\"{name}\":{value}"));
        said.collect::<Vec<_>>().join(",")
    })
}

/// An event with this in it.
fn event(inside: &str, release: Release) -> String {
    let rest = match release {
        Release::Dstu2 => {
            r#""event":{"type":{"code":"rest"},"dateTime":"2024-06-15T08:30:00Z"},
            "participant":[{"requestor":true}],"source":{"identifier":{"value":"x"}}"#
        }
        Release::R5 => {
            r#""code":{"text":"read"},"recorded":"2024-06-15T08:30:00Z",
            "agent":[{"who":{"display":"x"}}],"source":{"observer":{"display":"x"}}"#
        }
        _ => {
            r#""type":{"code":"rest"},"recorded":"2024-06-15T08:30:00Z",
            "agent":[{"requestor":true}],"source":{"observer":{"display":"x"}}"#
        }
    };
    format!("{{\"resourceType\":\"AuditEvent\",{inside},{rest}}}")
}

fn same_after_xml(inside: &str, release: Release) -> Result<(), TestCaseError> {
    let (json, limits) = (event(inside, release), Limits::default());
    if parse(json.as_bytes(), release, &limits).is_err() {
        return Ok(());
    }
    let xml = xml_of(&json, release);
    same_tape(xml.as_bytes(), release, &limits);
    let back = to_json(xml.as_bytes(), release, &limits);
    let back = back.map_err(|error| TestCaseError::fail(format!("{error:?}\n{json}\n{xml}")))?;
    let back = String::from_utf8(back).expect("UTF-8");
    prop_assert_eq!(canonical(&back), canonical(&json), "{}", xml);
    Ok(())
}

fn release() -> impl Strategy<Value = Release> {
    proptest::sample::select(&[Release::Dstu2, Release::R4, Release::R5][..])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn unknown_elements_come_back(value in value(), release in release()) {
        same_after_xml(&format!("\"n\":{value}"), release)?;
    }

    #[test]
    fn resources_inside_come_back(
        members in members(value()),
        of in 0..3_usize,
        release in release(),
    ) {
        let name = ["Patient", "Observation", "Unheard"][of];
        let rest = if members.is_empty() { String::new() } else { format!(",{members}") };
        let contained = format!("\"contained\":[{{\"resourceType\":\"{name}\"{rest}}}]");
        same_after_xml(&contained, release)?;
    }
}
