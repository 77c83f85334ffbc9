//! Definitions in the shape of each release.
use super::*;
use kiln_fhir::{Limits, json, xml};

const BASE: &str = "http://localhost:8080/fhir/x";

/// In the order of the definitions of all releases.
const ELEMENTS: [&str; 17] = [
    "id",
    "url",
    "name",
    "title",
    "status",
    "kind",
    "description",
    "idempotent",
    "affectsState",
    "code",
    "base",
    "resource",
    "system",
    "type",
    "instance",
    "parameter",
    "overload",
];

fn all() -> impl Iterator<Item = (Release, &'static Operation)> {
    Release::SERVED
        .iter()
        .flat_map(|release| OPERATIONS.iter().map(move |operation| (*release, operation)))
}

#[test]
fn each_release_has_its_own_shape() {
    for (release, operation) in all() {
        let definition = operation.resource(BASE, release);
        let before_r4 = is_before_r4(release);
        assert_eq!(definition["idempotent"].is_null(), !before_r4, "{release:?}");
        assert_eq!(definition["affectsState"].is_null(), before_r4, "{release:?}");
        assert_eq!(definition["title"].is_null(), before_r4, "{release:?}");
        assert_eq!(definition["type"].is_array(), release == Release::Dstu2, "{release:?}");
        assert_eq!(definition["resource"].is_null(), release == Release::Dstu2, "{release:?}");
        if operation.base.is_some() {
            assert_eq!(definition["base"].is_object(), before_r4, "{release:?}");
        }
        for parameter in definition["parameter"].as_array().unwrap() {
            for element in ["name", "use", "min", "max", "type"] {
                assert!(!parameter[element].is_null(), "{release:?} {element}");
            }
        }
    }
}

#[test]
fn xml_has_them_in_order() {
    for (release, operation) in all() {
        let definition = operation.resource(BASE, release);
        let mut out = Vec::new();
        xml::from_json(definition.to_string().as_bytes(), release, &mut out).unwrap();
        assert!(!String::from_utf8(out.clone()).unwrap().contains("<!--"), "{release:?}");
        let back = xml::to_json(&out, release, &Limits::default()).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&back).unwrap(), definition, "{release:?}");
        let tape = json::read(&back, &Limits::default(), "OperationDefinition").unwrap();
        let names = tape.children(0).map(|child| tape.key(child)).skip(1);
        let places: Vec<usize> =
            names.map(|name| ELEMENTS.iter().position(|known| *known == name).unwrap()).collect();
        assert!(places.is_sorted(), "{release:?}");
    }
}

#[test]
fn profiles_are_named_as_the_release_names_them() {
    let kind = |release| {
        let validate = OPERATIONS.iter().find(|operation| operation.code == "validate").unwrap();
        let definition = validate.resource(BASE, release);
        let mut parameters = definition["parameter"].as_array().unwrap().clone();
        parameters.retain(|parameter| parameter["name"] == "profile");
        parameters[0]["type"].clone()
    };
    assert_eq!(kind(Release::R4), "uri");
    assert_eq!(kind(Release::R4b), "canonical");
}
