//! The built program as a server, while a check talks to it.
use anyhow::{Context, Result};
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// The port that the documentation speaks of.
pub(crate) const PORT: &str = "8080";

/// When nothing more comes for so long, the greeting is over.
const GREETING: Duration = Duration::from_millis(500);

/// The documentation's port where it is free, else another one.
pub(crate) fn free_port() -> Result<String> {
    if TcpListener::bind(format!("127.0.0.1:{PORT}")).is_ok() {
        return Ok(PORT.to_owned());
    }
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    println!("port {PORT} is taken here: the examples run on {port}");
    Ok(port.to_string())
}

/// A server in its own process group, ended with it.
pub(crate) struct Server(Child);

impl Server {
    /// Waits until it says where it listens; its greeting.
    pub(crate) fn start(mut command: Command) -> Result<(Self, String)> {
        let mut child = command.process_group(0).spawn()?;
        let stdout = child.stdout.take().context("no standard output")?;
        let server = Self(child);
        let lines = lines_of(stdout);
        let mut output = String::new();
        while !output.contains("listening on") {
            let line = lines.recv().with_context(|| format!("the server ended:\n{output}"))?;
            output += &(line + "\n");
        }
        while let Ok(line) = lines.recv_timeout(GREETING) {
            output += &(line + "\n");
        }
        Ok((server, output))
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.0.id()
    }
}

/// Lines as they come. The thread reads on for ever: a pipe that nobody reads stops its writer.
fn lines_of(stdout: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let _nobody_waits_any_more = sender.send(line);
        }
    });
    receiver
}

impl Drop for Server {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let _status = Command::new("kill").args(["-TERM", "--", &group]).status();
        let _status = self.0.wait();
    }
}

/// A temporary folder, removed in the end.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn create(name: &str) -> Result<Self> {
        let path = std::env::temp_dir().join(format!("kiln-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _removed = std::fs::remove_dir_all(&self.0);
    }
}
