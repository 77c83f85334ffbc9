use super::check;
use serde_json::{Value, json};

fn found(name: &str, dependencies: &Value, features: &Value) -> usize {
    let package = json!({
        "name": name, "source": null, "dependencies": dependencies, "features": features,
    });
    check(&json!({ "packages": [package] })).len()
}

#[test]
fn an_edge_upwards_is_found() {
    let store = json!([{ "name": "kiln-store", "path": "/x", "kind": null }]);
    assert_eq!(found("kiln-index", &store, &json!({})), 1);
    assert_eq!(found("kiln-server", &store, &json!({})), 0);
}

#[test]
fn a_build_dependency_is_an_edge_and_a_test_dependency_is_none() {
    let build = json!([{ "name": "kiln-fhir", "path": "/x", "kind": "build" }]);
    let dev = json!([{ "name": "kiln-sim", "path": "/x", "kind": "dev" }]);
    assert_eq!(found("kiln-store", &build, &json!({})), 1);
    assert_eq!(found("kiln-store", &dev, &json!({})), 0);
}

#[test]
fn a_crate_of_others_is_no_edge() {
    let other = json!([{ "name": "serde", "kind": null }]);
    assert_eq!(found("kiln-fhir", &other, &json!({})), 0);
}

#[test]
fn an_unknown_room_is_found() {
    assert_eq!(found("kiln-core", &json!([]), &json!({})), 1);
}

#[test]
fn features_are_found() {
    assert_eq!(found("kiln-fhir", &json!([]), &json!({ "xml": [] })), 1);
}
