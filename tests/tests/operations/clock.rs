//! A late event is never refused, nor one from a clock that runs ahead.
use crate::events::{TYPE, event, found};
use kiln_tests::http::{Connection, Request};
use kiln_tests::server::Server;

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

#[test]
fn how_far_the_clock_is_behind_is_told() {
    let server = Server::start().unwrap();
    let metrics = server.send(&Request::new("GET", "/metrics")).unwrap().text();
    let behind = metrics.lines().find(|line| line.starts_with("kiln_clock_behind_seconds "));
    assert_eq!(behind, Some("kiln_clock_behind_seconds 0.0"), "{metrics}");
}
