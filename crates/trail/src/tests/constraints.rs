//! The constraints of a BALP 1.1.4 profile, by the table of them.
//!
//! Of who looks at the log `type` is left out, which is DICOM's Audit Log Used there, as IHE ITI-81
//! has it, and not `rest`. DICOM also wants an entity of role 13 for the log; it has the type that
//! BALP slices by, and is not counted with the slice.
use serde_json::Value;
use std::{fs, io::Write as _};

const TABLE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/ihe/balp-1.1.4/constraints.tsv");

pub(crate) struct Profile {
    /// Element, cardinality, value.
    rows: Vec<(String, String, String)>,
}

impl Profile {
    pub(crate) fn named(name: &str) -> Self {
        let Ok(table) = fs::read_to_string(TABLE) else {
            writeln!(std::io::stderr(), "SKIPPED: {TABLE} is not there").unwrap();
            return Self { rows: Vec::new() };
        };
        let name = format!("IHE.BasicAudit.{name}");
        let rows = table.lines().map(|line| line.split('\t').collect::<Vec<_>>());
        let rows = rows.filter(|row| row[0] == name && row[1] != "type");
        let rows = rows.map(|row| (row[1].to_owned(), row[2].to_owned(), row[4].to_owned()));
        let rows: Vec<_> = rows.collect();
        assert!(rows.len() > 3, "{name}");
        Self { rows }
    }

    /// Panics with the first constraint that the event breaks.
    pub(crate) fn check(&self, event: &Value) {
        for (element, cardinality, value) in &self.rows {
            let told = format!("{element} {cardinality} {value}\n{event}");
            let (head, below) = element.split_once('.').unwrap_or((element, ""));
            let Some((name, slice)) = head.split_once(':') else {
                holds(&found(event, element), cardinality, value, &told);
                continue;
            };
            let members = self.members(event, name, slice);
            if below.is_empty() {
                counts(members.len(), cardinality, &told);
            }
            for member in members.iter().filter(|_| !below.is_empty()) {
                holds(&found(member, below), cardinality, value, &told);
            }
        }
    }

    /// The elements of a slice: those of its type, or of its codes.
    fn members<'a>(&self, event: &'a Value, name: &str, slice: &str) -> Vec<&'a Value> {
        let r#type = format!("{name}:{slice}.type");
        let of_type = self.rows.iter().find(|(element, ..)| *element == r#type);
        let elements = event[name].as_array().unwrap().iter();
        let is_log = |element: &&Value| name == "entity" && element["role"]["code"] == "13";
        let fits = |element: &&Value| match (of_type, slice) {
            (Some((_, _, pattern)), _) => is_coded(&element["type"], pattern),
            (None, "anySearch") => ["search", "search-type"].iter().any(|c| element["code"] == *c),
            (None, "anyRead") => ["read", "vread"].iter().any(|c| element["code"] == *c),
            // The slice of the parent profile.
            (None, "patient") => element["role"]["code"] == "1",
            _ => panic!("{name}:{slice}"),
        };
        elements.filter(|element| !is_log(element)).filter(fits).collect()
    }
}

fn found<'a>(of: &'a Value, path: &str) -> Vec<&'a Value> {
    path.split('.').fold(vec![of], |at, name| {
        let below = at.into_iter().filter_map(|value| value.get(name));
        below
            .flat_map(|value| value.as_array().map_or(vec![value], |all| all.iter().collect()))
            .collect()
    })
}

fn holds(found: &[&Value], cardinality: &str, value: &str, told: &str) {
    counts(found.len(), cardinality, told);
    let Some(fixed) = value.strip_prefix('=') else {
        if value.contains("RestObjectRoles") {
            assert!(
                found.iter().all(|role| ["3", "4", "20"].iter().any(|c| role["code"] == *c)),
                "{told}"
            );
        }
        return;
    };
    for found in found {
        let is_it = match fixed {
            "True" => **found == Value::Bool(true),
            _ if fixed.contains('#') => is_coded(found, value),
            _ => **found == fixed,
        };
        assert!(is_it, "{told}");
    }
}

fn counts(count: usize, cardinality: &str, told: &str) {
    let Some((min, max)) = cardinality.split_once("..") else { return };
    assert!(count >= min.parse().unwrap_or(0), "{told}");
    assert!(count <= max.parse().unwrap_or(usize::MAX), "{told}");
}

/// Whether a Coding or a `CodeableConcept` has the code of `=System#code`.
fn is_coded(value: &Value, pattern: &str) -> bool {
    let Some((system, code)) = pattern.trim_start_matches('=').split_once('#') else {
        return true;
    };
    let has = |coding: &Value| {
        coding["code"] == code && coding["system"].as_str().is_some_and(|s| s.ends_with(system))
    };
    has(value) || value["coding"].as_array().is_some_and(|all| all.iter().any(has))
}
