//! Published and wild events.
use super::*;
use crate::render::{ServerElements, with_server_elements};
use std::io::Write as _;
use std::path::{Path, PathBuf};

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");

#[expect(clippy::disallowed_methods, reason = "tests read their examples")]
fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).expect("readable")
}

fn official(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(SHARED).join(folder);
    let Ok(files) = std::fs::read_dir(&folder) else {
        writeln!(std::io::stderr(), "SKIPPED: no {}", folder.display()).expect("a line to stderr");
        return Vec::new();
    };
    files.map(|file| file.expect("listed").path()).collect()
}

/// Accepts an event, and shows that reading gives back what was sent.
fn accept(path: &Path, release: Release) {
    let body = bytes(path);
    let name = path.display();
    if let Err(outcome) = parse(&body, release, &Limits::default()) {
        panic!("{name}: {outcome:#?}");
    }
    let elements =
        ServerElements { id: "new", version_id: "1", last_updated: "2026-11-22T07:00:00Z" };
    let mut out = Vec::new();
    with_server_elements(&body, &elements, &mut out);
    let mut sent: Value = serde_json::from_slice(&body).expect("JSON");
    sent["id"] = json!("new");
    sent["meta"]["versionId"] = json!("1");
    sent["meta"]["lastUpdated"] = json!("2026-11-22T07:00:00Z");
    let read: Value = serde_json::from_slice(&out).expect("JSON");
    assert_eq!(read, sent, "{name}");
    parse(&out, release, &Limits::default()).expect("what we render is accepted");
}

#[test]
fn official_examples_are_accepted() {
    for (folder, release, count) in [
        ("fhir/r4-4.0.1/examples-json", Release::R4, 9),
        ("fhir/r4b-4.3.0/examples-json", Release::R4b, 9),
        ("fhir/r5-5.0.0/examples-json", Release::R5, 13),
    ] {
        let examples = official(folder);
        for path in &examples {
            accept(path, release);
        }
        assert!(examples.is_empty() || examples.len() == count, "{folder}");
    }
}

/// Wild events of a release: file, and what a first look found wrong with it (`ok`: nothing).
fn wild(release: &str) -> Vec<(PathBuf, String)> {
    let index = Path::new(SHARED).join("wild/index.tsv");
    if !index.try_exists().expect("a path") {
        writeln!(std::io::stderr(), "SKIPPED: no {}", index.display()).expect("a line to stderr");
        return Vec::new();
    }
    let index = String::from_utf8(bytes(&index)).expect("UTF-8");
    let rows = index.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    rows.filter(|row| row[1] == release && row[6] == "AuditEvent")
        .map(|row| (Path::new(SHARED).join(row[0]), row[15].to_owned()))
        .collect()
}

#[test]
fn wild_events_are_accepted_or_refused_for_their_reason() {
    for (name, release) in [("R4", Release::R4), ("R4B", Release::R4b), ("R5", Release::R5)] {
        for (path, verdict) in wild(name) {
            if verdict == "ok" {
                accept(&path, release);
                continue;
            }
            let found = issues_of(&bytes(&path), release);
            for reason in verdict.split("; ") {
                let element = element_of(reason);
                assert!(
                    found.iter().any(|(severity, _, at)| {
                        *severity == Severity::Error && without_positions(at) == element
                    }),
                    "{}: {reason}: {found:?}",
                    path.display()
                );
            }
        }
    }
}

/// The element that a remark of the index is about.
fn element_of(reason: &str) -> &'static str {
    match reason {
        "detail without value" => "AuditEvent.entity.detail.value",
        "no agent[]" => "AuditEvent.agent",
        // Where there is no source, that is what is said.
        "no source" | "no source.observer" => "AuditEvent.source",
        "no type" => "AuditEvent.type",
        "agent.requestor missing" => "AuditEvent.agent.requestor",
        "empty string: outcomeDesc" => "AuditEvent.outcomeDesc",
        _ if reason.starts_with("recorded missing/not instant") => "AuditEvent.recorded",
        _ => panic!("unknown remark: {reason}"),
    }
}

fn without_positions(path: &str) -> String {
    path.split('[').map(|part| part.split_once(']').map_or(part, |(_, rest)| rest)).collect()
}

/// <https://github.com/minimaxir/big-list-of-naughty-strings>
#[test]
fn naughty_strings_come_back_as_they_went_in() {
    let is_list = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "json");
    let Some(file) = official("vectors/naughty-strings").into_iter().find(is_list) else { return };
    let strings: Vec<String> = serde_json::from_slice(&bytes(&file)).expect("a list");
    assert!(strings.len() > 400, "{} strings", strings.len());
    for text in strings {
        let mut event = r4();
        event["agent"][0]["name"] = json!(text);
        event["agent"][0]["who"] = json!({"reference": text, "identifier": {"value": text}});
        event["entity"] = json!([{"name": text, "description": text,
            "what": {"display": text}, "detail": [{"type": text, "valueString": text}]}]);
        event["outcomeDesc"] = json!(text);
        let body = serde_json::to_vec(&event).expect("JSON");
        let control = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
        if text.is_empty() || text.bytes().any(control) {
            assert!(parse(&body, Release::R4, &Limits::default()).is_err(), "{text:?}");
            continue;
        }
        let parsed = parse(&body, Release::R4, &Limits::default()).expect("accepted").event;
        assert_eq!(parsed.agents[0].name.as_deref(), Some(text.as_str()));
        let who = parsed.agents[0].who.as_ref().expect("who");
        assert_eq!(who.reference.as_deref(), Some(text.as_str()));
        let identifier = who.identifier.as_ref().expect("an identifier");
        assert_eq!(identifier.value.as_deref(), Some(text.as_str()));
        assert_eq!(parsed.entities[0].name.as_deref(), Some(text.as_str()));
        assert_eq!(parsed.outcome_detail[0].text.as_deref(), Some(text.as_str()));
    }
}
