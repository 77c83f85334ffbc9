use super::super::{Head, Headers};
use super::*;

const JSON: &str = "application/fhir+json";
const FORM: &str = "application/x-www-form-urlencoded";

fn sent(method: &str, target: &str, kind: &str, body: &str) -> Result<Sent, u16> {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let content_type = Some(kind).filter(|kind| !kind.is_empty());
    let headers = Headers { content_type, ..Headers::default() };
    let head = Head { method, path, query, headers };
    let asked = Asked::read(&head, &Limits::default()).map_err(|refusal| refusal.status)?;
    asked.body(body.as_bytes(), &Limits::default()).map_err(|refusal| refusal.status)
}

fn of_type(sent: &Sent) -> &str {
    match sent {
        Sent::Nothing => "nothing",
        Sent::Form(form) => form,
        Sent::Resource(resource) => resource.r#type.as_str(),
        Sent::Bundle(_) => "entries",
        Sent::Patch(patients) if patients.is_empty() => "patch",
        Sent::Patch(_) => "patients",
        Sent::Opaque => "opaque",
    }
}

#[test]
fn bodies_are_read_as_what_was_asked_wants() {
    let patient = r#"{"resourceType":"Patient","id":"1"}"#;
    let xml = r#"<Patient xmlns="http://hl7.org/fhir"><id value="1"/></Patient>"#;
    for (method, target, kind, body, found) in [
        ("POST", "/Patient", JSON, patient, Ok("Patient")),
        ("POST", "/Patient", "", patient, Ok("Patient")),
        ("POST", "/Patient", "text/plain", patient, Ok("Patient")),
        ("POST", "/Patient", "application/fhir+xml", xml, Ok("Patient")),
        ("POST", "/Patient", "text/turtle", "[] a fhir:Patient", Err(415)),
        ("POST", "/Patient", "", "\u{feff}{}", Err(415)),
        ("POST", "/Patient", JSON, "", Ok("nothing")),
        ("PUT", "/Patient/1", JSON, patient, Ok("Patient")),
        ("PUT", "/Patient?_id=1", JSON, patient, Ok("Patient")),
        ("PUT", "/Patient/1", JSON, r#"{"resourceType":"Patient"}"#, Ok("Patient")),
        ("PUT", "/Patient/2", JSON, patient, Err(400)),
        ("PUT", "/Patient/1", JSON, r#"{"resourceType":"Patient","id":1}"#, Err(400)),
        ("PUT", "/Observation/1", JSON, patient, Err(400)),
        ("POST", "/Observation", JSON, patient, Err(400)),
        ("POST", "/Patient", JSON, "{}", Err(400)),
        ("POST", "/Patient", JSON, r#"{"resourceType":"patient"}"#, Err(400)),
        ("POST", "/Patient", JSON, xml, Err(400)),
        ("POST", "/Patient", "application/fhir+xml", patient, Err(400)),
        ("POST", "/Patient", JSON, &[patient, patient].concat(), Err(400)),
        ("POST", "/Binary", "image/png", "\u{1}PNG", Ok("opaque")),
        ("POST", "/Binary", "application/json", r#"{"a":1}"#, Ok("opaque")),
        ("POST", "/Binary", "application/json", "[1]", Ok("opaque")),
        ("POST", "/Binary", JSON, patient, Err(400)),
        ("PUT", "/Binary/1", JSON, r#"{"resourceType":"Binary","id":"1"}"#, Ok("Binary")),
        ("PATCH", "/Patient/1", "application/json-patch+json", "[]", Ok("patch")),
        (
            "PATCH",
            "/Task/1",
            "application/json-patch+json",
            r#"[{"op":"add","path":"/for","value":{"reference":"Patient/2"}}]"#,
            Ok("patients"),
        ),
        ("PATCH", "/Patient/1", "application/xml-patch+xml", "<diff/>", Ok("patch")),
        ("PATCH", "/Patient/1", JSON, r#"{"resourceType":"Parameters"}"#, Ok("patch")),
        ("POST", "/Patient/_search", FORM, "name=a&x=%2F", Ok("name=a&x=%2F")),
        ("POST", "/Patient/_search", FORM, "", Ok("nothing")),
        ("POST", "/Patient/_search", "", "", Ok("nothing")),
        ("POST", "/_search", "application/x-www-form-urlencoded; charset=utf-8", "a=b", Ok("a=b")),
        ("POST", "/Patient/_search", JSON, "{}", Err(415)),
        ("POST", "/Patient/_search", "multipart/form-data", "a", Err(415)),
        ("POST", "/Patient/_search", "", "name=a", Err(415)),
        ("POST", "/Patient/_search", FORM, "_method=DELETE", Err(400)),
        ("POST", "/Patient/_search", FORM, "a=b&_met%68od=PUT", Err(400)),
        ("POST", "/Patient/_search", FORM, "a=%zz", Err(400)),
        ("POST", "/Patient/_search", FORM, "a=b\nc=d", Err(400)),
        ("GET", "/Patient/_search?a=b", FORM, "c=d", Err(400)),
        ("GET", "/Patient/1", JSON, patient, Err(400)),
        ("DELETE", "/Patient/1", JSON, patient, Err(400)),
        ("HEAD", "/Patient", FORM, "a=b", Err(400)),
        ("POST", "/$process-message", JSON, r#"{"resourceType":"Bundle"}"#, Ok("Bundle")),
        ("POST", "/$graphql", "application/json", r#"{"query":"a"}"#, Ok("opaque")),
        ("GET", "/Patient/1/$everything", JSON, patient, Err(400)),
        ("POST", "", JSON, "", Err(400)),
        ("POST", "", "", r#"{"resourceType":"Bundle","type":"batch"}"#, Err(415)),
        ("POST", "", "text/plain", r#"{"resourceType":"Bundle","type":"batch"}"#, Err(415)),
        ("POST", "", FORM, "a=b", Err(415)),
        ("POST", "", JSON, r#"{"resourceType":"Bundle","type":"batch"}"#, Ok("entries")),
    ] {
        let read = sent(method, target, kind, body);
        let read = read.as_ref().map(of_type).map_err(|status| *status);
        assert_eq!(read, found, "{method} {target} {kind} {body}");
    }
}

#[test]
fn an_element_that_is_there_twice_is_not_read_now_so_and_now_otherwise() {
    let twice = r#"{"resourceType":"Observation","subject":{"reference":"Patient/1"},
        "subject":{"reference":"Patient/2"}}"#;
    assert_eq!(sent("POST", "/Observation", JSON, twice), Err(400));
}

#[test]
fn what_must_be_read_is_refused_above_the_limit() {
    let head = Head {
        method: "POST",
        path: "",
        query: None,
        headers: Headers { content_type: Some(JSON), ..Headers::default() },
    };
    let small = Limits { body_bytes_max: 8, ..Limits::default() };
    let asked = Asked::read(&head, &small).unwrap();
    assert!(asked.needs_body());
    let refusal = asked.body(br#"{"resourceType":"Bundle"}"#, &small).unwrap_err();
    assert_eq!(refusal.status, 413);
}
