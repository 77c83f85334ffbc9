use super::{ParameterType, parameters};
use kiln_fhir::Release;
use std::io::Write as _;
use std::path::Path;

#[test]
fn names_are_unique() {
    for release in [Release::R4, Release::R5, Release::R6] {
        let mut names: Vec<_> = parameters(release).iter().map(|row| row.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), parameters(release).len());
    }
}

/// Every parameter a release publishes for `AuditEvent`, with its type and canonical URL.
#[test]
fn the_registry_agrees_with_the_published_definitions() {
    for (release, folder) in [(Release::R4, "r4-4.0.1"), (Release::R5, "r5-5.0.0")] {
        let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fhir");
        let file = shared.join(folder).join("search-parameters.json");
        #[expect(clippy::disallowed_methods, reason = "a test reads the published definitions")]
        let Ok(bytes) = std::fs::read(&file) else {
            writeln!(std::io::stderr(), "SKIPPED: {} is not here", file.display())
                .expect("a line to stderr");
            continue;
        };
        let published: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
        let published = definitions(&published);
        assert!(published.len() >= 15, "{folder}");
        for (name, r#type, url) in published {
            let row = parameters(release).iter().find(|row| row.name == name);
            let row = row.unwrap_or_else(|| panic!("{release:?} {name} is not built"));
            assert_eq!((type_name(row.r#type), row.definition), (r#type, url), "{name}");
        }
    }
}

fn definitions(value: &serde_json::Value) -> Vec<(&str, &str, &str)> {
    match value {
        serde_json::Value::Object(fields) if fields.contains_key("code") => {
            let text = |name: &str| fields[name].as_str().expect("text");
            vec![(text("code"), text("type"), text("url"))]
        }
        serde_json::Value::Object(fields) => fields.values().flat_map(definitions).collect(),
        serde_json::Value::Array(items) => items.iter().flat_map(definitions).collect(),
        _ => Vec::new(),
    }
}

fn type_name(r#type: ParameterType) -> &'static str {
    match r#type {
        ParameterType::Token => "token",
        ParameterType::Reference => "reference",
        ParameterType::String => "string",
        ParameterType::Uri => "uri",
        ParameterType::Date => "date",
    }
}
