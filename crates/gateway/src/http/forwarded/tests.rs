use super::address;
use crate::settings::Network;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};

fn told(neighbour: &str, name: &'static str, value: &'static str) -> String {
    let trusted = [Network::parse("10.0.0.0/8").unwrap()];
    let mut headers = HeaderMap::new();
    headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    address(Some(neighbour.parse().unwrap()), &headers, &trusted).unwrap().to_string()
}

#[test]
fn nobody_but_a_trusted_proxy_is_believed() {
    assert_eq!(told("192.0.2.9", "forwarded", "for=198.51.100.1"), "192.0.2.9");
    assert_eq!(told("10.0.0.1", "forwarded", "for=198.51.100.1"), "198.51.100.1");
    assert_eq!(told("10.0.0.1", "x-forwarded-for", "198.51.100.1"), "198.51.100.1");
}

#[test]
fn what_a_client_wrote_before_its_proxy_is_not_believed() {
    let sent = "for=1.1.1.1, for=198.51.100.1;proto=https, for=10.0.0.2";
    assert_eq!(told("10.0.0.1", "forwarded", sent), "198.51.100.1");
    assert_eq!(told("10.0.0.1", "x-forwarded-for", "1.1.1.1, 198.51.100.1"), "198.51.100.1");
}

#[test]
fn ports_and_ipv6_are_read() {
    assert_eq!(told("10.0.0.1", "forwarded", r#"For="[2001:db8::1]:4711""#), "2001:db8::1");
    assert_eq!(told("10.0.0.1", "forwarded", "for=198.51.100.1:99"), "198.51.100.1");
}

#[test]
fn what_is_no_address_says_nothing() {
    assert_eq!(told("10.0.0.1", "forwarded", "for=unknown"), "10.0.0.1");
    assert_eq!(told("10.0.0.1", "forwarded", "proto=https"), "10.0.0.1");
}

#[test]
fn of_two_headers_that_differ_none_is_believed() {
    let told = |forwarded: &'static str| {
        let trusted = [Network::parse("10.0.0.0/8").unwrap()];
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("198.51.100.1"));
        headers.insert("forwarded", HeaderValue::from_static(forwarded));
        address(Some("10.0.0.1".parse().unwrap()), &headers, &trusted).unwrap().to_string()
    };
    assert_eq!(told("for=203.0.113.7"), "10.0.0.1", "one of them is the client's own word");
    assert_eq!(told("for=198.51.100.1"), "198.51.100.1");
}
