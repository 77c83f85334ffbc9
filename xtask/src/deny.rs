//! `cargo deny`: licences, bans and sources of all that we build on, and its known faults.
use crate::job;
use anyhow::Result;
use std::path::Path;

const VERSION: &str = "0.20.2";

/// Installs it where it is not, and runs it. The list of known faults lies in a git repository that
/// not every machine reaches: where it cannot be had, that part is told as left out.
pub(crate) fn run(root: &Path) -> Result<Vec<String>> {
    let program = job::tool(root, "cargo-deny", VERSION)?;
    let check = ["--all-features", "--log-level", "error", "check", "--hide-inclusion-graph"];
    let with = |what: &[&str]| job::command(root, &program, &[&check[..], what].concat());
    job::finish(with(&["licenses", "bans", "sources"]))?;
    if job::finish(job::command(root, &program, &["--log-level", "error", "fetch", "db"])).is_err()
    {
        return Ok(vec!["advisories: the list of known faults cannot be fetched".to_owned()]);
    }
    job::finish(with(&["advisories"]))?;
    Ok(Vec::new())
}
