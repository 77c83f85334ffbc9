//! The pages of `ui`, in a browser, against the built program.
use crate::job;
use anyhow::Result;
use std::path::Path;

/// Installs the browser from its lock file and runs the pages' tests.
pub(crate) fn run(root: &Path) -> Result<()> {
    let folder = root.join("ui");
    job::finish(job::command(&folder, "npm", &["ci", "--no-audit", "--no-fund"]))?;
    let mut test = job::command(&folder, "npm", &["test"]);
    test.env("KILN_BIN", job::kiln_binary(root)).env("CI", "true");
    job::finish(test)
}
