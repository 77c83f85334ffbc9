//! What is said of the resources that are kept beside audit events.
use super::{is_before_r4, link};
use crate::interaction::resource::PARAMETERS;
use kiln_fhir::{Release, resource_type};
use serde_json::{Value, json};

const INTERACTIONS: [&str; 9] = [
    "create",
    "read",
    "vread",
    "update",
    "patch",
    "delete",
    "history-instance",
    "history-type",
    "search-type",
];

/// Each type of the release, but those that are Kiln's own.
pub(super) fn each(release: Release) -> impl Iterator<Item = Value> {
    let types = resource_type::of(release);
    let types = types.filter(|name| !matches!(*name, "AuditEvent" | "OperationDefinition"));
    types.map(move |name| resource(name, release))
}

fn resource(name: &str, release: Release) -> Value {
    // DSTU2 has no patch.
    let is_known = |code: &&&str| **code != "patch" || release != Release::Dstu2;
    let interactions = INTERACTIONS.iter().filter(is_known).map(|code| json!({ "code": code }));
    let interactions: Vec<Value> = interactions.collect();
    let parameters = PARAMETERS.map(|(name, kind)| json!({ "name": name, "type": kind }));
    let profile = ["http://hl7.org/fhir/StructureDefinition/", name].concat();
    let mut resource = json!({
        "type": name,
        "profile": link(&profile, release),
        "interaction": interactions,
        "versioning": "versioned-update",
        "readHistory": true,
        "updateCreate": true,
        "conditionalCreate": true,
        "conditionalUpdate": true,
        "conditionalDelete": "not-supported",
        "searchParam": parameters,
    });
    if !is_before_r4(release) {
        resource["conditionalRead"] = json!("not-match");
    }
    resource
}

/// Audit events that nobody may send.
pub(super) fn unsent(event: &mut Value) {
    if let Some(interactions) = event["interaction"].as_array_mut() {
        interactions.retain(|interaction| interaction["code"] != "create");
    }
    event["conditionalCreate"] = json!(false);
}
