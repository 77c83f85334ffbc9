//! What a program sends passes; what a page, a rebound name or a proxy sends does not.
use super::*;

const PORT: u16 = 8080;

fn checked(uri: &str, fields: &[(&str, &str)]) -> u16 {
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        headers.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    match (Guard { port: PORT, is_tls: false }).check(&uri.parse().unwrap(), &headers) {
        Ok(_) => 200,
        Err(refusal) => refusal.status.as_u16(),
    }
}

#[test]
fn answers_only_to_this_machines_names() {
    for host in ["localhost:8080", "LocalHost:8080", "127.0.0.1:8080", "[::1]:8080"] {
        assert_eq!(checked("/", &[("host", host)]), 200, "{host}");
    }
    let foreign = [
        "evil.example:8080",
        "localhost.evil.example:8080",
        "localhost",
        "localhost:80",
        "localhost:8081",
        "localhost:",
        "127.0.0.2:8080",
        "0.0.0.0:8080",
        "[::]:8080",
        "::1:8080",
        "user@localhost:8080",
        "localhost:8080/x",
        "",
    ];
    for host in foreign {
        assert_eq!(checked("/", &[("host", host)]), 421, "{host}");
    }
    assert_eq!(checked("/", &[]), 421);
    assert_eq!(checked("/", &[("host", "localhost:8080"), ("host", "localhost:8080")]), 421);
}

#[test]
fn the_target_in_absolute_form_counts_too() {
    let host = ("host", "localhost:8080");
    assert_eq!(checked("http://evil.example:8080/", &[host]), 421);
    assert_eq!(checked("http://localhost:8080/", &[host]), 200);
    assert_eq!(checked("http://localhost:8080/", &[("host", "evil.example:8080")]), 421);
}

#[test]
fn port_80_may_be_left_out() {
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("localhost"));
    let guard = Guard { port: 80, is_tls: false };
    assert!(guard.check(&Uri::from_static("/"), &headers).is_ok());
}

#[test]
fn refuses_pages_of_other_origins() {
    let host = ("host", "localhost:8080");
    let with = |name, value| checked("/", &[host, (name, value)]);
    assert_eq!(with("origin", "http://localhost:8080"), 200);
    assert_eq!(with("origin", "http://LOCALHOST:8080"), 200);
    for origin in [
        "https://localhost:8080",
        "http://localhost",
        "http://localhost:8081",
        "http://127.0.0.1:8080",
        "http://evil.example",
        "null",
        "",
    ] {
        assert_eq!(with("origin", origin), 403, "{origin}");
    }
    assert_eq!(with("sec-fetch-site", "same-origin"), 200);
    assert_eq!(with("sec-fetch-site", "none"), 200);
    assert_eq!(with("sec-fetch-site", "same-site"), 403);
    assert_eq!(with("sec-fetch-site", "cross-site"), 403);
    let own = ("origin", "http://localhost:8080");
    assert_eq!(checked("/", &[host, own, ("origin", "http://evil.example")]), 403);
}

#[test]
fn refuses_what_a_proxy_passed_on() {
    let host = ("host", "localhost:8080");
    for name in ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "X-Forwarded-Proto"] {
        assert_eq!(checked("/", &[host, (name, "x")]), 403, "{name}");
    }
}
