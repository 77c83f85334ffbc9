//! Which room may know which: the table of `docs/ARCHITECTURE.md`.
use super::Finding;
use serde_json::Value;

/// Package, and the packages of ours it may depend on. A room that is not here may not exist.
const EDGES: [(&str, &[&str]); 10] = [
    ("kiln-fhir", &[]),
    ("kiln-evidence", &[]),
    ("kiln-index", &[]),
    ("kiln-search", &["kiln-fhir", "kiln-index"]),
    ("kiln-store", &["kiln-index", "kiln-evidence"]),
    ("kiln-server", &["kiln-store", "kiln-search", "kiln-fhir", "kiln-index", "kiln-evidence"]),
    (
        "kiln",
        &["kiln-server", "kiln-store", "kiln-search", "kiln-fhir", "kiln-index", "kiln-evidence"],
    ),
    ("kiln-sim", &["kiln-store", "kiln-index"]),
    ("kiln-tests", &[]),
    ("xtask", &[]),
];

/// Packages that are not part of the product.
const DEVELOPMENT: [&str; 3] = ["kiln-sim", "kiln-tests", "xtask"];

/// Edges that are not in the table, rooms that are not, and features in product crates.
pub(crate) fn check(metadata: &Value) -> Vec<Finding> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let ours = packages.filter(|package| package["source"].is_null());
    ours.flat_map(package_findings).collect()
}

fn package_findings(package: &Value) -> Vec<Finding> {
    let name = package["name"].as_str().unwrap_or_default();
    let Some((_, allowed)) = EDGES.iter().find(|(room, _)| *room == name) else {
        let what = "a room that docs/ARCHITECTURE.md and xtask/src/tidy/edges.rs do not know";
        return vec![Finding::of(name, what)];
    };
    let mut findings = Vec::new();
    for dependency in package["dependencies"].as_array().into_iter().flatten() {
        let other = dependency["name"].as_str().unwrap_or_default();
        let inside = !dependency["path"].is_null();
        let development = dependency["kind"] == "dev";
        if inside && !development && !allowed.contains(&other) {
            findings.push(Finding::of(name, format!("may not depend on {other}")));
        }
    }
    let features = package["features"].as_object().is_some_and(|features| !features.is_empty());
    if features && !DEVELOPMENT.contains(&name) {
        findings.push(Finding::of(name, "has features: one binary, one test matrix"));
    }
    findings
}

#[cfg(test)]
mod tests;
