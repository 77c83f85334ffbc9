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
        say(&format!("SKIPPED: no {}", folder.display()));
        return Vec::new();
    };
    files.map(|file| file.expect("listed").path()).filter(|path| path.is_file()).collect()
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

/// What its elements say must be its release. R4B has R4's elements.
fn has_the_shape_of(body: &[u8], release: Release, name: &str) {
    let shape = if release == Release::R4b { Release::R4 } else { release };
    assert_eq!(crate::shape(body), Some(shape), "{name}");
    let at = |at| receive(body, at, &Limits::default()).expect("accepted").event.release;
    assert_eq!(at(None), shape, "{name}: without a path");
    let path = if release == Release::R5Draft { Release::R5 } else { release };
    assert_eq!(at(Some(path)), release, "{name}: at its path");
    // A sender is told where it belongs, wherever else it is sent.
    for other in [Release::Dstu2, Release::Stu3, Release::R4, Release::R5, Release::R6] {
        if other == shape || other == path {
            continue;
        }
        let received = receive(body, Some(other), &Limits::default());
        let is_r6 = |release| release == Release::R6;
        assert!(is_r6(shape) == is_r6(other) || received.is_err(), "{name} at {other:?}");
        let issues = match received {
            Ok(parsed) => parsed.warnings,
            Err(outcome) => outcome.issues,
        };
        let version = shape.version();
        let says =
            format!("this looks like FHIR {version}: send it to /fhir/{}", shape_path(shape));
        assert_eq!(issues[0].diagnostics, says, "{name} at {other:?}");
    }
}

const fn shape_path(shape: Release) -> &'static str {
    match shape {
        Release::R5Draft => Release::R5.path(),
        other => other.path(),
    }
}

fn say(line: &str) {
    writeln!(std::io::stderr(), "{line}").expect("a line to stderr");
}

#[test]
fn official_examples_are_accepted() {
    for (folder, release, count) in [
        ("fhir/dstu2-1.0.2/examples-json", Release::Dstu2, 8),
        ("fhir/stu3-3.0.2/examples-json", Release::Stu3, 8),
        ("fhir/r4-4.0.1/examples-json", Release::R4, 9),
        ("fhir/r4b-4.3.0/examples-json", Release::R4b, 9),
        ("fhir/r5-5.0.0/examples-json", Release::R5, 13),
        ("fhir/r6-ballot/examples-json", Release::R6, 5),
    ] {
        let examples = official(folder);
        for path in &examples {
            accept(path, release);
            has_the_shape_of(&bytes(path), release, &path.display().to_string());
        }
        assert!(examples.is_empty() || examples.len() == count, "{folder}");
        say(&format!("{folder}: {} accepted", examples.len()));
    }
}

/// Documents that describe the system; each holds one event.
fn seed(number: &str) -> Option<String> {
    let is_it = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(number))
    };
    let file = official("seeds").into_iter().find(is_it)?;
    let text = String::from_utf8(bytes(&file)).expect("UTF-8");
    let event = text[text.find('{')?..=text.rfind('}')?].to_owned();
    Some(event)
}

#[test]
fn the_seeds_are_accepted() {
    if let Some(event) = seed("003") {
        has_the_shape_of(event.as_bytes(), Release::Stu3, "seed 003");
        let event = parse(event.as_bytes(), Release::Stu3, &Limits::default());
        let event = event.expect("accepted").event;
        let who = event.agents[0].who.as_ref().and_then(|who| who.identifier.as_ref());
        assert_eq!(who.and_then(|who| who.value.as_deref()), Some("john.doe"));
    }
    if let Some(mut event) = seed("002") {
        // Its page lost the backslashes of two quotes in the narrative.
        let narrative = event.find("\"text\"").expect("a narrative");
        let rest = event.find("\"type\": {").expect("a type");
        event.replace_range(narrative..rest, "");
        has_the_shape_of(event.as_bytes(), Release::R5Draft, "seed 002");
        let event = receive(event.as_bytes(), Some(Release::R5), &Limits::default());
        let event = event.expect("accepted").event;
        let outcome = event.outcome.as_ref().and_then(|outcome| outcome.coding[0].code.as_deref());
        assert_eq!((event.release, outcome), (Release::R5Draft, Some("0")));
    }
}

/// Wild events of a release: file, and what a first look found wrong with it (`ok`: nothing).
fn wild(release: &str) -> Vec<(PathBuf, String)> {
    let index = Path::new(SHARED).join("wild/index.tsv");
    if !index.try_exists().expect("a path") {
        say(&format!("SKIPPED: no {}", index.display()));
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
    for (name, release, count) in [
        ("DSTU2", Release::Dstu2, (5, 0)),
        ("STU3", Release::Stu3, (6, 0)),
        ("R4", Release::R4, (73, 15)),
        ("R4B", Release::R4b, (6, 0)),
        ("R5", Release::R5, (9, 0)),
    ] {
        let (mut accepted, mut refused) = (0, 0);
        for (path, verdict) in wild(name) {
            if verdict == "ok" {
                accept(&path, release);
                has_the_shape_of(&bytes(&path), release, &path.display().to_string());
                accepted += 1;
                continue;
            }
            refused += 1;
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
        say(&format!("wild {name}: {accepted} accepted, {refused} refused"));
        let found = (accepted, refused);
        assert!(found == (0, 0) || found == count, "{name}: {found:?}");
    }
}

#[test]
fn wild_events_that_are_refused_can_be_kept_where_they_say_when() {
    let (mut kept, mut refused) = (0, 0);
    for (path, verdict) in wild("R4").into_iter().filter(|(_, verdict)| verdict != "ok") {
        let body = bytes(&path);
        let taken = keep(&body, Some(Release::R4), &Limits::default());
        let when = !verdict.contains("not instant:None");
        assert_eq!(taken.is_ok(), when, "{}: {verdict}: {taken:?}", path.display());
        if let Ok(parsed) = taken {
            assert!(!parsed.event.r#type.is_empty() || verdict.contains("no type"));
            assert!(!parsed.event.agents.is_empty() || verdict.contains("no agent"));
        }
        *(if when { &mut kept } else { &mut refused }) += 1;
    }
    say(&format!("wild R4 that breaks base FHIR: {kept} could be kept, {refused} not"));
}

/// Examples of IHE's profiles, and of what a nation made of one of them.
#[test]
fn profiled_events_are_accepted() {
    let mut accepted = 0;
    for path in official("ihe/balp-1.1.4/examples") {
        let example: Value = serde_json::from_slice(&bytes(&path)).expect("JSON");
        if example["resourceType"] == "AuditEvent" {
            accept(&path, Release::R4);
            accepted += 1;
        }
    }
    say(&format!("BALP: {accepted} accepted"));
    assert!(accepted == 0 || accepted == 46, "{accepted}");
}

#[test]
fn events_in_wild_bundles_are_accepted() {
    let bundles = official("wild/bundles");
    let is_json = |path: &&PathBuf| path.extension().is_some_and(|extension| extension == "json");
    let mut accepted = 0;
    for path in bundles.iter().filter(is_json) {
        let bundle: Value = serde_json::from_slice(&bytes(path)).expect("JSON");
        for entry in bundle["entry"].as_array().into_iter().flatten() {
            if entry["resource"]["resourceType"] == "AuditEvent" {
                let errors = issues(&entry["resource"], Release::R4).into_iter();
                let errors: Vec<_> = errors.filter(|issue| issue.0 == Severity::Error).collect();
                assert_eq!(errors, [], "{}", path.display());
                accepted += 1;
            }
        }
    }
    say(&format!("wild Bundles: {accepted} accepted"));
    assert!(bundles.is_empty() || accepted > 0);
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
        let noncharacter = ['\u{FFFE}', '\u{FFFF}'];
        if text.is_empty() || text.bytes().any(control) || text.contains(noncharacter) {
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
