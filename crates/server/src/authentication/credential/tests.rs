use super::Credential;
use crate::authentication::denied::Denied;
use hyper::{Request, http::request::Parts};

fn parts(uri: &str, authorization: &[&str]) -> Parts {
    let mut request = Request::builder().uri(uri);
    for value in authorization {
        request = request.header("authorization", *value);
    }
    request.body(()).unwrap().into_parts().0
}

#[test]
fn a_credential_is_one_bearer_token_in_one_field() {
    let of = |values: &[&str]| {
        let parts = parts("/fhir/r4/AuditEvent", values);
        Credential::of(&parts).map(|credential| format!("{credential:?}"))
    };
    assert_eq!(of(&[]), Ok("Nothing".to_owned()));
    assert_eq!(of(&["Bearer a.b.c"]), Ok("Token(\"a.b.c\")".to_owned()));
    assert_eq!(of(&["bearer a.b.c"]), Ok("Token(\"a.b.c\")".to_owned()));
    assert_eq!(of(&["Bearer kiln_x_y"]), Ok("ApiKey(\"kiln_x_y\")".to_owned()));
    assert_eq!(of(&["Basic YTpi"]), Err(Denied::Nothing));
    for malformed in [&["Bearer"][..], &["Bearer "], &["Bearer a b"], &["Bearer a", "Bearer a"]] {
        assert_eq!(of(malformed), Err(Denied::Malformed), "{malformed:?}");
    }
}

#[test]
fn a_credential_in_a_url_is_refused_whatever_else_is_sent() {
    let key = format!("kiln_{}_{}", "a".repeat(16), "b".repeat(43));
    let encoded = key.replace("kiln_", "%6Biln%5f");
    for query in [
        "access_token=x",
        "_count=1&access_token=x",
        "access%5ftoken=x",
        "_count=1&%61ccess%5FTOKEN=x",
        "+access_token=x",
        &format!("x={key}"),
        &format!("x={encoded}"),
        &key,
    ] {
        let parts = parts(&format!("/api/audit-events?{query}"), &["Bearer a.b.c"]);
        assert_eq!(Credential::of(&parts), Err(Denied::Malformed), "{query}");
    }
    for query in
        ["agent-name=kiln_", "agent-name=kiln_bench_runner", "entity-name=access_token", "a=%ff"]
    {
        let parts = parts(&format!("/api/audit-events?{query}"), &[]);
        assert_eq!(Credential::of(&parts), Ok(Credential::Nothing), "{query}");
    }
}
