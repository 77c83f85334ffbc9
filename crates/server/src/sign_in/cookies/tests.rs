use super::*;

fn sent(values: &[&'static str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append(header::COOKIE, HeaderValue::from_static(value));
    }
    headers
}

#[test]
fn one_cookie_is_found_among_others() {
    let headers = sent(&["theme=dark; __Host-kiln-session=abc", "other=1"]);
    assert_eq!(Cookie::Session.of(&headers, Transport::Secure), Some("abc"));
    assert_eq!(Cookie::Session.of(&headers, Transport::Loopback), None);
    assert_eq!(Cookie::SigningIn.of(&headers, Transport::Secure), None);
}

/// A neighbour of the domain may set a second one: nobody knows which is ours.
#[test]
fn two_of_a_name_are_none() {
    for headers in
        [sent(&["kiln-session=a; kiln-session=b"]), sent(&["kiln-session=a", "kiln-session=a"])]
    {
        assert_eq!(Cookie::Session.of(&headers, Transport::Loopback), None);
    }
}

#[test]
fn cookies_are_for_our_pages_alone() {
    let field = Cookie::Session.set(Transport::Secure, "abc", Duration::from_mins(1));
    let expected = "__Host-kiln-session=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure";
    assert_eq!(field, expected);
    let field = Cookie::SigningIn.forget(Transport::Loopback);
    assert_eq!(field, "kiln-signing-in=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
}
