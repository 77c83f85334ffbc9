//! Requests whose end two readers may see in different places (RFC 9112 §11.2): what a proxy takes
//! for one body must never be a second request here.
use kiln_tests::http::Request;
use kiln_tests::server::Server;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

const TYPE: &str = "/fhir/r4/AuditEvent";

/// How the length of a body can be said so that readers differ. `{n}` is a `Content-Length`.
const FRAMINGS: [&str; 42] = [
    "Content-Length: {n}\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nContent-Length: {n}",
    "Content-Length: {n}\r\nTransfer-Encoding : chunked",
    "Content-Length: {n}\r\n Transfer-Encoding: chunked",
    "Content-Length: {n}\r\nTransfer-Encoding:\tchunked",
    "Content-Length: {n}\r\nTransfer-Encoding: chunked\t",
    "Content-Length: {n}\r\nTransfer-Encoding:\u{b}chunked",
    "Content-Length: {n}\r\nTransfer-Encoding: \u{c}chunked",
    "Content-Length: {n}\r\nTransfer-Encoding: chunked, identity",
    "Content-Length: {n}\r\nTransfer-Encoding: identity, chunked",
    "Content-Length: {n}\r\nTransfer-Encoding: identity\r\nTransfer-Encoding: chunked",
    "Content-Length: {n}\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    "Content-Length: {n}\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    "Content-Length: {n}\r\nTransfer-Encoding: xchunked",
    "Content-Length: {n}\r\nTransfer-Encoding: chunkedx",
    "Content-Length: {n}\r\nTransfer-Encoding: \"chunked\"",
    "Content-Length: {n}\r\nTransfer-Encoding: 'chunked'",
    "Content-Length: {n}\r\nTransfer-Encoding: CHUNKED",
    "Content-Length: {n}\r\ntRANSFER-eNCODING: chunked",
    "Content-Length: {n}\r\nTransfer-Encoding: chunked;q=1",
    "Content-Length: {n}\r\nTransfer-Encoding:chunked",
    "Content-Length: {n}\r\nTransfer-Encoding:\r\n chunked",
    "Content-Length: {n}\r\nTransfer-Encoding: chun\r\n ked",
    "Content-Length: {n}\r\nTransfer-Encoding: gzip, chunked",
    "Content-Length: {n}\r\nTransfer-Encoding: chunked, gzip",
    "Content-Length: {n}\r\nTransfer-Encoding: ,chunked",
    "Content-Length: {n}\r\nTransfer-Encoding: chunked,",
    "Content-Length: {n}\r\nTransfer-Encoding:",
    "Content-Length: {n}\r\nX: y\nTransfer-Encoding: chunked",
    "Content-Length: {n}\r\nX: y\rTransfer-Encoding: chunked",
    "Content-Length: {n}\r\nX: y\r\n\rTransfer-Encoding: chunked",
    "Content-Length: {n}\r\nTransfer-Encoding\0: chunked",
    "Content-Length: {n}\r\nTransfer-Encoding: \0chunked",
    "Content-Length: {n}\r\n\u{feff}Transfer-Encoding: chunked",
    "Content-Length: {n}\r\nContent-Length: 999999",
    "Content-Length: {n}, 999999",
    "Content-Length: +{n}",
    "Content-Length: -{n}",
    "Content-Length: {n} 0",
    "Content-Length: 0x{n}",
    "Content-Length : {n}",
    "Content-Length:\u{b}{n}",
];

/// An event that only comes in if somebody takes it for a request of its own.
fn hidden(port: u16) -> String {
    let event = concat!(
        r#"{"resourceType":"AuditEvent","type":{"code":"rest"},"recorded":"2024-01-01T00:00:00Z","#,
        r#""agent":[{"name":"smuggled","requestor":true}],"#,
        r#""source":{"observer":{"display":"raw"}}}"#
    );
    head(port, &format!("Content-Length: {}", event.len())) + event
}

fn head(port: u16, framing: &str) -> String {
    format!(
        "POST {TYPE} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\
         Content-Type: application/fhir+json\r\n{framing}\r\n\r\n"
    )
}

/// One reader sees the end of the chunks, the other goes on for the whole length.
fn behind_the_last_chunk(port: u16, framing: &str) -> String {
    let body = format!("0\r\n\r\n{}", hidden(port));
    head(port, &framing.replace("{n}", &body.len().to_string())) + &body
}

/// One reader sees a chunk, the other a short body with a request behind it.
fn inside_a_chunk(port: u16, framing: &str) -> String {
    let hidden = hidden(port);
    let size = format!("{:x}\r\n", hidden.len());
    let framing = framing.replace("{n}", &size.len().to_string());
    format!("{}{size}{hidden}\r\n0\r\n\r\n", head(port, &framing))
}

/// Sends it, and reads until the server closes or has nothing more to say.
fn send(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Ok(_) => {}
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        Err(error) => panic!("{error}"),
    }
    String::from_utf8_lossy(&answer).into_owned()
}

fn smuggled(server: &Server) -> u64 {
    let found = server.get(&format!("{TYPE}?agent-name=smuggled&_summary=count")).unwrap();
    found["total"].as_u64().unwrap()
}

/// So that the others can fail: a second request in plain sight is served.
#[test]
fn a_request_behind_a_request_is_served() {
    let server = Server::start().unwrap();
    let request = head(server.port, "Content-Length: 2") + "{}" + &hidden(server.port);
    assert_eq!(send(server.port, &request).matches("HTTP/1.1 ").count(), 2);
    assert_eq!(smuggled(&server), 1);
}

#[test]
fn nothing_comes_in_behind_the_last_chunk() {
    let server = Server::start().unwrap();
    for framing in FRAMINGS {
        let answer = send(server.port, &behind_the_last_chunk(server.port, framing));
        assert!(answer.matches("HTTP/1.1 ").count() <= 1, "{framing:?}: {answer}");
        assert_eq!(smuggled(&server), 0, "{framing:?}: {answer}");
    }
    assert_eq!(server.send(&Request::new("GET", "/health/ready")).unwrap().status, 200);
}

#[test]
fn nothing_comes_in_inside_a_chunk() {
    let server = Server::start().unwrap();
    for framing in FRAMINGS {
        let answer = send(server.port, &inside_a_chunk(server.port, framing));
        assert!(answer.matches("HTTP/1.1 ").count() <= 1, "{framing:?}: {answer}");
        assert_eq!(smuggled(&server), 0, "{framing:?}: {answer}");
    }
    assert_eq!(server.send(&Request::new("GET", "/health/ready")).unwrap().status, 200);
}
