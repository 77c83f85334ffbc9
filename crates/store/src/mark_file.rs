//! A small file that stands for one fact: magic (8) ‖ format version (2) ‖ zero (6) ‖ what it says
//! ‖ CRC32C (4).
use crate::{disk::Disk, journal, wire::Reader};
use std::{io, path::Path};

const FORMAT_VERSION: u16 = 1;
const HEAD_LEN: usize = 16;
const CRC_LEN: usize = 4;

/// Replaces the file by one that says this.
pub(crate) fn write(disk: &dyn Disk, path: &Path, magic: [u8; 8], says: &[u8]) -> io::Result<()> {
    let mut out = Vec::with_capacity(HEAD_LEN + says.len() + CRC_LEN);
    out.extend(magic);
    out.extend(FORMAT_VERSION.to_le_bytes());
    out.extend([0; 6]);
    out.extend(says);
    out.extend(crc32c::crc32c(&out).to_le_bytes());
    journal::write_durable(disk, path, &out)
}

/// What the file says; `None` when there is none, or none that can be used.
pub(crate) fn read<const N: usize>(
    disk: &dyn Disk,
    path: &Path,
    magic: [u8; 8],
) -> io::Result<Option<[u8; N]>> {
    let file = match disk.open_to_read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let len = HEAD_LEN + N + CRC_LEN;
    let mut bytes = vec![0; file.len()?.min(len as u64 + 1) as usize];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(parse(&bytes, magic))
}

fn parse<const N: usize>(bytes: &[u8], magic: [u8; 8]) -> Option<[u8; N]> {
    if bytes.len() != HEAD_LEN + N + CRC_LEN {
        return None;
    }
    let mut reader = Reader::new(bytes);
    if reader.array().ok()? != magic || reader.u16().ok()? != FORMAT_VERSION {
        return None;
    }
    reader.take(6).ok()?;
    let says = reader.array().ok()?;
    (crc32c::crc32c(&bytes[..HEAD_LEN + N]) == reader.u32().ok()?).then_some(says)
}
