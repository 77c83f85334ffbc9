use super::{difference, event};

fn difference_of(one: &str, other: &str) -> Option<String> {
    let (one, other) = (event(one.as_bytes()).unwrap(), event(other.as_bytes()).unwrap());
    difference("AuditEvent", &one, &other)
}

#[test]
fn what_a_server_sets_and_the_order_of_members_count_for_nothing() {
    let one = r#"{"id":"a","meta":{"versionId":"1","lastUpdated":"x"},"action":"R","b":[1]}"#;
    assert_eq!(difference_of(one, r#"{"b":[1],"action":"R"}"#), None);
}

#[test]
fn everything_else_counts() {
    let cases = [
        (r#"{"a":1.0}"#, r#"{"a":1.00}"#, "AuditEvent.a: \"number 1.0\" became \"number 1.00\""),
        (r#"{"a":"\"1\\"}"#, r#"{"a":"\"2\\"}"#, r#"AuditEvent.a: "\"1\\" became "\"2\\""#),
        (r#"{"a":[{"b":1}]}"#, r#"{"a":[{}]}"#, "AuditEvent.a[0].b is gone"),
        ("{}", r#"{"meta":{"tag":[]}}"#, "AuditEvent.meta is new"),
    ];
    for (one, other, wanted) in cases {
        assert_eq!(difference_of(one, other).as_deref(), Some(wanted));
    }
}
