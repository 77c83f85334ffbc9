//! Requests that a page of text cannot write down.
use kiln_tests::http::{Connection, Request};
use kiln_tests::server::Server;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

const TYPE: &str = "/fhir/r4/AuditEvent";
const EVENT: &str = r#"{"resourceType":"AuditEvent","type":{"code":"rest"},
    "recorded":"2024-01-01T00:00:00Z","agent":[{"requestor":true}],
    "source":{"observer":{"display":"raw"}}}"#;

fn count(server: &Server) -> u64 {
    let bundle = server.get(&format!("{TYPE}?_summary=count")).unwrap();
    bundle["total"].as_u64().unwrap()
}

fn chunked(pieces: &[&[u8]]) -> Vec<u8> {
    let mut body = Vec::new();
    for piece in pieces {
        body.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        body.extend_from_slice(piece);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"0\r\n\r\n");
    body
}

#[test]
fn bytes_that_are_no_utf8_are_refused() {
    let server = Server::start().unwrap();
    for wrong in [&b"\xff"[..], b"\xc3", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf5\x80\x80\x80"] {
        let mut body = EVENT.as_bytes().to_vec();
        let at = EVENT.find("raw").unwrap();
        body.splice(at..at, wrong.iter().copied());
        let response = server.send(&Request::post(TYPE, body)).unwrap();
        assert_eq!(response.status, 400, "{wrong:x?}: {}", response.text());
        assert_eq!(response.json().unwrap()["resourceType"], "OperationOutcome");
    }
    assert_eq!(count(&server), 0);
}

#[test]
fn a_body_in_chunks_is_a_body() {
    let server = Server::start().unwrap();
    let (first, second) = EVENT.as_bytes().split_at(40);
    let request = Request::post(TYPE, chunked(&[first, second]));
    let response = server.send(&request.header("Transfer-Encoding", "chunked")).unwrap();
    assert_eq!(response.status, 201, "{}", response.text());
    let id = response.created_id().unwrap();
    let original = Request::new("GET", &format!("{TYPE}/{id}/$original"));
    assert_eq!(server.send(&original).unwrap().text(), EVENT);
}

#[test]
fn a_body_in_chunks_may_not_be_larger_either() {
    let server = Server::start().unwrap();
    let piece = vec![b' '; 64 << 10];
    let pieces: Vec<&[u8]> = std::iter::repeat_n(&piece[..], 20).collect();
    let request = Request::post(TYPE, chunked(&pieces));
    let response = server.send(&request.header("Transfer-Encoding", "chunked")).unwrap();
    assert_eq!(response.status, 413, "{}", response.text());
    assert_eq!(count(&server), 0);
}

#[test]
fn a_length_that_is_too_large_is_refused_before_the_body_comes() {
    let server = Server::start().unwrap();
    let request = Request::post(TYPE, "{").header("Content-Length", "10000000000");
    assert_eq!(server.send(&request).unwrap().status, 413);
}

#[test]
fn a_body_that_ends_too_early_is_not_stored() {
    let server = Server::start().unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    let head = format!(
        "POST {TYPE} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/fhir+json\r\n\
         Content-Length: {}\r\n\r\n{EVENT}",
        server.port,
        EVENT.len() + 1,
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(!answer.starts_with("HTTP/1.1 2"), "{answer}");
    assert_eq!(count(&server), 0);
}

#[test]
fn a_connection_outlives_what_was_refused_on_it() {
    let server = Server::start().unwrap();
    let mut connection = Connection::open(server.port).unwrap();
    let text = Request::post(TYPE, "{").header("X-Case", "no JSON");
    let put = Request { method: "PUT".to_owned(), ..Request::post(&format!("{TYPE}/1"), EVENT) };
    for (request, status) in [(text, 400), (put, 405), (Request::new("GET", "/nowhere"), 404)] {
        assert_eq!(connection.send(&request).unwrap().status, status);
        let created = connection.send(&Request::post(TYPE, EVENT)).unwrap();
        assert_eq!(created.status, 201, "after {status}: {}", created.text());
    }
    assert_eq!(count(&server), 3);
}

#[test]
fn more_header_fields_than_64_are_too_many() {
    let server = Server::start().unwrap();
    let few = (0..40).fold(Request::new("GET", "/health/live"), |request, at| {
        request.header(&format!("X-{at}"), "y")
    });
    assert_eq!(server.send(&few).unwrap().status, 200);
    let many = (40..120).fold(few, |request, at| request.header(&format!("X-{at}"), "y"));
    let status = server.send(&many).unwrap().status;
    assert!((400..500).contains(&status), "{status}");
}

/// A sender that never ends its headers must not hold a connection for ever (default: 10 s).
#[test]
fn headers_that_never_end_are_not_waited_for() {
    let server = Server::start().unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(b"GET /health/live HTTP/1.1\r\nHost: ").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("closed within 20 s");
    assert!(!answer.starts_with(b"HTTP/1.1 2"));
}
