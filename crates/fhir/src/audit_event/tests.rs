use super::*;
use crate::Severity;
use proptest::prelude::*;
use serde_json::{Value, json};

mod examples;
mod inside;
mod refusals;
mod releases;
mod views;

/// The smallest R4 event.
fn r4() -> Value {
    json!({
        "resourceType": "AuditEvent",
        "type": {"system": "urn:types", "code": "rest"},
        "recorded": "2024-06-15T08:30:00+02:00",
        "agent": [{"requestor": true}],
        "source": {"observer": {"display": "here"}}
    })
}

/// The smallest R5 event.
fn r5() -> Value {
    json!({
        "resourceType": "AuditEvent",
        "code": {"text": "read"},
        "recorded": "2024-06-15T08:30:00Z",
        "agent": [{"who": {"display": "someone"}}],
        "source": {"observer": {"display": "here"}}
    })
}

/// Issues of a document: severity, type, element.
fn issues(document: &Value, release: Release) -> Vec<(Severity, IssueType, String)> {
    issues_of(&serde_json::to_vec(document).expect("JSON"), release)
}

fn issues_of(body: &[u8], release: Release) -> Vec<(Severity, IssueType, String)> {
    let issues = match parse(body, release, &Limits::default()) {
        Ok(parsed) => parsed.warnings,
        Err(outcome) => {
            assert!(outcome.has_error());
            outcome.issues
        }
    };
    let each = issues.into_iter();
    each.map(|issue| (issue.severity, issue.code, issue.expression.unwrap_or_default())).collect()
}

/// Where the next test puts anything.
const PLACES: &[&str] = &[
    "",
    "/type",
    "/type/code",
    "/code",
    "/recorded",
    "/agent",
    "/agent/0",
    "/agent/0/who",
    "/agent/0/requestor",
    "/event",
    "/event/dateTime",
    "/participant/0",
    "/source",
    "/source/observer",
    "/resourceType",
];

proptest! {
    #[test]
    fn no_document_panics(pointer in 0..PLACES.len(), value in any_value()) {
        for release in releases::RELEASES {
            let mut document = releases::smallest(release);
            if let Some(place) = document.pointer_mut(PLACES[pointer]) {
                *place = value.clone();
            }
            let body = serde_json::to_vec(&document).expect("JSON");
            if let Err(outcome) = parse(&body, release, &Limits::default()) {
                prop_assert!(outcome.has_error());
                prop_assert!(outcome.issues.len() <= OperationOutcome::ISSUES_MAX);
            }
            if let Ok(parsed) = receive(&body, None, &Limits::default()) {
                prop_assert!(parse(&body, parsed.event.release, &Limits::default()).is_ok());
            }
        }
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    let name = "who|agent|extension|url|value[A-Z][a-z]{0,6}|_?coding|text|id|_?[a-z]{0,4}";
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            proptest::collection::vec((name, inner), 0..5)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}
