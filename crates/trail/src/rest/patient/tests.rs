use super::super::{Asked, Form, Head, Headers, Limits, Resource};
use super::*;
use kiln_fhir::json;
use std::io::Write as _;
use std::path::Path;

const BASES: [&str; 2] = ["http://here/fhir", "https://front/r4/"];

fn read(json: &str) -> Resource {
    Resource::read(json.as_bytes(), Form::Json, &BASES, &Limits::default()).unwrap()
}

/// Patients as text: a reference, `system|value`, or `?urn:…`.
fn shown(patients: &[Patient]) -> Vec<String> {
    let text = |patient: &Patient| match patient {
        Patient::Reference(reference) => reference.clone(),
        Patient::Identifier { system, value } => {
            format!("{}|{value}", system.as_deref().unwrap_or_default())
        }
        Patient::Placeholder(name) => format!("?{name}"),
    };
    patients.iter().map(text).collect()
}

/// The patients of an Observation with this subject.
fn subject(reference: &str) -> Vec<String> {
    shown(&read(&format!(r#"{{"resourceType":"Observation","subject":{reference}}}"#)).patients)
}

#[test]
fn references_are_read_however_they_are_written() {
    for (reference, patient) in [
        ("Patient/1", Some("Patient/1")),
        ("Patient/1/_history/2", Some("Patient/1")),
        ("http://here/fhir/Patient/1", Some("Patient/1")),
        ("https://front/r4/Patient/1/_history/3", Some("Patient/1")),
        ("http://there/fhir/Patient/1", Some("http://there/fhir/Patient/1")),
        ("http://there/fhir/Patient/1/_history/2", Some("http://there/fhir/Patient/1")),
        ("http://here/fhir2/Patient/1", Some("http://here/fhir2/Patient/1")),
        ("urn:uuid:a", Some("?urn:uuid:a")),
        ("Patient?identifier=urn:a%7C1", Some("urn:a|1")),
        ("Group/1", None),
        ("http://here/fhir/Device/1", None),
        ("patient/1", None),
        ("Patient/", None),
        ("Patient", None),
        ("Patient/a_b", None),
        ("Patient/1/_history/", None),
        ("Patient?name=a", None),
        ("#missing", None),
        ("", None),
    ] {
        let found = subject(&format!(r#"{{"reference":"{reference}"}}"#));
        assert_eq!(found.first().map(String::as_str), patient, "{reference}");
    }
    assert_eq!(subject(r#"{"reference":"https://there/5","type":"Patient"}"#), ["https://there/5"]);
    assert!(subject(r#"{"reference":"https://there/5"}"#).is_empty());
    assert!(subject(r#""Patient/1""#).is_empty());
    assert!(subject("null").is_empty());
}

#[test]
fn identifiers_are_taken_where_they_are_a_patients() {
    let identifier = r#""identifier":{"system":"urn:a","value":"1"}"#;
    assert_eq!(subject(&format!("{{{identifier}}}")), ["urn:a|1"]);
    assert_eq!(subject(r#"{"identifier":{"value":"1"}}"#), ["|1"]);
    assert!(subject(r#"{"identifier":{"system":"urn:a"}}"#).is_empty());
    assert_eq!(subject(&format!(r#"{{"type":"Patient",{identifier}}}"#)), ["urn:a|1"]);
    assert!(subject(&format!(r#"{{"type":"Group",{identifier}}}"#)).is_empty());
    assert_eq!(subject(&format!(r#"{{"reference":"Patient/1",{identifier}}}"#)), ["Patient/1"]);
    assert_eq!(subject(&format!(r##"{{"reference":"#p",{identifier}}}"##)), ["urn:a|1"]);
    assert!(subject(&format!(r#"{{"reference":"Group/1",{identifier}}}"#)).is_empty());
    let performer = |part: &str| {
        let json = format!(r#"{{"resourceType":"Observation","performer":[{{{part}}}]}}"#);
        shown(&read(&json).patients)
    };
    assert!(performer(identifier).is_empty());
    assert_eq!(performer(&format!(r#""type":"Patient",{identifier}"#)), ["urn:a|1"]);
}

#[test]
fn a_contained_patient_is_known_by_its_identifier_alone() {
    let json = r##"{"resourceType":"Claim","contained":[{"resourceType":"Practitioner","id":"a",
        "identifier":[{"value":"no"}]},{"resourceType":"Patient","id":"b","identifier":[{"system":
        "no value"},{"system":"urn:a","value":"1"}]}],"patient":{"reference":"#b"},"payee":
        {"party":{"reference":"#a"}}}"##;
    assert_eq!(shown(&read(json).patients), ["urn:a|1"]);
}

#[test]
fn each_patient_is_told_once_up_to_the_limit() {
    let json = r#"{"resourceType":"Coverage","beneficiary":{"reference":"Patient/1"},
        "subscriber":{"reference":"Patient/2"},"policyHolder":{"reference":"Patient/1"},
        "payor":[{"reference":"Organization/1"},{"reference":"Patient/3"}]}"#;
    assert_eq!(shown(&read(json).patients), ["Patient/1", "Patient/2", "Patient/3"]);
    let member = |id: usize| format!(r#"{{"entity":{{"reference":"Patient/{id}"}}}}"#);
    let members = (0..120).map(member).collect::<Vec<_>>().join(",");
    let group = read(&format!(r#"{{"resourceType":"Group","member":[{members}]}}"#));
    assert_eq!((group.patients.len(), group.has_more_patients), (100, true));
}

#[test]
fn a_patient_is_about_itself_and_those_it_is_linked_to() {
    let json = r#"{"resourceType":"Patient","id":"1","link":[{"other":{"reference":"Patient/2"}},
        {"other":{"reference":"RelatedPerson/3"}}]}"#;
    assert_eq!(shown(&read(json).patients), ["Patient/1", "Patient/2"]);
}

#[test]
fn what_a_bundle_or_parameters_hold_is_looked_into() {
    let json = r#"{"resourceType":"Bundle","type":"document","entry":[{"resource":{"resourceType":
        "Composition","subject":{"reference":"Patient/1"}}},{"resource":{"resourceType":"Patient",
        "id":"1"}},{"resource":{"resourceType":"Parameters","parameter":[{"name":"a",
        "valueReference":{"reference":"Patient/2"}},{"name":"b","resource":{"resourceType":"Task",
        "for":{"reference":"Patient/3"}}}]}}]}"#;
    assert_eq!(shown(&read(json).patients), ["Patient/1", "Patient/2", "Patient/3"]);
}

#[test]
fn a_codeable_reference_is_looked_into() {
    let json = r#"{"resourceType":"DeviceRequest","performer":{"reference":{"reference":
        "Patient/1"}}}"#;
    assert_eq!(shown(&read(json).patients), ["Patient/1"]);
}

#[test]
fn every_path_of_the_table_finds_its_patient() {
    for r#type in kiln_fhir::resource_type::of(kiln_fhir::Release::R4) {
        let top = compartment::ABOUT.iter().map(std::slice::from_ref);
        for path in top.chain(compartment::paths(r#type)) {
            for is_array in [false, true] {
                let inner = r#"{"reference":"Patient/1"}"#.to_owned();
                let wrap = |value: String, name: &&str| {
                    let value = if is_array { format!("[{value}]") } else { value };
                    format!(r#"{{"{name}":{value}}}"#)
                };
                let value = path.iter().rev().fold(inner, wrap);
                let json = format!(r#"{{"resourceType":"{type}",{}"#, &value[1..]);
                assert_eq!(shown(&read(&json).patients), ["Patient/1"], "{json}");
            }
        }
    }
}

#[test]
fn a_request_names_patients_by_its_path_and_its_criteria() {
    let named = |method, target: &str, form: Option<&str>| {
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        let head = Head { method, path, query, headers: Headers::default() };
        let asked = Asked::read(&head, &Limits::default()).unwrap();
        shown(&asked.patients(form, &Limits::default()))
    };
    for (target, patients) in [
        ("/Patient/1", &["Patient/1"][..]),
        ("/Patient/1/_history/2", &["Patient/1"]),
        ("/Patient/1/$everything", &["Patient/1"]),
        ("/Patient/1/Observation?patient=2", &["Patient/1", "Patient/2"]),
        ("/Encounter/1/Observation", &[]),
        ("/Patient?_id=1,2", &["Patient/1", "Patient/2"]),
        ("/Observation?_id=1", &[]),
        ("/Observation?patient=Patient/1,Patient/2,3", &["Patient/1", "Patient/2", "Patient/3"]),
        ("/Observation?patient=Patient%2F1", &["Patient/1"]),
        ("/Observation?subject=Patient/1", &["Patient/1"]),
        ("/Observation?subject=1", &[]),
        ("/Observation?subject:Patient=1", &["Patient/1"]),
        ("/Observation?subject=Group/1", &[]),
        ("/Observation?subject=http://there/Patient/1", &["http://there/Patient/1"]),
        ("/Observation?patient.identifier=urn:a|1", &["urn:a|1"]),
        ("/Observation?patient:identifier=urn:a|1", &["urn:a|1"]),
        ("/Observation?subject:Patient.identifier=urn:a|1", &["urn:a|1"]),
        ("/Observation?subject:identifier=urn:a|1\\,2", &["urn:a|1,2"]),
        ("/Observation?patient.name=a", &[]),
        ("/Observation?performer=Patient/1", &[]),
        ("/Coverage?beneficiary=Patient/1", &["Patient/1"]),
    ] {
        assert_eq!(named("GET", target, None), patients, "{target}");
    }
    let found = named("POST", "/Observation/_search", Some("code=a&patient=Patient%2f1"));
    assert_eq!(found, ["Patient/1"]);
    assert_eq!(named("DELETE", "/Observation?patient=1", None), ["Patient/1"]);
}

/// Real events: whoever they are about is found by the paths of `AuditEvent`, and by nothing else.
#[test]
fn patients_of_real_events_are_found() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/fhir"));
    let folders = ["dstu2-1.0.2", "stu3-3.0.2", "r4-4.0.1", "r4b-4.3.0", "r5-5.0.0"];
    let mut found = 0;
    for folder in folders {
        let Ok(files) = std::fs::read_dir(root.join(folder).join("examples-json")) else {
            writeln!(std::io::stderr(), "SKIPPED: examples of {folder}: no ../shared").unwrap();
            return;
        };
        for file in files {
            let body = std::fs::read_to_string(file.unwrap().path()).unwrap().into_bytes();
            let limits = Limits::default();
            let event = Resource::read(&body, Form::Json, &[], &limits).unwrap();
            let tape = json::read(&body, &kiln_fhir::Limits::default(), "AuditEvent").unwrap();
            let is_patient = |&at: &usize| {
                let text = tape.text(at).filter(|_| tape.key(at) == "reference");
                text.is_some_and(|text| text.starts_with("Patient/"))
            };
            let references = (0..tape.len()).filter(is_patient).count();
            assert_eq!(event.patients.is_empty(), references == 0, "{event:?}");
            found += event.patients.len();
        }
    }
    assert!(found >= 10, "{found}");
}
