use super::{Ending, Entry, Head, Intent, Part, Whom};
use crate::who::Who;
use kiln_trail::rest;

fn head() -> Head {
    Head::of(&rest::Head {
        method: "PUT",
        path: "/Patient/1",
        query: Some("_format=json"),
        headers: rest::Headers { if_match: Some("W/\"3\""), ..rest::Headers::default() },
    })
}

#[test]
fn each_entry_is_read_back_as_the_same() {
    let intent = Intent {
        head: head(),
        who: Who::unverified(None, None),
        request_id: "r-1".to_owned(),
        patients: vec![Whom::Reference("Patient/1".to_owned())],
        entries: vec![Part { head: head(), patients: Vec::new() }],
        is_transaction: true,
        ..Intent::default()
    };
    let id = uuid::Uuid::from_u128(7);
    let entries = [
        Entry::Intent(Box::new(intent)),
        Entry::Stream { intent: id, status: 200 },
        Entry::Outcome { intent: id, ending: Ending::Unknown, status: None, from: 12 },
    ];
    for entry in entries {
        assert_eq!(Entry::from_json(&entry.to_json()), Some(entry));
    }
}

#[test]
fn an_intent_is_written_as_the_formats_say() {
    let intent = Intent { head: head(), request_id: "r-1".to_owned(), ..Intent::default() };
    let record = intent.record().body;
    let json = String::from_utf8(Entry::Intent(Box::new(intent)).to_json()).unwrap();
    let expected = concat!(
        r#"{"entry":"intent","method":"PUT","path":"/Patient/1","query":"_format=json","#,
        r#""ifMatch":"W/\"3\"","who":{"name":"","means":"open"},"requestId":"r-1"}"#
    );
    assert_eq!(json, expected);
    assert_eq!(record, expected);
}

#[test]
fn the_head_of_an_intent_asks_the_same_again() {
    let head = head();
    let again = head.to_rest();
    assert_eq!((again.method, again.path), ("PUT", "/Patient/1"));
    assert_eq!(again.headers.if_match, Some("W/\"3\""));
    assert_eq!(Head::of(&again), head);
}

#[test]
fn a_patient_is_read_back_as_the_same() {
    let patients = [
        rest::Patient::Reference("Patient/1".to_owned()),
        rest::Patient::Identifier { system: Some("urn:oid:1|2".to_owned()), value: "x".to_owned() },
        rest::Patient::Identifier { system: None, value: "y".to_owned() },
    ];
    for patient in patients {
        assert_eq!(Whom::of(&patient).unwrap().to_rest(), patient);
    }
}
