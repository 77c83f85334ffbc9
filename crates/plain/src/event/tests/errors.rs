//! What is refused, with the name that the sender knows it by.
use super::*;

/// Issues as `code path: message`.
fn refused(body: &[u8]) -> Vec<String> {
    let outcome = to_fhir(body, &Limits::default()).expect_err("refused");
    let issues = outcome.issues.iter();
    issues
        .map(|issue| {
            let path = issue.expression.as_deref().unwrap_or("-");
            format!("{} {path}: {}", issue.code.code(), issue.diagnostics)
        })
        .collect()
}

fn refused_event(event: &Json) -> Vec<String> {
    refused(&serde_json::to_vec(event).expect("JSON"))
}

#[track_caller]
fn assert_refused(more: Json, expected: &[&str]) {
    assert_eq!(refused_event(&event(more)), expected);
}

#[test]
fn everything_missing_is_named_at_once() {
    assert_eq!(
        refused(b"{}"),
        [
            "required type: is missing: say what happened, such as rest, login or export",
            "required recorded: is missing: it is an instant such as 2024-06-15T08:30:00Z",
            "required agent: is missing: say who took part, at least one",
            "required source: is missing: say which system reports the event",
        ]
    );
    assert_refused(
        json!({ "source": {} }),
        &["required source.observer: is missing: name the system that reports the event"],
    );
    assert_refused(
        json!({ "agent": [], "type": null }),
        &[
            "required type: is missing: say what happened, such as rest, login or export",
            "required agent: is missing: say who took part, at least one",
        ],
    );
}

#[test]
fn a_member_is_named_as_the_sender_calls_it() {
    assert_refused(
        json!({
            "action": "read",
            "recorded": "2024-06-15",
            "outcome": 0,
            "subtype": ["read", 1, null],
            "agent": [{ "who": "x" }, { "requestor": "yes", "networkAddress": [] }],
            "entity": [{ "what": { "reference": "Patient/1" } }],
        }),
        &[
            "value subtype[1]: must be a string",
            "value subtype[2]: must be a string",
            "code-invalid action: must be one of C R U D E",
            "value recorded: is an instant such as 2024-06-15T08:30:00Z",
            "value outcome: must be a string, one of 0 4 8 12",
            "value agent[1].requestor: must be true or false, without quotes",
            "value agent[1].networkAddress: must be a string",
            "value entity[0].what: must be a string",
        ],
    );
}

#[test]
fn every_agent_and_entity_says_something() {
    assert_refused(
        json!({ "agent": [{}], "entity": [{ "name": null }] }),
        &[
            "required agent[0]: \
             an agent has at least one of who, name, requestor, role, networkAddress",
            "required entity[0]: \
             an entity has at least one of what, type, role, name, description",
        ],
    );
}

#[test]
fn what_the_server_gives_and_what_is_unknown_is_refused() {
    assert_refused(
        json!({ "id": "1", "received": null, "leftOut": [] }),
        &[
            "structure id: the server gives it: leave it out",
            "structure leftOut: the server gives it: leave it out",
            "structure received: the server gives it: leave it out",
        ],
    );
    assert_refused(
        json!({
            "patient": "x",
            "agent": [{ "who": "x", "id": "1" }],
            "source": { "observer": "x", "Jane Doe": null },
        }),
        &[
            "structure patient: there is no such member: leave it out",
            "structure agent[0].id: there is no such member: leave it out",
            "structure source: holds a member that is not known: leave it out",
        ],
    );
}

#[test]
fn texts_say_something_in_letters() {
    assert_refused(
        json!({
            "type": "",
            "outcomeDesc": " \t\n",
            "purposeOfEvent": ["\u{a0}"],
            "source": { "observer": "a\u{7}b" },
        }),
        &[
            "value type: is empty: leave it out",
            "value outcomeDesc: is empty: leave it out",
            "value purposeOfEvent[0]: is empty: leave it out",
            "value source.observer: \
             holds a control character other than tab, line feed and carriage return",
        ],
    );
}

#[test]
fn shapes_are_what_they_should_be() {
    assert_refused(
        json!({ "subtype": "read", "agent": { "who": "x" }, "source": [], "entity": [1] }),
        &[
            "structure subtype: must be an array",
            "structure agent: must be an array",
            "structure source: must be an object",
            "structure entity[0]: must be an object",
        ],
    );
    for body in ["1", "null", "\"x\"", "true"] {
        assert_eq!(refused(body.as_bytes()), ["structure -: must be an object"]);
    }
}

#[test]
fn in_an_array_the_position_comes_first() {
    let bad =
        json!({ "type": "rest", "agent": [{ "requestor": 1 }], "source": { "observer": "x" } });
    let body = json!([event(json!({})), bad, 1]);
    assert_eq!(
        refused_event(&body),
        [
            "required [1].recorded: is missing: it is an instant such as 2024-06-15T08:30:00Z",
            "value [1].agent[0].requestor: must be true or false, without quotes",
            "structure [2]: must be an object",
        ]
    );
    assert_eq!(refused(b" [] "), ["required -: an array of events holds at least one"]);
}

#[test]
fn what_is_not_json_is_refused_with_its_place() {
    let body = br#"{"type":"rest","agent":[{"who":"x","who":"y"}]}"#;
    let [issue] = refused(body).try_into().expect("one");
    assert!(issue.starts_with("structure agent[0].who: this element is there twice"), "{issue}");
    let twice = br#"[{"type":"rest"},{"type":"rest","type":"rest"}]"#;
    let issues = refused(twice);
    assert!(issues.last().is_some_and(|i| i.starts_with("structure [1].type: ")), "{issues:?}");
    for body in [
        &b""[..],
        b"{",
        b"[",
        b"[{}",
        b"[1,]",
        b"[1] 2",
        b"\xEF\xBB\xBF{}",
        b"{\"\xff\":1}",
        b"[\"\xff\"]",
    ] {
        let [issue] = refused(body).try_into().expect("one");
        assert!(issue.starts_with("structure "), "{issue}");
    }
}

#[test]
fn limits_are_those_of_one_event() {
    let limits = Limits { body_bytes_max: 2_000, depth_max: 8, nodes_max: 200 };
    let said = |body: &[u8]| {
        let outcome = to_fhir(body, &limits).expect_err("refused");
        let issue = &outcome.issues[0];
        assert_eq!(issue.code, IssueType::TooLong);
        (issue.expression.clone(), issue.diagnostics.clone())
    };
    let one = event(json!({}));
    let long = event(json!({ "outcomeDesc": "x".repeat(2_000) }));
    let many = event(json!({ "subtype": vec!["read"; 40] }));
    let bytes = |event: &Json| serde_json::to_vec(event).expect("JSON");
    assert_eq!(said(&bytes(&long)), (None, "larger than 2000 bytes".to_owned()));
    assert_eq!(said(&bytes(&many)), (None, "too many values: as FHIR more than 200".to_owned()));
    let many_ones = json!(vec![one.clone(); 50]);
    assert_eq!(to_fhir(&bytes(&many_ones), &limits).map(|events| events.len()), Ok(50));
    let (path, _) = said(&bytes(&json!([one, long])));
    assert_eq!(path.as_deref(), Some("[1]"));
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let deep = format!("{{\"type\":{deep}}}");
    assert!(said(deep.as_bytes()).0.is_some_and(|path| path.starts_with("type[0]")));
    let (path, message) = said(&bytes(&json!(vec![1; crate::EVENTS_MAX + 1])));
    assert_eq!(
        (path, message.as_str()),
        (None, "more than 1000 events: send them in several requests")
    );
}

#[test]
fn issues_are_listed_up_to_a_limit() {
    let outcome = |body: &Json| {
        to_fhir(&serde_json::to_vec(body).expect("JSON"), &Limits::default()).expect_err("refused")
    };
    for body in [event(json!({ "subtype": vec![1; 500] })), json!(vec![json!({}); 500])] {
        let outcome = outcome(&body);
        assert_eq!(outcome.issues.len(), OperationOutcome::ISSUES_MAX);
        let last = outcome.issues.last().expect("the last");
        assert_eq!(last.code, IssueType::Informational);
    }
}
