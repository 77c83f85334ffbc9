//! A segment file: a stretch of the log.
//!
//! ```text
//! header   magic (8) "kilnseg\0" ‖ format version (2) ‖ edge hashes (2) ‖ restores (4)
//!          ‖ log id (16) ‖ first log index (8) ‖ first group number (8) ‖ writer epoch (8)
//!          ‖ last id before it (16, zeros when there is none)
//!          ‖ what was drawn for this restore (16; not where restores is 0)
//!          ‖ edge (32 each) ‖ CRC32C (4)
//! groups   one after the other
//! zeros    in the open segment only: room that is already paid for
//! ```
//!
//! It is named by its first log index, `{:016x}.log`, and stands under that name only once its
//! header is durable. The edge is the tree's right edge at the first log index (largest subtree
//! first), so the tree goes on without reading what stands before. `restores` says how often the
//! log went on from an older copy of itself; with what was drawn then it gives the log another
//! origin each time.
use crate::{
    LogIndex, RecordId,
    disk::DiskFile,
    group::{FORMAT_VERSION, LogId},
    restores::{DRAW_LEN, Restores},
    wire::{Malformed, Reader},
};
use kiln_evidence::{Hash, KeyName, Tree, TreeSize};
use std::{io, sync::Arc};
use uuid::Uuid;

const MAGIC: [u8; 8] = *b"kilnseg\0";
const FIXED_LEN: usize = 72;
/// No header is longer: an edge has at most one hash for each bit of the size.
pub(crate) const HEADER_LEN_MAX: usize = FIXED_LEN + DRAW_LEN + 64 * 32 + 4;

/// The log file that begins at this position.
pub(crate) fn log_name(first: LogIndex) -> String {
    format!("{:016x}.log", first.0)
}

/// The index file of that log file.
pub(crate) fn index_name(first: LogIndex) -> String {
    format!("{:016x}.index", first.0)
}

/// The position in a name that [`log_name`] or [`index_name`] made.
pub(crate) fn parse_name(name: &str, extension: &str) -> Option<LogIndex> {
    let digits = name.strip_suffix(extension)?.strip_suffix('.')?;
    let first = u64::from_str_radix(digits, 16).ok().map(LogIndex)?;
    (format!("{:016x}", first.0) == digits).then_some(first)
}

/// What stands at the front of a segment file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) log: LogId,
    pub(crate) restores: Restores,
    pub(crate) first: LogIndex,
    pub(crate) first_group: u64,
    pub(crate) epoch: u64,
    pub(crate) last_id: Option<RecordId>,
    pub(crate) tree: Tree,
}

/// Why a segment's header cannot be used.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum HeaderError {
    Malformed(Malformed),
    Version(u16),
}

impl From<Malformed> for HeaderError {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

impl Header {
    /// The name of the checkpoints in this segment.
    pub(crate) fn origin(&self) -> KeyName {
        self.restores.origin(self.log)
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let edge = self.tree.edge();
        let mut out = Vec::with_capacity(FIXED_LEN + DRAW_LEN + edge.len() * 32 + 4);
        out.extend(MAGIC);
        out.extend(FORMAT_VERSION.to_le_bytes());
        out.extend((edge.len() as u16).to_le_bytes());
        out.extend(self.restores.count().to_le_bytes());
        out.extend(self.log.0);
        out.extend(self.first.0.to_le_bytes());
        out.extend(self.first_group.to_le_bytes());
        out.extend(self.epoch.to_le_bytes());
        out.extend(self.last_id.map_or([0; 16], |id| id.0.into_bytes()));
        out.extend(self.restores.drawn());
        out.extend(edge.iter().flat_map(|hash| hash.0));
        out.extend(crc32c::crc32c(&out).to_le_bytes());
        out
    }

    /// Reads a header and its length from the front of a file.
    pub(crate) fn parse(bytes: &[u8]) -> Result<(Self, usize), HeaderError> {
        let mut reader = Reader::new(bytes);
        if reader.array()? != MAGIC {
            return Err(Malformed("a segment file").into());
        }
        let version = reader.u16()?;
        if version != FORMAT_VERSION {
            return Err(HeaderError::Version(version));
        }
        let hashes = usize::from(reader.u16()?);
        let restores = reader.u32()?;
        let log = LogId(reader.array()?);
        let first = LogIndex(reader.u64()?);
        let first_group = reader.u64()?;
        let epoch = reader.u64()?;
        let last = Uuid::from_bytes(reader.array()?);
        let restores = Restores::parse(restores, &mut reader)?;
        let edge = (0..hashes).map(|_| reader.array().map(Hash)).collect::<Result<Vec<_>, _>>()?;
        let crc = crc32c::crc32c(&bytes[..reader.position()]);
        if reader.u32()? != crc {
            return Err(Malformed("the segment header's checksum").into());
        }
        let tree = Tree::from_edge(TreeSize(first.0), edge);
        let tree = tree.ok_or(Malformed("an edge that fits the tree's size"))?;
        let last_id = (!last.is_nil()).then_some(RecordId(last));
        Ok((Self { log, restores, first, first_group, epoch, last_id, tree }, reader.position()))
    }
}

/// A segment file to read from. Clones share the file.
#[derive(Clone)]
pub(crate) struct Segment {
    pub(crate) first: LogIndex,
    /// Where its last group ends.
    pub(crate) len: u64,
    pub(crate) file: Arc<dyn DiskFile>,
}

impl std::fmt::Debug for Segment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Segment")
            .field("first", &self.first)
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}

/// Reads a file's header, however short the file is.
pub(crate) fn read_header(file: &dyn DiskFile) -> io::Result<Vec<u8>> {
    let len = file.len()?.min(HEADER_LEN_MAX as u64);
    let mut bytes = vec![0; len as usize];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
