//! Strangers check the log: the Go module in `tests/peers/go-tlog`, built from others' libraries,
//! reads what the built program serves and leaves on disk.
use crate::job;
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Tessera's load generator, whose readers follow a live log.
const HAMMER: &str = "github.com/transparency-dev/tessera/internal/hammer@v1.0.4";

/// A run takes a few minutes: go's own limit of ten is near on a slow machine.
const TIMEOUT: &str = "-timeout=30m";

/// Runs them; what this machine cannot do comes back.
pub(crate) fn run(root: &Path) -> Result<Vec<String>> {
    if !has_go(root) {
        println!("SKIPPED: strangers: no go here");
        return Ok(vec!["all of it (no go here)".to_owned()]);
    }
    let hammer = install(root)?;
    let module = root.join("tests/peers/go-tlog");
    let mut test = job::command(&module, "go", &["test", "-count=1", "-v", TIMEOUT, "./..."]);
    test.env("KILN_BIN", job::kiln_binary(root)).env("HAMMER", hammer).env(FLAGS.0, FLAGS.1);
    job::finish(test)?;
    Ok(Vec::new())
}

/// A module in a folder of somebody else's repository cannot be stamped with its version.
const FLAGS: (&str, &str) = ("GOFLAGS", "-buildvcs=false");

fn has_go(root: &Path) -> bool {
    let mut command = job::command(root, "go", &["version"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Builds hammer from the registry; it stays in `target` for the next time.
fn install(root: &Path) -> Result<PathBuf> {
    let programs = root.join("target/strangers");
    let hammer = programs.join("hammer");
    if !hammer.try_exists()? {
        let mut install = job::command(root, "go", &["install", HAMMER]);
        install.env("GOBIN", &programs).env(FLAGS.0, FLAGS.1);
        job::finish(install)?;
    }
    Ok(hammer)
}
