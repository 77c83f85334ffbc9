//! One entry of the shelf.
//!
//! ```text
//! entry = length of what follows the checksum (4) ‖ CRC32C of the length and of it (4)
//!       ‖ number (8) ‖ received (8) ‖ door (1) ‖ release (1) ‖ media type (1) ‖ status (2)
//!       ‖ varint position ‖ varint principal length ‖ principal (UTF-8)
//!       ‖ varint outcome length ‖ outcome ‖ varint body length ‖ body: one zstd frame
//! ```
use crate::{
    Millis,
    wire::{Malformed, Reader, put_varint},
};
use bytes::Bytes;
use std::{io, sync::Arc};

/// Level 3 is zstd's own default: a shelf is read rarely and written off every path.
const LEVEL: i32 = 3;

/// A body that says to be longer is not unpacked.
const BODY_BYTES_MAX: usize = 1 << 30;

/// Length and checksum.
const FRONT: usize = 8;

/// The way that a body came in by. Stored: the numbers never change.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Door {
    /// One event.
    Create = 1,
    /// A whole Bundle.
    Bundle = 2,
    /// One entry of a Bundle whose other entries were not refused with it.
    Entry = 3,
    /// The plain API: one event, or an array of them.
    Plain = 4,
}

/// What was refused, on its way to the shelf.
#[derive(Clone, Debug)]
pub struct Rejected {
    /// When.
    pub received: Millis,
    /// Who sent it.
    pub principal: Arc<str>,
    /// How it came in.
    pub door: Door,
    /// The release that was asked for; opaque here (`kiln_fhir::Release::number`), 0 when none was.
    pub release: u8,
    /// The form that it was sent in; opaque here (`kiln_fhir::MediaType::number`).
    pub media_type: u8,
    /// The HTTP status of the answer.
    pub status: u16,
    /// Its position in the Bundle it came in; 0 for what came alone.
    pub position: u32,
    /// The reason: an `OperationOutcome` in JSON.
    pub outcome: Vec<u8>,
    /// The received bytes. Of a slice the whole is kept in memory: hand over a copy.
    pub body: Bytes,
}

/// What stands on the shelf.
#[derive(Clone, Debug)]
pub struct Reject {
    /// Its number on this shelf, from 1 on.
    pub number: u64,
    /// When it was received.
    pub received: Millis,
    /// Who sent it.
    pub principal: String,
    /// How it came in; none where a later build wrote it.
    pub door: Option<Door>,
    /// The release that was asked for, by number; 0 when none was.
    pub release: u8,
    /// The form that it was sent in, by number.
    pub media_type: u8,
    /// The HTTP status of the answer.
    pub status: u16,
    /// Its position in the Bundle it came in.
    pub position: u32,
    /// The reason: an `OperationOutcome` in JSON.
    pub outcome: Vec<u8>,
    /// Bytes of the body as it was received.
    pub body_len: usize,
    packed: Vec<u8>,
}

impl Reject {
    /// The received bytes, untouched.
    ///
    /// # Errors
    /// `InvalidData` when they do not unpack to what was received.
    pub fn body(&self) -> io::Result<Vec<u8>> {
        let wrong = |says| io::Error::new(io::ErrorKind::InvalidData, says);
        if self.body_len > BODY_BYTES_MAX {
            return Err(wrong("the body says to be longer than a gigabyte"));
        }
        let body = zstd::bulk::decompress(&self.packed, self.body_len)?;
        if body.len() == self.body_len {
            Ok(body)
        } else {
            Err(wrong("the body is shorter than it says"))
        }
    }

    /// Reads the payload of an entry.
    fn decode(payload: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(payload);
        let number = reader.u64()?;
        let received = Millis(i64::from_le_bytes(reader.array()?));
        let [door, release, media_type] = reader.array()?;
        let status = reader.u16()?;
        let position = u32::try_from(reader.varint()?).map_err(|_e| Malformed("a position"))?;
        let len = reader.length()?;
        let principal = std::str::from_utf8(reader.take(len)?).map_err(|_e| Malformed("UTF-8"))?;
        let principal = principal.to_owned();
        let len = reader.length()?;
        let outcome = reader.take(len)?.to_vec();
        let body_len = reader.length()?;
        let packed = payload[reader.position()..].to_vec();
        let door = Door::from_number(door);
        Ok(Self {
            number,
            received,
            principal,
            door,
            release,
            media_type,
            status,
            position,
            outcome,
            body_len,
            packed,
        })
    }
}

impl Rejected {
    /// The bytes that it takes while it waits.
    pub(super) fn size(&self) -> usize {
        self.body.len() + self.outcome.len()
    }

    /// Appends the entry.
    pub(super) fn encode(&self, number: u64, out: &mut Vec<u8>) -> io::Result<()> {
        let packed = zstd::bulk::compress(&self.body, LEVEL)?;
        let start = out.len();
        out.extend([0; FRONT]);
        out.extend(number.to_le_bytes());
        out.extend(self.received.0.to_le_bytes());
        out.extend([self.door as u8, self.release, self.media_type]);
        out.extend(self.status.to_le_bytes());
        put_varint(out, u64::from(self.position));
        put_varint(out, self.principal.len() as u64);
        out.extend(self.principal.as_bytes());
        put_varint(out, self.outcome.len() as u64);
        out.extend(&self.outcome);
        put_varint(out, self.body.len() as u64);
        out.extend(packed);
        let len = u32::try_from(out.len() - start - FRONT);
        let len = len.map_err(|_e| io::Error::from(io::ErrorKind::FileTooLarge))?.to_le_bytes();
        let checksum = checksum(len, &out[start + FRONT..]).to_le_bytes();
        out[start..start + 4].copy_from_slice(&len);
        out[start + 4..start + FRONT].copy_from_slice(&checksum);
        Ok(())
    }
}

impl Door {
    fn from_number(number: u8) -> Option<Self> {
        [Self::Create, Self::Bundle, Self::Entry, Self::Plain]
            .into_iter()
            .find(|door| *door as u8 == number)
    }
}

/// What is at the front of some bytes, and how long it is.
pub(super) enum Found {
    /// A whole one.
    Entry(Box<Reject>, usize),
    /// One of this length is there, but it is not as it was written.
    Damaged(usize),
    /// The bytes end before it does.
    Torn,
}

/// Looks at the front of bytes that are not empty.
pub(super) fn next(bytes: &[u8]) -> Found {
    let mut reader = Reader::new(bytes);
    let (Ok(len), Ok(expected)) = (reader.array::<4>(), reader.u32()) else { return Found::Torn };
    let Ok(payload) = reader.take(u32::from_le_bytes(len) as usize) else { return Found::Torn };
    if checksum(len, payload) != expected {
        return Found::Damaged(reader.position());
    }
    match Reject::decode(payload) {
        Ok(reject) => Found::Entry(Box::new(reject), reader.position()),
        Err(_malformed) => Found::Damaged(reader.position()),
    }
}

fn checksum(len: [u8; 4], payload: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&len), payload)
}
