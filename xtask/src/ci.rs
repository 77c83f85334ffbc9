//! The whole check. `docs/ci.md` tells what each job shows and what it costs.
use crate::job::{self, Job};
use anyhow::{Context, Result, ensure};
use std::path::Path;

/// Runs every job, cheapest first, so that a small mistake is told in seconds.
pub(crate) fn run(root: &Path) -> Result<()> {
    job::run_all(
        root,
        &[
            Job { name: "fmt", run: fmt },
            Job { name: "tidy", run: crate::tidy::run },
            Job { name: "clippy", run: clippy },
            Job { name: "tests", run: tests },
            Job { name: "release build", run: release_build },
            Job { name: "real binary", run: real_binary },
            Job { name: "docs examples", run: crate::docs::run },
            Job { name: "fhir-kit-client", run: fhir_kit_client },
        ],
    )
}

fn fmt(root: &Path) -> Result<()> {
    job::cargo(root, &["fmt", "--all", "--check"]).context("`cargo fmt --all` puts it right")
}

fn clippy(root: &Path) -> Result<()> {
    job::cargo(
        root,
        &["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"],
    )
}

/// Everything but the tests of the real binary, which want the release build.
fn tests(root: &Path) -> Result<()> {
    job::cargo(root, &["test", "--locked", "--workspace", "--exclude", "kiln-tests"])
}

fn release_build(root: &Path) -> Result<()> {
    job::cargo(root, &["build", "--locked", "--release", "--package", "kiln"])
}

fn real_binary(root: &Path) -> Result<()> {
    let arguments = ["test", "--locked", "--package", "kiln-tests"];
    let mut command = job::command(root, &job::cargo_program(), &arguments);
    command.env("KILN_BIN", job::kiln_binary(root));
    job::finish(command)
}

/// A client written by strangers, unmodified, from the lock file.
fn fhir_kit_client(root: &Path) -> Result<()> {
    let folder = root.join("tests/clients/fhir-kit-client");
    let lock = std::fs::read_to_string(folder.join("package-lock.json"))?;
    ensure!(
        lock.lines().all(|line| !line.contains("\"resolved\"") || line.contains(PUBLIC_REGISTRY)),
        "package-lock.json names a registry other than {PUBLIC_REGISTRY}"
    );
    job::finish(job::command(&folder, "npm", &["ci", "--no-audit", "--no-fund"]))?;
    let mut test = job::command(&folder, "node", &["--test"]);
    test.env("KILN_BIN", job::kiln_binary(root));
    job::finish(test)
}

const PUBLIC_REGISTRY: &str = "https://registry.npmjs.org/";
