//! Walks the groups of a segment file.
use crate::{
    group::{self, Group, HEADER_LEN},
    segment::{self, HeaderError, Segment},
    wire::Malformed,
};
use std::io;

/// Why a walk stopped.
#[derive(Debug)]
pub(crate) enum ScanError {
    /// What stands there is not a valid group.
    Invalid(Malformed),
    /// The disk did not answer.
    Io(io::Error),
}

impl From<Malformed> for ScanError {
    fn from(malformed: Malformed) -> Self {
        Self::Invalid(malformed)
    }
}

impl From<io::Error> for ScanError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<ScanError> for io::Error {
    fn from(error: ScanError) -> Self {
        match error {
            ScanError::Invalid(m) => {
                Self::new(io::ErrorKind::InvalidData, format!("expected {}", m.0))
            }
            ScanError::Io(error) => error,
        }
    }
}

/// The groups of a segment, one after the other.
pub(crate) struct Groups<'a> {
    segment: &'a Segment,
    start: u64,
    end: u64,
    bytes: Vec<u8>,
}

impl<'a> Groups<'a> {
    /// Starts behind the segment's header.
    pub(crate) fn new(segment: &'a Segment) -> Result<Self, ScanError> {
        let header = segment::Header::parse(&segment::read_header(&*segment.file)?);
        let (_, len) = header.map_err(|error| match error {
            HeaderError::Malformed(malformed) => malformed,
            HeaderError::Version(_) => Malformed("a segment of this version"),
        })?;
        Ok(Self { segment, start: 0, end: len as u64, bytes: Vec::new() })
    }

    /// Goes on where a group begins.
    pub(crate) fn at(segment: &'a Segment, position: u64) -> Self {
        Self { segment, start: position, end: position, bytes: Vec::new() }
    }

    /// Where the next group begins.
    pub(crate) fn position(&self) -> u64 {
        self.end
    }

    /// Goes to the next group and reads its header only; `None` at the segment's end.
    pub(crate) fn next_header(&mut self) -> Result<Option<group::Header>, ScanError> {
        let room = self.segment.len.saturating_sub(self.end);
        if room == 0 {
            return Ok(None);
        }
        if room < HEADER_LEN as u64 {
            return Err(Malformed("a group's header").into());
        }
        self.bytes.resize(HEADER_LEN, 0);
        self.segment.file.read_exact_at(&mut self.bytes, self.end)?;
        let header = group::Header::parse(&self.bytes)?;
        if header.len > room || header.len < (HEADER_LEN + group::TRAILER_LEN) as u64 {
            return Err(Malformed("a group inside its segment").into());
        }
        self.start = self.end;
        self.end += header.len;
        Ok(Some(header))
    }

    /// Reads and checks all of the group; also tells where it begins.
    pub(crate) fn open(&mut self) -> Result<(u64, Group<'_>), ScanError> {
        self.bytes.resize((self.end - self.start) as usize, 0);
        self.segment.file.read_exact_at(&mut self.bytes, self.start)?;
        Ok((self.start, group::open(&self.bytes)?))
    }
}
