use super::Scan;

/// Whether it is taken, whole and byte by byte.
fn takes(text: &str) -> bool {
    let whole = Scan::default().take(text.as_bytes()).is_none();
    let mut scan = Scan::default();
    let bytes = text.as_bytes().chunks(1).all(|byte| scan.take(byte).is_none());
    assert_eq!(whole, bytes, "{text:?}");
    whole
}

const GET: &str = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

#[test]
fn requests_follow_one_another() {
    let post = "POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\na\nb";
    let chunked =
        "POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=y\r\n\r\nb\r\n0\r\n\r\n";
    assert!(takes(&[GET, post, "\r\n", chunked, GET, post, chunked].concat()));
    assert!(takes("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx: y\r\n\r\n"));
}

#[test]
fn what_can_be_framed_in_two_ways_is_not_taken() {
    let heads = [
        "content-length: 3\r\ncontent-length: 3",
        "content-length: 3\r\ncontent-length: 4",
        "content-length: 3, 3",
        "content-length: +3",
        "content-length: 0x3",
        "content-length:",
        "content-length: 3\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\r\ncontent-length: 3",
        "transfer-encoding: chunked\r\ntransfer-encoding: chunked",
        "transfer-encoding: gzip, chunked",
        "transfer-encoding: identity",
        "transfer-encoding: xchunked",
        "transfer-encoding:\u{b}chunked",
        "content-length : 3",
        "transfer-encoding : chunked",
        "x: y\r\n content-length: 3",
        "x: y\r\n\ttransfer-encoding: chunked",
        "x: y\n content-length: 3",
        "x: y\ncontent-length: 3",
        "x: y\rcontent-length: 3",
        "x: \0",
        "no colon",
        ": 3",
    ];
    for head in heads {
        assert!(!takes(&format!("POST / HTTP/1.1\r\n{head}\r\n\r\n")), "{head:?}");
    }
}

#[test]
fn chunks_that_can_be_read_in_two_ways_are_not_taken() {
    let bodies = [
        "3\nabc\r\n0\r\n\r\n",
        "3\r\nabcd\r\n0\r\n\r\n",
        "3 \r\nabc\r\n0\r\n\r\n",
        "0x3\r\nabc\r\n0\r\n\r\n",
        "+3\r\nabc\r\n0\r\n\r\n",
        "\r\n",
        "ffffffffffffffff\r\n",
        "3\r\nabc\n0\r\n\r\n",
        "0\r\nx: y\n\r\n",
    ];
    for body in bodies {
        let head = "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n";
        assert!(!takes(&[head, body].concat()), "{body:?}");
    }
}

#[test]
fn nothing_is_read_behind_what_was_not_taken() {
    let mut scan = Scan::default();
    let text = "GET / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\n";
    let at = scan.take(text.as_bytes()).unwrap();
    // The end of the second length: the head has no end yet.
    assert_eq!(&text[..=at], "GET / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 1\r\n");
    assert!(scan.is_broken());
}
