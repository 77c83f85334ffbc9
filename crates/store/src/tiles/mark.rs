//! The watermark of the tiles: `tiled`, up to where they are durable.
//!
//! ```text
//! magic (8) "kilntile" ‖ format version (2) ‖ zero (6) ‖ tree size (8) ‖ CRC32C (4)
//! ```
use crate::{disk::Disk, mark_file};
use kiln_evidence::TreeSize;
use std::{io, path::Path};

const MAGIC: [u8; 8] = *b"kilntile";

/// The size that a watermark says; `None` when there is none that can be used: all tiles are then
/// made again.
pub(crate) fn read(disk: &dyn Disk, path: &Path) -> io::Result<Option<TreeSize>> {
    let says = mark_file::read(disk, path, MAGIC)?;
    Ok(says.map(|says| TreeSize(u64::from_le_bytes(says))))
}

/// Writes the watermark, of what is durable.
pub(crate) fn write(disk: &dyn Disk, path: &Path, size: TreeSize) -> io::Result<()> {
    mark_file::write(disk, path, MAGIC, &size.0.to_le_bytes())
}

/// Removes the watermark before what it speaks of is removed.
pub(super) fn remove(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    match disk.remove(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => {
            removed?;
            disk.sync_dir(path.parent().ok_or(io::ErrorKind::InvalidInput)?)
        }
    }
}
