use super::{Room, check, rooms};
use serde_json::{Value, json};

const PAGE: &str = "\
# Architecture
| room | its one purpose | effects | uses |
| --- | --- | --- | --- |
| [`fhir`](../crates/fhir/src/lib.rs) | what a record says | none | |
| [`search`](../crates/search/src/lib.rs) | FHIR search | none | fhir, index |
| [`kiln`](../crates/kiln/src/lib.rs) | the program | all | all of them |
";

fn found(name: &str, dependencies: &Value) -> Vec<String> {
    let package = json!({
        "name": name, "source": null, "dependencies": dependencies, "features": {},
    });
    let findings = check(&json!({ "packages": [package] }), PAGE);
    findings.into_iter().map(|finding| finding.what).collect()
}

fn edge(name: &str, kind: Option<&str>) -> Value {
    json!({ "name": name, "path": "/x", "kind": kind })
}

#[test]
fn the_table_is_read() {
    let search = Room {
        package: "kiln-search".to_owned(),
        uses: vec!["kiln-fhir".to_owned(), "kiln-index".to_owned()],
    };
    let rooms = rooms(PAGE);
    assert_eq!(rooms.len(), 3);
    assert_eq!(rooms[1], search);
    assert_eq!(rooms[0].uses, [""; 0]);
}

#[test]
fn edges_as_in_the_table_are_fine() {
    let both = json!([edge("kiln-fhir", None), edge("kiln-index", None)]);
    assert_eq!(found("kiln-search", &both), [""; 0]);
    assert_eq!(found("kiln", &both), [""; 0]);
}

#[test]
fn an_edge_that_is_not_in_the_table_is_found() {
    let up = json!([edge("kiln-search", None)]);
    assert_eq!(found("kiln-fhir", &up).len(), 1);
    assert_eq!(found("xtask", &up).len(), 1);
    assert_eq!(found("kiln-fhir", &json!([edge("kiln-search", Some("build"))])).len(), 1);
}

#[test]
fn an_edge_that_only_the_table_has_is_found() {
    let one = json!([edge("kiln-fhir", None)]);
    assert!(found("kiln-search", &one)[0].contains("does not use kiln-index"));
}

#[test]
fn dependencies_of_tests_and_crates_of_others_are_no_edges() {
    assert_eq!(found("kiln-fhir", &json!([edge("kiln-sim", Some("dev"))])), [""; 0]);
    assert_eq!(found("kiln-fhir", &json!([{ "name": "serde", "kind": null }])), [""; 0]);
}

#[test]
fn an_unknown_room_is_found() {
    assert_eq!(found("kiln-core", &json!([])).len(), 1);
}

#[test]
fn features_are_found() {
    let package = json!({
        "name": "kiln-fhir", "source": null, "dependencies": [], "features": { "xml": [] },
    });
    assert_eq!(check(&json!({ "packages": [package] }), PAGE).len(), 1);
}
