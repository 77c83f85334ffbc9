//! Events in the pages among the seeds: an event each in 002 and 003, and the listing of DSTU2's
//! elements in 001, filled in.
use super::{
    event::Event,
    shape::{Format, Shape},
};
use anyhow::{Context, Result};
use std::path::Path;

/// What stands in the listing, and an instance of it.
const INSTANCES: [(&str, &str); 11] = [
    ("{ Coding }", r#"{ "system": "http://example.org/codes", "code": "110112", "display": "a" }"#),
    ("{ CodeableConcept }", r#"{ "coding": [{ "code": "admin" }], "text": "Administrator" }"#),
    ("{ Identifier }", r#"{ "system": "urn:ietf:rfc:3986", "value": "urn:uuid:0b" }"#),
    ("{ Reference(Location) }", r#"{ "reference": "Location/1", "display": "Ward 1" }"#),
    ("{ Reference(Any) }", r#"{ "reference": "Patient/1/_history/2" }"#),
    ("{ Reference(Practitioner|Organization|Device|Patient|RelatedPerson) }", PRACTITIONER),
    ("\"<instant>\"", "\"2026-11-22T09:15:30.125+01:00\""),
    ("<boolean>", "true"),
    ("<base64Binary>", "aGVsbG8="),
    ("<uri>", "http://example.org/policy"),
    ("<string>", "a text"),
];

const PRACTITIONER: &str = r#"{ "reference": "Practitioner/1" }"#;

/// The codes of the listing, in their order: action, outcome, type of network.
const CODES: [&str; 3] = ["R", "0", "2"];

/// Those of the three pages.
///
/// # Errors
/// A page is not there, or not as it was.
pub(crate) fn events(shared: &Path) -> Result<Vec<Event>> {
    let listing = listing(&page(shared, "001")?).context("the listing of seed 001")?;
    let draft = json(&page(shared, "002")?).context("the event of seed 002")?;
    let stu3 = json(&page(shared, "003")?).context("the event of seed 003")?;
    // The page lost the backslashes of two quotes.
    let draft = draft.replace("\"Grahame\" (id", "\\\"Grahame\\\" (id");
    Ok(vec![
        event("seeds/001, the listing filled in", Shape::Dstu2, listing),
        event("seeds/002", Shape::Draft, draft),
        event("seeds/003", Shape::Stu3, stu3),
    ])
}

fn event(name: &str, shape: Shape, body: String) -> Event {
    Event {
        name: name.to_owned(),
        number: 0,
        shape,
        format: Format::Json,
        body: body.into_bytes(),
        broken: None,
        twin: None,
    }
}

fn page(shared: &Path, number: &str) -> Result<String> {
    for entry in std::fs::read_dir(shared.join("seeds"))? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        if name.is_some_and(|name| name.starts_with(&format!("{number}_"))) {
            return Ok(std::fs::read_to_string(path)?);
        }
    }
    anyhow::bail!("no seed {number}")
}

fn json(page: &str) -> Option<String> {
    Some(page[page.find('{')?..=page.rfind('}')?].to_owned())
}

/// The listing as an event; of name and query, which may not stand together, the query stays.
fn listing(page: &str) -> Option<String> {
    let lines = page[page.find('{')?..=page.rfind("]\n}")? + 2].lines();
    let lines = lines.filter(|line| !line.contains("Instance-specific descriptor"));
    let lines = lines.map(|line| line.split_once(" //").map_or(line, |(before, _)| before));
    let lines = lines.filter(|line| !line.starts_with("//"));
    let mut text = lines.collect::<Vec<_>>().join("\n").replace("|\n", "|");
    for (placeholder, instance) in INSTANCES {
        text = text.replace(placeholder, instance);
    }
    for code in CODES {
        text = text.replacen("<code>", code, 1);
    }
    Some(text)
}

#[cfg(test)]
mod tests;
