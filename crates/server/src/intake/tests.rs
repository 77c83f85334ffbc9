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
    let recorded = Extractor.extract(Release::R4.number(), media_type, body, &mut terms);
    (recorded, all(&terms))
}

#[test]
fn a_record_has_the_same_terms_when_it_is_recovered() {
    let body = Bytes::from_static(EVENT);
    let (record, _) = new_record(body, Release::R4, &Limits::default()).unwrap();
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
