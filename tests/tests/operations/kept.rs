//! Events that break base FHIR and are kept nevertheless: their mark is part of the log.
use crate::events::{TYPE, found};
use crate::program::{check, files, remove, run, said, start, text, write};
use kiln_tests::http::{Connection, Request};
use serde_json::Value;

const KEEP: &str = "[event]\nvalidation = \"keep\"\n";
const MARKED: &str = "_tag=https://kiln-audit.org/fhir/CodeSystem/record-mark%7Cinvalid";

/// Without an agent.
const BAD: &str = concat!(
    r#"{"resourceType":"AuditEvent","type":{"code":"rest"},"recorded":"2026-03-01T10:00:00Z","#,
    r#""source":{"observer":{"display":"x"}},"entity":[{"what":{"reference":"Patient/p7"}}]}"#
);

#[test]
fn the_mark_survives_restarts_rebuilt_indexes_and_other_settings() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path(), KEEP);
    let mut connection = Connection::open(running.server.port).unwrap();
    let answer = connection.send(&Request::post(TYPE, BAD)).unwrap();
    let id = answer.created_id().expect("it is kept").to_owned();
    running.stop(folder.path());
    check(folder.path());
    for below in ["index", "segments"] {
        for file in files(folder.path(), below, "index") {
            remove(&file);
        }
    }
    let running = start(folder.path(), "");
    let mut connection = Connection::open(running.server.port).unwrap();
    assert_eq!(found(&mut connection, MARKED), [id.as_str()]);
    assert_eq!(found(&mut connection, "patient=Patient/p7"), [id.as_str()]);
    let read = running.server.get(&format!("{TYPE}/{id}")).unwrap();
    assert_eq!(read["meta"]["tag"][0]["code"], "invalid", "{read}");
    let original = Request::new("GET", &format!("{TYPE}/{id}/$original"));
    assert_eq!(connection.send(&original).unwrap().text(), BAD);
    assert_eq!(connection.send(&Request::post(TYPE, BAD)).unwrap().status, 400);
    running.stop(folder.path());
    check(folder.path());
}

#[test]
fn an_import_keeps_what_the_server_would_and_an_export_shows_the_mark() {
    let folder = tempfile::tempdir().unwrap();
    let lines = folder.path().join("events.ndjson");
    write(&lines, format!("{BAD}\nrubbish\n").as_bytes());
    let settings = folder.path().join("kiln.toml");
    write(&settings, KEEP.as_bytes());
    let data = folder.path().join("data");
    let refused = run("import", &data, &[&text(&lines)]);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    let kept = run("import", &data, &["--settings", &text(&settings), "--json", &text(&lines)]);
    assert_eq!(kept.status.code(), Some(1), "{}", said(&kept));
    let exported = run("export", &data, &[]);
    let lines: Vec<&[u8]> = exported.stdout.trim_ascii().split(|byte| *byte == b'\n').collect();
    assert_eq!(lines.len(), 1, "{}", said(&exported));
    let event: Value = serde_json::from_slice(lines[0]).unwrap();
    assert_eq!(event["meta"]["tag"][0]["code"], "invalid", "{event}");
    let original = run("export", &data, &["--original"]);
    assert_eq!(original.stdout.trim_ascii(), BAD.as_bytes());
}
