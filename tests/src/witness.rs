//! `kiln witness`, the real binary of another party.
use crate::http::{Request, send};
use crate::server::{kiln, listening};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

/// A running witness with its state in a folder.
#[derive(Debug)]
pub struct Witness {
    child: Child,
    /// Where it listens on 127.0.0.1.
    pub port: u16,
}

impl Witness {
    /// Starts with `logs`, its key and its state in `folder`, on this port, or on a free one for 0;
    /// as the child of `wrapper` where that has a program (`strace -D`).
    ///
    /// # Errors
    /// When the program cannot be built or does not say where it listens.
    pub fn start(folder: &Path, port: u16, wrapper: &[&str]) -> Result<Self> {
        let binary = kiln()?;
        let mut command = match wrapper {
            [] => binary,
            [program, arguments @ ..] => {
                let mut command = Command::new(program);
                command.args(arguments).arg(binary.get_program());
                command
            }
        };
        command.args(["witness", "--name", "witness.example/w1"]);
        command.arg("--listen").arg(format!("127.0.0.1:{port}"));
        for (option, file) in [("--state", STATE), ("--key", "key"), ("--logs", "logs")] {
            command.arg(option).arg(folder.join(file));
        }
        let (child, port, _greeting) = listening(command)?;
        Ok(Self { child, port })
    }

    /// The line that policies have of it.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn key(&self) -> Result<String> {
        let about = send(self.port, &Request::new("GET", "/"))?.text();
        Ok(about.lines().last().context("no key")?.to_owned())
    }

    /// Whether it still answers.
    pub fn is_up(&self) -> bool {
        send(self.port, &Request::new("GET", "/")).is_ok()
    }
}

/// `kill -9`.
impl Drop for Witness {
    fn drop(&mut self) {
        let _killed = self.child.kill();
        let _status = self.child.wait();
    }
}

/// The file that a witness keeps in its folder.
pub const STATE: &str = "state.json";

/// The size of the newest checkpoint in a witness's state of one log; 0 where it has none.
///
/// # Errors
/// When the file is not one.
pub fn remembered(folder: &Path) -> Result<u64> {
    let path: PathBuf = folder.join(STATE);
    if !path.try_exists()? {
        return Ok(0);
    }
    let state: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    size(state["checkpoints"][0].as_str().context("no checkpoint")?)
}

/// The size that a checkpoint says.
///
/// # Errors
/// When the text is none.
pub fn size(checkpoint: &str) -> Result<u64> {
    Ok(checkpoint.lines().nth(1).context("no size")?.parse()?)
}
