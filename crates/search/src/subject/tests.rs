//! References that are to a patient, and those that only look so.
use super::*;

fn subject() -> Subject {
    Subject::new("1", ["https://kiln.example/fhir/r4", "https://kiln.example/fhir/r5/"])
}

#[test]
fn relative_own_and_versioned_references_are_theirs() {
    for text in [
        "Patient/1",
        "Patient/1/_history/3",
        "https://kiln.example/fhir/r4/Patient/1",
        "https://kiln.example/fhir/r5/Patient/1/_history/2",
    ] {
        assert!(subject().is(text), "{text}");
    }
}

#[test]
fn nothing_else_is() {
    for text in [
        "",
        "1",
        "#1",
        "Patient/2",
        "Patient/11",
        "Patient/1/2",
        "patient/1",
        "Person/1",
        "Patient/1?x",
        "https://other.example/fhir/r4/Patient/1",
        "http://kiln.example/fhir/r4/Patient/1",
        "https://kiln.example/fhir/r4x/Patient/1",
        "https://kiln.example/fhir/r4/Patient/12",
        "urn:uuid:1",
        "Patient/2/_history/Patient/1",
    ] {
        assert!(!subject().is(text), "{text}");
    }
}

#[test]
fn an_empty_id_is_nobodys() {
    assert!(!Subject::new("", []).is("Patient/"));
}
