//! Paths that two readers may read apart, and requests that pass for others.
use super::super::super::{Asked, Head, Headers, Limits, Method};
use super::{line, read};
use proptest::prelude::*;

#[test]
fn paths_that_others_may_read_otherwise_are_refused() {
    for path in [
        "//Patient/1",
        "/Patient//1",
        "/Patient/1//",
        "/./Patient/1",
        "/Patient/.",
        "/Patient/..",
        "/Patient/...",
        "/Patient/%2e%2e",
        "/Patient/%2E",
        "/../admin",
        "/Patient/1/../2",
        "/Patient/1/..%2f2",
        "/Patient%2f1",
        "/Patient/1%2f_history",
        "/Patient/%252e",
        "/Patient/%2531",
        "/Patient/1%00",
        "/Patient/1%0a",
        "/Patient/1%20",
        "/Patient/1 ",
        "/Patient/1\0",
        "/Patient/1\t",
        "/Patient\\1",
        "/Patient/1%5c",
        "/Patient/1;v=2",
        "/Patient;a=b/1",
        "/Patient/1;",
        "/Patient/1#a",
        "/Patient/1%23",
        "/Patient/1%3f_method=DELETE",
        "/Patient/1%",
        "/Patient/1%3",
        "/Patient/1%zz",
        "/Patient/ä",
        "/Patient/%c3%a4",
        "/Patient/%ff",
        "/Patient/%EF%BC%91",
        "/Patient/1,2",
        "/Patient/1&a",
        "/Patient/1@a",
        "/Patient/a:b",
        "http://other/Patient/1",
        "/http://other/Patient/1",
        "/Patient/~",
        "/Patient/'1'",
    ] {
        assert_eq!(line("GET", path), "400", "{path}");
        assert_eq!(line("DELETE", path), "400", "{path}");
    }
}

#[test]
fn parameters_that_replace_the_method_are_refused() {
    for query in [
        "_method=DELETE",
        "a=b&_method=PUT",
        "a=b;_method=PUT",
        "_METHOD=delete",
        "%5fmethod=DELETE",
        "_met%68od=DELETE",
        "+_method=DELETE",
        "%20_method=DELETE",
        "_method",
        "a=b?_method=DELETE",
        "X-HTTP-Method-Override=DELETE",
    ] {
        assert_eq!(line("GET", &format!("/Patient/1?{query}")), "400", "{query}");
        assert_eq!(line("POST", &format!("/Patient?{query}")), "400", "{query}");
    }
    assert_eq!(line("GET", "/Patient?name=_method"), "search Patient");
    assert_eq!(line("GET", "/Patient?a=_method%3DDELETE"), "search Patient");
}

#[test]
fn headers_that_replace_the_method_or_the_path_are_refused() {
    for name in [
        "X-HTTP-Method-Override",
        "x-http-method",
        "X-METHOD-OVERRIDE",
        "X-Original-URL",
        "x-rewrite-url",
        "X_HTTP_Method_Override",
    ] {
        assert_eq!(Headers::of([(name, &b"GET"[..])]).unwrap_err().status, 400, "{name}");
    }
}

#[test]
fn headers_that_count_once_are_there_once_in_ascii_without_a_coding() {
    let twice = |name| Headers::of([(name, &b"1"[..]), (name, &b"1"[..])]);
    for name in ["If-Match", "if-none-match", "If-None-Exist", "Content-Type", "X-Request-Id"] {
        assert_eq!(twice(name).unwrap_err().status, 400, "{name}");
        for value in [&b"a\nb"[..], b"\xff", b"a\0"] {
            assert_eq!(Headers::of([(name, value)]).unwrap_err().status, 400, "{name}");
        }
    }
    assert!(twice("Prefer").is_ok());
    assert!(twice("Cookie").is_ok());
    assert!(Headers::of([("Cookie", &b"\xff"[..])]).is_ok());
    assert!(Headers::of([("Content-Encoding", &b"Identity"[..])]).is_ok());
    for coding in [&b"gzip"[..], b"deflate", b"identity, gzip"] {
        let refusal = Headers::of([("Content-Encoding", coding)]).unwrap_err();
        assert_eq!(refusal.status, 415);
    }
}

#[test]
fn headers_that_would_not_go_on_as_they_are_read_are_refused() {
    for (name, value) in [
        ("Connection", "If-Match"),
        ("connection", "close, if-none-exist"),
        ("Connection", "keep-alive,\tContent-Type ,x"),
        ("If_Match", "1"),
        ("if_none-exist", "a=b"),
        ("Content_Type", "text/plain"),
        ("content_encoding", "gzip"),
    ] {
        let refusal = Headers::of([(name, value.as_bytes())]).unwrap_err();
        assert_eq!(refusal.status, 400, "{name}: {value}");
    }
    for (name, value) in [("Connection", "close"), ("Connection", "x-if-match"), ("x_y", "1")] {
        assert!(Headers::of([(name, value.as_bytes())]).is_ok(), "{name}: {value}");
    }
}

#[test]
fn what_is_longer_than_a_limit_is_refused() {
    let long = |bytes: usize| "a".repeat(bytes);
    assert_eq!(line("GET", &format!("/Patient/{}", long(3000))), "414");
    assert_eq!(line("GET", &format!("/Patient?a={}", long(70_000))), "414");
    assert_eq!(line("GET", &"/a".repeat(900)), "404");
}

#[test]
fn a_body_in_another_character_set_is_refused() {
    let with = |content_type: &str| {
        let headers = Headers { content_type: Some(content_type), ..Headers::default() };
        let head = Head { method: "POST", path: "/Patient", query: None, headers };
        Asked::read(&head, &Limits::default()).map_err(|refusal| refusal.status)
    };
    for name in ["utf-16", "utf-7", "iso-8859-1", "\"IBM1047\""] {
        assert_eq!(with(&format!("application/fhir+json; charset={name}")), Err(415), "{name}");
    }
    assert_eq!(with("application/fhir+json; charset=utf-8; charset=utf-16"), Err(415));
    assert_eq!(with("application/fhir+json; a=b; CHARSET = utf-16"), Err(415));
    assert!(with("application/fhir+json; charset=\"utf-8\"").is_ok());
    assert!(with("text/plain; charset=iso-8859-1").is_ok());
}

/// Pieces that paths are made of, and such as should not be in any.
fn piece() -> impl Strategy<Value = String> {
    let known = [
        "Patient",
        "Observation",
        "patient",
        "1",
        "_history",
        "_search",
        "$everything",
        "$export",
        "metadata",
        "*",
        "",
        ".",
        "..",
        "%2e",
        "%2f",
        ";a=b",
        "%00",
        "\0",
        "%",
        "a b",
        "ä",
        "$",
        "_operations",
        "export",
        "%2524",
        "Bundle",
        "%5f",
        "//",
        "\\",
        ":",
        "@",
        "#",
    ];
    prop_oneof![
        8 => proptest::sample::select(Vec::from(known)).prop_map(str::to_owned),
        1 => "[ -~]{0,8}",
        1 => any::<String>(),
    ]
}

fn target() -> impl Strategy<Value = String> {
    let path = proptest::collection::vec(piece(), 0..7).prop_map(|pieces| pieces.join("/"));
    (any::<bool>(), path, proptest::option::of(piece())).prop_map(|(slash, path, query)| {
        let query = query.map(|query| ["?", &query].concat()).unwrap_or_default();
        [if slash { "/" } else { "" }, &path, &query].concat()
    })
}

fn method() -> impl Strategy<Value = String> {
    let known = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "get", "TRACE", ""];
    proptest::sample::select(Vec::from(known)).prop_map(str::to_owned)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    /// What goes upstream says the same to whoever reads it the plainest way, and reads the same
    /// again.
    #[test]
    fn a_path_that_goes_on_is_the_one_that_was_read(method in method(), target in target()) {
        let Ok(asked) = read(&method, &target) else { return Ok(()) };
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._$*/".contains(&byte);
        prop_assert!(asked.path.bytes().all(is_plain), "{}", asked.path);
        let dots = |segment: &str| segment.is_empty() || segment.bytes().all(|byte| byte == b'.');
        prop_assert!(asked.path.is_empty() || !asked.path.split('/').any(dots), "{}", asked.path);
        let query = asked.query.as_ref().map(|query| ["?", query].concat()).unwrap_or_default();
        let again = read(&method, &["/", &asked.path, &query].concat());
        prop_assert_eq!(again, Ok(asked));
    }

    /// A write is never read as a read: nothing but a search may be asked by POST and change
    /// nothing, and what is safe for HTTP is not a write of FHIR.
    #[test]
    fn no_write_is_read_as_a_read(method in method(), target in target()) {
        let Ok(asked) = read(&method, &target) else { return Ok(()) };
        let is_get = matches!(asked.method, Method::Get | Method::Head | Method::Options);
        let is_search = asked.method == Method::Post && asked.path.ends_with("_search");
        if asked.is_read() {
            prop_assert!(is_get || is_search, "{method} {target}");
        }
        if is_get && !asked.is_read() {
            prop_assert!(asked.path.contains('$'), "{method} {target}");
        }
        prop_assert_eq!(asked.method.as_str(), method);
    }
}
