use super::*;
use crate::{
    intake::Extractor,
    rendition::{INVALID, Kept},
};
use kiln_fhir::{MediaType, Release, Severity};
use kiln_index::{Term, TermRef, Terms};
use kiln_store::{Extract as _, RecordKind};
use serde_json::Value;
use std::collections::BTreeSet;

/// Without an agent.
const BAD: &str = r#"{"resourceType":"AuditEvent","type":{"code":"rest"},
    "recorded":"2024-06-15T08:30:00Z","source":{"observer":{"reference":"Device/his"}}}"#;
const GOOD: &str = r#"{"resourceType":"AuditEvent","type":{"code":"rest"},
    "recorded":"2024-06-15T08:30:00Z","agent":[{"requestor":true}],
    "source":{"observer":{"reference":"Device/his"}}}"#;
const BAD_XML: &str = "<AuditEvent xmlns=\"http://hl7.org/fhir\">\
    <type><code value=\"rest\"/></type><recorded value=\"2024-06-15T08:30:00Z\"/>\
    <source><observer><reference value=\"Device/his\"/>\
    </observer></source></AuditEvent>";

fn sender(observer: &str, keeps: bool) -> ValidationSender {
    ValidationSender { observer: observer.to_owned(), keeps }
}

fn rule(keeps: bool, senders: &[ValidationSender]) -> Validation {
    Validation { keeps, senders: senders.to_vec() }
}

fn accept(
    rule: &Validation,
    body: &str,
    media: MediaType,
) -> Result<(NewRecord, Vec<Issue>), OperationOutcome> {
    let body = Bytes::copy_from_slice(body.as_bytes());
    rule.accept(body, Sent { at: Some(Release::R4), media }, &Limits::default())
}

fn kind(rule: &Validation, body: &str) -> Option<RecordKind> {
    accept(rule, body, MediaType::Json).ok().map(|(record, _)| record.kind)
}

#[test]
fn a_senders_rule_stands_above_the_rule_for_all() {
    let invalid = Some(RecordKind::InvalidAuditEvent);
    assert_eq!(kind(&rule(false, &[]), BAD), None);
    assert_eq!(kind(&rule(true, &[]), BAD), invalid);
    assert_eq!(kind(&rule(false, &[sender("Device/his", true)]), BAD), invalid);
    assert_eq!(kind(&rule(false, &[sender("Device/other", true)]), BAD), None);
    assert_eq!(kind(&rule(true, &[sender("Device/his", false)]), BAD), None);
    let identified = BAD.replace(
        r#"{"reference":"Device/his"}"#,
        r#"{"identifier":{"system":"urn:house","value":"his"}}"#,
    );
    assert_eq!(kind(&rule(false, &[sender("urn:house|his", true)]), &identified), invalid);
    assert_eq!(kind(&rule(false, &[sender("his", true)]), &identified), None);
}

#[test]
fn a_good_event_is_never_marked() {
    assert_eq!(kind(&rule(true, &[]), GOOD), Some(RecordKind::AuditEvent));
}

#[test]
fn what_is_no_event_is_refused_in_any_case() {
    for body in ["rubbish", "{}", r#"{"resourceType":"AuditEvent"}"#] {
        let strict = accept(&rule(false, &[]), body, MediaType::Json).unwrap_err();
        let kept = accept(&rule(true, &[]), body, MediaType::Json).unwrap_err();
        assert_eq!(kept, strict);
    }
}

fn all(terms: &Terms) -> BTreeSet<Term> {
    let owned = |term: TermRef<'_>| Term {
        field: term.field,
        kind: term.kind,
        value: term.value.to_owned(),
    };
    terms.iter().map(owned).collect()
}

#[test]
fn a_kept_event_is_as_it_was_sent_with_the_same_terms_when_it_is_recovered() {
    for (body, media) in [(BAD, MediaType::Json), (BAD_XML, MediaType::Xml)] {
        let (record, warnings) = accept(&rule(true, &[]), body, media).unwrap();
        assert_eq!(record.body, body.as_bytes());
        assert_eq!(warnings.len(), 1);
        assert_eq!(warnings[0].severity, Severity::Warning);
        assert_eq!(warnings[0].expression.as_deref(), Some("AuditEvent.agent"));
        let mut terms = Terms::new();
        let recorded =
            Extractor.extract(record.kind, 3, media.number(), body.as_bytes(), &mut terms);
        assert_eq!((recorded, all(&terms)), (record.recorded, all(&record.terms)));
        let tag = |term: &&Term| term.field == kiln_search::field::TAG;
        assert!(all(&terms).iter().filter(tag).any(|term| term.value.contains("invalid")));
    }
}

#[test]
fn a_kept_event_is_shown_with_a_tag_in_every_release() {
    for release in [Release::R4, Release::Dstu2, Release::Stu3, Release::R5, Release::R6] {
        for (body, media) in [(BAD, MediaType::Json), (BAD_XML, MediaType::Xml)] {
            let body = body.as_bytes();
            let kept = Kept { body, release: Release::R4, media, is_invalid: true };
            let json: Value = serde_json::from_slice(&kept.json_in(release).unwrap()).unwrap();
            assert_eq!(json["meta"]["tag"][0]["system"], INVALID.system, "{json}");
            assert_eq!(json["meta"]["tag"][0]["code"], INVALID.code);
        }
    }
}
