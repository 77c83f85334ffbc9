//! Clients that mean no good: the service stays up, stays right, and answers the others.
use kiln_tests::http::Request;
use kiln_tests::server::Server;
use std::io::{Read, Write};
use std::net::TcpStream;

const TYPE: &str = "/fhir/r4/AuditEvent";
const EVENT: &str = r#"{"resourceType":"AuditEvent","type":{"code":"rest"},
    "recorded":"2024-01-01T00:00:00Z","agent":[{"requestor":true}],
    "source":{"observer":{"display":"abuse"}}}"#;

/// Whoever behaves is served.
fn is_well(server: &Server, events: u64) {
    let bundle = server.get(&format!("{TYPE}?_summary=count")).unwrap();
    assert_eq!(bundle["total"].as_u64(), Some(events));
    assert_eq!(server.send(&Request::new("GET", "/health/ready")).unwrap().status, 200);
}

/// The status of a refusal that says what is wrong in FHIR's words.
fn refused(server: &Server, request: &Request) -> u16 {
    let response = server.send(request).unwrap();
    assert_eq!(response.json().unwrap()["resourceType"], "OperationOutcome");
    response.status
}

#[test]
fn json_and_xml_ten_thousand_deep_are_refused() {
    let server = Server::start().unwrap();
    for (open, close) in [("[", "]"), (r#"{"extension":["#, "]}"), (r#"{"a":"#, "}")] {
        let inner = if open.ends_with(':') { "1" } else { "" };
        let deep = format!("{}{inner}{}", open.repeat(10_000), close.repeat(10_000));
        for body in [deep.clone(), EVENT.replacen('{', &format!(r#"{{"text":{deep},"#), 1)] {
            assert_eq!(refused(&server, &Request::post(TYPE, body)), 400);
        }
    }
    let deep = "<extension url='x'>".repeat(10_000) + &"</extension>".repeat(10_000);
    let xml = format!("<AuditEvent xmlns='http://hl7.org/fhir'>{deep}</AuditEvent>");
    let mut request = Request::new("POST", TYPE).header("Content-Type", "application/fhir+xml");
    request.body = xml.into_bytes();
    let response = server.send(&request).unwrap();
    assert_eq!(response.status, 400, "{}", response.text());
    is_well(&server, 0);
}

#[test]
fn xml_that_grows_when_it_is_read_is_refused() {
    let server = Server::start().unwrap();
    let lol = "<!DOCTYPE l [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>";
    let outer = "<!DOCTYPE l [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>";
    for doctype in [lol, outer] {
        let event = "<AuditEvent xmlns='http://hl7.org/fhir'><id value='&a;'/></AuditEvent>";
        let mut request = Request::new("POST", TYPE).header("Content-Type", "application/fhir+xml");
        request.body = format!("{doctype}{event}").into_bytes();
        let response = server.send(&request).unwrap();
        assert_eq!(response.status, 400, "{}", response.text());
        assert!(!response.text().contains("root:"));
    }
    is_well(&server, 0);
}

/// Nothing is decompressed, so nothing can burst; and nothing compressed is taken for an event.
#[test]
fn compressed_bodies_are_refused() {
    let server = Server::start().unwrap();
    for encoding in ["gzip", "deflate", "br", "zstd", "gzip, gzip"] {
        let request = Request::post(TYPE, EVENT).header("Content-Encoding", encoding);
        assert_eq!(refused(&server, &request), 415, "{encoding}");
    }
    is_well(&server, 0);
}

#[test]
fn searches_of_a_thousand_parameters_are_refused() {
    let server = Server::start().unwrap();
    let pairs: Vec<String> = (0..1000).map(|at| format!("agent-name=a{at}")).collect();
    let many = pairs.join("&");
    let get = Request::new("GET", &format!("{TYPE}?{many}"));
    assert!([400, 414].contains(&refused(&server, &get)));
    let mut post = Request::new("POST", &format!("{TYPE}/_search"))
        .header("Content-Type", "application/x-www-form-urlencoded");
    post.body = many.into_bytes();
    assert_eq!(refused(&server, &post), 400);
    let values: Vec<String> = (0..1000).map(|at| format!("a{at}")).collect();
    post.body = format!("agent-name={}", values.join(",")).into_bytes();
    assert_eq!(refused(&server, &post), 400);
    is_well(&server, 0);
}

/// Each holds a connection open and says next to nothing.
#[test]
fn those_who_say_nothing_stand_in_nobodys_way() {
    const IDLERS: usize = 300;
    let server = Server::start().unwrap();
    let mut idlers = Vec::new();
    for at in 0..IDLERS {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
        let said = match at % 3 {
            0 => String::new(),
            1 => "GET /health/live HTTP/1.1\r\nHost: ".to_owned(),
            _ => format!(
                "POST {TYPE} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\
                 Content-Type: application/fhir+json\r\nContent-Length: 500\r\n\r\n{{",
                server.port
            ),
        };
        stream.write_all(said.as_bytes()).unwrap();
        idlers.push(stream);
    }
    for _ in 0..50 {
        assert_eq!(server.send(&Request::post(TYPE, EVENT)).unwrap().status, 201);
    }
    is_well(&server, 50);
    // None of them got anything for it, and none was let in half way.
    for mut stream in idlers {
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        // A connection that the server has ended may say so by a reset.
        let _read = stream.read_to_end(&mut answer);
        assert!(!answer.starts_with(b"HTTP/1.1 2"));
    }
    is_well(&server, 50);
}
