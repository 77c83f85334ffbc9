//! Which room may know which: the table of `docs/ARCHITECTURE.md` and the manifests say the same.
use super::Finding;
use serde_json::Value;

/// Where the table of rooms stands.
pub(crate) const ARCHITECTURE: &str = "docs/ARCHITECTURE.md";

/// Beside the product: package, and the packages of ours it may depend on.
const DEVELOPMENT: [(&str, &[&str]); 4] = [
    ("kiln-benches", &BENCHED),
    ("kiln-sim", &["kiln-store", "kiln-index", "kiln-evidence"]),
    ("kiln-tests", &[]),
    ("xtask", &["kiln-tests"]),
];

/// What it takes to do the program's work piece by piece.
const BENCHED: [&str; 9] = [
    "kiln",
    "kiln-evidence",
    "kiln-fhir",
    "kiln-identity",
    "kiln-index",
    "kiln-search",
    "kiln-server",
    "kiln-sim",
    "kiln-store",
];

/// Edges and rooms of which the page and the manifests differ, and features in product crates.
pub(crate) fn check(metadata: &Value, architecture: &str) -> Vec<Finding> {
    let rooms = rooms(architecture);
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let ours = packages.filter(|package| package["source"].is_null());
    ours.flat_map(|package| package_findings(package, &rooms)).collect()
}

/// A row of the table of rooms.
#[derive(Debug, PartialEq, Eq)]
struct Room {
    package: String,
    uses: Vec<String>,
}

/// Rows that begin with a room in code: its name first, what it uses last.
fn rooms(architecture: &str) -> Vec<Room> {
    let rows = architecture.lines().filter_map(|line| line.strip_prefix("| [`"));
    let rooms = rows.filter_map(|row| {
        let (name, rest) = row.split_once('`')?;
        let uses = rest.trim_end().strip_suffix('|')?.rsplit('|').next()?;
        let uses = uses.split(',').map(str::trim).filter(|name| !name.is_empty());
        Some(Room { package: package(name), uses: uses.map(package).collect() })
    });
    rooms.collect()
}

fn package(room: &str) -> String {
    if room == "kiln" { room.to_owned() } else { format!("kiln-{room}") }
}

fn package_findings(package: &Value, rooms: &[Room]) -> Vec<Finding> {
    let name = package["name"].as_str().unwrap_or_default();
    let used = used(package);
    if let Some((_, allowed)) = DEVELOPMENT.iter().find(|(other, _)| *other == name) {
        let surplus = used.iter().filter(|other| !allowed.contains(&other.as_str()));
        return surplus.map(|other| not_allowed(name, other)).collect();
    }
    let Some(room) = rooms.iter().find(|room| room.package == name) else {
        return vec![Finding::of(name, format!("a room that {ARCHITECTURE} does not know"))];
    };
    let mut findings = Vec::new();
    // The program may use every room: that is what it is for.
    if name != "kiln" {
        let surplus = used.iter().filter(|other| !room.uses.contains(other));
        findings.extend(surplus.map(|other| not_allowed(name, other)));
        let unused = room.uses.iter().filter(|other| !used.contains(other));
        findings.extend(unused.map(|other| {
            Finding::of(name, format!("does not use {other}, but {ARCHITECTURE} says so"))
        }));
    }
    if package["features"].as_object().is_some_and(|features| !features.is_empty()) {
        findings.push(Finding::of(name, "has features: one binary, one test matrix"));
    }
    findings
}

fn not_allowed(name: &str, other: &str) -> Finding {
    Finding::of(name, format!("may not use {other}: {ARCHITECTURE} has no such edge"))
}

/// Our packages that the product needs for this one; those of its tests are no edges.
fn used(package: &Value) -> Vec<String> {
    let dependencies = package["dependencies"].as_array().into_iter().flatten();
    let ours = dependencies.filter(|other| !other["path"].is_null() && other["kind"] != "dev");
    ours.filter_map(|other| other["name"].as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests;
