use super::{Request, Response, query_value, send};
use std::io::{Read, Write};
use std::net::TcpListener;

/// What a server that answers `answer` receives, and what the client makes of the answer.
fn exchange(request: &Request, answer: &'static str) -> (String, Response) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut received = [0; 4096];
        let length = stream.read(&mut received).unwrap();
        stream.write_all(answer.as_bytes()).unwrap();
        String::from_utf8(received[..length].to_vec()).unwrap().replace(&port.to_string(), "PORT")
    });
    let response = send(port, request).unwrap();
    (server.join().unwrap(), response)
}

#[test]
fn host_and_length_are_added() {
    let (sent, _) = exchange(&Request::post("/x", "ab"), "HTTP/1.1 204 No Content\r\n\r\n");
    let expected = "POST /x HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nContent-Length: 2\r\n\
        Content-Type: application/fhir+json\r\n\r\nab";
    assert_eq!(sent, expected);
}

#[test]
fn a_wrong_host_is_sent_as_told() {
    let request = Request::new("GET", "/x").header("Host", "evil.example");
    let (sent, _) = exchange(&request, "HTTP/1.1 204 No Content\r\n\r\n");
    assert_eq!(sent, "GET /x HTTP/1.1\r\nHost: evil.example\r\n\r\n");
}

#[test]
fn answers_are_read_by_length_by_chunks_and_to_the_end() {
    let get = Request::new("GET", "/");
    let (_, sized) = exchange(&get, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc");
    assert_eq!((sized.status, sized.text()), (200, "ab".to_owned()));
    let chunks =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n";
    assert_eq!(exchange(&get, chunks).1.text(), "abc");
    assert_eq!(exchange(&get, "HTTP/1.1 200 OK\r\n\r\nabcd").1.text(), "abcd");
}

#[test]
fn the_id_is_read_from_the_location() {
    let location = "http://127.0.0.1:1/fhir/r4/AuditEvent/abc/_history/1";
    let headers = vec![("location".to_owned(), location.to_owned())];
    let response = Response { headers, ..Response::default() };
    assert_eq!(response.created_id(), Some("abc"));
}

#[test]
fn query_values_are_encoded() {
    assert_eq!(query_value("a|b/c é"), "a%7Cb%2Fc%20%C3%A9");
}
