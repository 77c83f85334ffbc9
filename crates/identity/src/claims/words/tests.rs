use super::*;
use serde_json::json;

fn claims(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(claims) => claims,
        other => panic!("{other} is no object"),
    }
}

#[test]
fn a_patient_is_told_from_others_who_sign_in() {
    for patient in [
        "Patient/1",
        "https://ehr.example/fhir/Patient/1",
        "RelatedPerson/2",
        "https://ehr.example/fhir/Patient?identifier=1",
        "urn:Patient:1",
        "patient/1",
        "https://ehr.example/fhir/Patient/1/Practitioner/2",
        "Practitioner",
        "Practitioner/",
        "Practitioner?identifier=1",
        "https://ehr.example/fhir/Practitioner/1?x",
        "urn:Practitioner/1",
        "javascript:/Practitioner/1",
        "practitioner/1",
        "somebody",
        "",
    ] {
        assert!(is_patient(patient), "{patient}");
    }
    for other in [
        "Practitioner/1",
        "PractitionerRole/1",
        "Person/1",
        "https://Patient.example:8443/fhir/Practitioner/1",
        "http://ehr.example/Device/a-b.c",
    ] {
        assert!(!is_patient(other), "{other}");
    }
}

#[test]
fn a_path_leads_to_a_claim_and_a_whole_name_goes_first() {
    let claims = claims(json!({
        "a": {"b": {"c": 1}, "list": [{"c": 2}]},
        "a.b": 3,
        "https://kiln.example/roles": 4,
    }));
    assert_eq!(at(&claims, "a.b"), Some(&json!(3)));
    assert_eq!(at(&claims, "a.b.c"), Some(&json!(1)));
    assert_eq!(at(&claims, "https://kiln.example/roles"), Some(&json!(4)));
    for nothing in ["", ".", "a.", "a.x", "a.list.0", "a.b.c.d", "x"] {
        assert_eq!(at(&claims, nothing), None, "{nothing}");
    }
}

#[test]
fn names_and_purposes_come_from_openid_or_iua_and_decide_nothing() {
    let iua = claims(json!({"extensions": {"ihe_iua": {
        "subject_name": "Dr. Ada",
        "purpose_of_use": [{"system": "urn:oid:1.2", "code": "TREAT"}],
    }}}));
    assert_eq!(person(&iua).as_deref(), Some("Dr. Ada"));
    assert_eq!(purposes(&iua), ["urn:oid:1.2|TREAT"]);
    let plain = claims(json!({"name": "Ada", "purpose_of_use": "TREAT"}));
    assert_eq!((person(&plain).as_deref(), purposes(&plain)), (Some("Ada"), vec!["TREAT".into()]));
    let wrong = claims(json!({"name": "two\nlines", "purpose_of_use": ["", 1, {"system": "s"}]}));
    assert_eq!((person(&wrong), purposes(&wrong)), (None, Vec::new()));
    let many = claims(json!({"purpose_of_use": vec!["TREAT"; 100]}));
    assert_eq!(purposes(&many).len(), 16);
}
