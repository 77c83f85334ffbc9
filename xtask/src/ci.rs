//! The whole check. `docs/ci.md` tells what each job shows and what it costs.
use crate::job::{
    self, Job,
    Work::{Parts, Whole},
};
use anyhow::{Context, Result};
use std::path::Path;

/// Runs every job, cheapest first, so that a small mistake is told in seconds.
pub(crate) fn run(root: &Path) -> Result<()> {
    job::run_all(
        root,
        &[
            Job { name: "fmt", run: Whole(fmt) },
            Job { name: "tidy", run: Whole(crate::tidy::run) },
            Job { name: "clippy", run: Whole(clippy) },
            Job { name: "tests", run: Whole(tests) },
            Job { name: "conversion", run: Whole(conversion) },
            Job { name: "release build", run: Whole(release_build) },
            Job { name: "deny", run: Parts(crate::deny::run) },
            Job { name: "instructions", run: Parts(crate::instructions::run) },
            Job { name: "real binary", run: Whole(real_binary) },
            Job { name: "docs examples", run: Whole(crate::docs::run) },
            Job { name: "fhir-kit-client", run: Whole(fhir_kit_client) },
            Job { name: "sdk", run: Whole(sdk) },
            Job { name: "pages", run: Whole(crate::pages::run) },
            Job { name: "identity", run: Parts(crate::identity::run) },
            Job { name: "strangers", run: Parts(crate::strangers::run) },
            Job { name: "corpus", run: Parts(crate::corpus::run_in_ci) },
            Job { name: "fuzz", run: Parts(crate::fuzz::run) },
            Job { name: "senders", run: Parts(crate::senders::run) },
            Job { name: "hapi", run: Parts(crate::hapi::run) },
            Job { name: "gateway", run: Parts(crate::gateway::run) },
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

/// More generated events than the tests of the room convert.
fn conversion(root: &Path) -> Result<()> {
    crate::conversion::there_and_back(root, "2000")
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
    job::finish(job::command(&folder, "npm", &NPM_CI))?;
    let mut test = job::command(&folder, "node", &["--test"]);
    test.env("KILN_BIN", job::kiln_binary(root));
    job::finish(test)
}

/// The TypeScript SDK: its types, its own tests, and the seven calls against the real binary.
fn sdk(root: &Path) -> Result<()> {
    let folder = root.join("sdk/typescript");
    job::finish(job::command(&folder, "npm", &NPM_CI))?;
    let mut test = job::command(&folder, "npm", &["test"]);
    test.env("KILN_BIN", job::kiln_binary(root)).env("CI", "true");
    job::finish(test)
}

const NPM_CI: [&str; 3] = ["ci", "--no-audit", "--no-fund"];
