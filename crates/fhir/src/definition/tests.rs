use super::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

/// Types reached from a table, each with its path.
fn types() -> Vec<(String, &'static Type)> {
    let mut found: Vec<(String, &'static Type)> = Vec::new();
    let mut next: Vec<(String, &'static Type)> =
        vec![("R4".to_owned(), &r4::AUDIT_EVENT), ("R5".to_owned(), &r5::AUDIT_EVENT)];
    while let Some((path, definition)) = next.pop() {
        if found.iter().any(|(_, known)| std::ptr::eq(*known, definition)) {
            continue;
        }
        for element in definition.own.iter().chain(definition.common) {
            if let Kind::Complex(inner) = element.kind {
                next.push((format!("{path}.{}", element.name), inner));
            }
        }
        found.push((path, definition));
    }
    found
}

#[test]
fn every_type_fits_the_check() {
    for (path, definition) in types() {
        let elements: Vec<_> = definition.own.iter().chain(definition.common).collect();
        assert!(elements.len() <= 64, "{path}: a bit for each element");
        let names: BTreeSet<_> = elements.iter().map(|element| element.name).collect();
        assert_eq!(names.len(), elements.len(), "{path}: names are there once");
        assert!(
            definition.common.iter().all(|element| element.presence == Presence::Optional),
            "{path}: only its own elements are counted"
        );
        let choices: BTreeSet<_> = (definition.own.iter())
            .filter(|element| {
                matches!(element.presence, Presence::Choice | Presence::MandatoryChoice)
            })
            .map(|element| element.name.split(char::is_uppercase).next())
            .collect();
        assert!(choices.len() <= 1, "{path}: one choice a type");
    }
}

/// Elements of the release as the published definitions list them: path to cardinality.
fn published(version: &str) -> BTreeMap<String, String> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/fhir/tables/elements.tsv");
    let Ok(table) = std::fs::read_to_string(file) else {
        writeln!(std::io::stderr(), "SKIPPED: no {file}").expect("a line to stderr");
        return BTreeMap::new();
    };
    let rows = table.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    rows.filter(|row| row[0] == version && row[1] != "AuditEvent")
        .map(|row| (row[1].to_owned(), row[2].to_owned()))
        .collect()
}

/// Elements of a table in the same form, choices under their common name.
fn listed(path: &str, definition: &'static Type, into: &mut BTreeMap<String, String>) {
    for element in definition.own.iter().chain(definition.common) {
        let name = match element.presence {
            Presence::Choice | Presence::MandatoryChoice => {
                let end = element.name.find(char::is_uppercase).expect("a choice has a type");
                format!("{}[x]", &element.name[..end])
            }
            _ => element.name.to_owned(),
        };
        let min = match element.presence {
            Presence::Optional | Presence::Choice => 0,
            Presence::Mandatory | Presence::Value | Presence::MandatoryChoice => 1,
        };
        let path = format!("{path}.{name}");
        let max = if element.many { "*" } else { "1" };
        into.insert(path.clone(), format!("{min}..{max}"));
        // Backbone elements are told by their common elements; R5's entity.agent is a reference.
        if let Kind::Complex(inner) = element.kind
            && std::ptr::eq(inner.common, datatypes::BACKBONE.as_slice())
            && path != "AuditEvent.entity.agent"
        {
            listed(&path, inner, into);
        }
    }
}

#[test]
fn tables_are_the_published_definitions() {
    for (version, definition) in [
        ("r4-4.0.1", &r4::AUDIT_EVENT),
        ("r4b-4.3.0", &r4::AUDIT_EVENT),
        ("r5-5.0.0", &r5::AUDIT_EVENT),
    ] {
        let published = published(version);
        if published.is_empty() {
            continue;
        }
        let mut ours = BTreeMap::new();
        listed("AuditEvent", definition, &mut ours);
        ours.remove("AuditEvent.resourceType");
        assert_eq!(ours, published, "{version}");
    }
}
