//! Published and wild events: what of them reads plainly, and what is said to be left out.
use super::*;
use crate::stored::LEFT_OUT_MAX;
use std::io::Write as _;
use std::path::{Path, PathBuf};

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");

/// Documents below a folder.
fn documents(folder: &str) -> Vec<(PathBuf, Json)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(SHARED).join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            writeln!(std::io::stderr(), "SKIPPED: no {}", folder.display()).expect("a line");
            continue;
        };
        for entry in entries {
            let path = entry.expect("listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "json") {
                let text = std::fs::read_to_string(&path).expect("readable");
                let text = text.trim_start_matches('\u{feff}');
                found.push((path, serde_json::from_str(text).expect("JSON")));
            }
        }
    }
    found
}

/// Every leaf and whatever is empty with its path, as paths are written in `leftOut`.
fn leaves(path: &str, value: &Json, into: &mut Vec<(String, Json)>) {
    match value {
        Json::Object(members) if !members.is_empty() => {
            for (name, value) in members {
                leaves(&format!("{path}.{name}"), value, into);
            }
        }
        Json::Array(items) if !items.is_empty() => {
            for (position, value) in items.iter().enumerate() {
                leaves(&format!("{path}[{position}]"), value, into);
            }
        }
        leaf => into.push((path.to_owned(), leaf.clone())),
    }
}

fn is_under(path: &str, left: &str) -> bool {
    path.strip_prefix(left).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// The last name of a path.
fn name_of(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// Leaves that are told in no other way, or are implied by what is.
fn is_implied(path: &str, value: &Json, fhir: &Json) -> bool {
    let servers = ["AuditEvent.id", "AuditEvent.meta.versionId", "AuditEvent.meta.lastUpdated"];
    let is_r5 = fhir.get("code").is_some();
    let is_mark = match name_of(path) {
        "url" => value == crate::mark::PLAIN || value == crate::mark::DERIVED,
        "valueBoolean" => value == true,
        // Where it was added, its mark says so.
        "requestor" => value == false && fhir.to_string().contains(crate::mark::DERIVED),
        _ => false,
    };
    ["system", "code", "display", "type", "resourceType"].contains(&name_of(path))
        || servers.contains(&path)
        // R5 calls a coding by the same text as R4's display.
        || is_r5 && name_of(path) == "text"
        || is_mark
}

/// The plain form, after its claims about what it leaves out were held against the document.
pub(super) fn check(name: &str, fhir: &Json, release: Release) -> Json {
    let plain = plain(fhir, release);
    let no_paths = Vec::new();
    let left: Vec<&str> = plain
        .get("leftOut")
        .map_or(&no_paths, |left| left.as_array().expect("paths"))
        .iter()
        .map(|path| path.as_str().expect("a path"))
        .collect();
    assert!(left.len() <= LEFT_OUT_MAX, "{name}");
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    leaves("AuditEvent", fhir, &mut theirs);
    leaves("", &plain, &mut ours);
    for path in &left {
        assert!(theirs.iter().any(|(leaf, _)| is_under(leaf, path)), "{name}: no {path}");
        let others = left.iter().filter(|other| is_under(path, other)).count();
        assert_eq!(others, 1, "{name}: {path} is named twice");
    }
    let told: Vec<&Json> = ours
        .iter()
        .filter(|(path, _)| !path.starts_with(".leftOut"))
        .map(|(_, value)| value)
        .collect();
    for (path, value) in &theirs {
        let is_left = left.iter().any(|left| is_under(path, left));
        assert!(
            is_left || told.contains(&value) || is_implied(path, value, fhir),
            "{name}: {path} is neither told nor left out"
        );
    }
    plain
}

/// Sent again plainly, an event loses nothing but what was said to be left out.
fn send_again(name: &str, fhir: &Json, plain: &Json) {
    let mut again = plain.clone();
    let members = again.as_object_mut().expect("an object");
    let left = members.remove("leftOut").unwrap_or_else(|| json!([]));
    members.remove("id");
    members.remove("received");
    for list in ["agent", "entity"] {
        if let Some(items) = members.get_mut(list).and_then(Json::as_array_mut) {
            items.retain(|item| item.as_object().is_some_and(|item| !item.is_empty()));
        }
    }
    let body = serde_json::to_vec(&again).expect("JSON");
    let events = to_fhir(&body, &Limits::default())
        .unwrap_or_else(|outcome| panic!("{name}: {:?}", outcome.issues));
    let kept: Json = serde_json::from_slice(&events[0]).expect("JSON");
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    leaves("AuditEvent", fhir, &mut theirs);
    leaves("AuditEvent", &kept, &mut ours);
    let folded = |value: &Json| value.to_string().to_ascii_lowercase();
    let ours: Vec<String> = ours.iter().map(|(_, value)| folded(value)).collect();
    for (path, value) in theirs {
        let paths = left.as_array().expect("paths");
        let is_left = paths.iter().any(|left| is_under(&path, left.as_str().expect("a path")));
        let is_servers = path == "AuditEvent.id" || path.starts_with("AuditEvent.meta.");
        let is_kept = ours.contains(&folded(&value));
        // The type of a literal reference stands in its text.
        let is_type = name_of(&path) == "type";
        assert!(is_left || is_servers || is_kept || is_type, "{name}: {path} is lost");
    }
}

#[test]
fn official_examples_tell_what_they_leave_out() {
    for (folder, release) in [
        ("fhir/r4-4.0.1/examples-json", Release::R4),
        ("fhir/r4b-4.3.0/examples-json", Release::R4b),
    ] {
        for (path, fhir) in documents(folder) {
            let name = path.display().to_string();
            send_again(&name, &fhir, &check(&name, &fhir, release));
        }
    }
    for (path, fhir) in documents("fhir/r5-5.0.0/examples-json") {
        check(&path.display().to_string(), &fhir, Release::R5);
    }
}

#[test]
fn wild_events_tell_what_they_leave_out() {
    for (folder, release) in [
        ("wild/r4", Release::R4),
        ("wild/r4b", Release::R4b),
        ("wild/r5", Release::R5),
        ("wild/stu3", Release::Stu3),
        ("wild/dstu2", Release::Dstu2),
    ] {
        for (path, fhir) in documents(folder) {
            if fhir["resourceType"] != "AuditEvent" {
                continue;
            }
            let name = path.display().to_string();
            let plain = check(&name, &fhir, release);
            if matches!(release, Release::R4 | Release::R4b) && is_acceptable(&fhir) {
                send_again(&name, &fhir, &plain);
            }
        }
    }
}

fn is_acceptable(fhir: &Json) -> bool {
    let body = serde_json::to_vec(fhir).expect("JSON");
    kiln_fhir::parse(&body, Release::R4, &Limits::default()).is_ok()
}
