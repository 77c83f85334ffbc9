//! What is refused, and at which element; what is only warned of.
use super::*;
use IssueType::{CodeInvalid, Invariant, Required, Structure, TooLong, Value as BadValue};

fn error(code: IssueType, at: &str) -> Vec<(Severity, IssueType, String)> {
    vec![(Severity::Error, code, at.to_owned())]
}

fn warning(code: IssueType, at: &str) -> Vec<(Severity, IssueType, String)> {
    vec![(Severity::Warning, code, at.to_owned())]
}

/// Puts each value into the document; it must be the only issue.
fn refuse_each(
    release: Release,
    document: impl Fn() -> Value,
    cases: Vec<(&str, Value, IssueType, &str)>,
) {
    for (name, value, code, path) in cases {
        let mut document = document();
        document[name] = value;
        assert_eq!(issues(&document, release), error(code, path), "{path} {document}");
    }
}

#[test]
fn the_smallest_events_are_accepted() {
    assert_eq!(issues(&r4(), Release::R4), []);
    assert_eq!(issues(&r5(), Release::R5), []);
}

#[test]
fn mandatory_elements_are_missed_by_name() {
    for (release, document, names) in [
        (Release::R4, r4(), ["recorded", "type", "agent", "source", "resourceType"]),
        (Release::R5, r5(), ["recorded", "code", "agent", "source", "resourceType"]),
    ] {
        for name in names {
            let mut document = document.clone();
            document.as_object_mut().expect("an object").remove(name);
            let path = format!("AuditEvent.{name}");
            assert_eq!(issues(&document, release), error(Required, &path), "{path}");
        }
    }
    let mut document = r4();
    document["agent"] = json!([{"requestor": true}, {"name": "x"}]);
    document["source"] = json!({"site": "x"});
    let requestor = error(Required, "AuditEvent.agent[1].requestor");
    let observer = error(Required, "AuditEvent.source.observer");
    assert_eq!(issues(&document, Release::R4), [requestor, observer].concat());
}

#[test]
fn wrong_values_are_refused_at_their_element() {
    let cases = vec![
        ("recorded", json!("2024-06-15"), BadValue, "AuditEvent.recorded"),
        ("recorded", json!("2024-06-15T24:00:00Z"), BadValue, "AuditEvent.recorded"),
        ("recorded", json!(1), BadValue, "AuditEvent.recorded"),
        ("action", json!("X"), CodeInvalid, "AuditEvent.action"),
        ("action", json!("c"), CodeInvalid, "AuditEvent.action"),
        ("action", json!(""), CodeInvalid, "AuditEvent.action"),
        ("action", json!(true), BadValue, "AuditEvent.action"),
        ("outcome", json!("1"), CodeInvalid, "AuditEvent.outcome"),
        ("outcome", json!(0), BadValue, "AuditEvent.outcome"),
        ("outcomeDesc", json!(""), BadValue, "AuditEvent.outcomeDesc"),
        ("outcomeDesc", json!("\u{8}"), BadValue, "AuditEvent.outcomeDesc"),
        ("type", json!({"code": " rest"}), BadValue, "AuditEvent.type.code"),
        ("type", json!({"system": "a b"}), BadValue, "AuditEvent.type.system"),
        ("type", json!({"userSelected": "true"}), BadValue, "AuditEvent.type.userSelected"),
        ("agent", json!([{"requestor": "true"}]), BadValue, "AuditEvent.agent[0].requestor"),
        ("period", json!({"start": "yesterday"}), BadValue, "AuditEvent.period.start"),
        ("entity", json!([{"query": "no base-64"}]), BadValue, "AuditEvent.entity[0].query"),
        ("id", json!(7), BadValue, "AuditEvent.id"),
        ("meta", json!({"lastUpdated": "now"}), BadValue, "AuditEvent.meta.lastUpdated"),
        ("resourceType", json!("Patient"), BadValue, "AuditEvent.resourceType"),
        ("text", json!({"status": "made", "div": "x"}), CodeInvalid, "AuditEvent.text.status"),
    ];
    refuse_each(Release::R4, r4, cases);
}

#[test]
fn wrong_shapes_are_refused_at_their_element() {
    let cases = vec![
        ("recorded", json!(["2024-06-15T08:30:00Z"]), Structure, "AuditEvent.recorded"),
        ("recorded", json!(null), Structure, "AuditEvent.recorded"),
        ("resourceType", json!(["AuditEvent"]), Structure, "AuditEvent.resourceType"),
        ("type", json!([{"code": "rest"}]), Structure, "AuditEvent.type"),
        ("type", json!("rest"), Structure, "AuditEvent.type"),
        ("type", json!({}), Structure, "AuditEvent.type"),
        ("subtype", json!({"code": "read"}), Structure, "AuditEvent.subtype"),
        ("subtype", json!([]), Structure, "AuditEvent.subtype"),
        ("subtype", json!([{"code": "a"}, null]), Structure, "AuditEvent.subtype[1]"),
        ("subtype", json!([{"code": "a"}, 7]), Structure, "AuditEvent.subtype[1]"),
        ("agent", json!({"requestor": true}), Structure, "AuditEvent.agent"),
        ("agent", json!([]), Structure, "AuditEvent.agent"),
        ("contained", json!([{"id": "a"}]), Required, "AuditEvent.contained[0].resourceType"),
        ("contained", json!(["a"]), Structure, "AuditEvent.contained[0]"),
        ("_action", json!([{"id": "x"}]), Structure, "AuditEvent._action"),
        ("_action", json!("x"), Structure, "AuditEvent._action"),
        ("text", json!({"status": "empty"}), Required, "AuditEvent.text.div"),
    ];
    refuse_each(Release::R4, r4, cases);
}

#[test]
fn rules_reach_inside() {
    let cases = vec![
        (
            "agent",
            json!([{"requestor": true, "policy": ["a", null]}]),
            Structure,
            "AuditEvent.agent[0].policy[1]",
        ),
        (
            "agent",
            json!([{"requestor": true, "network": {"type": "6"}}]),
            CodeInvalid,
            "AuditEvent.agent[0].network.type",
        ),
        (
            "agent",
            json!([{"requestor": true, "who": {"identifier": {"use": "mine"}}}]),
            CodeInvalid,
            "AuditEvent.agent[0].who.identifier.use",
        ),
        ("entity", json!([{"query": "YQ==", "name": "x"}]), Invariant, "AuditEvent.entity[0]"),
        (
            "entity",
            json!([{"detail": [{"type": "x"}]}]),
            Required,
            "AuditEvent.entity[0].detail[0].value",
        ),
        (
            "entity",
            json!([{"detail": [{"type": "x", "valueString": "a", "valueBase64Binary": "YQ=="}]}]),
            Structure,
            "AuditEvent.entity[0].detail[0].value",
        ),
        (
            "contained",
            json!([{"resourceType": "Patient", "name": [{"family": null}]}]),
            Structure,
            "AuditEvent.contained[0].name[0].family",
        ),
        ("extension", json!([{"valueString": "x"}]), Required, "AuditEvent.extension[0].url"),
        (
            "extension",
            json!([{"url": "u", "valueString": "x", "valueBoolean": true}]),
            Structure,
            "AuditEvent.extension[0].value",
        ),
        (
            "extension",
            json!([{"url": "u", "valueInteger": 1.5}]),
            BadValue,
            "AuditEvent.extension[0].valueInteger",
        ),
    ];
    refuse_each(Release::R4, r4, cases);
}

#[test]
fn r5_has_its_own_rules() {
    let cases = vec![
        ("severity", json!("bad"), CodeInvalid, "AuditEvent.severity"),
        ("outcome", json!("0"), Structure, "AuditEvent.outcome"),
        ("outcome", json!({"detail": [{"text": "x"}]}), Required, "AuditEvent.outcome.code"),
        ("occurredDateTime", json!("now"), BadValue, "AuditEvent.occurredDateTime"),
        ("agent", json!([{"requestor": true}]), Required, "AuditEvent.agent[0].who"),
        ("entity", json!([{"agent": [{}]}]), Structure, "AuditEvent.entity[0].agent[0]"),
        ("patient", json!([{"reference": "Patient/1"}]), Structure, "AuditEvent.patient"),
    ];
    refuse_each(Release::R5, r5, cases);
    let mut document = r5();
    document["occurredDateTime"] = json!("2024");
    document["occurredPeriod"] = json!({"start": "2024"});
    assert_eq!(issues(&document, Release::R5), error(Structure, "AuditEvent.occurred"));
}

#[test]
fn unusual_is_warned_of_and_taken() {
    for (name, value, code, path) in [
        ("category", json!([{"anything": null}]), Structure, "AuditEvent.category"),
        ("id", json!("no id / at all"), BadValue, "AuditEvent.id"),
        (
            "extension",
            json!([{"url": "u", "valueInteger64": "1"}]),
            Structure,
            "AuditEvent.extension[0].valueInteger64",
        ),
        (
            "entity",
            json!([{"what": {"reference": "Patient/pt_abc123"}}]),
            BadValue,
            "AuditEvent.entity[0].what.reference",
        ),
    ] {
        let mut document = r4();
        document[name] = value;
        assert_eq!(issues(&document, Release::R4), warning(code, path));
    }
}

#[test]
fn extensions_stand_in_for_primitives() {
    let extension = json!({"extension": [{
        "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
        "valueCode": "unknown"}]});
    let mut document = r4();
    document["agent"] = json!([{"_requestor": extension, "policy": [null, "urn:p"],
        "_policy": [extension, null]}]);
    document["_recorded"] = extension.clone();
    document["_action"] = json!({"id": "a"});
    assert_eq!(issues(&document, Release::R4), []);
    document["agent"][0]["_policy"] = json!([extension]);
    let policy = "AuditEvent.agent[0]._policy";
    assert_eq!(issues(&document, Release::R4), error(Structure, policy));
    document = r4();
    document["_recorded"] = extension;
    document.as_object_mut().expect("an object").remove("recorded");
    assert_eq!(issues(&document, Release::R4), error(Required, "AuditEvent.recorded"));
}

#[test]
fn what_is_no_event_gets_one_issue() {
    assert_eq!(issues(&json!([]), Release::R4), error(Structure, "AuditEvent"));
    assert_eq!(issues(&json!({}), Release::R4), error(Required, "AuditEvent.resourceType"));
    assert_eq!(issues_of(b"<AuditEvent/>", Release::R4), error(Structure, "AuditEvent"));
    let twice = br#"{"resourceType":"AuditEvent","agent":[{"name":"a","name":"b"}]}"#;
    let name = "AuditEvent.agent[0].name";
    assert_eq!(issues_of(twice, Release::R4), error(Structure, name));
    let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(40), "]".repeat(40));
    assert_eq!(issues_of(deep.as_bytes(), Release::R4)[0].1, TooLong);
    let large = vec![b' '; (1 << 20) + 1];
    assert_eq!(issues_of(&large, Release::R4), error(TooLong, ""));
}

#[test]
fn many_issues_are_counted_and_hints_come_last() {
    let mut document = r4();
    document["agent"] = (0..60).map(|_| json!({"nmae": "x"})).collect();
    let found = issues(&document, Release::R4);
    assert_eq!(found.len(), OperationOutcome::ISSUES_MAX);
    assert_eq!(found[59].2, "AuditEvent.agent[59].requestor");
    assert_eq!(found[60].2, "AuditEvent.agent[0].nmae");
    assert_eq!(found[99], (Severity::Information, IssueType::Informational, String::new()));
}

#[test]
fn no_message_tells_a_value() {
    let mut document = r4();
    document["action"] = json!("secret");
    document["recorded"] = json!("secret");
    document["agent"][0]["who"] = json!({"reference": "secret"});
    document["secret name"] = json!(1);
    let body = serde_json::to_vec(&document).expect("JSON");
    let outcome = parse(&body, Release::R4, &Limits::default()).expect_err("refused");
    assert_eq!(outcome.issues.len(), 4);
    assert!(!String::from_utf8(outcome.to_json()).expect("UTF-8").contains("secret"));
}
