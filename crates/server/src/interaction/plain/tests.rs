//! The document against the tables: routes and filters are the truth, `openapi.json` repeats them.
use crate::router::{Interaction, ROUTES};
use kiln_plain::filter;
use serde_json::Value;
use std::collections::BTreeSet;

fn document() -> Value {
    serde_json::from_str(include_str!("../../openapi.json")).unwrap()
}

#[test]
fn every_operation_is_a_route_and_every_route_an_operation() {
    let document = document();
    let mut documented = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            documented.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let routes = ROUTES.iter().filter(|route| route.path.starts_with("/api"));
    let served = routes.filter(|route| route.interaction != Interaction::Unchanging);
    let served = served.map(|route| format!("{} {}", route.method, route.path));
    assert_eq!(documented, served.collect());
}

#[test]
fn every_parameter_is_a_filter_and_every_filter_a_parameter() {
    let document = document();
    let search = &document["paths"]["/api/audit-events"]["get"];
    let documented: Vec<&str> = search["parameters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|reference| {
            let pointer = reference["$ref"].as_str().unwrap().trim_start_matches('#');
            let parameter = document.pointer(pointer).unwrap();
            assert_eq!(parameter["in"], "query");
            parameter["name"].as_str().unwrap()
        })
        .collect();
    assert_eq!(documented, filter::NAMES);
}
