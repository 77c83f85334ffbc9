use super::{expects, is_whole};

#[test]
fn a_request_is_whole_with_its_body() {
    let whole = |request: &str| is_whole(request.as_bytes()).unwrap();
    assert!(!whole("POST / HTTP/1.1\r\nContent-Length: 2\r\n"));
    assert!(!whole("POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n{"));
    assert!(whole("POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}"));
    assert!(whole("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
}

#[test]
fn a_chunked_request_is_whole_with_its_last_chunk() {
    let head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    assert!(!is_whole(format!("{head}2\r\n{{}}\r\n").as_bytes()).unwrap());
    assert!(is_whole(format!("{head}2\r\n{{}}\r\n0\r\n\r\n").as_bytes()).unwrap());
}

#[test]
fn a_length_that_is_no_number_is_an_error() {
    assert!(is_whole(b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n").is_err());
}

#[test]
fn a_client_that_waits_is_known() {
    assert!(expects("POST / HTTP/1.1\r\nExpect: 100-continue"));
    assert!(!expects("POST / HTTP/1.1\r\nHost: a"));
}
