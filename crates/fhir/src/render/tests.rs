use super::*;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const ELEMENTS: ServerElements<'_> = ServerElements {
    id: "0198c0de-0000-7000-8000-000000000001",
    version_id: "1",
    last_updated: "2026-11-22T07:00:00.000Z",
};

fn rendered(body: &str) -> String {
    let mut out = b"before".to_vec();
    with_server_elements(body.as_bytes(), &ELEMENTS, &mut out);
    let out = String::from_utf8(out).expect("UTF-8");
    out.strip_prefix("before").expect("appended").to_owned()
}

/// What must come out, by way of a parsed document.
fn expected(mut document: Value) -> Value {
    document["id"] = json!(ELEMENTS.id);
    document["meta"]["versionId"] = json!(ELEMENTS.version_id);
    document["meta"]["lastUpdated"] = json!(ELEMENTS.last_updated);
    document
}

#[test]
fn what_is_missing_follows_the_resource_type() {
    assert_eq!(
        rendered(r#"{ "resourceType" : "AuditEvent" , "type":{"code":"rest"}}"#),
        concat!(
            r#"{ "resourceType" : "AuditEvent","id":"0198c0de-0000-7000-8000-000000000001","#,
            r#""meta":{"versionId":"1","lastUpdated":"2026-11-22T07:00:00.000Z"}"#,
            r#" , "type":{"code":"rest"}}"#
        )
    );
}

#[test]
fn what_is_there_is_replaced_where_it_stands() {
    let body = concat!(
        r#"{"meta":{"profile":["p"],"lastUpdated":"2020-01-01T00:00:00Z","versionId":"7","#,
        r#""tag":[{"code":"a"}]},"action":"C","resourceType":"AuditEvent","id":"theirs"}"#
    );
    assert_eq!(
        rendered(body),
        concat!(
            r#"{"meta":{"profile":["p"],"lastUpdated":"2026-11-22T07:00:00.000Z","versionId":"1","#,
            r#""tag":[{"code":"a"}]},"action":"C","resourceType":"AuditEvent","#,
            r#""id":"0198c0de-0000-7000-8000-000000000001"}"#
        )
    );
}

#[test]
fn names_inside_other_elements_are_left_alone() {
    let body = r#"{"contained":[{"resourceType":"Patient","id":"p","meta":{"versionId":"3"}}],
        "agent":[{"id":"a","name":"\"id\":\\"}],"resourceType":"AuditEvent","meta" : {"tag":[]}}"#;
    let document: Value = serde_json::from_str(body).expect("JSON");
    let back: Value = serde_json::from_str(&rendered(body)).expect("JSON");
    assert_eq!(back, expected(document));
}

#[test]
fn escaped_names_are_found() {
    let body = r#"{"resourceType":"AuditEvent","\u0069d":"x","me\u0074a":{"version\u0049d":"9"}}"#;
    let document: Value = serde_json::from_str(body).expect("JSON");
    let back: Value = serde_json::from_str(&rendered(body)).expect("JSON");
    assert_eq!(back, expected(document));
    assert_eq!(rendered(body).matches("versionI").count(), 0, "no second versionId");
}

#[test]
fn an_empty_meta_is_filled() {
    let back: Value =
        serde_json::from_str(&rendered(r#"{"resourceType":"A","meta":{ }}"#)).expect("JSON");
    assert_eq!(back, expected(json!({"resourceType": "A"})));
}

/// Documents with the server's elements here, there and nowhere.
fn any_resource() -> impl Strategy<Value = Value> {
    let text = any::<String>().prop_map(Value::from);
    let key = prop_oneof![
        Just("id".to_owned()),
        Just("meta".to_owned()),
        Just("versionId".to_owned()),
        Just("lastUpdated".to_owned()),
        Just("resourceType".to_owned()),
        any::<String>(),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        text
    ];
    let value = leaf.prop_recursive(4, 60, 8, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            proptest::collection::vec((key.clone(), inner), 0..8)
                .prop_map(|members| members.into_iter().collect()),
        ]
    });
    proptest::collection::vec((any::<String>(), value.clone()), 0..6)
        .prop_flat_map(move |members| {
            let meta = proptest::collection::vec(
                ("versionId|lastUpdated|source|id|\\PC{0,4}", value.clone()),
                0..5,
            );
            (Just(members), proptest::option::of(meta), proptest::option::of(value.clone()))
        })
        .prop_map(|(members, meta, id)| {
            let mut document: Map<String, Value> = members.into_iter().collect();
            document.insert("resourceType".to_owned(), "AuditEvent".into());
            document.remove("meta");
            document.remove("id");
            document.extend(meta.map(|meta| ("meta".to_owned(), meta.into_iter().collect())));
            document.extend(id.map(|id| ("id".to_owned(), id)));
            document.into()
        })
}

proptest! {
    #[test]
    fn all_else_stays_equal(document in any_resource(), pretty in any::<bool>()) {
        let body = if pretty {
            serde_json::to_string_pretty(&document)
        } else {
            serde_json::to_string(&document)
        };
        let out = rendered(&body.expect("JSON"));
        let back: Value = serde_json::from_str(&out).expect("JSON");
        prop_assert_eq!(back, expected(document));
    }

    #[test]
    fn no_bytes_panic(body in "[{}\\[\\]\",:\\\\ a]{0,40}|\\{\"resourceType\"\\PC{0,40}") {
        rendered(&body);
    }
}
