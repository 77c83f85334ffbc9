//! `cargo xtask peers`: the same work on Kiln and on what people use today, in turn, on one
//! machine, by one load generator (`../shared/peers`). `PostgreSQL` has no HTTP, no FHIR and no
//! proof here: it is the least that a team would build. Tessera's server has the proof, and
//! neither FHIR nor search.
#![expect(clippy::disallowed_methods, reason = "work files and time of this program")]

mod events;
mod kiln;
mod load;
mod page;
mod picture;
mod postgres;
mod report;
mod tessera;

use crate::job;
use anyhow::{Context as _, Result, bail};
use events::Events;
use kiln::Kiln;
use load::{Figures, Load};
use postgres::Postgres;
use report::{Report, Row};
use std::path::Path;
use tessera::Tessera;

/// How much is measured.
#[derive(Copy, Clone, Debug)]
struct Extent {
    rounds: usize,
    /// Milliseconds of each measurement of writes, after the warm-up; of searches half as many.
    millis: u32,
    /// Events that are loaded first and then searched.
    loaded: usize,
}

const WHOLE: Extent = Extent { rounds: 3, millis: 2500, loaded: 150_000 };
const TRIAL: Extent = Extent { rounds: 1, millis: 1000, loaded: 20_000 };

/// Tessera writes when 256 entries wait or the oldest has waited a second: fewer connections would
/// measure that second.
const LOG_CONNECTIONS: u32 = 512;
/// What the load generator calls the searches, and what they are.
const SEARCHES: [(&str, &str); 4] = [
    ("patientparam", "newest 50 of a patient"),
    ("agentdate", "newest 50 of an agent in a month"),
    ("codes", "newest 50 of four codes"),
    ("date", "newest 50 of a day"),
];
/// Events of a page that one side may find more than the other: `patient` finds those who act, too.
const FOUND_MAX: f64 = 0.05;
/// An answer without the event: `PostgreSQL` answers with an id, Tessera with a number.
const MINIMAL: [&str; 2] = ["--hdr", "Prefer: return=minimal"];

/// Nothing is left out as warm-up, so that the count is that of the log.
const ALL: [&str; 2] = ["--warm", "0s"];

/// Measures, prints, and writes `docs/performance.md` and the picture.
pub(crate) fn run(root: &Path) -> Result<()> {
    let report = measure(root, WHOLE)?;
    if !report.skipped.is_empty() {
        bail!("the documentation stays as it is: {}", report.skipped.join("; "));
    }
    page::write(root, &report)
}

/// Measures little, and prints: it shows that all peers are there and answer.
pub(crate) fn trial(root: &Path) -> Result<()> {
    let report = measure(root, TRIAL)?;
    let folder = root.join("target/peers");
    std::fs::write(folder.join("trial.svg"), picture::draw(&report))?;
    std::fs::write(folder.join("trial.md"), page::section(&report))?;
    println!("{}/trial.md and trial.svg show what a whole run would write", folder.display());
    Ok(())
}

fn measure(root: &Path, extent: Extent) -> Result<Report> {
    let peers = root.join("../shared/peers");
    if !peers.is_dir() {
        bail!("{} is not here: nothing was measured", peers.display());
    }
    let work = root.join("target/peers");
    std::fs::create_dir_all(&work)?;
    job::cargo(root, &["build", "--locked", "--release", "--package", "kiln"])?;
    let events = Events::make(&peers, &work, extent)?;
    let load = Load::build(&peers, &work, extent.millis)?;
    let mut report = Report::on(root)?;
    let binary = job::kiln_binary(root);
    let postgres = report.or_skipped("PostgreSQL", Postgres::start(&peers, &work));
    let log = report.or_skipped("Tessera", Tessera::install(root, &work));
    let bench = Bench { binary: &binary, work: &work, events: &events, load: &load, extent };
    if let Some(postgres) = &postgres {
        bench.import(postgres, &mut report)?;
        bench.search_and_write(postgres, &mut report)?;
    }
    if let Some(log) = &log {
        bench.append(log, &mut report)?;
    }
    if report.rows.is_empty() {
        bail!("no peer can be had here: nothing was measured");
    }
    println!("{}", report.text());
    Ok(report)
}

struct Bench<'a> {
    binary: &'a Path,
    work: &'a Path,
    events: &'a Events,
    load: &'a Load,
    extent: Extent,
}

impl Bench<'_> {
    /// A share of the year into `PostgreSQL`, all of it into an empty folder of Kiln.
    fn import(&self, postgres: &Postgres, report: &mut Report) -> Result<()> {
        let mut row =
            Row::new("bulk load", "COPY of 500, 2 connections; `kiln import`", "PostgreSQL");
        for round in 0..self.extent.rounds {
            let share = self.extent.loaded / self.extent.rounds;
            let skip = (round * share).to_string();
            let count = (share / 500 * 500).to_string();
            let which = ["--size", "500", "--skip", &skip, "--n", &count];
            let copied = self.load.copy(postgres, &self.events.year, &which)?;
            row.push(kiln::import(self.binary, self.work, &self.events.year)?, copied);
        }
        report.push(row);
        Ok(())
    }

    /// What was loaded is searched; then more is written to it.
    fn search_and_write(&self, postgres: &Postgres, report: &mut Report) -> Result<()> {
        postgres.analyze()?;
        let kiln = Kiln::start(self.binary, self.work)?;
        for (kind, name) in SEARCHES {
            let theirs = self.load.found(&postgres.target("pg-search"), kind)?;
            let ours = self.load.found(&kiln.target("http-search"), kind)?;
            println!("{name}: {ours} events a page at Kiln, {theirs} at PostgreSQL");
            if (ours / theirs - 1.0).abs() > FOUND_MAX {
                bail!("Kiln and PostgreSQL do not find the same: {name}");
            }
        }
        for connections in [1, 8] {
            for (kind, name) in SEARCHES {
                let mut row = Row::new(name, &load::connections(connections), "PostgreSQL");
                for _ in 0..self.extent.rounds {
                    let theirs =
                        self.load.search(&postgres.target("pg-search"), kind, connections)?;
                    let ours = self.load.search(&kiln.target("http-search"), kind, connections)?;
                    row.push(ours, theirs);
                }
                report.push(row);
            }
        }
        for (name, ours, theirs, connections, more) in WRITES {
            let mut row = Row::new(name, &load::connections(connections), "PostgreSQL");
            for _ in 0..self.extent.rounds {
                let theirs = postgres.target(theirs);
                let theirs = self.load.write(&theirs, &self.events.new, connections, more)?;
                let ours = kiln.target(ours);
                let more = [more, &MINIMAL].concat();
                row.push(self.load.write(&ours, &self.events.new, connections, &more)?, theirs);
            }
            report.push(row);
        }
        Ok(())
    }

    /// Durable entries of a provable log, a new one each round, and no entry twice: Tessera answers
    /// what it has seen before from memory, and its log does not grow by it.
    fn append(&self, log: &Tessera, report: &mut Report) -> Result<()> {
        let connections = load::connections(LOG_CONNECTIONS);
        let mut row = Row::new("provable log, durable appends", &connections, "Tessera");
        for _ in 0..self.extent.rounds {
            let server = log.start()?;
            let target = server.target();
            let entries = &self.events.entries;
            let theirs = self.load.write(&target, entries, LOG_CONNECTIONS, &ALL)?;
            if theirs.taken > self.events.entries_count as u64 {
                bail!("Tessera was sent some events twice, which it does not write twice");
            }
            let published = server.published(theirs.taken)?;
            drop(server);
            let kiln = Kiln::start_empty(self.binary, self.work)?;
            let target = kiln.target("http-post");
            let more = [&ALL[..], &MINIMAL].concat();
            let ours = self.load.write(&target, entries, LOG_CONNECTIONS, &more)?;
            let covered = kiln.published(ours.taken)?;
            row.push(ours, theirs);
            report.published.push((covered, published));
        }
        report.push(row);
        Ok(())
    }
}

/// Name, what Kiln and `PostgreSQL` are asked for, connections, and what both are told beside it.
type Write<'a> = (&'a str, &'a str, &'a str, u32, &'a [&'a str]);

const WRITES: [Write<'_>; 3] = [
    ("durable single writes", "http-post", "pg-post", 1, &[]),
    ("durable single writes", "http-post", "pg-post", 64, &[]),
    ("batches of 500", "http-bundle", "pg-batch", 4, &["--size", "500"]),
];

/// A running server, as the load generator is told of it.
#[derive(Clone, Debug)]
struct Target {
    /// Its command, with where the server is.
    arguments: Vec<String>,
    /// The server's process, whose CPU is counted.
    pid: String,
}

/// The middle one.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A file's first line.
fn first_line(path: &Path) -> Result<String> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
