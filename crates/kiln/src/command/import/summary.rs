//! What an import did.
use serde::Serialize;
use std::{io::Write as _, path::PathBuf};

/// For people in a few lines, for machines as one object.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    /// The server that has them, where it is not a folder of this machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) to: Option<String>,
    /// Records on disk.
    pub(super) stored: u64,
    /// Lines of which an earlier import of the same file has stored or refused the events.
    pub(super) skipped: u64,
    /// Lines refused.
    pub(super) rejected: u64,
    /// Where the refused lines are.
    pub(super) rejects: Option<PathBuf>,
    /// From the first byte read until the store was closed.
    pub(super) seconds: f64,
    /// User and system time of all threads.
    pub(super) cpu_seconds: f64,
    /// Highest resident memory.
    pub(super) memory_peak_kib: u64,
}

impl Summary {
    pub(super) fn print(&self, json: bool) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        if json {
            serde_json::to_writer(&mut out, self)?;
            writeln!(out)?;
            return Ok(());
        }
        let rate = self.stored as f64 / self.seconds.max(0.001);
        let cpu = self.cpu_seconds * 1e6 / self.stored.max(1) as f64;
        let what = self.to.as_ref().map_or("stored", |_server| "are on the server, once each,");
        writeln!(
            out,
            "{} events {what} in {:.1} s: {rate:.0} a second, {cpu:.1} µs of CPU each",
            self.stored, self.seconds
        )?;
        if self.skipped > 0 {
            writeln!(
                out,
                "{} lines were imported before and are left out (--again 2 stores them once more)",
                self.skipped
            )?;
        }
        if let Some(path) = &self.rejects {
            writeln!(out, "{} lines refused, with reasons in {}", self.rejected, path.display())?;
        }
        Ok(())
    }
}
