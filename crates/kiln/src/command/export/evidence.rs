//! `kiln export --evidence`: what matches a search, with proofs, in one file.
mod ending;
pub(crate) mod fetched;
mod stated;

use super::{pairs, parse, was_sent_in};
use crate::{
    arguments, audit,
    command::bar,
    data::{Missing, Reached},
    evidence_bundle::{
        Asked, EVENTS_MAX, FORMAT, Item, Manifest, Part, RECORD_BYTES_MAX, VERSION, Writer, readme,
    },
    exit::Verdict,
    settings::Settings,
};
use anyhow::{Context as _, bail};
use clap::ValueEnum as _;
use ending::Ending;
use indicatif::ProgressBar;
use kiln_evidence::{Extra, Salt, TlogProof, inclusion_proof};
use kiln_fhir::{Instant, MediaType, Release};
use kiln_index::{LogIndex, Order, Page};
use kiln_search::Search;
use kiln_store::{
    Record, Snapshot, Store, Tiles,
    clock::{Clock as _, SystemClock},
};
use stated::Stated;
use std::{io::Write as _, path::Path};

/// Hits that are looked up at once.
const PAGE_RECORDS: usize = 1000;
/// Records whose bytes are in memory at once.
const PROVED_AT_ONCE: usize = 64;

pub(super) fn run(
    arguments: &arguments::Export,
    settings: &Settings,
    file: &Path,
) -> anyhow::Result<Verdict> {
    let told = match Reached::by(arguments.whose.tenant.as_ref(), settings, Missing::Refuse)? {
        Reached::Server(server) => {
            fetched::fetch(server.send("evidence", serde_json::to_vec(arguments)?)?, file)?
        }
        Reached::Folder(folder) => {
            let store = folder.open(settings)?;
            audit::record_in(&folder, settings, &arguments.used())?;
            let told = write_bundle(arguments, settings, &store, file, file)?;
            store.close().context("the store did not close cleanly")?;
            told
        }
    };
    writeln!(std::io::stdout(), "{told}")?;
    Ok(Verdict::Fine)
}

/// Writes the bundle to `at`; returns what is told of it where it is `file` to whoever asked.
pub(crate) fn write_bundle(
    arguments: &arguments::Export,
    settings: &Settings,
    store: &Store,
    at: &Path,
    file: &Path,
) -> anyhow::Result<String> {
    let snapshot = store.snapshot();
    let pairs = pairs(&arguments.filters)?;
    let search = parse(arguments.release.into(), &pairs, settings, &snapshot)?;
    let events = events(&snapshot, &search, arguments.sent_in.map(Into::into))?;
    if events.is_empty() {
        bail!("no event matches: there is nothing to prove, and no bundle was written");
    }
    write(arguments, settings, store, &snapshot, &events, (at, file))
}

/// Where the hits stand, oldest first.
fn events(
    snapshot: &Snapshot,
    search: &Search,
    sent_in: Option<Release>,
) -> anyhow::Result<Vec<LogIndex>> {
    let (order, size) = (Order::LogOldest, snapshot.size());
    let mut page = Page { query: &search.query, order, after: None, size, limit: PAGE_RECORDS };
    let mut events = Vec::new();
    loop {
        let hits = snapshot.query(&page, &|| false)?;
        let mut at: Vec<LogIndex> = hits.iter().map(|hit| hit.log_index).collect();
        if sent_in.is_some() {
            let mut records = snapshot.read_all(&at)?;
            records.retain(|record| was_sent_in(record, sent_in));
            at = records.iter().map(|record| record.log_index).collect();
        }
        events.extend(at);
        if events.len() > EVENTS_MAX {
            bail!("more than {EVENTS_MAX} events match, and a bundle has no more: search for less");
        }
        match hits.last() {
            Some(last) if hits.len() == PAGE_RECORDS => page.after = Some(*last),
            _ => return Ok(events),
        }
    }
}

/// Writes all of it; returns what is told.
fn write(
    arguments: &arguments::Export,
    settings: &Settings,
    store: &Store,
    snapshot: &Snapshot,
    events: &[LogIndex],
    (at, file): (&Path, &Path),
) -> anyhow::Result<String> {
    let last = *events.last().context("there is nothing to prove")?;
    let tiles = store.tiles().context("the log is not signed: nothing can be proved")?;
    let stated = Stated::of(snapshot)?;
    let ending = Ending::covering(last, store, snapshot, &tiles, &stated.keys)?;
    let vouching = ending.vouching(&settings.evidence)?;
    let (statements, left_out) = stated.chosen(events, ending.checkpoint.size);
    let mut writer = Writer::create(at)?;
    let text = readme(&ending.checkpoint, events.len(), &vouching);
    writer.begin(&text, &ending.key.to_string(), &ending.note.to_string())?;
    let bar = bar::of_records((events.len() + statements.len()) as u64, false);
    let pass = Pass { snapshot, tiles: &tiles, ending: &ending, bar };
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        version: VERSION,
        kiln: env!("CARGO_PKG_VERSION").to_owned(),
        made: Instant { millis: SystemClock.now().0 }.to_text(),
        origin: ending.checkpoint.origin.to_string(),
        size: ending.checkpoint.size.0,
        asked: asked(arguments),
        events: pass.write(Part::Events, events, &mut writer)?,
        statements: pass.write(Part::Statements, &statements, &mut writer)?,
        statements_left_out: left_out,
    };
    pass.bar.finish_and_clear();
    writer.finish(&manifest)?;
    Ok(ending.told(events.len(), statements.len(), file, &vouching))
}

fn asked(arguments: &arguments::Export) -> Asked {
    let name = |release: arguments::Release| {
        release.to_possible_value().map(|value| value.get_name().to_owned())
    };
    Asked {
        release: name(arguments.release).unwrap_or_default(),
        filters: arguments.filters.clone(),
        sent_in: arguments.sent_in.and_then(name),
    }
}

/// What every record's proof is made with.
struct Pass<'a> {
    snapshot: &'a Snapshot,
    tiles: &'a Tiles,
    ending: &'a Ending,
    bar: ProgressBar,
}

impl Pass<'_> {
    fn write(&self, part: Part, at: &[LogIndex], out: &mut Writer) -> anyhow::Result<Vec<Item>> {
        let mut items = Vec::with_capacity(at.len());
        for some in at.chunks(PROVED_AT_ONCE) {
            for evidence in self.snapshot.evidence_of_all(some)? {
                items.push(self.record(part, evidence, out)?);
            }
        }
        Ok(items)
    }

    fn record(
        &self,
        part: Part,
        (record, salt, envelope): (Record, Salt, Vec<u8>),
        out: &mut Writer,
    ) -> anyhow::Result<Item> {
        let index = record.log_index.0;
        if record.body.len() > RECORD_BYTES_MAX {
            bail!("record {index} is larger than {RECORD_BYTES_MAX} bytes: no bundle takes it");
        }
        let media = MediaType::from_number(record.envelope.media_type);
        let media = media.with_context(|| format!("record {index} has no known form"))?;
        let hashes = inclusion_proof(self.tiles, index, self.ending.checkpoint.size);
        let proof = TlogProof {
            extra: Some(Extra { salt, envelope }.encode()),
            index,
            hashes: hashes.context("the tiles of the log cannot be read")?,
            checkpoint: self.ending.note.clone(),
        };
        self.bar.inc(1);
        out.record(part, media, &record, &proof.to_string())
    }
}
