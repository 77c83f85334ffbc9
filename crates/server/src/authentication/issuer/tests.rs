use super::check_url;

#[test]
fn an_issuer_is_asked_where_nobody_else_can_answer() {
    for url in ["https://idp.example/jwks", "http://localhost:3000/jwks", "http://127.0.0.1/jwks"] {
        assert!(check_url(url).is_ok(), "{url}");
    }
    for url in [
        "http://idp.example/jwks",
        "http://localhost.example/jwks",
        "http://localhost:x@idp.example/jwks",
        "http://127.0.0.1@idp.example/jwks",
        "file:///etc/jwks",
        "/jwks",
        "",
    ] {
        assert!(check_url(url).is_err(), "{url}");
    }
}
