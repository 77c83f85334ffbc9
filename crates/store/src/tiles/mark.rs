//! The watermark of the tiles: `tiled`, up to where they are durable.
//!
//! ```text
//! magic (8) "kilntile" ‖ format version (2) ‖ zero (6) ‖ tree size (8) ‖ CRC32C (4)
//! ```
use crate::{
    disk::Disk,
    journal,
    wire::{Malformed, Reader},
};
use kiln_evidence::TreeSize;
use std::{io, path::Path};

const MAGIC: [u8; 8] = *b"kilntile";
const FORMAT_VERSION: u16 = 1;
const LEN: usize = 28;

/// The size that a watermark says; `None` when there is none that can be used: all tiles are then
/// made again.
pub(crate) fn read(disk: &dyn Disk, path: &Path) -> io::Result<Option<TreeSize>> {
    let file = match disk.open_to_read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut bytes = vec![0; file.len()?.min(LEN as u64 + 1) as usize];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(parse(&bytes).ok())
}

/// Writes the watermark, of what is durable.
pub(crate) fn write(disk: &dyn Disk, path: &Path, size: TreeSize) -> io::Result<()> {
    let mut out = Vec::with_capacity(LEN);
    out.extend(MAGIC);
    out.extend(FORMAT_VERSION.to_le_bytes());
    out.extend([0; 6]);
    out.extend(size.0.to_le_bytes());
    out.extend(crc32c::crc32c(&out).to_le_bytes());
    journal::write_durable(disk, path, &out)
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

fn parse(bytes: &[u8]) -> Result<TreeSize, Malformed> {
    if bytes.len() != LEN {
        return Err(Malformed("its length"));
    }
    let mut reader = Reader::new(bytes);
    if reader.array()? != MAGIC || reader.u16()? != FORMAT_VERSION {
        return Err(Malformed("a watermark of this version"));
    }
    reader.take(6)?;
    let size = TreeSize(reader.u64()?);
    if crc32c::crc32c(&bytes[..LEN - 4]) != reader.u32()? {
        return Err(Malformed("its checksum"));
    }
    Ok(size)
}
