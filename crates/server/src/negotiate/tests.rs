//! Types, releases and preferences as clients write them.
use super::*;

fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        headers.append(*name, value.parse().unwrap());
    }
    headers
}

fn accepted(path: Option<Release>, accept: &str) -> Result<Release, u16> {
    release(path, None, &headers(&[("accept", accept)]), None).map_err(|r| r.status.as_u16())
}

fn sent(content_type: &str) -> Result<Option<Release>, u16> {
    fhir_body(&headers(&[("content-type", content_type)])).map_err(|r| r.status.as_u16())
}

#[test]
fn bodies_are_fhir_json_in_utf_8() {
    assert_eq!(sent("application/fhir+json"), Ok(None));
    assert_eq!(sent("Application/JSON; charset=UTF-8"), Ok(None));
    assert_eq!(
        sent("application/fhir+json; charset=\"utf-8\"; fhirVersion=4.0"),
        Ok(Some(Release::R4))
    );
    assert_eq!(sent("application/fhir+json;fhirVersion=5.0.0"), Ok(Some(Release::R5)));
    for other in [
        "text/plain",
        "application/fhir+xml",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin1",
        "application/fhir+json; fhirVersion=3.0",
        "application/fhir+json; fhirVersion=5",
        "",
    ] {
        let expected = if other.ends_with("=5") { Ok(Some(Release::R5)) } else { Err(415) };
        assert_eq!(sent(other), expected, "{other}");
    }
    assert_eq!(fhir_body(&HeaderMap::new()).unwrap_err().status.as_u16(), 415);
}

#[test]
fn json_is_accepted_in_its_usual_forms() {
    for accept in [
        "*/*",
        "application/*",
        "application/json",
        "application/fhir+json;q=0.9",
        "text/html, application/xhtml+xml, */*;q=0.8",
        "application/fhir+xml, application/fhir+json",
    ] {
        assert_eq!(accepted(Some(Release::R5), accept), Ok(Release::R5), "{accept}");
    }
    for accept in ["application/fhir+xml", "text/html", "application/json;q=0", "text/*"] {
        assert_eq!(accepted(Some(Release::R4), accept), Err(406), "{accept}");
    }
}

#[test]
fn the_release_comes_from_path_then_body_then_accept() {
    let r5 = "application/fhir+json; fhirVersion=5.0";
    assert_eq!(accepted(None, r5), Ok(Release::R5));
    assert_eq!(accepted(None, "application/json"), Ok(Release::R4));
    assert_eq!(accepted(Some(Release::R4), r5), Err(406));
    let none = HeaderMap::new();
    assert_eq!(release(None, Some(Release::R5), &none, None).unwrap(), Release::R5);
    assert_eq!(release(None, None, &none, None).unwrap(), Release::R4);
    let mixed = release(Some(Release::R4), Some(Release::R5), &none, None);
    assert_eq!(mixed.unwrap_err().status.as_u16(), 415);
}

#[test]
fn format_goes_before_accept() {
    let xml = headers(&[("accept", "application/fhir+xml")]);
    let by = |format| release(Some(Release::R4), None, &xml, Some(format));
    for format in ["json", "application/json", "application/fhir+json", "application/fhir json"] {
        assert!(by(format).is_ok(), "{format}");
    }
    for format in ["xml", "application/fhir+xml", "html", "ttl", ""] {
        assert_eq!(by(format).unwrap_err().status.as_u16(), 406, "{format}");
    }
}

#[test]
fn preferences_are_taken_from_every_field() {
    let prefer = Prefer::of(&headers(&[
        ("prefer", "respond-async, return=minimal"),
        ("prefer", "handling=\"strict\"; wait=1"),
    ]));
    assert_eq!(prefer.r#return, Some(Return::Minimal));
    assert_eq!(prefer.handling, Handling::Strict);
    let prefer = Prefer::of(&headers(&[("prefer", "return=nothing")]));
    assert_eq!(prefer, Prefer::default());
}
