//! What takes hours, run before a release and not on every change.
use crate::job::{self, Job, Work::Whole};
use anyhow::Result;
use std::path::Path;

const SIM_SEEDS: &str = "100000";
const SIM_CHANGES: &str = "5000";
/// Generated events for each pair of releases.
const CONVERSION_EVENTS: &str = "100000";
const CRASHES: &str = "100";
/// Each repetition draws other worlds and other queries.
const ORACLE_REPETITIONS: usize = 50;
/// Events of a measurement, and how often each is taken; the median counts.
const BENCH_EVENTS: &str = "1000000";
const BENCH_RUNS: &str = "5";

/// The checks of CI with their counts turned up, then the measurements.
pub(crate) fn run(root: &Path) -> Result<()> {
    job::run_all(
        root,
        &[
            Job { name: "release build", run: Whole(release_build) },
            Job { name: "simulated crashes", run: Whole(simulated_crashes) },
            Job { name: "conversion", run: Whole(conversion) },
            Job { name: "index = scan", run: Whole(index_against_scan) },
            Job { name: "kill -9", run: Whole(kills) },
            Job { name: "measurements", run: Whole(measurements) },
        ],
    )
}

fn release_build(root: &Path) -> Result<()> {
    job::cargo(root, &["build", "--locked", "--release", "--package", "kiln"])
}

/// In release mode: a seed costs milliseconds.
fn simulated_crashes(root: &Path) -> Result<()> {
    let arguments = ["test", "--locked", "--release", "--package", "kiln-sim"];
    let mut command = job::command(root, &job::cargo_program(), &arguments);
    command.env("KILN_SIM_SEEDS", SIM_SEEDS).env("KILN_SIM_CHANGES", SIM_CHANGES);
    job::finish(command)
}

fn conversion(root: &Path) -> Result<()> {
    crate::conversion::there_and_back(root, CONVERSION_EVENTS)
}

fn index_against_scan(root: &Path) -> Result<()> {
    let arguments = ["test", "--locked", "--release", "--package", "kiln-index", "--test"];
    for _ in 0..ORACLE_REPETITIONS {
        job::cargo(root, &[&arguments[..], &["answers"]].concat())?;
    }
    Ok(())
}

fn kills(root: &Path) -> Result<()> {
    let arguments = ["test", "--locked", "--package", "kiln-tests", "--test", "it", "crash"];
    let mut command = job::command(root, &job::cargo_program(), &arguments);
    command.env("KILN_BIN", job::kiln_binary(root)).env("KILN_CRASHES", CRASHES);
    job::finish(command)
}

/// The figures of `docs/performance.md`.
fn measurements(root: &Path) -> Result<()> {
    let binary = job::kiln_binary(root);
    for what in ["floor", "post", "import"] {
        let arguments = ["bench", what, "--count", BENCH_EVENTS, "--runs", BENCH_RUNS];
        job::finish(job::command(root, &binary.to_string_lossy(), &arguments))?;
    }
    let search = ["bench", "search", "--count", BENCH_EVENTS];
    job::finish(job::command(root, &binary.to_string_lossy(), &search))
}
