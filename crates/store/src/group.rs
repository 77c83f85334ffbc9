//! A group: what one fdatasync makes durable.
//!
//! ```text
//! header   magic (8) "kilngrp\0" ‖ format version (2) ‖ zero (2) ‖ records (4) ‖ number (8)
//!          ‖ writer epoch (8) ‖ first log index (8) ‖ length (8) ‖ log id (16)
//!          ‖ root before this group (32) ‖ CRC32C of the header before it (4)
//! frames   one after the other
//! trailer  checkpoint (68·k) ‖ tree size (8) ‖ root after this group (32) ‖ checkpoint length (4)
//!          ‖ CRC32C of everything before it (4) ‖ magic (8) "kilnend\0"
//! ```
//!
//! `length` counts everything from the first magic to the last. The trailer is the commit mark: a
//! group without a valid one was never acknowledged. It is read from its end, so a sealed segment
//! can be checked against the next one by its last bytes. What the checkpoint keeps is described
//! in [`checkpoint`](crate::checkpoint).
//!
//! The log id is random and made once: nobody who does not know it can send a body that would be
//! taken for a group when recovery searches behind a damaged one.
use crate::{
    LogIndex, SignedCheckpoint, checkpoint,
    frame::Header as FrameHeader,
    wire::{Malformed, Reader},
};
use kiln_evidence::Hash;

/// The version of the log's format. Version 0 was before evidence, and is read no more.
pub(crate) const FORMAT_VERSION: u16 = 1;
/// What a group's header begins with.
pub(crate) const MAGIC: [u8; 8] = *b"kilngrp\0";
pub(crate) const HEADER_LEN: usize = 100;
/// The trailer without a checkpoint.
pub(crate) const TRAILER_LEN: usize = 56;

const END_MAGIC: [u8; 8] = *b"kilnend\0";

/// Sixteen random bytes that tell one log from every other.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogId(pub(crate) [u8; 16]);

/// What stands before a group's frames.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) records: u32,
    pub(crate) number: u64,
    pub(crate) epoch: u64,
    pub(crate) first: LogIndex,
    pub(crate) len: u64,
    pub(crate) log: LogId,
    pub(crate) previous_root: Hash,
}

impl Header {
    pub(crate) fn to_bytes(self) -> [u8; HEADER_LEN] {
        let mut out = Vec::with_capacity(HEADER_LEN);
        out.extend(MAGIC);
        out.extend(FORMAT_VERSION.to_le_bytes());
        out.extend([0; 2]);
        out.extend(self.records.to_le_bytes());
        out.extend(self.number.to_le_bytes());
        out.extend(self.epoch.to_le_bytes());
        out.extend(self.first.0.to_le_bytes());
        out.extend(self.len.to_le_bytes());
        out.extend(self.log.0);
        out.extend(self.previous_root.0);
        out.extend(crc32c::crc32c(&out).to_le_bytes());
        let mut bytes = [0; HEADER_LEN];
        bytes.copy_from_slice(&out);
        bytes
    }

    /// Reads a header; its CRC must be right.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        let head = reader.take(HEADER_LEN - 4)?;
        if crc32c::crc32c(head) != reader.u32()? {
            return Err(Malformed("the group header's checksum"));
        }
        let mut reader = Reader::new(head);
        if reader.array()? != MAGIC || reader.u16()? != FORMAT_VERSION || reader.u16()? != 0 {
            return Err(Malformed("a group of this version"));
        }
        Ok(Self {
            records: reader.u32()?,
            number: reader.u64()?,
            epoch: reader.u64()?,
            first: LogIndex(reader.u64()?),
            len: reader.u64()?,
            log: LogId(reader.array()?),
            previous_root: Hash(reader.array()?),
        })
    }

    /// The position after its last record.
    pub(crate) fn end(&self) -> LogIndex {
        LogIndex(self.first.0 + u64::from(self.records))
    }
}

/// What stands after a group's frames.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trailer {
    pub(crate) tree_size: u64,
    pub(crate) root: Hash,
    /// Where the frames end.
    pub(crate) checkpoint_len: u32,
    crc: u32,
}

impl Trailer {
    /// Reads the trailer at the end of `bytes`. Its CRC is compared by [`open`].
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let start = bytes.len().checked_sub(TRAILER_LEN).ok_or(Malformed("a group's trailer"))?;
        let mut reader = Reader::new(&bytes[start..]);
        let trailer = Self {
            tree_size: reader.u64()?,
            root: Hash(reader.array()?),
            checkpoint_len: reader.u32()?,
            crc: reader.u32()?,
        };
        if reader.array()? != END_MAGIC {
            return Err(Malformed("the end of a group"));
        }
        Ok(trailer)
    }
}

/// Starts a group in `out`: leaves room for the header that [`finish`] fills.
pub(crate) fn start(out: &mut Vec<u8>) {
    out.clear();
    out.resize(HEADER_LEN, 0);
}

/// Ends the group in `out`; `header.len` is set here. An unsigned log has no checkpoint.
pub(crate) fn finish(
    out: &mut Vec<u8>,
    mut header: Header,
    root: Hash,
    signed: Option<&SignedCheckpoint>,
) {
    let frames_end = out.len();
    if let Some(signed) = signed {
        checkpoint::put(out, signed);
    }
    let checkpoint_len = (out.len() - frames_end) as u32;
    header.len = (out.len() + TRAILER_LEN) as u64;
    out[..HEADER_LEN].copy_from_slice(&header.to_bytes());
    out.extend(header.end().0.to_le_bytes());
    out.extend(root.0);
    out.extend(checkpoint_len.to_le_bytes());
    out.extend(crc32c::crc32c(out).to_le_bytes());
    out.extend(END_MAGIC);
}

/// A whole group whose checksum is right.
#[derive(Debug)]
pub(crate) struct Group<'a> {
    pub(crate) header: Header,
    pub(crate) trailer: Trailer,
    bytes: &'a [u8],
}

/// Checks the group that fills `bytes`.
pub(crate) fn open(bytes: &[u8]) -> Result<Group<'_>, Malformed> {
    let header = Header::parse(bytes)?;
    if header.len != bytes.len() as u64 {
        return Err(Malformed("a group of its length"));
    }
    let trailer = Trailer::parse(bytes)?;
    let crc_at = bytes.len() - 12;
    if crc32c::crc32c(&bytes[..crc_at]) != trailer.crc {
        return Err(Malformed("the group's checksum"));
    }
    if trailer.tree_size != header.end().0 {
        return Err(Malformed("a tree as large as the log"));
    }
    if !checkpoint::is_length(trailer.checkpoint_len as usize) {
        return Err(Malformed("a checkpoint of one or two signatures"));
    }
    Ok(Group { header, trailer, bytes })
}

/// A frame inside a group.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Frame<'a> {
    /// Where it begins, counted from the start of the group.
    pub(crate) offset: u64,
    pub(crate) header: FrameHeader,
    /// Header and stored bytes.
    pub(crate) bytes: &'a [u8],
}

impl Frame<'_> {
    /// What the records were compressed to.
    pub(crate) fn stored(&self) -> &[u8] {
        &self.bytes[self.header.len..]
    }
}

impl<'a> Group<'a> {
    /// The signatures of its checkpoint, as the trailer keeps them.
    pub(crate) fn checkpoint(&self) -> Result<&'a [u8], Malformed> {
        let end = self.bytes.len() - TRAILER_LEN;
        let start = end.checked_sub(self.trailer.checkpoint_len as usize);
        start.map(|start| &self.bytes[start..end]).ok_or(Malformed("a checkpoint"))
    }

    /// Its frames, in order; together they hold exactly the group's records.
    pub(crate) fn frames(&self) -> Result<Vec<Frame<'a>>, Malformed> {
        let tail = TRAILER_LEN + self.trailer.checkpoint_len as usize;
        let end = self.bytes.len().checked_sub(tail).ok_or(Malformed("a checkpoint"))?;
        let mut at = HEADER_LEN;
        let mut next = self.header.first;
        let mut frames = Vec::with_capacity(self.header.records as usize / 4 + 1);
        while at < end {
            let header = FrameHeader::parse(&self.bytes[at..end])?;
            let after = at + header.frame_len();
            let bytes = self.bytes.get(at..after.min(end)).ok_or(Malformed("a frame"))?;
            if after > end || header.first != next {
                return Err(Malformed("frames that follow each other"));
            }
            header.check(bytes)?;
            frames.push(Frame { offset: at as u64, header, bytes });
            next.0 += u64::from(header.records);
            at = after;
        }
        if next == self.header.end() { Ok(frames) } else { Err(Malformed("all its records")) }
    }
}

#[cfg(test)]
mod tests;
