//! The section `[store]`.
use serde::{Deserialize, Serialize};

/// `[store]`: groups, segments, the tail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Store {
    pub(crate) group_bytes_max: usize,
    pub(crate) group_records_max: usize,
    pub(crate) queue_units_max: usize,
    pub(crate) queue_bytes_max: usize,
    pub(crate) linger_us_max: u32,
    pub(crate) unit_records_max: usize,
    pub(crate) seal_records: u64,
    pub(crate) seal_bytes: u64,
    pub(crate) spill_records: u64,
    pub(crate) merge_files: usize,
    pub(crate) merge_records_max: u64,
    pub(crate) key_days: u32,
    pub(crate) scrub_hours: u32,
}

impl Default for Store {
    fn default() -> Self {
        let theirs = kiln_store::Settings::default();
        Self {
            group_bytes_max: theirs.group_bytes_max,
            group_records_max: theirs.group_records_max,
            queue_units_max: theirs.queue_units_max,
            queue_bytes_max: theirs.queue_bytes_max,
            linger_us_max: theirs.linger_us_max,
            unit_records_max: theirs.unit_records_max,
            seal_records: theirs.seal_records,
            seal_bytes: theirs.seal_bytes,
            spill_records: theirs.spill_records,
            merge_files: theirs.merge_files,
            merge_records_max: theirs.merge_records_max,
            key_days: theirs.key_days,
            scrub_hours: theirs.scrub_hours,
        }
    }
}

impl Store {
    /// What the store is given.
    pub(crate) fn to_room(&self) -> kiln_store::Settings {
        kiln_store::Settings {
            group_bytes_max: self.group_bytes_max,
            group_records_max: self.group_records_max,
            queue_units_max: self.queue_units_max,
            queue_bytes_max: self.queue_bytes_max,
            linger_us_max: self.linger_us_max,
            unit_records_max: self.unit_records_max,
            seal_records: self.seal_records,
            seal_bytes: self.seal_bytes,
            spill_records: self.spill_records,
            merge_files: self.merge_files,
            merge_records_max: self.merge_records_max,
            key_days: self.key_days,
            scrub_hours: self.scrub_hours,
            ..kiln_store::Settings::default()
        }
    }
}
