//! The mark of a clean stop: where the log ended. `clean`, removed at the next start.
//!
//! ```text
//! magic (8) "kilnstop" ‖ format version (2) ‖ zero (6) ‖ log id (16) ‖ tree size (8) ‖ root (32)
//! ‖ first log index of the open segment (8) ‖ length of its file (8) ‖ CRC32C (4)
//! ```
//!
//! After a clean stop there is no torn tail: whatever differs from the mark is damage.
use crate::{
    LogIndex,
    disk::Disk,
    group::{FORMAT_VERSION, LogId},
    journal,
    shared::Folder,
    wire::{Malformed, Reader},
};
use kiln_evidence::Hash;
use std::io;

const MAGIC: [u8; 8] = *b"kilnstop";
const LEN: usize = 92;

/// Where the log ended.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) log: LogId,
    pub(crate) size: LogIndex,
    pub(crate) root: Hash,
    pub(crate) segment: LogIndex,
    pub(crate) segment_len: u64,
}

impl Mark {
    /// Writes the mark.
    pub(crate) fn write(&self, disk: &dyn Disk, folder: &Folder) -> io::Result<()> {
        journal::write_durable(disk, &folder.clean_stop(), &self.to_bytes())
    }

    /// The mark of the last stop; `None` when it was not clean.
    pub(crate) fn read(disk: &dyn Disk, folder: &Folder) -> io::Result<Option<Self>> {
        let file = match disk.open_to_read(&folder.clean_stop()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        let mut bytes = vec![0; file.len()?.min(LEN as u64 + 1) as usize];
        file.read_exact_at(&mut bytes, 0)?;
        let parsed = Self::parse(&bytes);
        let told = |m: Malformed| format!("the mark of a clean stop: expected {}", m.0);
        parsed.map(Some).map_err(|m| io::Error::new(io::ErrorKind::InvalidData, told(m)))
    }

    /// Removes the mark before anything is written.
    pub(crate) fn remove(disk: &dyn Disk, folder: &Folder) -> io::Result<()> {
        match disk.remove(&folder.clean_stop()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => {
                removed?;
                disk.sync_dir(folder.root())
            }
        }
    }

    fn to_bytes(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(LEN);
        out.extend(MAGIC);
        out.extend(FORMAT_VERSION.to_le_bytes());
        out.extend([0; 6]);
        out.extend(self.log.0);
        out.extend(self.size.0.to_le_bytes());
        out.extend(self.root.0);
        out.extend(self.segment.0.to_le_bytes());
        out.extend(self.segment_len.to_le_bytes());
        out.extend(crc32c::crc32c(&out).to_le_bytes());
        out
    }

    fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        if bytes.len() != LEN {
            return Err(Malformed("its length"));
        }
        let mut reader = Reader::new(bytes);
        if reader.array()? != MAGIC || reader.u16()? != FORMAT_VERSION {
            return Err(Malformed("a mark of this version"));
        }
        reader.take(6)?;
        let mark = Self {
            log: LogId(reader.array()?),
            size: LogIndex(reader.u64()?),
            root: Hash(reader.array()?),
            segment: LogIndex(reader.u64()?),
            segment_len: reader.u64()?,
        };
        if crc32c::crc32c(&bytes[..LEN - 4]) != reader.u32()? {
            return Err(Malformed("its checksum"));
        }
        Ok(mark)
    }
}
