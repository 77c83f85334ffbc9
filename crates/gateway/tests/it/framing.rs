//! What two servers could read in two ways is read by none.
use crate::gateway::{Gateway, Reply};
use tokio::io::AsyncWriteExt;

/// Heads of a POST, each with a smuggled request behind it.
const HEADS: [&str; 9] = [
    "content-length: 4\r\ntransfer-encoding: chunked",
    "transfer-encoding: chunked\r\ncontent-length: 4",
    "content-length: 4\r\ncontent-length: 4",
    "content-length: 4\r\ncontent-length: 0",
    "transfer-encoding: gzip, chunked",
    "transfer-encoding: chunked\r\ntransfer-encoding: identity",
    "x: y\r\n content-length: 4",
    "x: y\ncontent-length: 4",
    "content-length : 4",
];

#[tokio::test]
async fn a_request_with_two_ends_is_refused_and_ends_its_connection() {
    let gateway = Gateway::start().await;
    for head in HEADS {
        let mut stream = gateway.connect().await;
        let host = format!("host: localhost:{}", gateway.port);
        let smuggled = format!("DELETE /fhir/Patient/1 HTTP/1.1\r\n{host}\r\n\r\n");
        let request = format!("POST /fhir/Patient HTTP/1.1\r\n{host}\r\n{head}\r\n\r\n0\r\n\r\n");
        stream.write_all(format!("{request}{smuggled}").as_bytes()).await.unwrap();
        let reply = Reply::read(&mut stream).await;
        assert_eq!(reply.status, 400, "{head:?}");
        assert!(!reply.body.contains("HTTP/1.1"), "{head:?} had a second answer");
    }
    assert!(gateway.upstream.seen().is_empty());
    assert!(gateway.entries().is_empty());
}

#[tokio::test]
async fn several_requests_on_one_connection_are_told_apart() {
    let gateway = Gateway::start().await;
    let mut stream = gateway.connect().await;
    let host = format!("host: localhost:{}", gateway.port);
    let json = r#"{"resourceType":"Patient","id":"1"}"#;
    let put = format!(
        "PUT /fhir/Patient/1 HTTP/1.1\r\n{host}\r\ncontent-type: application/fhir+json\r\n\
         transfer-encoding: chunked\r\n\r\n{:x}\r\n{json}\r\n0\r\n\r\n",
        json.len()
    );
    let get = format!("GET /fhir/Patient/1 HTTP/1.1\r\n{host}\r\nconnection: close\r\n\r\n");
    stream.write_all([put, get].concat().as_bytes()).await.unwrap();
    let reply = Reply::read(&mut stream).await;
    assert_eq!(reply.status, 201);
    assert!(reply.body.contains("HTTP/1.1 200 OK"), "{}", reply.body);
    assert_eq!(gateway.events().len(), 2);
}

#[tokio::test]
async fn who_waits_for_leave_is_given_it_once_let_in_and_all_else_is_417() {
    let gateway = Gateway::start().await;
    let json = r#"{"resourceType":"Patient","id":"1"}"#;
    let reply = gateway.ask("PUT", "/Patient/1", "expect: 100-continue\r\n", json).await;
    assert!(reply.status == 201 || reply.body.contains(" 201 "), "{reply:?}");
    assert_eq!(gateway.ask("PUT", "/Patient/1", "expect: tea\r\n", json).await.status, 417);
}
