use super::*;
use crate::resources::body::{By, Head};
use kiln_index::{DocumentView, LogIndex, Millis};

const TASK: &str = r#"{"resourceType":"Task","status":"accepted",
  "identifier":[{"system":"urn:orders","value":"7"},{"value":"bare"}],
  "code":{"coding":[{"system":"urn:codes","code":"c1"},{"code":"c2"}]},
  "for":{"reference":"https://ehr.example/fhir/Patient/p1/_history/3"}}"#;

fn finds(resource: &str, by: By, query: &Query) -> bool {
    let name: Value = serde_json::from_str(resource).unwrap();
    let r#type = name["resourceType"].as_str().unwrap().to_owned();
    let head = Head { r#type, id: "x-1".into(), version: "4".into(), by };
    let record = body::record(&head, resource.as_bytes(), 3, 0);
    let at = Millis(0);
    let document =
        DocumentView { log_index: LogIndex(0), recorded: at, received: at, terms: &record.terms };
    query.matches(&document)
}

fn task(query: &Query) -> bool {
    finds(TASK, By::Put, query)
}

#[test]
fn a_version_is_found_by_its_type_its_key_and_itself() {
    assert!(task(&of_type("Task")) && !task(&of_type("Patient")));
    assert!(task(&of_key("Task/x-1")) && !task(&of_key("Task/x-2")));
    assert!(task(&of_version("Task/x-1", "4")) && !task(&of_version("Task/x-1", "5")));
}

#[test]
fn tokens_are_found_with_and_without_their_system() {
    for (field, value, expected) in [
        (IDENTIFIER, "7", true),
        (IDENTIFIER, "urn:orders|7", true),
        (IDENTIFIER, "urn:orders|", true),
        (IDENTIFIER, "urn:other|7", false),
        (IDENTIFIER, "|7", false),
        (IDENTIFIER, "|bare", true),
        (STATUS, "accepted", true),
        (STATUS, "|accepted", true),
        (STATUS, "rejected", false),
        (CODE, "c1", true),
        (CODE, "urn:codes|c1", true),
        (CODE, "urn:codes|c2", false),
        (CODE, "|c2", true),
    ] {
        assert_eq!(task(&by_token(field, value)), expected, "{value}");
    }
}

#[test]
fn references_are_found_by_id_by_instance_and_by_url() {
    let base = "http://here/fhir/r4";
    for (value, r#type, expected) in [
        ("p1", None, true),
        ("Patient/p1", None, true),
        ("p1", Some("Patient"), true),
        ("p1", Some("Group"), false),
        ("https://ehr.example/fhir/Patient/p1", None, true),
        ("https://other.example/fhir/Patient/p1", None, false),
        ("http://here/fhir/r4/Patient/p1", None, true),
        ("Patient/p2", None, false),
    ] {
        let query = by_reference(SUBJECT, value, r#type, base);
        assert_eq!(task(&query), expected, "{value} {type:?}");
    }
}

#[test]
fn a_patient_is_found_by_what_is_about_them_and_is_about_themselves() {
    let of = |id: &str| by_reference(PATIENT, id, Some("Patient"), "http://here");
    assert!(task(&of("Patient/p1")));
    assert!(task(&of("p1")) && !task(&of("p2")));
    let patient = r#"{"resourceType":"Patient"}"#;
    assert!(finds(patient, By::Post, &of_patient("x-1")));
    assert!(!finds(patient, By::Post, &of_patient("p1")));
}
