//! Kiln as another process: its CPU and memory are its own, and it stops as operators stop it.
use crate::stopwatch;
use anyhow::{Context as _, bail};
use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

/// A running server.
#[derive(Debug)]
pub(super) struct Server {
    process: Child,
    /// Kept open: a server that cannot write its greeting would stop.
    _stdout: BufReader<ChildStdout>,
    pub(super) address: SocketAddr,
}

impl Server {
    /// Starts one on a free port and waits until it listens.
    pub(super) fn start(data: &Path) -> anyhow::Result<Self> {
        Self::start_as(data, false, "")
    }

    /// One whose log is not signed, if `unsigned`; with more settings.
    pub(super) fn start_as(data: &Path, unsigned: bool, more: &str) -> anyhow::Result<Self> {
        let settings = data.with_extension("toml");
        #[expect(clippy::disallowed_methods, reason = "a file of the bench's own folder")]
        std::fs::write(&settings, format!("[log]\nlevel = \"warn\"\n{more}"))?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data);
        command.arg("--settings").arg(settings);
        if unsigned {
            command.arg("--unsigned");
        }
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let stdout = process.stdout.take().context("the server has no stdout")?;
        let mut stdout = BufReader::new(stdout);
        let mut line = String::new();
        stdout.read_line(&mut line)?;
        let Some(address) = line.trim().strip_prefix("listening on http://") else {
            process.wait()?;
            bail!("the server did not start");
        };
        let address = address.parse().context("the server's address")?;
        Ok(Self { process, _stdout: stdout, address })
    }

    pub(super) fn cpu(&self) -> anyhow::Result<Duration> {
        stopwatch::cpu_of(self.process.id())
    }

    pub(super) fn memory_peak_kib(&self) -> anyhow::Result<u64> {
        stopwatch::memory_peak_kib(self.process.id())
    }

    /// Its number, for whoever watches it from another thread.
    pub(super) fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Ends it as a crash does: nothing of it is told.
    pub(super) fn kill(mut self) -> anyhow::Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    /// Stops it with SIGTERM and waits until it has closed its files.
    pub(super) fn stop(mut self) -> anyhow::Result<()> {
        self.terminate()?;
        let status = self.process.wait()?;
        if !status.success() {
            bail!("the server ended with {status}");
        }
        Ok(())
    }

    fn terminate(&self) -> anyhow::Result<()> {
        let pid = rustix::process::Pid::from_child(&self.process);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // After an error: nothing of the run is of use, and no server may be left behind.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
