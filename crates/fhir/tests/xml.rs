//! XML and JSON of the same events say the same: the published examples, and what others wrote.
#![expect(clippy::disallowed_methods, reason = "a test reads its vectors")]
use kiln_fhir::{Limits, Release, parse, xml};
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
    xml::to_json(body, release, &limits).unwrap_or_else(|error| panic!("{path:?}: {error:?}"))
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
    let raw = |item: &Box<RawValue>| canonical(item.get());
    if let Ok(members) = serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(json) {
        let members: Vec<_> =
            members.iter().map(|(name, value)| format!("{name:?}:{}", raw(value))).collect();
        return format!("{{{}}}", members.join(","));
    }
    if let Ok(items) = serde_json::from_str::<Vec<Box<RawValue>>>(json) {
        return format!("[{}]", items.iter().map(raw).collect::<Vec<_>>().join(","));
    }
    match serde_json::from_str::<String>(json) {
        Ok(text) => format!("{text:?}"),
        Err(_) => json.trim().to_owned(),
    }
}

fn same(json: &[u8], other: &[u8], path: &Path) {
    let [json, other] = [json, other].map(|json| std::str::from_utf8(json).expect("UTF-8"));
    assert_eq!(canonical(json), canonical(other), "{path:?}");
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
