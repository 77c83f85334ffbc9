//! How far the background check is: `scrubbed`, replaced at each segment's end.
//!
//! ```text
//! magic (8) "kilnscrb" ‖ format version (2) ‖ zero (6) ‖ first log index of the segment that is
//! next (8) ‖ end of the last whole pass, an instant, 0 before the first (8) ‖ CRC32C (4)
//! ```
use crate::{
    LogIndex, Millis,
    disk::Disk,
    journal,
    wire::{Malformed, Reader},
};
use std::{io, path::Path};

const MAGIC: [u8; 8] = *b"kilnscrb";
const FORMAT_VERSION: u16 = 1;
const LEN: usize = 36;

/// What stands there; `None` when there is nothing that can be used, and a pass begins anew.
pub(super) fn read(disk: &dyn Disk, path: &Path) -> io::Result<Option<(LogIndex, Option<Millis>)>> {
    let file = match disk.open_to_read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut bytes = vec![0; file.len()?.min(LEN as u64 + 1) as usize];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(parse(&bytes).ok())
}

pub(super) fn write(
    disk: &dyn Disk,
    path: &Path,
    position: LogIndex,
    passed: Option<Millis>,
) -> io::Result<()> {
    let mut out = Vec::with_capacity(LEN);
    out.extend(MAGIC);
    out.extend(FORMAT_VERSION.to_le_bytes());
    out.extend([0; 6]);
    out.extend(position.0.to_le_bytes());
    out.extend(passed.map_or(0, |passed| passed.0).to_le_bytes());
    out.extend(crc32c::crc32c(&out).to_le_bytes());
    journal::write_durable(disk, path, &out)
}

fn parse(bytes: &[u8]) -> Result<(LogIndex, Option<Millis>), Malformed> {
    if bytes.len() != LEN {
        return Err(Malformed("its length"));
    }
    let mut reader = Reader::new(bytes);
    if reader.array()? != MAGIC || reader.u16()? != FORMAT_VERSION {
        return Err(Malformed("a mark of this version"));
    }
    reader.take(6)?;
    let position = LogIndex(reader.u64()?);
    let passed = Millis(i64::from_le_bytes(reader.array()?));
    if crc32c::crc32c(&bytes[..LEN - 4]) != reader.u32()? {
        return Err(Malformed("its checksum"));
    }
    Ok((position, (passed.0 != 0).then_some(passed)))
}
