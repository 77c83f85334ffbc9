//! Every real event through the real binary: taken as its release, given back to the byte, read in
//! every release and format, judged there by HL7's schemas, and brought back the same by another
//! Kiln that had only the rendering.
mod event;
mod journey;
mod judge;
mod kiln;
mod report;
mod same;
mod seeds;
mod shape;
mod twin;
mod wild;

use crate::job;
use crate::server::Folder;
use anyhow::{Result, ensure};
use event::Event;
use indicatif::{ProgressBar, ProgressStyle};
use journey::Journey;
use kiln::Kilns;
use report::Report;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::ScopedJoinHandle;

/// Travellers at once: most of the time is spent waiting for a disk.
const TRAVELLERS: usize = 4;

/// Runs all of it over `shared`, and keeps the table in `docs/conformance.md`.
pub(crate) fn run(root: &Path, shared: &Path) -> Result<()> {
    ensure!(shared.join("wild/index.tsv").try_exists()?, "no corpus at {}", shared.display());
    let (report, skipped) = travel(root, shared)?;
    if skipped.is_empty() { report.keep(root) } else { Ok(()) }
}

/// The same where the corpus lies beside the checkout; what could not be done comes back.
pub(crate) fn run_in_ci(root: &Path) -> Result<Vec<String>> {
    let shared = root.join("../shared");
    if !shared.join("wild/index.tsv").try_exists()? {
        println!("SKIPPED: the corpus: {} is not there", shared.display());
        return Ok(vec!["all of it (no ../shared here)".to_owned()]);
    }
    travel(root, &shared).map(|(_, skipped)| skipped)
}

fn travel(root: &Path, shared: &Path) -> Result<(Report, Vec<String>)> {
    let events = event::all(shared)?;
    let folder = Folder::create("corpus")?;
    let binary = binary(root)?;
    let kilns = Kilns::start(&binary, &folder.0)?;
    let mut report = journeys(&events, &kilns, &folder.0.join("renderings"))?;
    drop(kilns);
    let skipped = judge::judge(root, shared, &folder.0, &events, &mut report)?;
    print!("{}", report.text());
    report.verdict()?;
    Ok((report, skipped))
}

/// `KILN_BIN`, or the release build.
fn binary(root: &Path) -> Result<PathBuf> {
    let binary = std::env::var_os("KILN_BIN").map_or_else(|| job::kiln_binary(root), PathBuf::from);
    let is_there = binary.try_exists()?;
    ensure!(is_there, "no {}: `cargo build --release -p kiln` makes it", binary.display());
    Ok(binary)
}

fn journeys(events: &[Event], kilns: &Kilns, renderings: &Path) -> Result<Report> {
    let bar = ProgressBar::new(events.len() as u64);
    bar.set_style(ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}")?);
    let report = Mutex::new(Report::default());
    let next = AtomicUsize::new(0);
    let traveller = || -> Result<()> {
        let mut journey = Journey::begin(kilns, renderings)?;
        while let Some(event) = events.get(next.fetch_add(1, Ordering::Relaxed)) {
            bar.set_message(event.name.clone());
            let told = journey.of(event)?;
            report.lock().expect("no traveller panics with it").add(told);
            bar.inc(1);
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let travellers: Vec<_> = (0..TRAVELLERS).map(|_| scope.spawn(traveller)).collect();
        let ends = travellers.into_iter().map(ScopedJoinHandle::join);
        ends.into_iter().try_for_each(|end| end.expect("a traveller tells its errors"))
    })?;
    bar.finish_and_clear();
    Ok(report.into_inner().expect("no traveller panics with it"))
}
