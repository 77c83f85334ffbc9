//! Pages of 50 events: read from the log, and written as the answer of a search.
use crate::{counted, log};
use anyhow::Result;
use kiln_fhir::{
    Instant, Release,
    bundle::{Outgoing, SearchMode, Writer},
    render::{ServerElements, with_server_elements},
};
use kiln_index::LogIndex;
use kiln_server::rendition::Kept;
use kiln_store::Record;
use std::{hint::black_box, path::Path};

const PAGE: u64 = 50;
const PAGES: u64 = 40;
const BASE: &str = "http://localhost:8080/fhir/r4/AuditEvent/";

/// The events of a page are scattered in the log, as those of a patient are.
pub(crate) fn read(folder: &Path) -> Result<usize> {
    let store = log::prepared(folder)?;
    let snapshot = store.snapshot();
    let pages: Vec<_> = (0..PAGES).map(positions).collect();
    counted(|| {
        for page in &pages {
            black_box(snapshot.read_all(page)?);
        }
        Ok(pages.len())
    })
}

/// Stored R4, as R4.
pub(crate) fn render_r4(folder: &Path) -> Result<usize> {
    render(folder, Release::R4)
}

/// Stored R4, as R5.
pub(crate) fn render_r5(folder: &Path) -> Result<usize> {
    render(folder, Release::R5)
}

fn render(folder: &Path, release: Release) -> Result<usize> {
    let store = log::prepared(folder)?;
    let snapshot = store.snapshot();
    let pages = (0..PAGES).map(|page| Ok(snapshot.read_all(&positions(page))?));
    let pages = pages.collect::<Result<Vec<Vec<Record>>>>()?;
    counted(|| {
        for page in &pages {
            let mut out = Vec::new();
            write(page, release, &mut out)?;
            black_box(out);
        }
        Ok(pages.len())
    })
}

fn positions(page: u64) -> Vec<LogIndex> {
    // What the log states of its beginning stands before the events.
    let apart = log::STORED / PAGE - 1;
    (0..PAGE).map(|at| LogIndex(PAGE + page + at * apart)).collect()
}

/// As the server writes the answer of a search.
fn write(records: &[Record], release: Release, out: &mut Vec<u8>) -> Result<()> {
    let mut bundle = Writer::new(out, Outgoing::Searchset);
    for record in records {
        let id = record.envelope.id.0.hyphenated().to_string();
        let last_updated = Instant { millis: record.envelope.received.0 }.to_text();
        let elements = ServerElements { id: &id, version_id: "1", last_updated: &last_updated };
        let event = Kept::of(record)?.json_in(release)?;
        bundle.entry(|entry| {
            entry.full_url(&[BASE, &id].concat());
            entry.resource(|out| with_server_elements(&event, &elements, out));
            entry.search(SearchMode::Match);
        });
    }
    bundle.finish();
    Ok(())
}
