//! The section `[evidence]`.
use anyhow::Context as _;
use kiln_evidence::Policy;
use kiln_server::{Acknowledge, Witnessing};
use serde::{Deserialize, Serialize};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// `[evidence]`: the log's key, its checkpoint kept elsewhere, its witnesses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Evidence {
    /// The default tenant's key, PKCS#8 PEM; left out: `keys/log.pem` in the tenant's folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<PathBuf>,
    /// The folder of the newest checkpoint, better on another volume; left out: `side` in the data
    /// folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) side: Option<PathBuf>,
    /// The witnesses: a file as of c2sp.org/tlog-policy; left out: the log is self-signed only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) policy: Option<PathBuf>,
    /// Whether `/log/…` is for anybody: checkpoints, tiles, the key, which hold hashes alone.
    pub(crate) public: bool,
    pub(crate) ack: Ack,
    pub(crate) witness_wait_seconds: u64,
    pub(crate) witness_interval_ms: u64,
    pub(crate) witness_timeout_seconds: u64,
    pub(crate) anchor_minutes: u64,
}

/// When a create is answered.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Ack {
    /// Once the event is on disk, covered by a signed checkpoint.
    Durable,
    /// Once a quorum of witnesses has cosigned a checkpoint that covers it, too.
    Witnessed,
}

impl Default for Evidence {
    fn default() -> Self {
        let witness_wait_seconds = kiln_server::Settings::default().witness_wait.as_secs();
        Self {
            key: None,
            side: None,
            policy: None,
            public: false,
            ack: Ack::Durable,
            witness_wait_seconds,
            witness_interval_ms: 500,
            witness_timeout_seconds: 5,
            anchor_minutes: 10,
        }
    }
}

impl Evidence {
    /// When the server answers a create.
    pub(crate) fn acknowledge(&self) -> Acknowledge {
        match self.ack {
            Ack::Durable => Acknowledge::Durable,
            Ack::Witnessed => Acknowledge::Witnessed,
        }
    }

    /// The witnesses that the policy names; `None` where there is no policy.
    ///
    /// # Errors
    /// The policy cannot be read.
    pub(crate) fn witnessing(&self) -> anyhow::Result<Option<Witnessing>> {
        let Some(path) = &self.policy else { return Ok(None) };
        let policy = policy(path).with_context(|| format!("evidence.policy {}", path.display()))?;
        Ok(Some(Witnessing {
            policy,
            interval: Duration::from_millis(self.witness_interval_ms),
            timeout: Duration::from_secs(self.witness_timeout_seconds),
            anchor_interval: Duration::from_secs(self.anchor_minutes.saturating_mul(60)),
        }))
    }
}

fn policy(path: &Path) -> anyhow::Result<Policy> {
    Ok(Policy::parse(&super::read(path)?)?)
}
