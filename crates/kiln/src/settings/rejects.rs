//! The section `[rejects]`.
use serde::{Deserialize, Serialize};

/// `[rejects]`: how much of what is refused is kept for a while.
#[expect(
    clippy::struct_field_names,
    reason = "the names of `kiln_store::rejects::Settings`, all of them limits"
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Rejects {
    pub(crate) bytes_max: u64,
    pub(crate) count_max: u64,
    pub(crate) queue_bytes_max: usize,
    pub(crate) queue_count_max: usize,
}

impl Default for Rejects {
    fn default() -> Self {
        let theirs = kiln_store::rejects::Settings::default();
        Self {
            bytes_max: theirs.bytes_max,
            count_max: theirs.count_max,
            queue_bytes_max: theirs.queue_bytes_max,
            queue_count_max: theirs.queue_count_max,
        }
    }
}

impl Rejects {
    /// What the shelf is given.
    pub(crate) fn to_room(&self) -> kiln_store::rejects::Settings {
        let Self { bytes_max, count_max, queue_bytes_max, queue_count_max } = *self;
        kiln_store::rejects::Settings { bytes_max, count_max, queue_bytes_max, queue_count_max }
    }
}
