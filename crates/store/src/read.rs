//! Reading frames back.
use crate::{
    LogIndex, ReadError, Record,
    frame::{Codec, HEADER_LEN_MAX, Header},
    record::encoding::Head,
    segment::Segment,
    wire::{Malformed, Reader},
};
use bytes::Bytes;
use kiln_evidence::Salt;

/// Most frames are shorter, so that one read gets header and content.
const FIRST_READ: usize = 2048;

/// A frame's records, decompressed.
pub(crate) struct Frame {
    first: LogIndex,
    heads: Vec<Head>,
    bodies: Bytes,
}

/// Reads the frame at this offset of the segment.
pub(crate) fn frame(segment: &Segment, offset: u64, codec: &Codec) -> Result<Frame, ReadError> {
    let damaged = |m: Malformed| {
        let file = segment.first.0;
        ReadError::Damaged(format!("segment {file:016x} at byte {offset}: expected {}", m.0))
    };
    let room = segment.len.saturating_sub(offset);
    let mut bytes = vec![0; room.min(FIRST_READ as u64) as usize];
    segment.file.read_exact_at(&mut bytes, offset)?;
    let header = Header::parse(&bytes[..bytes.len().min(HEADER_LEN_MAX)]).map_err(damaged)?;
    let len = header.frame_len();
    if len as u64 > room {
        return Err(damaged(Malformed("a frame inside its segment")));
    }
    let have = bytes.len();
    bytes.resize(len, 0);
    if len > have {
        segment.file.read_exact_at(&mut bytes[have..], offset + have as u64)?;
    }
    header.check(&bytes).map_err(damaged)?;
    Frame::open(&header, &bytes[header.len..], codec).map_err(damaged)
}

impl Frame {
    /// The records of a frame that was checked.
    pub(crate) fn open(header: &Header, stored: &[u8], codec: &Codec) -> Result<Self, Malformed> {
        let mut reader = Reader::new(stored);
        let heads = Head::take_all(&mut reader, usize::from(header.records), header.raw_len)?;
        let bodies = codec.decompress(header, &stored[reader.position()..])?;
        Ok(Self { first: header.first, heads, bodies: Bytes::from(bodies) })
    }

    /// Whether it holds the record at this position.
    pub(crate) fn holds(&self, at: LogIndex) -> bool {
        (self.first.0..self.first.0 + self.heads.len() as u64).contains(&at.0)
    }

    /// The heads of its records, in order, and their bodies, one after the other.
    pub(crate) fn records(&self) -> (&[Head], &[u8]) {
        (&self.heads, &self.bodies)
    }

    /// The record at this position, which the frame [holds](Self::holds).
    pub(crate) fn record(&self, at: LogIndex) -> Result<Record, ReadError> {
        let head = self.head(at)?;
        let body = self.bodies.slice(head.body.clone());
        Ok(Record { log_index: at, envelope: head.envelope.clone(), body })
    }

    /// The salt of that record's leaf.
    pub(crate) fn salt(&self, at: LogIndex) -> Result<Salt, ReadError> {
        Ok(Salt(self.head(at)?.salt))
    }

    fn head(&self, at: LogIndex) -> Result<&Head, ReadError> {
        let nth = at.0.wrapping_sub(self.first.0) as usize;
        let missing = || ReadError::Damaged(format!("record {} is not in its frame", at.0));
        self.heads.get(nth).ok_or_else(missing)
    }
}
