//! Kiln as a process, as its users start it: with evidence.
use super::{Figures, Target, tessera::covered};
use crate::server::Server;
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

const FOLDER: &str = "kiln-data";

/// A server on the folder that was imported last, or on an empty one.
pub(super) struct Kiln {
    server: Server,
    /// `http://127.0.0.1:1234`
    address: String,
}

impl Kiln {
    pub(super) fn start(binary: &Path, work: &Path) -> Result<Self> {
        let mut command = Command::new(binary);
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(work.join(FOLDER));
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let (server, greeting) = Server::start(command)?;
        let address = greeting.lines().find_map(|line| line.trim().strip_prefix("listening on "));
        let address = address.context("Kiln does not say where it listens")?.to_owned();
        Ok(Self { server, address })
    }

    pub(super) fn start_empty(binary: &Path, work: &Path) -> Result<Self> {
        emptied(work)?;
        Self::start(binary, work)
    }

    pub(super) fn target(&self, command: &str) -> Target {
        let url = format!("{}/fhir/r4", self.address);
        let arguments = [command, "--url", &url].map(str::to_owned).to_vec();
        Target { arguments, pid: self.server.pid().to_string() }
    }

    /// How long after the load the published checkpoint covers so many entries.
    pub(super) fn published(&self, entries: u64) -> Result<Duration> {
        covered(&format!("{}/log/checkpoint", self.address), entries)
    }
}

/// A file into an empty folder; the clean end of the program is in its time.
pub(super) fn import(binary: &Path, work: &Path, file: &Path) -> Result<Figures> {
    let folder = emptied(work)?;
    let mut command = Command::new(binary);
    command.args(["import", "--json", "--data"]).arg(folder).arg(file).stdin(Stdio::null());
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        bail!("`kiln import` of {} failed ({})", file.display(), output.status);
    }
    let summary: Value = serde_json::from_slice(&output.stdout).context("of `kiln import`")?;
    let figure = |name: &str| summary[name].as_f64().with_context(|| format!("no {name}"));
    let stored = figure("stored")?;
    let (rate, cpu) = (stored / figure("seconds")?, figure("cpu_seconds")? * 1e6 / stored);
    Ok(Figures { rate, cpu, p50: None, p99: None, taken: stored as u64 })
}

fn emptied(work: &Path) -> Result<PathBuf> {
    let folder = work.join(FOLDER);
    if folder.try_exists()? {
        std::fs::remove_dir_all(&folder)?;
    }
    Ok(folder)
}
