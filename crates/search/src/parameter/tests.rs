use super::{ParameterType, parameters};
use crate::tests::ENDPOINTS;
use kiln_fhir::Release;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;

#[test]
fn names_are_unique() {
    for release in ENDPOINTS {
        let names: BTreeSet<_> = parameters(release).iter().map(|row| row.name).collect();
        assert_eq!(names.len(), parameters(release).len());
    }
}

#[test]
fn each_release_has_as_many_as_it_publishes() {
    let own = |release| {
        let rows = parameters(release).iter();
        rows.filter(|row| !row.name.starts_with('_')).count()
    };
    assert_eq!(ENDPOINTS.map(own), [17, 20, 18, 18, 15, 16]);
    assert_eq!(own(Release::R5Draft), 15);
}

/// Every parameter a release publishes for `AuditEvent`, with its type, its canonical URL and the
/// types it may refer to; and no other.
#[test]
fn the_registry_agrees_with_the_published_table() {
    let Some(table) = shared("tables/search-params.tsv") else { return };
    let rows: Vec<Vec<_>> = table.lines().map(|line| line.split('\t').collect()).collect();
    let releases = ["dstu2-1.0.2", "stu3-3.0.2", "r4-4.0.1", "r4b-4.3.0", "r5-5.0.0", "r6-ballot"];
    for (release, folder) in ENDPOINTS.into_iter().zip(releases) {
        let published: BTreeSet<_> = rows
            .iter()
            .filter(|row| row[0] == folder)
            .map(|row| (row[1], row[2], row[6], targets(row[1], row[4])))
            .collect();
        let own = parameters(release).iter().filter(|row| !row.name.starts_with('_'));
        let built: BTreeSet<_> = own
            .map(|row| {
                let targets = row.rule.targets().map(|targets| targets.join(","));
                (row.name, type_name(row.r#type), row.definition, targets.unwrap_or_default())
            })
            .collect();
        assert_eq!(built, published, "{folder}");
    }
}

/// Those that any type is a target of have no list; `patient` looks for patients, whatever a table
/// lets it refer to.
fn targets(name: &str, targets: &str) -> String {
    if targets.starts_with("any") || name == "patient" {
        return String::new();
    }
    targets.to_owned()
}

/// Of the parameters of every resource those that are built are as each release publishes them.
#[test]
fn parameters_of_every_resource_agree_with_the_published_ones() {
    let folders = ["dstu2-1.0.2", "stu3-3.0.2", "r4-4.0.1", "r4b-4.3.0", "r5-5.0.0", "r6-ballot"];
    for (release, folder) in ENDPOINTS.into_iter().zip(folders) {
        let file = format!("{folder}/search-parameters-resource-level.json");
        let Some(published) = shared(&file) else { return };
        let published: serde_json::Value = serde_json::from_str(&published).expect("JSON");
        let published = definitions(&published);
        for row in parameters(release).iter().filter(|row| row.name.starts_with('_')) {
            let built = (row.name, type_name(row.r#type), row.definition);
            assert!(published.contains(&built), "{folder} {built:?}");
        }
        let has_source = parameters(release).iter().any(|row| row.name == "_source");
        assert_eq!(has_source, published.iter().any(|row| row.0 == "_source"), "{folder}");
    }
}

/// The text of a published table; none, and said so, where the folder is not.
fn shared(file: &str) -> Option<String> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fhir");
    let text = std::fs::read_to_string(shared.join(file)).ok();
    if text.is_none() {
        writeln!(std::io::stderr(), "SKIPPED: no {file} in {}", shared.display())
            .expect("a line to stderr");
    }
    text
}

fn definitions(value: &serde_json::Value) -> Vec<(&str, &str, &str)> {
    match value {
        serde_json::Value::Object(fields) if fields.contains_key("code") => {
            let text = |name: &str| fields.get(name).and_then(|text| text.as_str());
            text("code")
                .zip(text("type"))
                .zip(text("url"))
                .map(|((a, b), c)| (a, b, c))
                .into_iter()
                .collect()
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
