use super::*;

fn asked(origin: &'static str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
    let post = HeaderValue::from_static("POST");
    headers.insert(header::ACCESS_CONTROL_REQUEST_METHOD, post);
    headers
}

#[test]
fn nobody_is_on_the_list_by_default() {
    let cors = Cors::default();
    let headers = asked("https://app.example");
    assert!(cors.preflight(&Method::OPTIONS, &headers).is_none());
    assert_eq!(cors.origin(&headers), None);
    let mut answer = HeaderMap::new();
    cors.expose(None, &mut answer);
    assert!(answer.is_empty());
}

#[test]
fn those_on_the_list_may_ask_and_read() {
    let cors = Cors::of(&["https://app.example".to_owned()]).unwrap();
    let headers = asked("https://app.example");
    let answer = cors.preflight(&Method::OPTIONS, &headers).unwrap();
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert!(cors.preflight(&Method::POST, &headers).is_none());
    let mut answer = HeaderMap::new();
    cors.expose(cors.origin(&headers), &mut answer);
    assert_eq!(answer[header::ACCESS_CONTROL_ALLOW_ORIGIN], "https://app.example");
    assert_eq!(answer[header::ACCESS_CONTROL_EXPOSE_HEADERS], "Location, ETag, Retry-After");
    assert!(!answer.contains_key(header::ACCESS_CONTROL_ALLOW_CREDENTIALS));
}

#[test]
fn those_who_look_alike_may_not() {
    let cors = Cors::of(&["https://app.example".to_owned()]).unwrap();
    for other in [
        "null",
        "http://app.example",
        "https://app.example:444",
        "https://app.example.evil.example",
        "https://evil.example/https://app.example",
        "https://App.example",
    ] {
        let headers = asked(other);
        assert!(cors.preflight(&Method::OPTIONS, &headers).is_none(), "{other}");
        assert_eq!(cors.origin(&headers), None, "{other}");
    }
}

#[test]
fn what_is_no_origin_is_refused() {
    for wrong in [
        "*",
        "null",
        "",
        "app.example",
        "https://app.example/",
        "https://a.example/b",
        "https://*.example",
        "ftp://app.example",
        "https://App.example",
        "https://a@b.example",
    ] {
        assert!(Cors::of(&[wrong.to_owned()]).is_err(), "{wrong}");
    }
    for right in ["https://app.example", "http://localhost:3000", "https://[::1]:8443"] {
        assert!(Cors::of(&[right.to_owned()]).is_ok(), "{right}");
    }
}
