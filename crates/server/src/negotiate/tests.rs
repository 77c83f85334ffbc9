//! Types, releases and preferences as clients write them.
use super::*;
use MediaType::{Json, Xml};

fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        headers.append(*name, value.parse().unwrap());
    }
    headers
}

fn wanted(path: Option<Release>, accept: &str) -> Result<(MediaType, Option<Release>), u16> {
    accepted(path, &headers(&[("accept", accept)]), None)
        .map(|accepted| (accepted.media, accepted.release))
        .map_err(|refusal| refusal.status.as_u16())
}

fn sent(path: Option<Release>, content_type: &str) -> Result<(MediaType, Option<Release>), u16> {
    fhir_body(&headers(&[("content-type", content_type)]), path)
        .map(|sent| (sent.media, sent.at))
        .map_err(|refusal| refusal.status.as_u16())
}

#[test]
fn bodies_are_json_or_xml_of_fhir_in_utf_8() {
    for (content_type, media) in [
        ("application/fhir+json", Json),
        ("Application/JSON; charset=UTF-8", Json),
        ("application/json+fhir", Json),
        ("text/json;charset=\"utf-8\"", Json),
        ("application/fhir+xml", Xml),
        ("application/xml+fhir; charset=utf-8", Xml),
        ("application/xml", Xml),
        ("text/xml", Xml),
    ] {
        assert_eq!(sent(None, content_type), Ok((media, None)), "{content_type}");
        let at = Some(Release::Stu3);
        assert_eq!(sent(at, content_type), Ok((media, at)), "{content_type}");
    }
    for other in [
        "text/plain",
        "application/fhir+turtle",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin1",
        "text/xml; charset=utf-16",
        "*/*",
        "",
    ] {
        assert_eq!(sent(None, other), Err(415), "{other}");
    }
    assert_eq!(fhir_body(&HeaderMap::new(), None).unwrap_err().status.as_u16(), 415);
}

/// What `fhirVersion` names, and the URLs where it may stand.
const VERSIONS: [(&str, Release, Option<Release>); 13] = [
    ("1.0", Release::Dstu2, Some(Release::Dstu2)),
    ("1.0.2", Release::Dstu2, Some(Release::Dstu2)),
    ("3.0", Release::Stu3, Some(Release::Stu3)),
    ("3.0.1", Release::Stu3, Some(Release::Stu3)),
    ("4.0", Release::R4, Some(Release::R4)),
    ("4.0.1", Release::R4, Some(Release::R4)),
    ("4", Release::R4, Some(Release::R4)),
    ("4.3", Release::R4b, Some(Release::R4b)),
    ("4.6", Release::R5Draft, Some(Release::R5)),
    ("4.6.0", Release::R5Draft, Some(Release::R5)),
    ("5.0", Release::R5, Some(Release::R5)),
    ("6.0", Release::R6, Some(Release::R6)),
    ("6.0.0-ballot2", Release::R6, Some(Release::R6)),
];

#[test]
fn the_version_of_a_body_names_its_release_and_may_not_contradict_the_path() {
    for (version, release, path) in VERSIONS {
        let content_type = format!("application/fhir+json; fhirVersion={version}");
        assert_eq!(sent(None, &content_type), Ok((Json, Some(release))), "{version}");
        assert_eq!(sent(path, &content_type), Ok((Json, Some(release))), "{version}");
        for other in Release::SERVED.iter().filter(|other| Some(**other) != path) {
            let is_family = version == "4" && *other == Release::R4b;
            let expected = if is_family { Ok((Json, Some(*other))) } else { Err(415) };
            assert_eq!(sent(Some(*other), &content_type), expected, "{version} at {other:?}");
        }
    }
    for version in ["2.0", "4.1", "4.2", "7.0", "R4", "", "4.0beta"] {
        let content_type = format!("application/fhir+json; fhirVersion={version}");
        assert_eq!(sent(None, &content_type), Err(415), "{version}");
    }
}

#[test]
fn the_version_of_accept_names_a_release_and_may_not_contradict_the_path() {
    for (version, release, path) in VERSIONS {
        let accept = format!("application/fhir+xml; fhirVersion={version}");
        assert_eq!(wanted(None, &accept), Ok((Xml, Some(release))), "{version}");
        assert_eq!(wanted(path, &accept), Ok((Xml, Some(release))), "{version}");
    }
    let r5 = "application/fhir+json; fhirVersion=5.0";
    assert_eq!(wanted(Some(Release::R4), r5), Err(406));
    let both = format!("{r5}, application/fhir+xml;fhirVersion=4.0;q=0.1");
    assert_eq!(wanted(Some(Release::R4), &both), Ok((Xml, Some(Release::R4))));
}

#[test]
fn the_highest_weight_wins_then_the_first() {
    for (accept, media) in [
        ("*/*", Json),
        ("application/*", Json),
        ("application/json", Json),
        ("application/json+fhir", Json),
        ("text/json", Json),
        ("application/fhir+json;q=0.9", Json),
        ("application/fhir+xml", Xml),
        ("application/xml+fhir", Xml),
        ("Text/XML", Xml),
        ("application/xml", Xml),
        ("text/html, application/xhtml+xml, */*;q=0.8", Json),
        ("application/fhir+xml, application/fhir+json", Xml),
        ("application/fhir+json, application/fhir+xml", Json),
        ("application/fhir+xml;q=0.5, application/fhir+json;q=0.51", Json),
        ("application/fhir+json;q=0.5, application/fhir+xml;q=0.501", Xml),
        ("application/fhir+json;q=0, */*", Xml),
        ("application/fhir+json;q=0.1, */*;q=0.5", Xml),
        ("application/fhir+xml;q=0, application/*", Json),
        ("application/json;q=0.2, application/fhir+json, application/xml;q=0.9", Json),
        ("application/fhir+xml;q=1.0, application/fhir+json;q=1.0", Xml),
        ("application/fhir+turtle, application/fhir+xml;q=0.001", Xml),
    ] {
        assert_eq!(wanted(Some(Release::R5), accept), Ok((media, None)), "{accept}");
    }
    for accept in ["application/fhir+turtle", "text/html", "application/json;q=0", "text/*", ""] {
        assert_eq!(wanted(Some(Release::R4), accept), Err(406), "{accept}");
    }
    let none = accepted(Some(Release::R4), &HeaderMap::new(), None).unwrap();
    assert_eq!((none.media, none.release), (Json, None));
}

#[test]
fn format_goes_before_accept() {
    let xml = headers(&[("accept", "application/fhir+xml")]);
    let by = |format| accepted(Some(Release::R5), &xml, Some(format));
    for format in ["json", "application/json", "application/fhir+json", "application/fhir json"] {
        assert_eq!(by(format).unwrap().media, Json, "{format}");
    }
    for format in ["xml", "text/xml", "application/xml", "application/xml+fhir"] {
        assert_eq!(by(format).unwrap().media, Xml, "{format}");
    }
    let draft = by("application/fhir+json; fhirVersion=4.6").unwrap();
    assert_eq!(draft.release, Some(Release::R5Draft));
    for format in ["html", "ttl", "", "XML", "application/fhir+json;fhirVersion=4.0"] {
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
