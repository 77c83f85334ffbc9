//! The section `[audit]`: who looks at the log is recorded in a log of its own.
use serde::{Deserialize, Serialize};

/// `[audit]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Audit {
    /// Whether reads and searches are recorded. What is denied, and what commands do, always is.
    pub(crate) reads: bool,
    /// Bytes a day of events about requests that come from nobody knows whom.
    pub(crate) unauthenticated_bytes_max: u64,
    /// Bytes on the disk that are kept for it: what is looked at while the disk is full is
    /// recorded there, and answered.
    pub(crate) reserve_bytes: u64,
}

impl Default for Audit {
    fn default() -> Self {
        let room = kiln_server::Settings::default();
        Self {
            reads: room.audit_reads,
            unauthenticated_bytes_max: room.audit_unauthenticated_bytes_max,
            reserve_bytes: 4 << 20,
        }
    }
}
