//! Pages of stored R4 events, read from the log and written in each release and form.
use super::{
    Pair,
    form::{Form, Sources},
};
use crate::{
    bench::report::Row,
    command::{
        export::{Written, write_record},
        import::append::Appender,
    },
    data::{DataFolder, Missing},
    settings::Settings,
    stopwatch,
};
use anyhow::Context as _;
use kiln_fhir::Limits;
use kiln_index::LogIndex;
use kiln_server::intake;
use kiln_store::{NewRecord, Snapshot, Store};
use std::path::Path;

/// Entries of a page.
const PAGE: usize = 50;
/// Pages of one run at most.
const PAGES_MAX: usize = 400;
/// Events of one unit while the store is filled.
const UNIT_EVENTS: usize = 1000;

/// A row for each form.
pub(super) fn run(data: &Path, sources: &Sources) -> anyhow::Result<Vec<Row>> {
    let folder = DataFolder::hold(data, Missing::Make)?;
    let store = folder.open(&Settings::default())?;
    fill(&store, sources)?;
    let snapshot = store.snapshot();
    let rows = Form::ALL.into_iter().map(|form| row(form, &snapshot, sources.events().len()));
    let rows = rows.collect::<anyhow::Result<_>>();
    drop(snapshot);
    store.close().context("the store did not close cleanly")?;
    rows
}

fn fill(store: &Store, sources: &Sources) -> anyhow::Result<()> {
    let mut appender = Appender::new(store);
    let limits = Limits::default();
    for unit in sources.events().chunks(UNIT_EVENTS) {
        let records = unit.iter().map(|event| {
            let record = intake::new_record(event.clone(), Form::R4.sent(), &limits);
            record.map(|(record, _)| record).map_err(|outcome| anyhow::anyhow!("{outcome:?}"))
        });
        appender.append(records.collect::<anyhow::Result<Vec<NewRecord>>>()?)?;
    }
    appender.finish()
}

/// `page`: records that stand side by side, as those of a range of time do; `scattered`: each in
/// another frame of the log, as those of one patient are.
fn row(form: Form, snapshot: &Snapshot, stored: usize) -> anyhow::Result<Row> {
    let pages = (stored / PAGE).clamp(1, PAGES_MAX);
    let (mut near, mut far) = (Pair::default(), Pair::default());
    let (mut bytes, mut bytes_untouched) = (0, 0);
    for page in 0..pages {
        let side_by_side = (0..PAGE).map(|at| page * PAGE + at);
        let (untouched, this) = measure(snapshot, side_by_side, stored, form, &mut near)?;
        bytes += this;
        bytes_untouched += untouched;
        let apart = (0..PAGE).map(|at| page + at * pages);
        measure(snapshot, apart, stored, form, &mut far)?;
    }
    let (page, ratio) = near.figures();
    let (scattered, ratio_scattered) = far.figures();
    Ok(Row::new(&format!("r4 JSON read as {}", form.name()))
        .with("page CPU µs", page)
        .with("× untouched", ratio)
        .with("scattered page CPU µs", scattered)
        .with("× untouched, scattered", ratio_scattered)
        .with("× bytes", bytes as f64 / bytes_untouched as f64))
}

/// The page untouched and as this form, by turns; the lengths of both.
fn measure(
    snapshot: &Snapshot,
    at: impl Iterator<Item = usize>,
    stored: usize,
    form: Form,
    pair: &mut Pair,
) -> anyhow::Result<(usize, usize)> {
    // What the log states of its beginning stands before the events.
    let first = snapshot.size().0 - stored as u64;
    let at = at.filter(|at| *at < stored).map(|at| LogIndex(first + at as u64));
    let at: Vec<LogIndex> = at.collect();
    // Once unmeasured: neither is the first to touch the page's memory.
    written(snapshot, &at, Form::R4)?;
    let start = stopwatch::thread_cpu();
    let untouched = written(snapshot, &at, Form::R4)?;
    let between = stopwatch::thread_cpu();
    let this = written(snapshot, &at, form)?;
    pair.this.push(stopwatch::thread_cpu().saturating_sub(between));
    pair.untouched.push(between.saturating_sub(start));
    Ok((untouched, this))
}

fn written(snapshot: &Snapshot, at: &[LogIndex], form: Form) -> anyhow::Result<usize> {
    let mut out = Vec::new();
    for record in snapshot.read_all(at)? {
        write_record(&record, Written::As(form.release, form.media), &mut out)?;
    }
    Ok(out.len())
}
