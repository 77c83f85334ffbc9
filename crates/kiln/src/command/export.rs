//! `kiln export`: what matches a search, as NDJSON, from one snapshot.
pub(crate) mod evidence;

use crate::{
    arguments,
    audit::{self, Used},
    data::{Missing, Reached},
    exit::Verdict,
    settings::Settings,
};
use anyhow::{Context as _, bail};
use kiln_fhir::{
    Instant, MediaType, OperationOutcome, Release, Severity,
    render::{ServerElements, with_server_elements},
    xml,
};
use kiln_index::{LogIndex, Order, Page};
use kiln_search::{Handling, Search};
use kiln_server::rendition::Kept;
use kiln_store::{Record, RecordId, Snapshot, Store};
use std::io::{BufWriter, Write};

/// Records that are read at once.
const PAGE_RECORDS: usize = 1000;
/// Kiln's records have one version.
const VERSION_ID: &str = "1";

pub(crate) fn run(arguments: &arguments::Export) -> anyhow::Result<Verdict> {
    let settings = arguments.data.settings()?;
    let whose = arguments.whose.tenant.as_ref();
    if let Some(file) = &arguments.evidence {
        return evidence::run(arguments, &settings, file);
    }
    let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    match Reached::by(whose, &settings, Missing::Refuse)? {
        Reached::Server(server) => {
            let mut answer = server.send("export", serde_json::to_vec(arguments)?)?;
            std::io::copy(&mut answer, &mut out)?;
        }
        Reached::Folder(folder) => {
            let store = folder.open(&settings)?;
            audit::record_in(&folder, &settings, &arguments.used())?;
            write_all(arguments, &settings, &store, &mut out)?;
            store.close().context("the store did not close cleanly")?;
        }
    }
    out.flush()?;
    Ok(Verdict::Fine)
}

/// Writes what matches; the store is the command's, or the server's.
pub(crate) fn write_all(
    arguments: &arguments::Export,
    settings: &Settings,
    store: &Store,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let snapshot = store.snapshot();
    let pairs = pairs(&arguments.filters)?;
    let search = parse(arguments.release.into(), &pairs, settings, &snapshot)?;
    let written = if arguments.original {
        Written::Original
    } else {
        Written::As(arguments.release.into(), arguments.format.into())
    };
    let sent_in = arguments.sent_in.map(Into::into);
    write(&snapshot, &search, sent_in, written, out)
}

impl arguments::Export {
    /// What is recorded of it.
    pub(crate) fn used(&self) -> Used {
        Used::new(if self.evidence.is_some() { "evidence" } else { "export" }, &self.filters)
    }
}

/// How records are written.
#[derive(Copy, Clone)]
pub(crate) enum Written {
    /// As they were received.
    Original,
    /// As they are read, in this release and form.
    As(Release, MediaType),
}

fn pairs(filters: &[String]) -> anyhow::Result<Vec<(String, String)>> {
    let pair = |filter: &String| match filter.split_once('=') {
        Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
        None => bail!("`{filter}` is no filter: write name=value, as in patient=Patient/1"),
    };
    filters.iter().map(pair).collect()
}

/// Strict: a filter that is not understood would make the export larger than was asked for.
fn parse(
    release: Release,
    pairs: &[(String, String)],
    settings: &Settings,
    snapshot: &Snapshot,
) -> anyhow::Result<Search> {
    let find = |id: &str| {
        let id = RecordId(uuid::Uuid::parse_str(id).ok()?);
        snapshot.find(id).ok().flatten()
    };
    kiln_search::parse(release, pairs, Handling::Strict, &settings.search.to_room(), &find)
        .map_err(|outcome| anyhow::anyhow!("{}", plain(&outcome)))
}

/// What an outcome says, in one line.
pub(crate) fn plain(outcome: &OperationOutcome) -> String {
    let issue = |issue: &kiln_fhir::Issue| match &issue.expression {
        Some(expression) => format!("{expression}: {}", issue.diagnostics),
        None => issue.diagnostics.clone(),
    };
    let errors = outcome.issues.iter().filter(|issue| issue.severity == Severity::Error);
    errors.map(issue).collect::<Vec<_>>().join("; ")
}

fn write(
    snapshot: &Snapshot,
    search: &Search,
    sent_in: Option<Release>,
    written: Written,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let mut page = Page {
        query: &search.query,
        // Without `_sort`: in the order of the log, which reads each frame once.
        order: if search.applied.iter().any(|(name, _)| name == "_sort") {
            search.order
        } else {
            Order::LogOldest
        },
        after: None,
        size: snapshot.size(),
        limit: PAGE_RECORDS,
    };
    let mut line = Vec::new();
    loop {
        let hits = snapshot.query(&page, &|| false)?;
        let at: Vec<LogIndex> = hits.iter().map(|hit| hit.log_index).collect();
        for record in snapshot.read_all(&at)? {
            if !was_sent_in(&record, sent_in) {
                continue;
            }
            line.clear();
            write_record(&record, written, &mut line)?;
            line.push(b'\n');
            out.write_all(&line)?;
        }
        match hits.last() {
            Some(last) if hits.len() == PAGE_RECORDS => page.after = Some(*last),
            _ => return Ok(()),
        }
    }
}

/// What is sent as R5 may be the draft of it that is shaped like R4.
fn was_sent_in(record: &Record, wanted: Option<Release>) -> bool {
    let sent = Release::from_number(record.envelope.release);
    let is_draft = sent == Some(Release::R5Draft) && wanted == Some(Release::R5);
    wanted.is_none() || sent == wanted || is_draft
}

/// Appends a record as one line.
pub(crate) fn write_record(
    record: &Record,
    written: Written,
    line: &mut Vec<u8>,
) -> anyhow::Result<()> {
    let start = line.len();
    match written {
        Written::Original => line.extend_from_slice(&record.body),
        Written::As(release, MediaType::Json) => as_read(record, release, line)?,
        Written::As(release, MediaType::Xml) => {
            let mut json = Vec::with_capacity(record.body.len() * 2);
            as_read(record, release, &mut json)?;
            xml::from_json(&json, release, line)
                .map_err(|outcome| anyhow::anyhow!("{}", plain(&outcome)))?;
        }
    }
    one_line(&mut line[start..]);
    Ok(())
}

/// With what the server sets.
fn as_read(record: &Record, release: Release, out: &mut Vec<u8>) -> anyhow::Result<()> {
    let id = record.envelope.id.0.hyphenated().to_string();
    let last_updated = Instant { millis: record.envelope.received.0 }.to_text();
    let elements = ServerElements { id: &id, version_id: VERSION_ID, last_updated: &last_updated };
    with_server_elements(&Kept::of(record)?.json_in(release)?, &elements, out);
    Ok(())
}

/// A line end inside valid JSON stands between tokens only, where a blank means the same; inside
/// XML it stands there, in attributes, where a reader takes it for a blank, and in narrative.
pub(crate) fn one_line(text: &mut [u8]) {
    // Each byte is written, so that many are looked at at once.
    for byte in text {
        *byte = if matches!(*byte, b'\n' | b'\r') { b' ' } else { *byte };
    }
}
