//! Events of the shared data: official examples, the wild, the draft's example among the seeds.
use kiln_fhir::{Limits, Release, parse};
use std::path::Path;

pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) release: Release,
    pub(crate) body: Vec<u8>,
}

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/");

/// Folders, each of one release; what a release refuses is no event of it.
const FOLDERS: &[(&str, Release)] = &[
    ("fhir/dstu2-1.0.2/examples-json", Release::Dstu2),
    ("fhir/stu3-3.0.2/examples-json", Release::Stu3),
    ("fhir/r4-4.0.1/examples-json", Release::R4),
    ("fhir/r4b-4.3.0/examples-json", Release::R4b),
    ("fhir/r5-5.0.0/examples-json", Release::R5),
    ("fhir/r6-ballot/examples-json", Release::R6),
    ("wild/dstu2", Release::Dstu2),
    ("wild/stu3", Release::Stu3),
    ("wild/r4", Release::R4),
    ("wild/r4b", Release::R4b),
    ("wild/r5", Release::R5),
];

pub(crate) fn events() -> Vec<Event> {
    let mut events = Vec::new();
    for (folder, release) in FOLDERS {
        gather(Path::new(&format!("{SHARED}{folder}")), *release, &mut events);
    }
    events.extend(draft());
    events
}

#[expect(clippy::disallowed_methods, reason = "a test reads its corpus")]
fn gather(folder: &Path, release: Release, events: &mut Vec<Event>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            gather(&path, release, events);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            let body = std::fs::read(&path).expect("readable");
            if parse(&body, release, &Limits::default()).is_ok() {
                let name = path.display().to_string().replace(SHARED, "");
                events.push(Event { name, release, body });
            }
        }
    }
}

/// The example of the draft: the resource inside a page's text.
fn draft() -> Option<Event> {
    let folder = std::fs::read_dir(format!("{SHARED}seeds")).ok()?;
    let mut paths = folder.filter_map(|entry| Some(entry.ok()?.path()));
    let path = paths.find(|path| path.to_string_lossy().contains("/002_"))?;
    let text = std::fs::read_to_string(path).ok()?;
    let json = &text[text.find('{')?..=text.rfind('}')?];
    // The page lost the backslashes of two quotes.
    let body = json.replace("\"Grahame\" (id", "\\\"Grahame\\\" (id");
    parse(body.as_bytes(), Release::R5Draft, &Limits::default()).ok()?;
    Some(Event { name: "seed 002".to_owned(), release: Release::R5Draft, body: body.into_bytes() })
}
