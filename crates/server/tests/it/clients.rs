//! Clients that go, that are foreign, that ask in odd ways.
use crate::{events, server::Server};
use std::time::Duration;
use tokio::{io::AsyncWriteExt, time::sleep};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_created_is_read_back_and_found_at_once() {
    let server = Server::start().await;
    let sent = events::r4("1", 1);
    let created = server.post("/fhir/r4/AuditEvent", &sent).await;
    assert_eq!(created.status, 201, "{}", created.body);
    let id = created.id();
    let location = format!("http://localhost:{}/fhir/r4/AuditEvent/{id}/_history/1", server.port);
    assert_eq!(created.field("location"), Some(location.as_str()));
    assert_eq!(created.field("etag"), Some("W/\"1\""));
    assert_eq!(created.field("content-type"), Some("application/fhir+json; fhirVersion=4.0"));
    assert_eq!(created.field("x-content-type-options"), Some("nosniff"));
    assert_eq!(created.field("cache-control"), Some("no-store"));

    let read = server.get(&format!("/fhir/r4/AuditEvent/{id}")).await;
    assert_eq!((read.status, read.body), (200, created.body));
    let original = server.get(&format!("/fhir/r4/AuditEvent/{id}/$original")).await;
    assert_eq!((original.status, original.body), (200, sent));
    let found = server.get("/fhir/r4/AuditEvent?patient=Patient/1").await.json();
    assert_eq!(found["total"], 1);
    assert_eq!(found["entry"][0]["resource"]["id"], id.as_str());
    let head = server.ask("HEAD", &format!("/fhir/r4/AuditEvent/{id}"), "", "").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    let etag = "if-none-match: W/\"1\"\r\n";
    let known = server.ask("GET", &format!("/fhir/r4/AuditEvent/{id}"), etag, "").await;
    assert_eq!((known.status, known.body.as_str()), (304, ""));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_stored_although_its_sender_has_gone() {
    let server = Server::start().await;
    let body = events::r4("gone", 1);
    for _ in 0..20 {
        let mut stream = server.connect().await;
        let head = format!(
            "POST /fhir/r4/AuditEvent HTTP/1.1\r\nhost: localhost:{}\r\n\
             content-type: application/fhir+json\r\ncontent-length: {}\r\n\r\n{body}",
            server.port,
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        drop(stream);
    }
    for _ in 0..200 {
        if server.total().await == 20 {
            break;
        }
        sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(server.total().await, 20);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_page_stores_nothing_and_reads_nothing() {
    let server = Server::start().await;
    let id = server.post("/fhir/r4/AuditEvent", &events::r4("secret", 1)).await.id();
    let before = server.total().await;
    for mark in [
        "origin: http://evil.example\r\n",
        "origin: null\r\n",
        "sec-fetch-site: cross-site\r\n",
        "sec-fetch-site: same-site\r\n",
        "x-forwarded-for: 10.0.0.1\r\n",
        "forwarded: for=10.0.0.1\r\n",
        "via: 1.1 proxy\r\n",
    ] {
        let fields = format!("content-type: application/fhir+json\r\n{mark}");
        let body = events::r4("2", 2);
        let stored = server.ask("POST", "/fhir/r4/AuditEvent", &fields, &body).await;
        assert_eq!(stored.status, 403, "{mark}");
        for path in [
            &format!("/fhir/r4/AuditEvent/{id}"),
            "/fhir/r4/AuditEvent",
            "/metrics",
            "/health/live",
        ] {
            let read = server.ask("GET", path, mark, "").await;
            assert_eq!(read.status, 403, "{mark} {path}");
            assert!(!read.body.contains("secret"));
        }
        let preflight = server.ask("OPTIONS", "/fhir/r4/AuditEvent", mark, "").await;
        assert_eq!(preflight.status, 403);
        assert_eq!(preflight.field("access-control-allow-origin"), None);
    }
    assert_eq!(server.total().await, before);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebound_name_is_misdirected() {
    let server = Server::start().await;
    let body = events::r4("1", 1);
    let mut stream = server.connect().await;
    let request = format!(
        "POST /fhir/r4/AuditEvent HTTP/1.1\r\nhost: evil.example:{}\r\nconnection: close\r\n\
         content-type: application/fhir+json\r\ncontent-length: {}\r\n\r\n{body}",
        server.port,
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let reply = crate::server::Reply::read(&mut stream).await;
    assert_eq!(reply.status, 421);
    assert_eq!(reply.json()["resourceType"], "OperationOutcome");
    assert_eq!(server.total().await, 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn request_ids_are_echoed_when_sane_and_made_when_not() {
    let server = Server::start().await;
    let with = |id: &'static str| server.ask("GET", "/health/live", id, "");
    assert_eq!(with("x-request-id: abc-1\r\n").await.field("x-request-id"), Some("abc-1"));
    let made = with("x-request-id: <script>\r\n").await;
    assert!(made.field("x-request-id").is_some_and(|id| !id.contains('<')));
    let other = with("").await;
    assert_ne!(other.field("x-request-id"), made.field("x-request-id"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_figures_and_no_events() {
    let server = Server::start().await;
    let id = server.post("/fhir/r4/AuditEvent", &events::r4("p-77", 1)).await.id();
    server.get("/fhir/r4/AuditEvent?patient=p-77").await;
    server.get("/fhir/r4/nothing").await;
    assert_eq!(server.get("/health/ready").await.json()["status"], "ready");
    let metrics = server.get("/metrics").await.body;
    let requests = r#"kiln_http_requests_total{interaction="create",status="201"} 1"#;
    assert!(metrics.contains(requests), "{metrics}");
    // The event, and that the log was begun and opened.
    assert!(metrics.contains("kiln_log_records 3\n"), "{metrics}");
    assert!(metrics.contains("kiln_clock_behind_seconds 0"), "{metrics}");
    assert!(!metrics.contains("p-77") && !metrics.contains(&id) && !metrics.contains("nothing"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_tells_what_is_served() {
    let server = Server::start().await;
    for (release, version) in [("r4", "4.0.1"), ("r5", "5.0.0")] {
        let reply = server.get(&format!("/fhir/{release}/metadata")).await;
        let statement = reply.json();
        assert_eq!(statement["resourceType"], "CapabilityStatement");
        assert_eq!(statement["fhirVersion"], version);
        let resource = &statement["rest"][0]["resource"][0];
        let codes: Vec<_> = resource["interaction"].as_array().unwrap().iter().collect();
        assert_eq!(codes.len(), 6, "{codes:?}");
        assert!(resource["searchParam"].as_array().unwrap().len() > 10);
    }
    server.stop().await;
}
