//! The one load generator: it counts the answers, and the server's CPU by its process.
use super::{Postgres, Target};
use crate::job;
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// What one measurement gave.
#[derive(Copy, Clone, Debug)]
pub(super) struct Figures {
    /// Events, or pages, a second.
    pub(super) rate: f64,
    /// Microseconds of the server's CPU for one.
    pub(super) cpu: f64,
    /// Milliseconds of a request; half take no longer. Not of a file.
    pub(super) p50: Option<f64>,
    pub(super) p99: Option<f64>,
    /// Requests that the server has taken after the warm-up.
    pub(super) taken: u64,
}

/// `1 connection`
pub(super) fn connections(count: u32) -> String {
    if count == 1 { "1 connection".to_owned() } else { format!("{count} connections") }
}

/// The program, built.
pub(super) struct Load {
    work: PathBuf,
    millis: u32,
}

impl Load {
    /// With Go, which only this needs.
    pub(super) fn build(peers: &Path, work: &Path, millis: u32) -> Result<Self> {
        let program = std::path::absolute(work.join("bin/peerload"))?;
        if !program.try_exists()? {
            let mut build = job::command(&peers.join("loadgen"), "go", &["build", "-o"]);
            build.arg(&program).arg(".").env("GOFLAGS", "-buildvcs=false");
            job::finish(build)?;
        }
        Ok(Self { work: work.to_owned(), millis })
    }

    /// Events of this file, over and over.
    pub(super) fn write(
        &self,
        target: &Target,
        events: &Path,
        connections: u32,
        more: &[&str],
    ) -> Result<Figures> {
        let events = std::path::absolute(events)?;
        let events = ["--in", &events.to_string_lossy()].map(str::to_owned);
        self.run(target, connections, "1s", &[&events[..], &owned(more)].concat())
    }

    /// Those of a file that `more` names, once.
    pub(super) fn copy(&self, postgres: &Postgres, file: &Path, more: &[&str]) -> Result<Figures> {
        let events = std::path::absolute(file)?;
        let events = ["--in", &events.to_string_lossy()].map(str::to_owned);
        let target = postgres.target("pg-copy");
        // The last of the durations that are said counts.
        let until = owned(&["--dur", "600s"]);
        self.run(&target, 2, "0s", &[&events[..], &owned(more), &until].concat())
    }

    /// Searches of this kind.
    pub(super) fn search(&self, target: &Target, kind: &str, connections: u32) -> Result<Figures> {
        let half = format!("{}ms", self.millis / 2);
        self.run(target, connections, "500ms", &owned(&["--q", kind, "--dur", &half]))
    }

    /// How many events a page of the first searches of this kind has, in the mean.
    pub(super) fn found(&self, target: &Target, kind: &str) -> Result<f64> {
        let once = owned(&["--q", kind, "--dur", "600s", "--maxq", "200"]);
        let text = self.output(target, 1, "0s", &once)?;
        let said = text.lines().rfind(|line| line.starts_with('#'));
        let found = said.and_then(|line| line.rsplit(' ').next()?.parse().ok());
        found.with_context(|| format!("the load generator does not say what it found: {text}"))
    }

    fn run(
        &self,
        target: &Target,
        connections: u32,
        warm: &str,
        more: &[String],
    ) -> Result<Figures> {
        let text = self.output(target, connections, warm, more)?;
        let row = text.lines().rfind(|line| line.starts_with('{'));
        figures(&serde_json::from_str(row.with_context(|| format!("no figures: {text}"))?)?)
    }

    fn output(
        &self,
        target: &Target,
        connections: u32,
        warm: &str,
        more: &[String],
    ) -> Result<String> {
        let program = std::path::absolute(self.work.join("bin/peerload"))?;
        let (count, duration) = (connections.to_string(), format!("{}ms", self.millis));
        let mut command = job::command(&self.work, &program.to_string_lossy(), &[]);
        command.args(&target.arguments).args(["--pids", &target.pid, "--c", &count]);
        command.args(["--warm", warm, "--dur", &duration]).args(more);
        let output = command.output()?;
        if !output.status.success() {
            bail!("the load generator failed: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout)?)
    }
}

fn figures(row: &Value) -> Result<Figures> {
    if row["Errs"] != 0 || row["N"] == 0 {
        bail!("{} requests failed, {} were answered: {}", row["Errs"], row["N"], row["Extra"]);
    }
    let figure = |name: &str| row[name].as_f64().with_context(|| format!("no {name}: {row}"));
    let rate = figure("EventsPerS").or_else(|_one_a_request| figure("PerS"))?;
    let (p50, p99) = (Some(figure("P50")?), Some(figure("P99")?));
    let taken = row["N"].as_u64().unwrap_or_default();
    Ok(Figures { rate, cpu: figure("CpuUsPerEvent")?, p50, p99, taken })
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}
