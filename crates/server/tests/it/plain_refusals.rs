//! Whatever refuses a request below `/api`, it says so in the one shape that refusals have there.
use crate::{
    api::{self, EVENTS, event},
    server::{Reply, Server},
};
use kiln_server::Settings;
use serde_json::json;
use std::time::Duration;
use tokio::io::AsyncWriteExt;

const JSON: &str = "content-type: application/json\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn the_guard_speaks_plainly() {
    let server = Server::start().await;
    let body = event("1", 1).to_string();
    for mark in
        ["origin: http://evil.example\r\n", "sec-fetch-site: cross-site\r\n", "via: 1.1 x\r\n"]
    {
        for (method, path) in
            [("POST", EVENTS), ("GET", EVENTS), ("GET", "/api/openapi.json"), ("GET", "/api/x")]
        {
            let refused = server.api(method, path, &format!("{JSON}{mark}"), &body).await;
            assert_eq!((refused.status, refused.refused().1.as_str()), (403, "forbidden"));
            assert_eq!(refused.field("access-control-allow-origin"), None);
        }
    }
    let own = format!("{JSON}origin: http://localhost:{}\r\n", server.port);
    assert_eq!(server.api("POST", EVENTS, &own, &body).await.status, 201);
    assert_eq!(server.total().await, 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebound_name_is_misdirected() {
    let server = Server::start().await;
    let mut stream = server.connect().await;
    let request =
        format!("GET {EVENTS} HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let reply = Reply::read(&mut stream).await;
    api::check("GET", EVENTS, &reply);
    assert_eq!(reply.status, 421);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_never_change_and_other_methods_are_told_what_is_offered() {
    let server = Server::start().await;
    let id = server.api_post(&event("1", 1)).await.data()["id"].as_str().unwrap().to_owned();
    let one = format!("{EVENTS}/{id}");
    for (path, allow) in [(EVENTS, "POST, GET, HEAD"), (&*one, "GET, HEAD")] {
        for method in ["PUT", "PATCH", "DELETE"] {
            let refused = server.api(method, path, JSON, "{}").await;
            assert_eq!((refused.status, refused.refused().1.as_str()), (405, "business-rule"));
            assert_eq!(refused.field("allow"), Some(allow), "{method} {path}");
        }
    }
    for (method, path) in [("OPTIONS", EVENTS), ("POST", &*one), ("POST", "/api/openapi.json")] {
        let refused = server.api(method, path, JSON, "{}").await;
        assert_eq!((refused.status, refused.refused().1.as_str()), (405, "not-supported"));
    }
    assert_eq!(server.total().await, 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_not_found() {
    let server = Server::start().await;
    for path in [
        "/api",
        "/api/",
        "/api/audit-event",
        "/%61pi/audit-events/x/y",
        "/api/audit-events/0197a3f0-6c00-7000-8000-000000000001",
        "/api/audit-events/no-id",
        "/api/audit-events/%ff",
    ] {
        let refused = server.api_get(path).await;
        assert_eq!((refused.status, refused.refused().1.as_str()), (404, "not-found"), "{path}");
    }
    assert_eq!(server.get("/apis").await.json()["resourceType"], "OperationOutcome");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_json_in_utf_8() {
    let server = Server::start().await;
    let body = event("1", 1).to_string();
    let sent = async |fields: &str| server.api("POST", EVENTS, fields, &body).await;
    for fields in [
        JSON,
        "content-type: Application/JSON; charset=UTF-8\r\n",
        &format!("{JSON}accept: */*\r\n"),
    ] {
        assert_eq!(sent(fields).await.status, 201, "{fields}");
    }
    for fields in [
        "",
        "content-type: text/plain\r\n",
        "content-type: application/json; charset=latin1\r\n",
        "content-type: application/x-www-form-urlencoded\r\n",
    ] {
        let refused = sent(fields).await;
        assert_eq!((refused.status, refused.refused().1.as_str()), (415, "not-supported"));
    }
    let fhir = sent("content-type: application/fhir+json\r\n").await;
    assert!(fhir.status == 415 && fhir.body.contains("/fhir/r4/AuditEvent"), "{}", fhir.body);
    let compressed = sent(&format!("{JSON}content-encoding: gzip\r\n")).await;
    assert_eq!((compressed.status, compressed.field("accept-encoding")), (415, Some("identity")));
    for accept in ["application/fhir+json", "text/html", "application/json;q=0"] {
        let refused = server.api("GET", EVENTS, &format!("accept: {accept}\r\n"), "").await;
        assert_eq!(refused.status, 406, "{accept}");
    }
    assert_eq!(server.total().await, 3);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_is_told_so() {
    let mut settings = Settings::default();
    settings.bundle.entries_max = 2;
    settings.bundle.body_bytes_max = 100_000;
    settings.bundle.entry.body_bytes_max = 5_000;
    let server = Server::with(settings).await;
    let mut large = event("1", 1);
    large["outcomeDesc"] = json!("x".repeat(4_900));
    let mut huge = event("1", 1);
    huge["outcomeDesc"] = json!("x".repeat(200_000));
    let few = [event("1", 1), event("1", 2)];
    for body in [large.clone(), huge, json!([few[0], large]), json!([few[0], few[1], few[0]])] {
        let refused = server.api_post(&body).await;
        assert_eq!((refused.status, refused.refused().1.as_str()), (413, "too-long"));
    }
    assert_eq!(server.total().await, 0);
    assert_eq!(server.api_post(&json!(few)).await.status, 201);
    let long = format!("{EVENTS}?text={}", "x".repeat(9000));
    assert_eq!(server.api_get(&long).await.status, 414);
    let field = format!("x-field: {}\r\n", "x".repeat(17 << 10));
    assert_eq!(server.api("GET", EVENTS, &field, "").await.status, 431);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_too_long_is_told_so() {
    let body_timeout = Duration::from_millis(300);
    let server = Server::with(Settings { body_timeout, ..Settings::default() }).await;
    let mut stream = server.connect().await;
    let head = format!(
        "POST {EVENTS} HTTP/1.1\r\nhost: localhost:{}\r\n{JSON}content-length: 100\r\n\r\n{{",
        server.port
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let reply = Reply::read(&mut stream).await;
    api::check("POST", EVENTS, &reply);
    assert_eq!(reply.status, 408);
    server.stop().await;

    let none = Duration::ZERO;
    let settings = Settings { store_timeout: none, search_deadline: none, ..Settings::default() };
    let server = Server::with(settings).await;
    // So many are not on disk at once.
    let unknown = server.api_post(&json!(vec![event("1", 1); 500])).await;
    assert_eq!((unknown.status, unknown.refused().1.as_str()), (503, "transient"));
    assert!(unknown.field("retry-after").is_some());
    let costly = server.api_too_costly(&format!("{EVENTS}?text=medi")).await;
    assert_eq!((costly.status, costly.refused().1.as_str()), (503, "too-costly"));
    server.stop().await;
}
