//! The store of format version 1 that is kept in `tests/fixtures/store-v1`: this build reads the
//! whole one to the byte and refuses the damaged one in plain words. Version 0 it refuses.
use crate::program::{self, copy, files, read, run, said, text, write};
use kiln_tests::http::{Connection, Request};
use kiln_tests::server::{Server, root};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Small segments, so that the fixture has several.
const SETTINGS: &str = "[store]\nseal_records = 4\n";
const KEY: &str = "fixture-key-1";
const BYTES_MAX: u64 = 100_000;
/// Every endpoint sees every event, whichever release it was sent in.
const ENDPOINTS: [&str; 6] = ["dstu2", "stu3", "r4", "r4b", "r5", "r6"];

fn fixture() -> PathBuf {
    root().join("tests/fixtures/store-v1")
}

/// A copy to work on: opening a store changes it.
fn copied(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&fixture().join(name), folder.path());
    folder
}

fn records() -> Vec<Value> {
    serde_json::from_slice(&read(&fixture().join("records.json"))).unwrap()
}

fn string<'a>(record: &'a Value, name: &str) -> &'a str {
    record[name].as_str().unwrap()
}

#[test]
fn the_whole_store_is_served_to_the_byte() {
    let folder = copied("whole");
    program::check(folder.path());
    let server = Server::start_in(folder.path()).unwrap();
    let mut connection = Connection::open(server.port).unwrap();
    let records = records();
    for record in &records {
        let at = format!("/fhir/{}/AuditEvent", string(record, "release"));
        let id = string(record, "id");
        let event: Value =
            serde_json::from_slice(&get(&mut connection, &format!("{at}/{id}"))).unwrap();
        assert_eq!(event["meta"]["lastUpdated"], record["received"], "{id}");
        for release in ENDPOINTS {
            let at = format!("/fhir/{release}/AuditEvent");
            let original = get(&mut connection, &format!("{at}/{id}/$original"));
            let sent = String::from_utf8(original).unwrap();
            assert_eq!(sent, string(record, "body"), "{release} {id}");
            let found = get(&mut connection, &format!("{at}?_id={id}"));
            let found: Value = serde_json::from_slice(&found).unwrap();
            assert_eq!(found["total"], 1, "{release} {id}");
        }
    }
    for release in ENDPOINTS {
        let total = server.get(&format!("/fhir/{release}/AuditEvent?_summary=count")).unwrap();
        assert_eq!(total["total"], records.len(), "{release}");
    }
}

/// A key is found by the index alone, which was built anew from the log just now.
#[test]
fn an_idempotency_key_of_the_fixture_is_still_known() {
    let folder = copied("whole");
    // However old the fixture is by then.
    let running = program::start(folder.path(), "[store]\nkey_days = 100000\n");
    let records = records();
    let keyed = records.iter().find(|record| record["key"] == KEY).expect("a keyed record");
    let again = Request::post("/fhir/r4/AuditEvent", string(keyed, "body"));
    let answer = running.server.send(&again.header("Idempotency-Key", KEY)).unwrap();
    assert_eq!(answer.created_id(), Some(string(keyed, "id")), "{}", answer.text());
    let other = Request::post("/fhir/r4/AuditEvent", body("r4-minimal"));
    let answer = running.server.send(&other.header("Idempotency-Key", KEY)).unwrap();
    assert_eq!(answer.status, 422, "{}", answer.text());
}

#[test]
fn the_whole_store_is_exported_as_it_came() {
    let folder = copied("whole");
    let records = records();
    let exported = |arguments: &[&str]| {
        let output = run("export", folder.path(), &[&["--original"], arguments].concat());
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let line = |record: &Value| string(record, "body").replace(['\n', '\r'], " ");
    let all: Vec<String> = records.iter().map(line).collect();
    for release in ENDPOINTS {
        assert_eq!(exported(&["--release", release]), all, "{release}");
        let sent = records.iter().filter(|record| record["release"] == release);
        let sent: Vec<String> = sent.map(line).collect();
        assert_eq!(exported(&["--sent-in", release]), sent, "{release}");
    }
    program::check(folder.path());
}

#[test]
fn the_damaged_store_is_refused_and_left_alone() {
    let folder = copied("damaged");
    let before = log_bytes(folder.path());
    let checked = run("fsck", folder.path(), &[]);
    let told = said(&checked);
    assert_eq!(checked.status.code(), Some(1), "{told}");
    assert!(told.contains(".log at byte") && told.contains("a group is damaged"), "{told}");
    assert!(told.contains("keep the folder as it is"), "{told}");
    for (subcommand, arguments) in [("serve", &["--listen", "127.0.0.1:0"][..]), ("export", &[])] {
        let output = run(subcommand, folder.path(), arguments);
        let told = said(&output);
        assert_eq!(output.status.code(), Some(3), "{subcommand}: {told}");
        assert!(told.contains("the log is damaged"), "{subcommand}: {told}");
        assert!(told.contains("nothing was changed; run `kiln fsck"), "{subcommand}: {told}");
    }
    assert_eq!(log_bytes(folder.path()), before, "the log was changed");
}

/// After a clean stop not even the end of the log may be missing.
#[test]
fn a_log_that_lost_its_end_after_a_clean_stop_is_refused() {
    let folder = copied("whole");
    let last = files(folder.path(), "segments", "log").pop().unwrap();
    let bytes = read(&last);
    write(&last, &bytes[..bytes.len() - 30]);
    let told = refused(folder.path(), 3);
    assert!(told.contains("the log was stopped cleanly with"), "{told}");
    assert_eq!(run("fsck", folder.path(), &[]).status.code(), Some(1));
}

#[test]
fn a_log_without_one_of_its_segments_is_refused() {
    let folder = copied("whole");
    let logs = files(folder.path(), "segments", "log");
    program::remove(&logs[1]);
    let told = refused(folder.path(), 3);
    assert!(told.contains("does not end where"), "{told}");
    assert_eq!(run("fsck", folder.path(), &[]).status.code(), Some(1));
}

/// Version 0 was before evidence; its events are carried over by the build that wrote them.
#[test]
fn version_0_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    copy(&root().join("tests/fixtures/store-v0/whole"), folder.path());
    let told = refused(folder.path(), 3);
    assert!(told.contains("the store has format version 0, which this build does not"), "{told}");
    assert_eq!(run("fsck", folder.path(), &[]).status.code(), Some(1));
    let exported = run("export", folder.path(), &[]);
    assert_eq!(exported.status.code(), Some(3), "{}", said(&exported));
}

#[test]
fn another_version_is_refused_with_its_number() {
    let folder = copied("whole");
    let last = files(folder.path(), "segments", "log").pop().unwrap();
    let mut bytes = read(&last);
    bytes[8] = 7;
    write(&last, &bytes);
    let told = refused(folder.path(), 3);
    assert!(told.contains("the store has format version 7, which this build does not"), "{told}");
    assert_eq!(run("fsck", folder.path(), &[]).status.code(), Some(1));
}

/// A damaged sealed segment does not keep Kiln from starting when its index and its tiles stand;
/// the damage is found by whoever reads the record, and by fsck.
#[test]
fn damage_in_a_sealed_segment_is_found_by_fsck() {
    let folder = copied("whole");
    // Makes the index files and the tiles.
    let running = program::start(folder.path(), SETTINGS);
    running.stop(folder.path());
    let first = &files(folder.path(), "segments", "log")[0];
    let mut bytes = read(first);
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    write(first, &bytes);
    let checked = run("fsck", folder.path(), &[]);
    assert_eq!(checked.status.code(), Some(1), "{}", said(&checked));
    assert!(said(&checked).contains("0000000000000000.log at byte"), "{}", said(&checked));
    let server = Server::start_in(folder.path()).unwrap();
    let status = |record: &Value| {
        let (release, id) = (string(record, "release"), string(record, "id"));
        let read = Request::new("GET", &format!("/fhir/{release}/AuditEvent/{id}"));
        server.send(&read).unwrap()
    };
    let answers: Vec<_> = records().iter().map(status).collect();
    let damaged: Vec<_> = answers.iter().filter(|answer| answer.status != 200).collect();
    assert!((1..=4).contains(&damaged.len()), "{} records cannot be read", damaged.len());
    for answer in damaged {
        assert_eq!(answer.status, 500, "{}", answer.text());
        assert!(answer.text().contains("run `kiln fsck`"), "{}", answer.text());
    }
}

#[test]
fn the_fixture_is_small() {
    let bytes: u64 = sizes(&fixture());
    assert!(bytes < BYTES_MAX, "{bytes} bytes");
}

/// `cargo test -p kiln-tests --test operations -- --ignored write_the_fixture_again`
#[test]
#[ignore = "writes tests/fixtures/store-v1 anew: version 1 has gone out, and must not have changed"]
fn write_the_fixture_again() {
    let data = tempfile::tempdir().unwrap();
    let running = program::start(data.path(), SETTINGS);
    let records = post_all(&running.server);
    running.stop(data.path());
    let whole = fixture().join("whole");
    if fixture().try_exists().unwrap() {
        std::fs::remove_dir_all(fixture()).unwrap();
    }
    // What is derived is left out: it is built anew. So is the copy of the dictionary.
    for below in ["segments", "keys"] {
        let tenant = Path::new("tenants/default").join(below);
        copy(&data.path().join(&tenant), &whole.join(&tenant));
    }
    for index in files(&whole, "segments", "index") {
        program::remove(&index);
    }
    let damaged = fixture().join("damaged");
    copy(&whole, &damaged);
    std::fs::copy(data.path().join("tenants/default/clean"), whole.join("tenants/default/clean"))
        .unwrap();
    damage(&damaged);
    let mut text = serde_json::to_vec_pretty(&records).unwrap();
    text.push(b'\n');
    write(&fixture().join("records.json"), &text);
}

/// Turns a bit in the second group of the open segment, which later ones follow.
fn damage(folder: &Path) {
    let last = files(folder, "segments", "log").pop().unwrap();
    let mut bytes = read(&last);
    let groups: Vec<usize> =
        (0..bytes.len()).filter(|at| bytes[*at..].starts_with(b"kilngrp\0")).collect();
    assert!(groups.len() >= 3, "{} groups in the open segment", groups.len());
    bytes[groups[1] + 150] ^= 1;
    write(&last, &bytes);
}

/// Sends a little of everything; what was stored, in order.
fn post_all(server: &Server) -> Vec<Value> {
    let mut connection = Connection::open(server.port).unwrap();
    let mut stored = Vec::new();
    for (release, name) in
        [("r4", "r4"), ("r4", "r4-minimal"), ("r5", "r5"), ("r5", "r5-minimal"), ("r4", "r4")]
    {
        let request = Request::post(&format!("/fhir/{release}/AuditEvent"), body(name));
        let answer = connection.send(&request).unwrap();
        stored.push(record(release, &body(name), None, &answer.json().unwrap()));
    }
    let sent = bundle("r4-minimal", 2);
    let representation = Request::post("/fhir/r4", sent.to_string());
    let answer =
        connection.send(&representation.header("Prefer", "return=representation")).unwrap();
    let entry_body = sent["entry"][0]["resource"].to_string();
    for entry in answer.json().unwrap()["entry"].as_array().unwrap() {
        stored.push(record("r4", &entry_body, None, &entry["resource"]));
    }
    let keyed = Request::post("/fhir/r4/AuditEvent", body("r4")).header("Idempotency-Key", KEY);
    let answer = connection.send(&keyed).unwrap();
    stored.push(record("r4", &body("r4"), Some(KEY), &answer.json().unwrap()));
    for _ in 0..6 {
        let request = Request::post("/fhir/r4/AuditEvent", body("r4-minimal"));
        let answer = connection.send(&request).unwrap();
        stored.push(record("r4", &body("r4-minimal"), None, &answer.json().unwrap()));
    }
    stored
}

/// A transaction that creates the event of this fixture so many times.
fn bundle(name: &str, entries: usize) -> Value {
    let event: Value = serde_json::from_str(&body(name)).unwrap();
    let entry = json!({ "resource": event, "request": { "method": "POST", "url": "AuditEvent" } });
    json!({ "resourceType": "Bundle", "type": "transaction", "entry": vec![entry; entries] })
}

fn record(release: &str, body: &str, key: Option<&str>, event: &Value) -> Value {
    let (id, received) = (&event["id"], &event["meta"]["lastUpdated"]);
    assert!(id.is_string(), "not stored: {event}");
    json!({ "id": id, "release": release, "received": received, "key": key, "body": body })
}

fn body(name: &str) -> String {
    std::fs::read_to_string(root().join(format!("tests/fixtures/{name}.json"))).unwrap()
}

fn get(connection: &mut Connection, target: &str) -> Vec<u8> {
    let answer = connection.send(&Request::new("GET", target)).unwrap();
    assert_eq!(answer.status, 200, "{target}: {}", answer.text());
    answer.body
}

/// `kiln serve` ends by itself with this code; what it says.
fn refused(folder: &Path, code: i32) -> String {
    let before = log_bytes(folder);
    let output = run("serve", folder, &["--listen", "127.0.0.1:0"]);
    let told = said(&output);
    assert_eq!(output.status.code(), Some(code), "{told}");
    assert_eq!(log_bytes(folder), before, "the log was changed");
    told
}

fn log_bytes(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let logs = files(folder, "segments", "log");
    logs.iter().map(|path| (text(path), read(path))).collect()
}

fn sizes(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let sizes = entries.map(|entry| {
        let metadata = entry.metadata().unwrap();
        if metadata.is_dir() { sizes(&entry.path()) } else { metadata.len() }
    });
    sizes.sum()
}
