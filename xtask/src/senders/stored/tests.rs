use super::first_missing;
use serde_json::json;

#[test]
fn an_event_may_say_more() {
    let wanted = json!({ "type": "rest", "entity": [{ "what": "Patient/1" }] });
    let found = json!({
        "id": "a",
        "type": "rest",
        "entity": [{ "what": "Observation/1" }, { "what": "Patient/1", "name": "x" }],
    });
    assert_eq!(first_missing("event", &wanted, &found), None);
}

#[test]
fn what_is_missing_is_told() {
    let missing = |wanted, found| first_missing("event", &wanted, &found).unwrap();
    assert_eq!(missing(json!({ "a": { "b": 1 } }), json!({ "a": {} })), "event.a.b is missing");
    assert_eq!(missing(json!({ "a": 1 }), json!({ "a": 2 })), "event.a is 2, not 1");
    assert_eq!(missing(json!({ "a": 1 }), json!(null)), "event is null, not {\"a\":1}");
}

#[test]
fn items_come_in_order_and_each_counts_once() {
    let found = json!([{ "n": 1 }, { "n": 2 }]);
    assert_eq!(first_missing("e", &json!([{ "n": 1 }, { "n": 2 }]), &found), None);
    assert!(first_missing("e", &json!([{ "n": 2 }, { "n": 1 }]), &found).is_some());
    assert!(first_missing("e", &json!([{ "n": 1 }, { "n": 1 }]), &found).is_some());
    assert!(first_missing("e", &json!([{ "n": 1 }]), &json!([])).is_some());
}
