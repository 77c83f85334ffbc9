//! Real events: official examples and what was found in the wild, each accepted, kept to the
//! byte, read back and found, in every release, by every parameter that it carries a value for.
//!
//! What to search for is derived here, from the JSON and FHIR's parameter tables alone.
mod values;

use anyhow::{Context, Result, ensure};
use kiln_tests::http::{Connection, Request, query_value};
use kiln_tests::server::{Server, root};
use kiln_tests::tell;
use serde_json::Value;
use std::path::{Path, PathBuf};
use values::searches;

/// By the path of their endpoint.
const RELEASES: [&str; 6] = ["dstu2", "stu3", "r4", "r4b", "r5", "r6"];

const OFFICIAL: [(&str, &str); 6] = [
    ("fhir/dstu2-1.0.2", "dstu2"),
    ("fhir/stu3-3.0.2", "stu3"),
    ("fhir/r4-4.0.1", "r4"),
    ("fhir/r4b-4.3.0", "r4b"),
    ("fhir/r5-5.0.0", "r5"),
    ("fhir/r6-ballot", "r6"),
];

/// A file and the door it is sent to.
struct Example {
    path: PathBuf,
    release: &'static str,
}

#[test]
fn every_real_event_is_kept_and_found() {
    let shared = root().join("../shared");
    if !shared.try_exists().unwrap() {
        return tell(&format!("SKIPPED corpus: {} is not there", shared.display()));
    }
    let examples = examples(&shared).unwrap();
    let searched = check_all(&examples);
    tell(&format!("{} real events, {searched} searches", examples.len()));
    let is_whole = examples.len() > 140 && searched > 15_000;
    assert!(is_whole, "the corpus shrank: {} events, {searched} searches", examples.len());
}

#[test]
fn every_fixture_is_kept_and_found() {
    let fixture = |name: &str, release| {
        let path = root().join("tests/fixtures").join(name);
        Example { path, release }
    };
    let searched = check_all(&[
        fixture("r4.json", "r4"),
        fixture("r4-minimal.json", "r4"),
        fixture("r5.json", "r5"),
        fixture("r5-minimal.json", "r5"),
    ]);
    assert!(searched > 50, "only {searched} searches");
}

/// The number of searches, all of which found their event.
fn check_all(examples: &[Example]) -> usize {
    let server = Server::start().unwrap();
    let mut connection = Connection::open(server.port).unwrap();
    let mut failures = Vec::new();
    let mut searched = 0;
    for example in examples {
        match check(example, &mut connection) {
            Ok(found_by) => searched += found_by,
            Err(error) => failures.push(format!("{}: {error:#}", example.path.display())),
        }
    }
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), failures.join("\n"));
    searched
}

/// The official examples, and the wild events whose base check is `ok`.
fn examples(shared: &Path) -> Result<Vec<Example>> {
    let mut examples = Vec::new();
    for (folder, release) in OFFICIAL {
        for entry in std::fs::read_dir(shared.join(folder).join("examples-json"))? {
            examples.push(Example { path: entry?.path(), release });
        }
    }
    let index = std::fs::read_to_string(shared.join("wild/index.tsv"))?;
    for line in index.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let release = columns.get(1).map(|release| release.to_lowercase()).unwrap_or_default();
        let release = RELEASES.into_iter().find(|other| *other == release);
        let (Some(release), Some(&"ok")) = (release, columns.get(15)) else { continue };
        examples.push(Example { path: shared.join(columns[0]), release });
    }
    examples.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(examples)
}

/// The number of searches that found it.
fn check(example: &Example, connection: &mut Connection) -> Result<usize> {
    let sent = std::fs::read_to_string(&example.path)?;
    let base = format!("/fhir/{}/AuditEvent", example.release);
    let created = connection.send(&Request::post(&base, sent.as_str()))?;
    ensure!(created.status == 201, "not created: {} {}", created.status, created.text());
    let id = created.created_id().context("no Location")?.to_owned();

    let original = connection.send(&Request::new("GET", &format!("{base}/{id}/$original")))?;
    ensure!(original.body == sent.as_bytes(), "$original is not what was sent");
    let read = connection.send(&Request::new("GET", &format!("{base}/{id}")))?;
    let (read, event) = (read.json()?, serde_json::from_str(&sent)?);
    ensure!(read["id"] == id.as_str() && read["meta"]["versionId"] == "1", "id or version");
    ensure!(as_sent(read) == as_sent(event), "read differs in more than id and meta");

    let mut searched = 0;
    for release in RELEASES {
        searched += check_searches(release, &id, connection).context(release)?;
    }
    Ok(searched)
}

/// The number of searches of a release that found what this release shows of the event.
fn check_searches(release: &str, id: &str, connection: &mut Connection) -> Result<usize> {
    let base = format!("/fhir/{release}/AuditEvent");
    let event = connection.send(&Request::new("GET", &format!("{base}/{id}")))?.json()?;
    let searches = searches(release, &event);
    for (parameter, value) in &searches {
        let query = format!("{parameter}={}&_id={id}", query_value(value));
        let request = Request::new("GET", &format!("{base}?{query}"));
        let found = connection.send(&request.header("Prefer", "handling=strict"))?;
        ensure!(found.status == 200, "{parameter}={value}: {} {}", found.status, found.text());
        ensure!(found.json()?["total"] == 1, "not found by {parameter}={value}");
    }
    Ok(searches.len())
}

/// Without the three elements that Kiln sets.
fn as_sent(mut event: Value) -> Value {
    let Some(members) = event.as_object_mut() else { return event };
    members.remove("id");
    if let Some(meta) = members.get_mut("meta").and_then(Value::as_object_mut) {
        meta.remove("versionId");
        meta.remove("lastUpdated");
        if meta.is_empty() {
            members.remove("meta");
        }
    }
    event
}
