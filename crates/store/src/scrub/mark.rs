//! How far the background check is: `scrubbed`, replaced at each segment's end.
//!
//! ```text
//! magic (8) "kilnscrb" ‖ format version (2) ‖ zero (6) ‖ first log index of the segment that is
//! next (8) ‖ end of the last whole pass, an instant, 0 before the first (8) ‖ CRC32C (4)
//! ```
use crate::{LogIndex, Millis, disk::Disk, mark_file};
use std::{io, path::Path};

const MAGIC: [u8; 8] = *b"kilnscrb";

/// What stands there; `None` when there is nothing that can be used, and a pass begins anew.
pub(super) fn read(disk: &dyn Disk, path: &Path) -> io::Result<Option<(LogIndex, Option<Millis>)>> {
    let says = mark_file::read::<16>(disk, path, MAGIC)?;
    Ok(says.map(|says| {
        let (numbers, _) = says.as_chunks();
        let passed = i64::from_le_bytes(numbers[1]);
        let passed = (passed != 0).then_some(Millis(passed));
        (LogIndex(u64::from_le_bytes(numbers[0])), passed)
    }))
}

pub(super) fn write(
    disk: &dyn Disk,
    path: &Path,
    position: LogIndex,
    passed: Option<Millis>,
) -> io::Result<()> {
    let passed = passed.map_or(0, |passed| passed.0);
    let says = [position.0.to_le_bytes(), passed.to_le_bytes()];
    mark_file::write(disk, path, MAGIC, says.as_flattened())
}
