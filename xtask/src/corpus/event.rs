//! The events of the shared data, found by what the files say.
use super::{
    seeds,
    shape::{Format, Shape},
    twin::Twin,
    wild::{Broken, Index},
};
use anyhow::{Context, Result, ensure};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// An event as somebody wrote it.
#[derive(Debug)]
pub(crate) struct Event {
    /// Its file below the shared folder, and its place in a Bundle.
    pub(crate) name: String,
    /// Its place among all.
    pub(crate) number: usize,
    pub(crate) shape: Shape,
    pub(crate) format: Format,
    pub(crate) body: Vec<u8>,
    pub(crate) broken: Option<Broken>,
    /// The same event as JSON, where the pack has both.
    pub(crate) twin: Option<Twin>,
}

/// Fewer would mean that the corpus or the way it is read is not what it was.
const EVENTS_MIN: usize = 285;

/// Of them XML examples whose JSON is there, too.
const TWINS_MIN: usize = 47;

/// Folders that have events, and the release of those whose path says none.
const FOLDERS: [(&str, Shape); 9] = [
    ("fhir/dstu2-1.0.2", Shape::Dstu2),
    ("fhir/stu3-3.0.2", Shape::Stu3),
    ("fhir/r4-4.0.1", Shape::R4),
    ("fhir/r4b-4.3.0", Shape::R4b),
    ("fhir/r5-5.0.0", Shape::R5),
    ("fhir/r6-ballot", Shape::R6),
    ("ihe/national/nl-rivo-noord-nen7513", Shape::Stu3),
    ("ihe", Shape::R4),
    ("wild", Shape::R4),
];

/// Every event below `shared`, by name.
pub(crate) fn all(shared: &Path) -> Result<Vec<Event>> {
    let index = Index::read(&shared.join("wild/index.tsv"))?;
    let mut paths = Vec::new();
    for folder in ["fhir", "ihe", "wild"] {
        files(&shared.join(folder), &mut paths)?;
    }
    paths.sort();
    let mut events = Vec::new();
    for path in paths {
        let name = path.strip_prefix(shared)?.display().to_string();
        let folder = FOLDERS.iter().find(|(folder, _)| name.starts_with(folder));
        let Some((_, shape)) = folder else { continue };
        let shape = index.shape(&name).unwrap_or(*shape);
        events.extend(read(&path, &name, shape).with_context(|| name.clone())?);
    }
    for event in &mut events {
        event.broken = index.broken(&event.name);
    }
    events.extend(seeds::events(shared)?);
    for (number, event) in events.iter_mut().enumerate() {
        event.number = number;
    }
    ensure!(events.len() >= EVENTS_MIN, "the corpus shrank to {} events", events.len());
    let twins = events.iter().filter(|event| event.twin.is_some()).count();
    ensure!(twins >= TWINS_MIN, "only {twins} XML examples have their JSON");
    Ok(events)
}

fn files(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            files(&path, paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}

/// The events of a file, of which most files have none.
fn read(path: &Path, name: &str, shape: Shape) -> Result<Vec<Event>> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    let (format, bodies) = match extension {
        Some("json") => (Format::Json, json(&std::fs::read_to_string(path)?)?),
        Some("xml") => (Format::Xml, xml(&std::fs::read_to_string(path)?)),
        _ => return Ok(Vec::new()),
    };
    let is_one = bodies.len() == 1;
    let events = bodies.into_iter().enumerate().map(|(at, body)| Event {
        name: if is_one { name.to_owned() } else { format!("{name}#{at}") },
        number: 0,
        shape,
        format,
        body: body.into_bytes(),
        broken: None,
        twin: Twin::of(path),
    });
    Ok(events.collect())
}

type Members = BTreeMap<String, Box<RawValue>>;

/// The event, or those of a Bundle, as they stand in the text.
fn json(text: &str) -> Result<Vec<String>> {
    let Ok(members) = serde_json::from_str::<Members>(text) else { return Ok(Vec::new()) };
    let resource_type = members.get("resourceType").map_or("", |name| name.get());
    match (resource_type, members.get("entry")) {
        ("\"AuditEvent\"", _) => Ok(vec![text.to_owned()]),
        ("\"Bundle\"", Some(entries)) => {
            let entries: Vec<Members> = serde_json::from_str(entries.get())?;
            let resources = entries.iter().filter_map(|entry| entry.get("resource"));
            let nested = resources.map(|resource| json(resource.get()));
            Ok(nested.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
        }
        _ => Ok(Vec::new()),
    }
}

/// The event, or those of a Bundle; each brings its namespace.
fn xml(text: &str) -> Vec<String> {
    const END: &str = "</AuditEvent>";
    let starts = text.match_indices("<AuditEvent xmlns=\"http://hl7.org/fhir\"");
    let starts: Vec<usize> = starts.map(|(at, _)| at).collect();
    if starts.is_empty() || !text.contains("<Bundle") {
        return starts.iter().map(|_| text.to_owned()).collect();
    }
    let end = |start: usize| text[start..].find(END).map(|length| start + length + END.len());
    starts.iter().filter_map(|&start| Some(text[start..end(start)?].to_owned())).collect()
}

#[cfg(test)]
mod tests;
