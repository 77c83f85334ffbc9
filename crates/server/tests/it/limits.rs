//! Clients that send too much, too slowly, or too often.
use crate::{
    events,
    server::{Reply, Server},
};
use kiln_server::Settings;
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_does_not_end_ends_the_connection() {
    let header_timeout = Duration::from_millis(300);
    let server = Server::with(Settings { header_timeout, ..Settings::default() }).await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: local").await.unwrap();
    let mut rest = Vec::new();
    let ended = timeout(Duration::from_secs(10), stream.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "the connection stays open");
    assert!(!String::from_utf8_lossy(&rest).contains("200 OK"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_end_is_408() {
    let body_timeout = Duration::from_millis(300);
    let server = Server::with(Settings { body_timeout, ..Settings::default() }).await;
    let mut stream = server.connect().await;
    let head = format!(
        "POST /fhir/r4/AuditEvent HTTP/1.1\r\nhost: localhost:{}\r\n\
         content-type: application/json\r\ncontent-length: 100\r\n\r\n{{",
        server.port
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let reply = Reply::read(&mut stream).await;
    assert_eq!(reply.status, 408);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_oversized_body_is_dropped_and_the_connection_goes_on() {
    let server = Server::start().await;
    let mut stream = server.connect().await;
    let length = 20 << 20;
    let head = format!(
        "POST /fhir/r4/AuditEvent HTTP/1.1\r\nhost: localhost:{}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n",
        server.port
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![b'x'; length]).await.unwrap();
    let next = format!(
        "GET /health/live HTTP/1.1\r\nhost: localhost:{}\r\nconnection: close\r\n\r\n",
        server.port
    );
    stream.write_all(next.as_bytes()).await.unwrap();
    let reply = Reply::read(&mut stream).await;
    assert_eq!(reply.status, 413);
    assert!(reply.body.contains("too-long") && reply.body.contains("HTTP/1.1 200 OK"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_above_what_is_dropped_ends_the_connection() {
    let server = Server::with(Settings { drain_bytes_max: 1 << 10, ..Settings::default() }).await;
    let mut stream = server.connect().await;
    let head = format!(
        "POST /fhir/r4/AuditEvent HTTP/1.1\r\nhost: localhost:{}\r\n\
         content-type: application/json\r\ncontent-length: 20000000\r\n\r\n",
        server.port
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let reply = Reply::read(&mut stream).await;
    assert_eq!((reply.status, reply.field("connection")), (413, Some("close")));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_before_sending_too_much_is_told_not_to() {
    let server = Server::start().await;
    let mut stream = server.connect().await;
    let head = format!(
        "POST /fhir/r4/AuditEvent HTTP/1.1\r\nhost: localhost:{}\r\nexpect: 100-continue\r\n\
         content-type: application/json\r\ncontent-length: 20000000\r\n\r\n",
        server.port
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let reply = Reply::read(&mut stream).await;
    assert_eq!((reply.status, reply.field("connection")), (413, Some("close")));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chunked_body_is_measured_as_it_comes() {
    let mut settings = Settings::default();
    settings.bundle.body_bytes_max = 100_000;
    let server = Server::with(settings).await;
    let mut stream = server.connect().await;
    let head = format!(
        "POST /fhir/r4/AuditEvent HTTP/1.1\r\nhost: localhost:{}\r\nconnection: close\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
        server.port
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..20 {
        stream.write_all(format!("2710\r\n{}\r\n", "x".repeat(10_000)).as_bytes()).await.unwrap();
    }
    stream.write_all(b"0\r\n\r\n").await.unwrap();
    assert_eq!(Reply::read(&mut stream).await.status, 413);

    let mut stream = server.connect().await;
    let body = events::r4("chunked", 1);
    let (one, two) = body.split_at(100);
    stream.write_all(head.as_bytes()).await.unwrap();
    let chunks = format!("{:x}\r\n{one}\r\n{:x}\r\n{two}\r\n0\r\n\r\n", one.len(), two.len());
    stream.write_all(chunks.as_bytes()).await.unwrap();
    assert_eq!(Reply::read(&mut stream).await.status, 201);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn long_urls_and_many_fields_are_refused() {
    let server = Server::start().await;
    let path = format!("/fhir/r4/AuditEvent?patient={}", "x".repeat(9000));
    assert_eq!(server.get(&path).await.status, 414);
    let fields = "x-field: 1\r\n".repeat(100);
    assert_eq!(server.ask("GET", "/health/live", &fields, "").await.status, 431);
    let field = format!("x-field: {}\r\n", "x".repeat(17 << 10));
    assert_eq!(server.ask("GET", "/health/live", &field, "").await.status, 431);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_above_the_limit_wait_for_a_free_slot() {
    let server = Server::with(Settings { connections_max: 1, ..Settings::default() }).await;
    let mut first = server.connect().await;
    let request = format!("GET /health/live HTTP/1.1\r\nhost: localhost:{}\r\n\r\n", server.port);
    first.write_all(request.as_bytes()).await.unwrap();
    let mut seen = [0; 12];
    first.read_exact(&mut seen).await.unwrap();
    let mut second = server.connect().await;
    second.write_all(request.as_bytes()).await.unwrap();
    let waits = timeout(Duration::from_millis(300), second.read_exact(&mut seen)).await;
    assert!(waits.is_err(), "the second connection was served");
    drop(first);
    timeout(Duration::from_secs(10), second.read_exact(&mut seen)).await.unwrap().unwrap();
    assert_eq!(&seen, b"HTTP/1.1 200");
    drop(second);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_connections_do_not_hold_up_the_end() {
    let server = Server::start().await;
    let mut idle = server.connect().await;
    let request = format!("GET /health/live HTTP/1.1\r\nhost: localhost:{}\r\n\r\n", server.port);
    idle.write_all(request.as_bytes()).await.unwrap();
    let mut seen = [0; 12];
    idle.read_exact(&mut seen).await.unwrap();
    #[expect(clippy::disallowed_methods, reason = "a test may look at the clock")]
    let begun = Instant::now();
    server.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_reads_no_answers_loses_its_connection() {
    let send_timeout = Duration::from_millis(300);
    let settings = Settings { send_timeout, connections_max: 1, ..Settings::default() };
    let server = Server::with(settings).await;
    let mut deaf = server.connect().await;
    let request =
        format!("GET /fhir/r4/metadata HTTP/1.1\r\nhost: localhost:{}\r\n\r\n", server.port);
    let asking = async { while deaf.write_all(request.as_bytes()).await.is_ok() {} };
    timeout(Duration::from_secs(20), asking).await.expect("the connection is held for ever");
    assert_eq!(server.get("/health/live").await.status, 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_searches_where_too_many_wait_is_told_to_come_later() {
    let settings = Settings { searches_max: 0, searches_waiting_max: 0, ..Settings::default() };
    let server = Server::with(settings).await;
    let event = events::r4("1", 1);
    assert_eq!(server.post("/fhir/r4/AuditEvent", &event).await.status, 201);
    let refused = server.get("/fhir/r4/AuditEvent?_count=1").await;
    assert_eq!((refused.status, refused.field("retry-after")), (429, Some("1")));
    assert_eq!(refused.json()["issue"][0]["code"], "throttled");
    let bundle = format!(
        r#"{{"resourceType":"Bundle","type":"batch","entry":[{{"resource":{event},
        "request":{{"method":"POST","url":"AuditEvent"}}}}]}}"#
    );
    assert_eq!(server.post("/fhir/r4", &bundle).await.status, 200, "Bundles have their own bound");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_is_refused_before_anything_of_it_is_stored() {
    let settings = Settings { bundles_max: 0, bundles_waiting_max: 0, ..Settings::default() };
    let server = Server::with(settings).await;
    let event = events::r4("1", 1);
    let bundle = format!(
        r#"{{"resourceType":"Bundle","type":"transaction","entry":[{{"resource":{event},
        "request":{{"method":"POST","url":"AuditEvent"}}}}]}}"#
    );
    let refused = server.post("/fhir/r4", &bundle).await;
    assert_eq!((refused.status, refused.field("retry-after")), (429, Some("1")));
    assert_eq!(server.total().await, 0);
    assert_eq!(server.post("/fhir/r4/AuditEvent", &event).await.status, 201);
    server.stop().await;
}
