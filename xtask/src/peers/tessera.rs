//! Tessera's POSIX server: others' transparency log, built from the registry.
//! <https://github.com/transparency-dev/tessera/tree/v1.0.4/cmd/conformance/posix>
use super::Target;
use crate::job;
use anyhow::{Context as _, Result, bail};
use std::{
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

const MODULE: &str = "github.com/transparency-dev/tessera/cmd/conformance/posix@v1.0.4";
/// It protects nothing: the first test key of RFC 8032 §7.1, as a note signer's.
const KEY: &str = "PRIVATE+KEY+peers.example+fb3bc809+AZ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g";
/// A module in a folder of somebody else's repository cannot be stamped with its version.
const FLAGS: (&str, &str) = ("GOFLAGS", "-buildvcs=false");
const START: Duration = Duration::from_secs(20);
/// A checkpoint that is not published by then never is.
const PUBLICATION: Duration = Duration::from_mins(1);

/// The program, installed.
pub(super) struct Tessera {
    program: PathBuf,
    work: PathBuf,
}

impl Tessera {
    pub(super) fn install(root: &Path, work: &Path) -> Result<Self> {
        let programs = std::path::absolute(work.join("bin"))?;
        let program = programs.join("posix");
        if !program.try_exists()? {
            let mut install = job::command(root, "go", &["install", MODULE]);
            install.env("GOBIN", &programs).env(FLAGS.0, FLAGS.1);
            job::finish(install)?;
        }
        std::fs::write(work.join("tessera.key"), KEY)?;
        Ok(Self { program, work: work.to_owned() })
    }

    /// With an empty log.
    pub(super) fn start(&self) -> Result<Running> {
        let storage = self.work.join("tessera-data");
        if storage.try_exists()? {
            std::fs::remove_dir_all(&storage)?;
        }
        std::fs::create_dir_all(&storage)?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let mut command = Command::new(&self.program);
        command.arg("--storage_dir").arg(storage).args(["--listen", &address]);
        command.arg("--private_key").arg(self.work.join("tessera.key"));
        let log = std::fs::File::create(self.work.join("tessera.log"))?;
        let child = command.stdin(Stdio::null()).stderr(log).spawn()?;
        let running = Running { child, address };
        let start = Instant::now();
        while TcpStream::connect(&running.address).is_err() {
            if start.elapsed() > START {
                bail!("Tessera's server does not listen: {}/tessera.log", self.work.display());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(running)
    }
}

/// A server; ended when dropped.
pub(super) struct Running {
    child: Child,
    address: String,
}

impl Running {
    /// `POST /add` answers when the entry has its index and is on disk. What the load generator
    /// adds to the URL becomes a query, which the server does not look at.
    pub(super) fn target(&self) -> Target {
        let url = format!("http://{}/add?resource=", self.address);
        let arguments = ["http-post", "--url", &url].map(str::to_owned).to_vec();
        Target { arguments, pid: self.child.id().to_string() }
    }

    /// How long after the load the published checkpoint covers so many entries.
    pub(super) fn published(&self, entries: u64) -> Result<Duration> {
        covered(&format!("http://{}/checkpoint", self.address), entries)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Err(error) = self.child.kill().and_then(|()| self.child.wait().map(drop)) {
            eprintln!("Tessera's server was not stopped: {error}");
        }
    }
}

/// How long it takes from now until the checkpoint there covers so many entries.
pub(super) fn covered(url: &str, entries: u64) -> Result<Duration> {
    let start = Instant::now();
    loop {
        let output = Command::new("curl").args(["--silent", url]).output().context("curl")?;
        let note = String::from_utf8_lossy(&output.stdout);
        // <https://c2sp.org/tlog-checkpoint>: the second line is the size.
        let size = note.lines().nth(1).and_then(|size| size.parse::<u64>().ok());
        if size.is_some_and(|size| size >= entries) {
            return Ok(start.elapsed());
        }
        if start.elapsed() > PUBLICATION {
            bail!("{url} does not cover {entries} entries: {size:?}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
