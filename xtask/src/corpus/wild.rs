//! What the index of the wild says of its files.
use super::shape::Shape;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::path::Path;

/// `wild/index.tsv`: release and base check of each file.
#[derive(Debug)]
pub(crate) struct Index(BTreeMap<String, (Shape, String)>);

/// How an event breaks the base definition.
#[derive(Debug)]
pub(crate) struct Broken {
    /// As in `AuditEvent.entity.query`.
    pub(crate) elements: Vec<String>,
    /// Whether a Kiln that keeps such events keeps it: not without any `recorded`
    /// (`docs/settings.md`).
    pub(crate) is_kept: bool,
}

/// Files whose row says only that they are edge cases: what breaks the base definition is sev-1 in
/// both, and bytes that are no base64 in the one.
const EDGES: [(&str, &[&str]); 2] = [
    ("wild/xml-edge/auditevent_40_with_base64binary.xml", &["AuditEvent.entity"]),
    (
        "wild/xml-edge/auditevent_40_with_invalid_base64binary.xml",
        &["AuditEvent.entity", "AuditEvent.entity.query"],
    ),
];

/// What a reason begins with, and the element it speaks of.
const REASONS: [(&str, &str); 7] = [
    ("detail without value", "AuditEvent.entity.detail.value"),
    ("recorded missing/not instant", "AuditEvent.recorded"),
    ("empty string: outcomeDesc", "AuditEvent.outcomeDesc"),
    ("agent.requestor missing", "AuditEvent.agent.requestor"),
    ("no agent[]", "AuditEvent.agent"),
    ("no source", "AuditEvent.source"),
    ("no type", "AuditEvent.type"),
];

/// A reason for which an event is refused in any case.
const NO_TIME: &str = "recorded missing/not instant:None";

impl Index {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)?;
        let rows = text.lines().skip(1).map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            let (release, check) = (columns.get(1), columns.get(15).copied().unwrap_or_default());
            let shape = release.and_then(|release| shape(release)).context("an unknown release")?;
            Ok((columns[0].to_owned(), (shape, check.to_owned())))
        });
        rows.collect::<Result<_>>().map(Self)
    }

    /// The release of a file, where it is one of the wild.
    pub(crate) fn shape(&self, name: &str) -> Option<Shape> {
        self.0.get(name).map(|(shape, _)| *shape)
    }

    /// Why an event must be refused; nothing of a good one.
    pub(crate) fn broken(&self, name: &str) -> Option<Broken> {
        if let Some((_, elements)) = EDGES.iter().find(|(file, _)| *file == name) {
            let elements = elements.iter().map(|&element| element.to_owned()).collect();
            return Some(Broken { elements, is_kept: true });
        }
        let (_, check) = self.0.get(name)?;
        let elements = broken(check);
        (!elements.is_empty()).then(|| Broken { elements, is_kept: !check.contains(NO_TIME) })
    }
}

fn shape(release: &str) -> Option<Shape> {
    let shapes = Shape::ALL.into_iter().filter(|shape| *shape != Shape::Draft);
    shapes.into_iter().find(|shape| shape.path() == release.to_lowercase())
}

fn broken(check: &str) -> Vec<String> {
    let reasons = check.split("; ");
    let elements = reasons.filter_map(|reason| {
        let row = REASONS.iter().find(|(begin, _)| reason.starts_with(begin));
        row.map(|(_, element)| (*element).to_owned())
    });
    elements.collect()
}

#[cfg(test)]
mod tests;
