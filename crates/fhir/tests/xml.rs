//! XML and JSON of the same events say the same: the published examples, and what others wrote.
#![expect(clippy::disallowed_methods, reason = "a test reads its vectors")]
use kiln_fhir::{Limits, Release, parse, xml};
use quick_xml::XmlVersion;
use quick_xml::events::Event;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");

/// Folders of JSON and of XML of the same events.
const PAIRS: &[(Release, &str, &str, usize)] = &[
    (Release::Dstu2, "dstu2-1.0.2/examples-json", "dstu2-1.0.2/examples-xml-derived", 8),
    (Release::Stu3, "stu3-3.0.2/examples-json", "stu3-3.0.2/examples-xml-derived", 8),
    (Release::R4, "r4-4.0.1/examples-json", "r4-4.0.1/examples-xml", 9),
    (Release::R4b, "r4b-4.3.0/examples-json", "r4b-4.3.0/examples-xml-derived", 9),
    (Release::R5, "r5-5.0.0/examples-json", "r5-5.0.0/examples-xml", 13),
];

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(Path::new(folder)) else {
        writeln!(std::io::stderr(), "SKIPPED: no {folder}").expect("a line to stderr");
        return Vec::new();
    };
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("listed").path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    files.sort();
    files
}

fn value(json: &[u8]) -> Value {
    serde_json::from_slice(json).expect("JSON")
}

fn to_json(body: &[u8], release: Release, path: &Path) -> Vec<u8> {
    let limits = Limits::default();
    let json = xml::to_json(body, release, &limits);
    assert!(json.is_ok(), "{}: {json:?}", path.display());
    json.unwrap_or_default()
}

fn to_xml(json: &[u8], release: Release) -> Vec<u8> {
    let mut out = Vec::new();
    xml::from_json(json, release, &mut out).expect("a resource");
    out
}

/// What the pack's SOURCES say differs: `meta` of the XML copies, the narrative.
fn without_differences(mut event: Value) -> Value {
    let members = event.as_object_mut().expect("an object");
    members.remove("meta");
    members.remove("text");
    event
}

#[test]
fn the_published_xml_is_the_published_json() {
    for (release, json, xml, count) in PAIRS {
        let json = files(&format!("{SHARED}/fhir/{json}"), "json");
        let xml = files(&format!("{SHARED}/fhir/{xml}"), "xml");
        let bodies: Vec<_> = json.iter().map(|path| std::fs::read(path).expect("read")).collect();
        let by_id = |id: &Value| {
            let same = bodies.iter().map(|body| value(body)).find(|event| event["id"] == *id);
            same.unwrap_or_else(|| panic!("no JSON of {id}"))
        };
        for path in &xml {
            let body = std::fs::read(path).expect("read");
            let ours = to_json(&body, *release, path);
            let event = value(&ours);
            let published = by_id(&event["id"]);
            assert_eq!(without_differences(event), without_differences(published), "{path:?}");
            parse(&ours, *release, &Limits::default())
                .unwrap_or_else(|e| panic!("{path:?}: {e:?}"));
        }
        assert!(xml.is_empty() || xml.len() == *count, "{release:?}");
    }
}

/// The document with its members sorted, its numbers as they are written.
fn canonical(json: &str) -> String {
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

fn same(json: &[u8], other: &[u8], path: &Path) {
    let [json, other] = [json, other].map(|json| std::str::from_utf8(json).expect("UTF-8"));
    assert_eq!(canonical(json), canonical(other), "{}", path.display());
}

/// Every event of the pack and of the wild, with its release.
fn events() -> Vec<(Release, PathBuf)> {
    let folders = [
        (Release::Dstu2, "fhir/dstu2-1.0.2/examples-json"),
        (Release::Stu3, "fhir/stu3-3.0.2/examples-json"),
        (Release::R4, "fhir/r4-4.0.1/examples-json"),
        (Release::R4b, "fhir/r4b-4.3.0/examples-json"),
        (Release::R5, "fhir/r5-5.0.0/examples-json"),
        (Release::R6, "fhir/r6-ballot/examples-json"),
        (Release::Dstu2, "wild/dstu2"),
        (Release::Stu3, "wild/stu3"),
        (Release::R4, "wild/r4"),
        (Release::R4b, "wild/r4b"),
        (Release::R5, "wild/r5"),
        (Release::R4, "wild/bundles"),
    ];
    let of = |(release, folder)| {
        let files = below(&format!("{SHARED}/{folder}"));
        files.into_iter().map(move |path| (release, path))
    };
    folders.into_iter().flat_map(of).collect()
}

/// JSON files in a folder and in those inside it.
fn below(folder: &str) -> Vec<PathBuf> {
    let mut found = files(folder, "json");
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("listed").path();
        if path.is_dir() {
            found.extend(below(path.to_str().expect("UTF-8")));
        }
    }
    found
}

#[test]
fn json_comes_back_from_xml_the_same() {
    let mut count = 0;
    for (release, path) in events() {
        let body = std::fs::read(&path).expect("read");
        if serde_json::from_slice::<Value>(&body).is_err() {
            continue;
        }
        let xml = to_xml(&body, release);
        same(&to_json(&xml, release, &path), &body, &path);
        count += 1;
    }
    assert!(count == 0 || count > 160, "{count} events");
}

/// Every event of the pack and of the wild that is XML, with its release.
fn xml_events() -> Vec<(Release, PathBuf)> {
    let mut found = Vec::new();
    for (release, _, folder, _) in PAIRS {
        let files = files(&format!("{SHARED}/fhir/{folder}"), "xml");
        found.extend(files.into_iter().map(|path| (*release, path)));
    }
    for path in files(&format!("{SHARED}/wild/xml-edge"), "xml") {
        let is_r5 = path.to_string_lossy().contains("_50_");
        found.push((if is_r5 { Release::R5 } else { Release::R4 }, path));
    }
    let r5 = files(&format!("{SHARED}/wild/xml-r5-source"), "xml");
    found.extend(r5.into_iter().map(|path| (Release::R5, path)));
    let bundles = files(&format!("{SHARED}/wild/bundles"), "xml");
    found.extend(bundles.into_iter().map(|path| (Release::R4, path)));
    found
}

#[test]
fn xml_comes_back_from_json_the_same() {
    let events = xml_events();
    assert!(events.is_empty() || events.len() == 56, "{} events", events.len());
    for (release, path) in events {
        let body = std::fs::read(&path).expect("read");
        let json = to_json(&body, release, &path);
        let xml = to_xml(&json, release);
        let names = |xml: &[u8]| {
            let mut tags = tags(std::str::from_utf8(xml).expect("UTF-8"));
            tags.sort();
            tags
        };
        assert_eq!(names(&xml), names(&body), "{path:?}");
        same(&to_json(&xml, release, &path), &json, &path);
    }
}

/// Every start tag of a document outside of its comments, without the declarations of namespaces.
fn tags(xml: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut tags = Vec::new();
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(tag) | Event::Empty(tag) => {
                let mut parts = vec![tag.name().as_ref().to_owned()];
                for attribute in tag.attributes() {
                    let attribute = attribute.expect("well-formed");
                    let name = attribute.key.as_ref();
                    if !name.starts_with("xmlns") && !name.starts_with("xsi:") {
                        let value = attribute.normalized_value(XmlVersion::Explicit1_0);
                        parts.push(format!("{name}={}", value.expect("well-formed")));
                    }
                }
                tags.push(parts.join(" "));
            }
            Event::Eof => return tags,
            _ => {}
        }
    }
}

#[test]
fn the_wild_is_accepted_or_refused_as_in_json() {
    for (release, path) in xml_events() {
        let body = std::fs::read(&path).expect("read");
        let json = to_json(&body, release, &path);
        let name = path.to_string_lossy().into_owned();
        let parsed = parse(&json, release, &Limits::default());
        if name.contains("_40_with_") {
            // Both have a name beside the query; one's query is no base64, too.
            let outcome = parsed.expect_err("sev-1");
            let found: Vec<_> = outcome.issues.iter().map(|issue| issue.code.code()).collect();
            let is_invalid = name.contains("invalid");
            assert_eq!(
                found,
                if is_invalid { &["value", "invariant"][..] } else { &["invariant"] }
            );
        } else if name.contains("bundles") {
            let bundle = value(&json);
            let resources = bundle["entry"].as_array().expect("entries").iter();
            let resources = resources.map(|entry| &entry["resource"]);
            let events = resources.filter(|resource| resource["resourceType"] == "AuditEvent");
            for (position, event) in events.enumerate() {
                let event = serde_json::to_vec(event).expect("JSON");
                let parsed = parse(&event, release, &Limits::default());
                parsed.unwrap_or_else(|error| panic!("{name} {position}: {error:?}"));
            }
        } else {
            parsed.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        }
    }
}

#[test]
fn elements_come_in_the_order_of_the_published_xml() {
    // Those made by script are not in order; these two folders are HL7's own.
    for (release, folder) in
        [(Release::R4, "r4-4.0.1/examples-xml"), (Release::R5, "r5-5.0.0/examples-xml")]
    {
        for path in files(&format!("{SHARED}/fhir/{folder}"), "xml") {
            let body = std::fs::read(&path).expect("read");
            let json = to_json(&body, release, &path);
            // Members sorted by their names are in another order than any definition's.
            let sorted = canonical(std::str::from_utf8(&json).expect("UTF-8"));
            let xml = to_xml(sorted.as_bytes(), release);
            let text = |xml: &[u8]| tags(std::str::from_utf8(xml).expect("UTF-8"));
            assert_eq!(text(&xml), text(&body), "{path:?}");
        }
    }
}

/// FHIR's strings have no control characters, and XML could not hold them.
#[test]
fn json_that_xml_cannot_hold_is_refused() {
    let event = |inside: &str| {
        let rest = r#""agent":[{"requestor":true}],"source":{"observer":{"display":"d"}}"#;
        let start = r#"{"resourceType":"AuditEvent","type":{"code":"rest"},"recorded":"#;
        format!(r#"{start}"2026-11-22T10:00:00Z",{rest},{inside}}}"#)
    };
    for (inside, at) in [
        (r#""outcomeDesc":"X""#, "AuditEvent.outcomeDesc"),
        (r#""unknown":{"a":["X"]}"#, "AuditEvent.unknown.a[0]"),
        (r#""contained":[{"resourceType":"Basic","a":"X"}]"#, "AuditEvent.contained[0].a"),
        (
            r#""extension":[{"url":"u","valueAnnotation":{"text":"X"}}]"#,
            "AuditEvent.extension[0].valueAnnotation.text",
        ),
        (r#""_action":{"extension":[{"url":"u","valueString":"X"}]}"#, {
            "AuditEvent._action.extension[0].valueString"
        }),
    ] {
        for text in ["a\\u0001", "\\u001f", "\\ufffe", "\u{FFFF}", "\\u000b"] {
            let body = event(&inside.replace('X', text));
            let outcome = parse(body.as_bytes(), Release::R4, &Limits::default());
            let outcome = outcome.expect_err(&body);
            let expression = outcome.issues[0].expression.as_deref();
            assert_eq!(expression, Some(at), "{body}");
        }
        let body = event(&inside.replace('X', "a\\t\\n\\r\u{7F}\u{FFFD}\u{85}"));
        let parsed = parse(body.as_bytes(), Release::R4, &Limits::default());
        parsed.unwrap_or_else(|error| panic!("{body}: {error:?}"));
        let xml = to_xml(body.as_bytes(), Release::R4);
        same(&to_json(&xml, Release::R4, Path::new("")), body.as_bytes(), Path::new(""));
    }
}
