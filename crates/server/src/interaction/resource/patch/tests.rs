use super::{super::Wanted, patched};
use crate::{
    interaction::resource::reply::Kept,
    resources::{
        ResourceSettings,
        body::{By, Head},
    },
};
use bytes::Bytes;
use kiln_store::Millis;
use kiln_trail::rest::{Asked, Headers, Limits, Sent};

const TASK: &str = r#"{"id":"t","resourceType":"Task","status":"requested","n":[1.50,1e3,-0]}"#;

fn apply(patch: &str) -> Result<String, u16> {
    apply_with(patch, &ResourceSettings::default())
}

fn apply_with(patch: &str, settings: &ResourceSettings) -> Result<String, u16> {
    let head = Head { r#type: "Task".into(), id: "t".into(), version: "1".into(), by: By::Post };
    let old = Kept { head, modified: Millis(0), resource: TASK.into() };
    let headers =
        Headers { content_type: Some("application/json-patch+json"), ..Headers::default() };
    let head = kiln_trail::rest::Head { method: "PATCH", path: "/Task/t", query: None, headers };
    let asked = Asked::read(&head, &Limits::default()).unwrap();
    let body = Bytes::copy_from_slice(patch.as_bytes());
    let wanted = Wanted { asked, sent: Sent::Opaque, body, entry: 0, correlation: None };
    let patched = patched(&old, &wanted, settings).map_err(|refusal| refusal.status.as_u16());
    patched.map(|json| String::from_utf8(json).unwrap())
}

#[test]
fn numbers_stay_as_they_were_written() {
    let patched = apply(r#"[{"op":"add","path":"/d","value":2.500}]"#).unwrap();
    assert!(patched.contains(r#""n":[1.50,1e3,-0]"#), "{patched}");
    assert!(patched.contains(r#""d":2.500"#), "{patched}");
    assert!(patched.starts_with(r#"{"resourceType":"Task""#), "{patched}");
}

#[test]
fn each_operation_of_rfc_6902_is_applied_in_order() {
    let patch = r#"[
      {"op":"test","path":"/n/0","value":1.50},
      {"op":"replace","path":"/status","value":"accepted"},
      {"op":"add","path":"/a","value":{"b":[]}},
      {"op":"add","path":"/a/b/-","value":"x"},
      {"op":"copy","from":"/a/b/0","path":"/c"},
      {"op":"move","from":"/a","path":"/moved"},
      {"op":"remove","path":"/n"}]"#;
    let patched: serde_json::Value = serde_json::from_str(&apply(patch).unwrap()).unwrap();
    let expected = serde_json::json!({"resourceType":"Task","id":"t","status":"accepted",
        "c":"x","moved":{"b":["x"]}});
    assert_eq!(patched, expected);
}

#[test]
fn what_does_not_fit_is_refused() {
    for (patch, status) in [
        ("{}", 400),
        ("[{}]", 400),
        (r#"[{"op":"test","path":"/status","value":"other"}]"#, 422),
        (r#"[{"op":"remove","path":"/none"}]"#, 422),
        (r#"[{"op":"replace","path":"/id","value":"u"}]"#, 422),
        (r#"[{"op":"remove","path":"/resourceType"}]"#, 422),
        (r#"[{"op":"replace","path":"/resourceType","value":"Patient"}]"#, 422),
        (r#"[{"op":"replace","path":"","value":7}]"#, 422),
        (r#"[{"op":"add","path":"/x","value":"\u0000"}]"#, 400),
    ] {
        assert_eq!(apply(patch), Err(status), "{patch}");
    }
}

#[test]
fn a_patch_grows_no_further_than_a_resource_may() {
    let twice = r#"{"op":"copy","from":"","path":"/x"}"#;
    let each = |n| twice.replace("/x", &format!("/x{n}"));
    let patch = format!("[{}]", (0..60).map(each).collect::<Vec<_>>().join(","));
    assert_eq!(apply(&patch), Err(413));
    let deep = format!("[{}]", [twice; 100].join(","));
    assert_eq!(apply(&deep), Err(422));
    let nested = [&"[".repeat(100_000), &*"]".repeat(100_000)].concat();
    let nested = format!(r#"[{{"op":"add","path":"/x","value":{nested}}}]"#);
    assert_eq!(apply(&nested), Err(400));
    let few = ResourceSettings { patch_operations_max: 2, ..ResourceSettings::default() };
    assert_eq!(apply_with(&format!("[{}]", [twice; 3].join(",")), &few), Err(413));
}
