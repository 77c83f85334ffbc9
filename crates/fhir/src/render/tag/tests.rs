use super::*;
use serde_json::{Value, json};

const TAG: Tag<'_> = Tag { system: "urn:s", code: "c", display: "a \"word\"" };

fn tagged(body: &str) -> String {
    let mut out = b"before".to_vec();
    with_tag(body.as_bytes(), &TAG, &mut out);
    String::from_utf8(out).unwrap().strip_prefix("before").unwrap().to_owned()
}

fn tag() -> Value {
    json!({ "system": "urn:s", "code": "c", "display": "a \"word\"" })
}

#[test]
fn the_tag_comes_first_wherever_there_is_room_for_it() {
    for (meta, others) in [
        ("", json!([])),
        (r#","meta":{}"#, json!([])),
        (r#","meta": { "source" : "urn:x" } "#, json!([])),
        (r#","meta":{"tag":[],"source":"urn:x"}"#, json!([])),
        (r#","meta":{"tag": [ ]}"#, json!([])),
        (r#","meta":{"tag":[{"code":"other"}]}"#, json!([{ "code": "other" }])),
        (r#","m\u0065ta":{"t\u0061g":[ {"code":"other"} ]}"#, json!([{ "code": "other" }])),
    ] {
        let body =
            format!(r#" {{"id":"[{{\"","resourceType" : "AuditEvent"{meta},"x":{{"meta":1}}}}"#);
        let mut expected: Value = serde_json::from_str(&body).unwrap();
        let mut tags = vec![tag()];
        tags.extend(others.as_array().unwrap().clone());
        expected["meta"]["tag"] = Value::from(tags);
        let out = tagged(&body);
        assert_eq!(serde_json::from_str::<Value>(&out).unwrap(), expected, "{out}");
    }
}

#[test]
fn what_has_no_room_for_a_tag_comes_out_as_it_is() {
    for body in [
        "",
        "rubbish",
        "[]",
        r#"{"meta"#,
        r#"{"resourceType":"AuditEvent","meta":[1]}"#,
        r#"{"resourceType":"AuditEvent","meta":"text"}"#,
        r#"{"resourceType":"AuditEvent","meta":{"tag":{"code":"c"}}}"#,
    ] {
        assert_eq!(tagged(body), body);
    }
}

#[test]
fn a_tag_is_set_once() {
    let once = tagged(r#"{"resourceType":"AuditEvent","meta":{"tag":[{"code":"other"}]}}"#);
    assert_eq!(tagged(&once), once);
}
