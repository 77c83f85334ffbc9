//! What holds before a restart holds after it.
use kiln_tests::http::Request;
use kiln_tests::run::matches;
use kiln_tests::server::Server;

const TYPE: &str = "/fhir/r4/AuditEvent";

fn event(day: usize) -> String {
    format!(
        r#"{{"resourceType":"AuditEvent","type":{{"code":"rest"}},
        "recorded":"2024-01-{day:02}T00:00:00Z","agent":[{{"requestor":true}}],
        "source":{{"observer":{{"display":"restart"}}}}}}"#
    )
}

#[test]
fn events_cursors_and_keys_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_in(folder.path()).unwrap();
    let keyed = |day| Request::post(TYPE, event(day)).header("Idempotency-Key", "the-key");
    let first = server.send(&keyed(1)).unwrap();
    for day in 2..=9 {
        assert_eq!(server.send(&Request::post(TYPE, event(day))).unwrap().status, 201);
    }
    let whole = server.get(TYPE).unwrap();
    let page = server.get(&format!("{TYPE}?_count=5")).unwrap();
    let next = page["link"][1]["url"].as_str().unwrap();
    let next = next.strip_prefix(&server.origin()).unwrap().to_owned();
    server.kill().unwrap();

    let server = Server::start_in(folder.path()).unwrap();
    let late = server.send(&Request::post(TYPE, event(3))).unwrap();
    assert_eq!(late.status, 201);
    let rest = server.get(&next).unwrap();
    let walked: Vec<&str> = matches(&page).chain(matches(&rest)).collect();
    assert_eq!(walked, matches(&whole).collect::<Vec<_>>(), "the cursor pins what was there");

    let again = server.send(&keyed(1)).unwrap();
    assert_eq!((again.status, again.created_id()), (201, first.created_id()));
    assert_eq!(server.send(&keyed(2)).unwrap().status, 422);
    let read = server.get(&format!("{TYPE}/{}", first.created_id().unwrap())).unwrap();
    assert_eq!(read["recorded"], "2024-01-01T00:00:00Z");
}

#[test]
fn ids_go_on_growing_over_restarts() {
    let folder = tempfile::tempdir().unwrap();
    let mut ids = Vec::new();
    for _ in 0..4 {
        let server = Server::start_in(folder.path()).unwrap();
        for _ in 0..3 {
            let created = server.send(&Request::post(TYPE, event(1))).unwrap();
            ids.push(created.created_id().unwrap().to_owned());
        }
        server.kill().unwrap();
    }
    assert!(ids.is_sorted(), "{ids:?}");
}
