//! What takes hours, run before a release and not on every change.
use crate::job::{self, Job};
use anyhow::Result;
use std::path::Path;

const SIM_SEEDS: &str = "100000";
const CRASHES: &str = "100";
const ORACLE_CASES: &str = "1000000";

/// The checks of CI with their counts turned up, then the measurements.
pub(crate) fn run(root: &Path) -> Result<()> {
    job::run_all(
        root,
        &[
            Job { name: "release build", run: release_build },
            Job { name: "simulated crashes", run: simulation },
            Job { name: "kill -9", run: crashes },
            Job { name: "measurements", run: measurements },
        ],
    )
}

fn release_build(root: &Path) -> Result<()> {
    job::cargo(root, &["build", "--locked", "--release", "--package", "kiln"])
}

/// Simulated crashes, and the index against the scan, in release mode: seeds cost milliseconds.
fn simulation(root: &Path) -> Result<()> {
    let packages = ["kiln-sim", "kiln-store", "kiln-index", "kiln-search"];
    let mut command = job::command(root, &job::cargo_program(), &["test", "--locked", "--release"]);
    command.args(packages.iter().flat_map(|package| ["--package", package]));
    command.env("KILN_SIM_SEEDS", SIM_SEEDS).env("KILN_ORACLE_CASES", ORACLE_CASES);
    job::finish(command)
}

fn crashes(root: &Path) -> Result<()> {
    let arguments = ["test", "--locked", "--package", "kiln-tests", "--test", "it", "crash"];
    let mut command = job::command(root, &job::cargo_program(), &arguments);
    command.env("KILN_BIN", job::kiln_binary(root)).env("KILN_CRASHES", CRASHES);
    job::finish(command)
}

fn measurements(root: &Path) -> Result<()> {
    let binary = job::kiln_binary(root);
    job::finish(job::command(root, &binary.to_string_lossy(), &["bench"]))
}
