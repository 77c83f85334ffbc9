//! What comes in and what is recovered have the same terms.
use super::*;
use kiln_index::Term;
use std::collections::BTreeSet;

const EVENT: &[u8] = br#"{"resourceType":"AuditEvent","type":{"code":"rest"},
    "recorded":"2024-06-15T08:30:00Z","agent":[{"name":"Weber","requestor":true}],
    "source":{"observer":{"reference":"Device/1"}}}"#;

fn all(terms: &Terms) -> BTreeSet<Term> {
    let owned = |term: kiln_index::TermRef<'_>| Term {
        field: term.field,
        kind: term.kind,
        value: term.value.to_owned(),
    };
    terms.iter().map(owned).collect()
}

fn extracted(body: &[u8]) -> (Millis, BTreeSet<Term>) {
    let mut terms = Terms::new();
    let media_type = MediaType::Json.number();
    let recorded = Extractor.extract(RecordKind::AuditEvent, 3, media_type, body, &mut terms);
    (recorded, all(&terms))
}

#[test]
fn a_record_has_the_same_terms_when_it_is_recovered() {
    let body = Bytes::from_static(EVENT);
    let (record, _) = new_record(body, Sent::json(Release::R4), &Limits::default()).unwrap();
    assert_eq!(extracted(EVENT), (record.recorded, all(&record.terms)));
    assert_eq!(record.body, EVENT);
}

#[test]
fn a_record_that_is_no_longer_understood_is_found_by_what_it_lacks() {
    let untyped = Term {
        field: kiln_search::field::TYPE,
        kind: kiln_search::field::ABSENT,
        value: String::new(),
    };
    for body in [&b"rubbish"[..], b"", b"[[[[", b"{\"resourceType\":\"Patient\"}"] {
        let (recorded, terms) = extracted(body);
        assert_eq!(recorded, Millis(0));
        assert!(terms.contains(&untyped), "{terms:?}");
    }
}

const XML: &str = "<?xml version=\"1.0\"?>\n<AuditEvent xmlns=\"http://hl7.org/fhir\">\
    <type><code value=\"rest\"/></type><recorded value=\"2024-06-15T08:30:00Z\"/>\
    <agent><name value=\"Weber\"/><requestor value=\"true\"/></agent>\
    <source><observer><reference value=\"Device/1\"/></observer></source></AuditEvent>\n";

#[test]
fn an_event_in_xml_has_the_terms_of_the_same_in_json_and_keeps_its_bytes() {
    let sent = Sent { at: Some(Release::R4), media: MediaType::Xml };
    let (record, warnings) = new_record(XML.into(), sent, &Limits::default()).unwrap();
    assert_eq!((record.body, warnings), (Bytes::from_static(XML.as_bytes()), Vec::new()));
    assert_eq!((record.release, record.media_type), (3, 2));
    let (recorded, expected) = extracted(EVENT);
    assert_eq!((record.recorded, all(&record.terms)), (recorded, expected.clone()));
    let mut again = Terms::new();
    let kind = RecordKind::AuditEvent;
    assert_eq!(Extractor.extract(kind, 3, 2, XML.as_bytes(), &mut again), recorded);
    assert_eq!(all(&again), expected);
}

#[test]
fn without_a_release_the_shape_says_which() {
    let r5 = r#"{"resourceType":"AuditEvent","code":{"text":"x"},"category":[{"text":"x"}],
        "recorded":"2024-06-15T08:30:00Z","agent":[{"who":{"display":"x"}}],
        "source":{"observer":{"display":"x"}}}"#;
    let stu3 = r#"{"resourceType":"AuditEvent","type":{"code":"rest"},
        "recorded":"2024-06-15T08:30:00Z","agent":[{"requestor":true}],
        "source":{"identifier":{"value":"x"}}}"#;
    let xml = MediaType::Xml;
    for (body, media, release) in [
        (std::str::from_utf8(EVENT).unwrap(), MediaType::Json, Release::R4),
        (r5, MediaType::Json, Release::R5),
        (stu3, MediaType::Json, Release::Stu3),
        (XML, xml, Release::R4),
    ] {
        let body = Bytes::copy_from_slice(body.as_bytes());
        let (record, _) = new_record(body, Sent { at: None, media }, &Limits::default()).unwrap();
        assert_eq!(Release::from_number(record.release), Some(release));
    }
}
