//! Identity, as others give and use it: a real issuer, real clients, a real browser, against the
//! built program.
use crate::job;
use anyhow::Result;
use std::path::Path;

/// Installs them from their lock file and runs the tests; what this machine cannot do comes back.
pub(crate) fn run(root: &Path) -> Result<Vec<String>> {
    let folder = root.join("tests/identity");
    job::finish(job::command(&folder, "npm", &["ci", "--no-audit", "--no-fund"]))?;
    let mut test = job::command(&folder, "npm", &["test"]);
    test.env("KILN_BIN", job::kiln_binary(root)).env("CI", "true");
    job::finish(test)?;
    let mut java = job::command(root, "mvn", &["-version"]);
    java.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let has_maven = java.status().is_ok_and(|status| status.success());
    Ok(if has_maven { Vec::new() } else { vec!["HAPI's client (no mvn here)".to_owned()] })
}
