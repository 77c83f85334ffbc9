//! Whom to trust, as the command line says it.
use super::read;
use crate::arguments::verify::Trust;
use anyhow::{Context as _, bail};
use kiln_evidence::{MAX_POLICY, Policy, VerifierKey};
use std::path::Path;

impl Trust {
    /// The policy of the command line.
    pub(super) fn policy(&self) -> anyhow::Result<Policy> {
        let policy = policy(self.policy.as_deref(), self.key.as_ref())?;
        policy.context("--policy or --key says whom to trust")
    }
}

/// The policy in the file, or of the key; `None` where neither is given.
pub(super) fn policy(
    file: Option<&Path>,
    key: Option<&VerifierKey>,
) -> anyhow::Result<Option<Policy>> {
    let Some(file) = file else {
        return Ok(key.map(|key| Policy::of_key(key.clone())));
    };
    let bytes = read(file, MAX_POLICY)?;
    // Bytes above 0x7f only stand in comments and names, which no verdict depends on.
    let policy = Policy::parse(&String::from_utf8_lossy(&bytes));
    let policy = policy.with_context(|| format!("the policy {}", file.display()))?;
    if policy.logs().is_empty() {
        bail!("the policy {} names no log: it needs a line `log VKEY`", file.display());
    }
    Ok(Some(policy))
}
