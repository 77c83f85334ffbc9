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
        let rows = rows.filter(|row| row[0] == name);
        let rows = rows.map(|row| (row[1].to_owned(), row[2].to_owned(), row[4].to_owned()));
        let rows: Vec<_> = rows.collect();
        assert!(rows.len() > 3, "{name}");
        Self { rows }
    }

    /// Panics with the first constraint that the event of a look at the log breaks.
    pub(crate) fn check(&self, event: &Value) {
        let mut event = event.clone();
        event["entity"].as_array_mut().unwrap().retain(|entity| entity["role"]["code"] != "13");
        self.check_rows(&event, |element| element != "type");
    }

    /// Panics with the first constraint that the event breaks.
    pub(crate) fn check_all(&self, event: &Value) {
        self.check_rows(event, |_| true);
    }

    fn check_rows(&self, event: &Value, counts_for: impl Fn(&str) -> bool) {
        for (element, cardinality, value) in self.rows.iter().filter(|row| counts_for(&row.0)) {
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
        let by_type = format!("{name}:{slice}.type");
        let by_itself = format!("{name}:{slice}");
        let value = |wanted: &str| {
            let mut rows = self.rows.iter().filter(|(element, ..)| element == wanted);
            rows.next().map(|(.., value)| value.as_str())
        };
        let (by_type, by_itself) = (value(&by_type), value(&by_itself).unwrap());
        let fits = |element: &&Value| match by_type {
            Some(pattern) => is_coded(&element["type"], pattern),
            None => is_coded(element, by_itself),
        };
        event[name].as_array().unwrap().iter().filter(fits).collect()
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
    for found in found {
        let is_it = match value.strip_prefix('=') {
            None => is_coded(found, value),
            Some("True") => **found == Value::Bool(true),
            Some(fixed) if fixed.contains('#') => is_coded(found, value),
            Some(fixed) => **found == fixed,
        };
        assert!(is_it, "{told}");
    }
}

fn counts(count: usize, cardinality: &str, told: &str) {
    let Some((min, max)) = cardinality.split_once("..") else { return };
    assert!(count >= min.parse().unwrap_or(0), "{told}");
    assert!(count <= max.parse().unwrap_or(usize::MAX), "{told}");
}

/// Whether a Coding or a `CodeableConcept` has the code of `=System#code`, or one of the set that
/// is bound.
fn is_coded(value: &Value, pattern: &str) -> bool {
    let codes = match pattern {
        "bind required AllReadVS" => &["restful-interaction#read", "restful-interaction#vread"][..],
        "bind required AllUpdateVS" => &["restful-interaction#update", "restful-interaction#patch"],
        "bind required AllSearchVS" => &[
            "restful-interaction#search",
            "restful-interaction#search-type",
            "restful-interaction#search-system",
        ],
        "bind required DataSources" => {
            &["v3-ParticipationType#AUT", "v3-ParticipationType#INF", "v3-ParticipationType#CST"]
        }
        "bind required RestObjectRoles" => &["object-role#4", "object-role#3", "object-role#20"],
        "" => return true,
        pattern => &[pattern.strip_prefix('=').unwrap_or_else(|| panic!("{pattern}"))],
    };
    let has = |coding: &Value| {
        codes.iter().any(|code| {
            let (system, code) = code.split_once('#').unwrap();
            coding["code"] == code && coding["system"].as_str().is_some_and(|s| s.ends_with(system))
        })
    };
    has(value) || value["coding"].as_array().is_some_and(|all| all.iter().any(has))
}
