use super::{Onward, down, up};
use hyper::header::{HeaderMap, HeaderName, HeaderValue};

fn headers(all: &[(&'static str, &'static str)]) -> HeaderMap {
    let pairs = all
        .iter()
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(name, value);
    }
    headers
}

fn passed(all: &[(&'static str, &'static str)], is_from_proxy: bool) -> Vec<String> {
    let id = HeaderValue::from_static("r-1");
    let onward = Onward { authorization: None, is_from_proxy, request_id: &id };
    let up = up(&headers(all), &onward);
    let own = ["accept-encoding", "x-request-id"];
    up.keys().map(ToString::to_string).filter(|name| !own.contains(&name.as_str())).collect()
}

#[test]
fn what_is_between_neighbours_does_not_pass() {
    let sent = [
        ("connection", "close, x-secret"),
        ("x-secret", "1"),
        ("keep-alive", "1"),
        ("te", "trailers"),
        ("trailer", "x"),
        ("transfer-encoding", "chunked"),
        ("upgrade", "h2c"),
        ("proxy-authorization", "x"),
        ("expect", "100-continue"),
        ("content-length", "3"),
        ("host", "x"),
        ("if-match", "W/\"1\""),
    ];
    assert_eq!(passed(&sent, false), ["if-match"]);
}

#[test]
fn addresses_pass_from_a_proxy_that_is_trusted_alone() {
    let sent = [("forwarded", "for=1.2.3.4"), ("x-forwarded-for", "1.2.3.4"), ("via", "1.1 x")];
    assert_eq!(passed(&sent, false), Vec::<String>::new());
    assert_eq!(passed(&sent, true).len(), 3);
}

#[test]
fn credentials_cookies_and_words_of_audits_do_not_pass() {
    let sent = [
        ("authorization", "Bearer x"),
        ("cookie", "a=b"),
        ("x-kiln-tenant", "x"),
        ("x-audit-user", "x"),
    ];
    assert_eq!(passed(&sent, true), Vec::<String>::new());
}

#[test]
fn who_takes_both_forms_is_given_json() {
    let id = HeaderValue::from_static("r");
    let onward = Onward { authorization: None, is_from_proxy: false, request_id: &id };
    let accept = |value| up(&headers(&[("accept", value)]), &onward)["accept"].clone();
    assert_eq!(
        accept("application/fhir+xml, application/fhir+json;q=0.5"),
        "application/fhir+json"
    );
    assert_eq!(accept("application/fhir+xml"), "application/fhir+xml");
    assert_eq!(accept("*/*"), "*/*");
}

#[test]
fn what_comes_back_is_kept_by_nobody_and_sets_nothing() {
    let sent = [
        ("set-cookie", "a=b"),
        ("cache-control", "public"),
        ("connection", "keep-alive"),
        ("etag", "W/\"1\""),
        ("content-length", "7"),
    ];
    let down = down(&headers(&sent));
    let mut names: Vec<_> = down.keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["cache-control", "etag", "x-content-type-options"]);
    assert_eq!(down["cache-control"], "no-store");
}
