//! What is refused is kept for a while, and read beside a running server.
use crate::program::{files, kept_within, read, run, said, start, text, write};
use kiln_tests::http::{Connection, Request, Response};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

const TYPE: &str = "/fhir/r4/AuditEvent";

/// Longer than it takes a refused body to reach the disk.
const WRITTEN_MAX: Duration = Duration::from_secs(20);

/// An event without an agent.
fn bad(text: &str) -> Vec<u8> {
    json!({
        "resourceType": "AuditEvent",
        "type": { "code": "rest" },
        "recorded": "2026-03-01T10:00:00Z",
        "source": { "observer": { "display": text } },
    })
    .to_string()
    .into_bytes()
}

fn post(connection: &mut Connection, target: &str, body: impl Into<Vec<u8>>) -> Response {
    connection.send(&Request::post(target, body)).unwrap()
}

/// `kiln rejects --json`, once it lists so many.
fn listed(folder: &Path, count: usize) -> Vec<Value> {
    kept_within(WRITTEN_MAX, || {
        let output = run("rejects", folder, &["--json"]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let lines = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let all: Vec<Value> = lines.map(|line| serde_json::from_slice(line).unwrap()).collect();
        (all.len() == count).then_some(all)
    })
}

#[test]
fn what_is_refused_is_listed_and_shown_while_the_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path(), "");
    let mut connection = Connection::open(running.server.port).unwrap();
    let refused = post(&mut connection, TYPE, bad("gateway"));
    assert_eq!(refused.status, 400);
    let odd: &[u8] = b"\xff\x00 no JSON\r\n";
    assert_eq!(post(&mut connection, "/fhir/r5/AuditEvent", odd).status, 400);
    let listed = listed(folder.path(), 2);
    assert_eq!(listed[0]["outcome"], refused.json().unwrap());
    assert_eq!((&listed[0]["principal"], &listed[0]["form"]), (&json!("open"), &json!("r4 json")));
    let told = said(&run("rejects", folder.path(), &[]));
    assert!(told.contains("AuditEvent.agent: a mandatory element is missing"), "{told}");
    let shown = said(&run("rejects", folder.path(), &["show", "1"]));
    assert!(shown.contains("AuditEvent.agent") && shown.contains("gateway"), "{shown}");
    let body = run("rejects", folder.path(), &["show", "2", "--body"]);
    assert_eq!((body.status.code(), body.stdout.as_slice()), (Some(0), odd));
    let missing = run("rejects", folder.path(), &["show", "3"]);
    assert_eq!(missing.status.code(), Some(1), "{}", said(&missing));
    let metrics = kept_within(WRITTEN_MAX, || {
        let metrics = running.server.send(&Request::new("GET", "/metrics")).unwrap().text();
        metrics.contains("kiln_reject_shelf_entries 2").then_some(metrics)
    });
    assert!(metrics.contains("kiln_rejects_total{code=\"required\"} 1"), "{metrics}");
    assert!(!metrics.contains("gateway"));
}

#[test]
fn every_door_leads_to_the_shelf_and_good_entries_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path(), "");
    let mut connection = Connection::open(running.server.port).unwrap();
    let good = json!({
        "resourceType": "AuditEvent", "type": { "code": "rest" },
        "recorded": "2026-03-01T10:00:00Z", "agent": [{ "requestor": true }],
        "source": { "observer": { "display": "x" } },
    });
    let request = json!({ "method": "POST", "url": "AuditEvent" });
    let entry = |resource: Value| json!({ "resource": resource, "request": request });
    let bundle = |kind: &str| {
        let bad: Value = serde_json::from_slice(&bad(kind)).unwrap();
        let entries = [entry(good.clone()), entry(bad)];
        json!({ "resourceType": "Bundle", "type": kind, "entry": entries }).to_string()
    };
    assert_eq!(post(&mut connection, "/fhir/r4", bundle("batch")).status, 200);
    assert_eq!(post(&mut connection, "/fhir/r4", bundle("transaction")).status, 400);
    assert_eq!(post(&mut connection, "/api/audit-events", "{\"kind\":").status, 400);
    assert_eq!(post(&mut connection, TYPE, bundle("transaction ")).status, 400);
    assert_eq!(post(&mut connection, TYPE, bad(&"x".repeat(1 << 20))).status, 413);
    let unasked = Request::new("PUT", &format!("{TYPE}/1")).header("Content-Type", "text/plain");
    assert_eq!(connection.send(&unasked).unwrap().status, 405);
    let listed = listed(folder.path(), 5);
    let doors: Vec<&str> = listed.iter().map(|one| one["door"].as_str().unwrap()).collect();
    assert_eq!(doors, ["entry", "bundle", "plain", "bundle", "create"]);
    assert_eq!(listed[4]["status"], 413);
    assert!(listed[4]["bytes"].as_u64() > Some(1 << 20), "{}", listed[4]["bytes"]);
    assert_eq!(listed[0]["position"], 1);
    let body = run("rejects", folder.path(), &["show", "1", "--body"]).stdout;
    let event: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(event["source"]["observer"]["display"], "batch");
}

#[test]
fn a_flood_stays_within_its_bounds_over_restarts_and_goes_on_counting() {
    let folder = tempfile::tempdir().unwrap();
    let settings = "[rejects]\nbytes_max = 40000\ncount_max = 50\n";
    let mut sent = 0;
    for _start in 0..3 {
        let running = start(folder.path(), settings);
        let mut connection = Connection::open(running.server.port).unwrap();
        for _ in 0..80 {
            sent += 1;
            let text = format!("flood {sent} {}", "0123456789".repeat(sent % 90));
            assert_eq!(post(&mut connection, TYPE, bad(&text)).status, 400);
        }
        running.stop(folder.path());
        let files = files(folder.path(), "rejects", "rejects");
        let sizes = files.iter().map(|file| read(file).len()).sum::<usize>();
        assert!(sizes <= 40_000, "{sizes} bytes");
        let modes = files.iter().map(|file| file.metadata().unwrap().permissions().mode() & 0o777);
        assert!(modes.clone().all(|mode| mode == 0o600), "{:?}", modes.collect::<Vec<_>>());
    }
    let output = run("rejects", folder.path(), &["--json"]);
    let lines: Vec<&[u8]> = output.stdout.trim_ascii().split(|byte| *byte == b'\n').collect();
    let number = |line: &&[u8]| serde_json::from_slice::<Value>(line).unwrap()["number"].as_u64();
    let numbers: Vec<u64> = lines.iter().map(|line| number(line).unwrap()).collect();
    assert!((20..=50).contains(&numbers.len()), "{numbers:?}");
    assert_eq!(*numbers.last().unwrap(), 240);
    assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{numbers:?}");
}

#[test]
fn a_torn_file_is_told_and_costs_no_more_than_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path(), "");
    let mut connection = Connection::open(running.server.port).unwrap();
    for text in ["first", "second"] {
        assert_eq!(post(&mut connection, TYPE, bad(text)).status, 400);
    }
    listed(folder.path(), 2);
    running.stop(folder.path());
    let file = files(folder.path(), "rejects", "rejects").remove(0);
    let bytes = read(&file);
    write(&file, &bytes[..bytes.len() - 5]);
    let output = run("rejects", folder.path(), &[]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("1 entries and 0 files"), "{}", said(&output));
    let running = start(folder.path(), "");
    let mut connection = Connection::open(running.server.port).unwrap();
    assert_eq!(post(&mut connection, TYPE, bad("third")).status, 400);
    running.stop(folder.path());
    let body = run("rejects", folder.path(), &["show", "3", "--body"]);
    assert_eq!(body.stdout, bad("third"), "{}", said(&body));
}

#[test]
fn refused_events_are_exported_mended_and_imported() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path(), "");
    let mut connection = Connection::open(running.server.port).unwrap();
    for text in ["first", "second"] {
        assert_eq!(post(&mut connection, TYPE, bad(text)).status, 400);
    }
    listed(folder.path(), 2);
    running.stop(folder.path());
    let exported = run("rejects", folder.path(), &["export", "--release", "r4"]);
    assert_eq!(exported.status.code(), Some(0), "{}", said(&exported));
    let lines = String::from_utf8(exported.stdout).unwrap();
    let mended = lines.replace("\"source\"", "\"agent\":[{\"requestor\":true}],\"source\"");
    let file = folder.path().join("mended.ndjson");
    write(&file, mended.as_bytes());
    let imported = run("import", folder.path(), &[&text(&file)]);
    assert_eq!(imported.status.code(), Some(0), "{}", said(&imported));
    let purged = run("rejects", folder.path(), &["purge"]);
    assert_eq!(purged.status.code(), Some(0), "{}", said(&purged));
    assert!(listed(folder.path(), 0).is_empty());
}
