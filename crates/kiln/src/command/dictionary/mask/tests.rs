use super::*;
use serde_json::{Value, json};

fn common(record: &str) -> Vocabulary {
    Vocabulary::of(&vec![record.as_bytes(); 100])
}

fn masked(record: &str) -> String {
    let vocabulary = common(record);
    String::from_utf8(Mask::new(&vocabulary).masked(record.as_bytes()).unwrap()).unwrap()
}

#[test]
fn the_form_and_public_words_stay_and_every_value_goes() {
    let record = r#"{ "resourceType":"AuditEvent", "recorded" : "2025-03-01T10:11:12Z",
        "type":{"system":"http://loinc.org","code":"46","display":"Read it"},
        "subtype":[{"system":"http://hospital.example","code":"46b"}], "n":[-12.50, true],
        "agent":[{"who":{"reference":"Patient/p17","display":"O\u00b4Neil \"Ann\" Müller"}}] }"#;
    let out = masked(record);
    assert_eq!(out.len(), record.len());
    let value: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(value["resourceType"], "AuditEvent");
    assert_eq!(
        (&value["type"]["system"], &value["type"]["code"]),
        (&json!("http://loinc.org"), &json!("46"))
    );
    let reference = value["agent"][0]["who"]["reference"].as_str().unwrap();
    assert!(reference.starts_with("Patient/") && reference.len() == 11, "{reference}");
    for gone in
        ["2025", "10:11", "Read", "hospital", "46b", "p17", "Neil", "Ann", "M\u{fc}ller", "12.50"]
    {
        assert!(!out.contains(gone), "{gone} in {out}");
    }
    assert_eq!(value["n"][1], true);
    assert!(out.contains(r#""recorded" : ""#), "white space stays: {out}");
    let shape = value["recorded"].as_str().unwrap();
    assert!(shape.as_bytes()[4] == b'-' && shape.contains('T') || shape.len() == 20, "{shape}");
}

#[test]
fn a_record_with_a_member_of_its_own_is_left_out() {
    let vocabulary = common(r#"{"a":1}"#);
    let mut mask = Mask::new(&vocabulary);
    assert!(mask.masked(br#"{"a":2}"#).is_some());
    assert!(mask.masked(br#"{"Ann Meier":2}"#).is_none());
    assert!(mask.masked(b"no JSON").is_none());
}

#[test]
fn whatever_is_json_stays_json_of_the_same_length() {
    let odd = [
        r#"{"a":"\\"}"#,
        r#"{"a":"\ud83d\ude00\n\/\"x\\\""}"#,
        r#"{"a":[[],{},"",[{"a":"b"},"c"],1e5,-0.0,0]}"#,
        r#""text""#,
        "17",
        r#"{"a":{"a":null},"b\u0041":[false]}"#,
    ];
    for record in odd {
        let vocabulary = common(record);
        let Some(out) = Mask::new(&vocabulary).masked(record.as_bytes()) else { continue };
        assert_eq!(out.len(), record.len(), "{record}");
        let out = String::from_utf8(out).unwrap();
        assert!(serde_json::from_str::<serde::de::IgnoredAny>(&out).is_ok(), "{record}: {out}");
    }
}
