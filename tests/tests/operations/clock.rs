//! A late event is never refused, nor one from a clock that runs ahead.
use crate::events::{TYPE, event, found};
use kiln_tests::http::{Connection, Request};
use kiln_tests::server::Server;
use serde_json::Value;
use std::process::Command;

/// `recorded`, and a search by date that only it fits.
const EVENTS: [(&str, &str); 6] = [
    ("1970-01-01T00:00:00Z", "date=1970"),
    ("1969-07-20T20:17:40Z", "date=le1969-12-31"),
    ("1998-03-29T02:30:00+01:00", "date=1998-03-29"),
    ("2016-12-31T23:59:60Z", "date=2016-12,2017-01-01"),
    ("2199-12-31T23:59:59.999Z", "date=ge2150&date=lt2300"),
    ("9999-12-31T23:59:59Z", "date=gt9000"),
];

#[test]
fn an_event_of_any_time_is_stored_and_found_by_its_own_date() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_in(folder.path()).unwrap();
    let mut connection = Connection::open(server.port).unwrap();
    let mut stored = Vec::new();
    for (number, (recorded, query)) in EVENTS.into_iter().enumerate() {
        let body = event(&format!("clock-{number}"), recorded, "");
        let answer = connection.send(&Request::post(TYPE, body)).unwrap();
        assert_eq!(answer.status, 201, "{recorded}: {}", answer.text());
        assert_eq!(answer.json().unwrap()["recorded"], recorded, "it stands as it was sent");
        stored.push((answer.created_id().unwrap().to_owned(), query));
    }
    check(&mut connection, &stored);
    server.kill().unwrap();
    // So it is when the index is built anew.
    let server = Server::start_in(folder.path()).unwrap();
    check(&mut Connection::open(server.port).unwrap(), &stored);
}

fn check(connection: &mut Connection, stored: &[(String, &str)]) {
    for (id, query) in stored {
        assert_eq!(found(connection, query), [id.as_str()], "{query}");
    }
    let newest: Vec<&str> = stored.iter().rev().map(|(id, _)| id.as_str()).collect();
    let all = found(connection, "");
    assert_eq!(all.len(), newest.len());
    assert_eq!(all[..4], newest[..4], "newest first, by `recorded`");
    // Whatever an event says of its time, it was received now.
    let received = found(connection, "_lastUpdated=ge2026&_lastUpdated=lt2100");
    assert_eq!(received.len(), stored.len());
}

/// A server whose clock was two hours ahead has gone; the next one's clock is right.
#[test]
fn the_received_time_never_goes_back_and_how_far_is_told() {
    let Some(library) = faketime() else {
        return kiln_tests::tell("SKIPPED: faketime is not installed");
    };
    let folder = tempfile::tempdir().unwrap();
    // Not by the program `faketime`, which would stay between us and the server.
    let ahead = ["FAKETIME=+2h", "DONT_FAKE_MONOTONIC=1", &format!("LD_PRELOAD={library}")];
    let ahead = Server::start_wrapped("env", &ahead, folder.path()).unwrap();
    let first = store(&ahead);
    assert!(behind(&ahead) < 1.0);
    ahead.kill().unwrap();
    let server = Server::start_in(folder.path()).unwrap();
    let second = store(&server);
    let behind = behind(&server);
    assert!((7000.0..=7200.0).contains(&behind), "{behind} seconds");
    let [first_id, second_id] = [&first, &second].map(|event| event["id"].as_str().unwrap());
    assert!(first_id < second_id, "ids go on: {first_id}, {second_id}");
    assert_eq!(first["meta"]["lastUpdated"], second["meta"]["lastUpdated"]);
    let history = server.get(&format!("{TYPE}/_history?_sort=_lastUpdated")).unwrap();
    let entries = history["entry"].as_array().unwrap().iter();
    let ids: Vec<&str> = entries.map(|entry| entry["resource"]["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [first_id, second_id]);
}

/// What to preload, so that a program sees another time.
fn faketime() -> Option<String> {
    let mut asked = Command::new("faketime");
    let output = asked.args(["-f", "+2h", "sh", "-c", "echo \"$LD_PRELOAD\""]).output().ok()?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

fn store(server: &Server) -> Value {
    let request = Request::post(TYPE, event("ahead", "2026-03-01T10:00:00Z", ""));
    let answer = server.send(&request).unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json().unwrap()
}

/// `kiln_clock_behind_seconds`
fn behind(server: &Server) -> f64 {
    let metrics = server.send(&Request::new("GET", "/metrics")).unwrap().text();
    let mut lines = metrics.lines();
    let value = lines.find_map(|line| line.strip_prefix("kiln_clock_behind_seconds "));
    value.unwrap_or_else(|| panic!("{metrics}")).parse().unwrap()
}
