//! Resources inside of events, and elements that no table knows.
use super::*;
use IssueType::{Invariant, Structure, Value as BadValue};
use Severity::{Error, Warning};

/// Issues of an event with this member.
fn said(name: &str, value: Value, release: Release) -> Vec<(Severity, IssueType, String)> {
    let mut document = if release == Release::R5 { r5() } else { r4() };
    document[name] = value;
    issues(&document, release)
}

fn inside(resource: &Value) -> Vec<(Severity, IssueType, String)> {
    said("contained", json!([resource]), Release::R4)
}

fn issue(severity: Severity, code: IssueType, at: &str) -> Vec<(Severity, IssueType, String)> {
    vec![(severity, code, format!("AuditEvent.{at}"))]
}

#[test]
fn a_contained_resource_is_held_to_its_own_table() {
    let patient = |members: Value| {
        let mut patient = json!({"resourceType": "Patient", "id": "p"});
        patient.as_object_mut().expect("one").extend(members.as_object().expect("one").clone());
        inside(&patient)
    };
    let at = |code, path: &str| issue(Error, code, &format!("contained[0].{path}"));
    assert_eq!(patient(json!({"active": true, "name": [{"family": "F", "given": ["G"]}]})), []);
    assert_eq!(patient(json!({"active": "true"})), at(BadValue, "active"));
    assert_eq!(patient(json!({"name": {"family": "F"}})), at(Structure, "name"));
    assert_eq!(patient(json!({"name": [{"given": "G"}]})), at(Structure, "name[0].given"));
    assert_eq!(patient(json!({"name": [{}]})), at(Structure, "name[0]"));
    assert_eq!(patient(json!({"extension": [{"url": 1}]})), at(BadValue, "extension[0].url"));
    let inner = json!([{"resourceType": "Device", "id": "d"}]);
    assert_eq!(patient(json!({"contained": inner})), at(Invariant, "contained"));
    let unknown = issue(Warning, Structure, "contained[0].animal");
    assert_eq!(patient(json!({"animal": {"species": {"text": "dog"}}})), unknown);
}

#[test]
fn names_of_the_release_are_asked_of_resources_inside() {
    let role = json!([{"resourceType": "PractitionerRole", "code": [{"text": "nurse"}]}]);
    assert_eq!(said("contained", role, Release::R5), []);
    let conformance = json!({"resourceType": "Conformance", "rest": "anything"});
    assert_eq!(inside(&conformance), issue(Warning, Structure, "contained[0]"));
}

#[test]
fn resources_without_a_table_are_json_of_fhir() {
    let observation = |value: Value| {
        inside(&json!({"resourceType": "Observation", "status": "final", "value": value}))
    };
    let at = |path: &str| issue(Error, Structure, &format!("contained[0].{path}"));
    assert_eq!(observation(json!([{"any": [1, 2]}, {"thing": true}])), []);
    assert_eq!(observation(json!(null)), at("value"));
    assert_eq!(observation(json!({"any": {}})), at("value.any"));
    assert_eq!(observation(json!([])), at("value"));
    assert_eq!(observation(json!([["a"]])), at("value"));
    let text = json!({"resourceType": "Observation", "text": "plain"});
    assert_eq!(inside(&text), at("text"));
    let meta = json!({"resourceType": "Observation", "meta": {"profile": "urn:p"}});
    assert_eq!(inside(&meta), at("meta.profile"));
}

#[test]
fn an_unknown_element_is_what_xml_can_hold() {
    let new = |value: Value| said("new", value, Release::R4);
    let warned = || issue(Warning, Structure, "new");
    let refused = |code, path: &str| [issue(Error, code, path), warned()].concat();
    for fine in [
        json!("a"),
        json!(null),
        json!({}),
        json!([1, null]),
        json!([{"a": [true]}, null]),
        json!({"id": 7, "url": 1}),
        json!({"resourceType": "Patient", "active": true}),
        json!({"resourceType": "patient", "active": "true"}),
    ] {
        assert_eq!(new(fine.clone()), warned(), "{fine}");
    }
    assert_eq!(new(json!([])), refused(Structure, "new"));
    assert_eq!(new(json!({"a": [["b"]]})), refused(Structure, "new.a"));
    assert_eq!(new(json!([{"a": 1}, "a"])), refused(Structure, "new"));
    assert_eq!(new(json!({"extension": {"url": "u"}})), refused(Structure, "new.extension"));
    let patient = json!([{"resourceType": "Patient", "active": "true"}]);
    assert_eq!(new(patient), refused(BadValue, "new[0].active"));
}
