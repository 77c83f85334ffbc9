//! The first bytes of an index file: what it covers and where its sections lie.
//!
//! A file is a header, the checksums of the body's blocks, and the body: eight sections one after
//! the other. All numbers are little-endian; an instant is milliseconds since 1970 as i64.
//! A *document* is a record by its number in this file, counted in the order of (`recorded`, log
//! index); an *offset* is its position in the log less the first one of the file.
//!
//! | at | bytes | header |
//! |---|---|---|
//! | 0 | 8 | `KilnIndx` |
//! | 8 | 4 | format version: 1 |
//! | 12 | 4 | version of the extractor that made the terms |
//! | 16 | 8 | log index of the first record |
//! | 24 | 4 | n: how many documents, at most 2^20 |
//! | 28 | 4 | b: how many blocks the body has |
//! | 32 | 16 | smallest and largest `recorded` (0 when n = 0; so below) |
//! | 48 | 16 | smallest and largest `received` |
//! | 64 | 8 | the hash of nothing under the store's key: a search with another key is refused |
//! | 72 | 4 | entries in the table of singles |
//! | 76 | 4 | entries in the table of terms |
//! | 80 | 1 | bits of a payload in the table of singles |
//! | 81 | 1 | bits of a payload in the table of terms |
//! | 82 | 2 | 0 |
//! | 84 | 4 | keys in the dictionary |
//! | 88 | 4 | blocks of the dictionary |
//! | 92 | 4 | 0 |
//! | 96 | 128 | for each section: where in the body it begins u64, its bytes u64 |
//! | 224 | 128 | which forms of point terms there are, a bit each: [forms](crate::forms) |
//! | 352 | 8 | bytes of the body |
//! | 360 | 4 | 0 |
//! | 364 | 4 | CRC32C of bytes 0 to 363 and of the checksums that follow |
//! | 368 | 4·b | CRC32C of each 65,536 bytes of the body; the last block may be shorter |
//!
//! | section | holds | as |
//! |---|---|---|
//! | recorded | `recorded` of each document | [column](crate::column) |
//! | order | offset less document of each document; empty when all are 0 | column |
//! | received | `received` of each offset | column |
//! | location | location of each offset | column |
//! | singles | hashes of terms that one document has → the document | [`table`] |
//! | terms | hashes of terms that more documents have → a place among the postings | table |
//! | postings | which documents have a term | [postings](crate::posting) |
//! | dictionary | values of ordered kinds → a document or a posting | [keys](crate::dictionary) |
//!
//! Equal documents give equal bytes, whether built at once or merged. Reading checks each block
//! when it is first touched.
use super::Error;
use crate::{
    LogIndex, Millis,
    column::Column,
    forms::{self, Forms},
    table,
};
use std::ops::Range;

pub(crate) const MAGIC: [u8; 8] = *b"KilnIndx";
/// A file of another version is rebuilt from the log. The bytes of version 0 are the same, but its
/// leaves and statements were not.
pub(crate) const VERSION: u16 = 1;
pub(crate) const HEADER_BYTES: usize = 368;
pub(crate) const BLOCK_BYTES: usize = 1 << 16;
pub(crate) const SECTIONS: usize = 8;

/// The most documents one file holds: 2^20, so that a document number fits in 20 bits.
pub const DOCUMENTS_MAX: usize = 1 << 20;

/// The parts of a file, in the order in which they lie.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Recorded,
    Order,
    Received,
    Location,
    Singles,
    Terms,
    Postings,
    Dictionary,
}

/// The size of a table of hashes.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TableShape {
    /// Entries.
    pub(crate) len: u32,
    /// Bits of each entry's payload.
    pub(crate) payload: u8,
}

/// The header, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) extract_version: u32,
    pub(crate) first: LogIndex,
    pub(crate) count: u32,
    /// Smallest and largest; both zero in an empty file.
    pub(crate) recorded: [Millis; 2],
    pub(crate) received: [Millis; 2],
    pub(crate) key_check: u64,
    pub(crate) singles: TableShape,
    pub(crate) terms: TableShape,
    pub(crate) dictionary_len: u32,
    pub(crate) dictionary_blocks: u32,
    /// Where each section lies in the body.
    pub(crate) sections: [Range<u64>; SECTIONS],
    /// Which forms of point terms there are.
    pub(crate) forms: Forms,
}

impl Header {
    /// The header's bytes, with the checksums of the body's blocks behind.
    pub(crate) fn encode(&self, body: &[u8]) -> Vec<u8> {
        let blocks = body.len().div_ceil(BLOCK_BYTES);
        let mut out = Vec::with_capacity(HEADER_BYTES + 4 * blocks);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&u32::from(VERSION).to_le_bytes());
        out.extend_from_slice(&self.extract_version.to_le_bytes());
        out.extend_from_slice(&self.first.0.to_le_bytes());
        out.extend_from_slice(&self.count.to_le_bytes());
        out.extend_from_slice(&(blocks as u32).to_le_bytes());
        for instant in self.recorded.iter().chain(&self.received) {
            out.extend_from_slice(&instant.0.to_le_bytes());
        }
        out.extend_from_slice(&self.key_check.to_le_bytes());
        out.extend_from_slice(&self.singles.len.to_le_bytes());
        out.extend_from_slice(&self.terms.len.to_le_bytes());
        out.extend_from_slice(&[self.singles.payload, self.terms.payload, 0, 0]);
        out.extend_from_slice(&self.dictionary_len.to_le_bytes());
        out.extend_from_slice(&self.dictionary_blocks.to_le_bytes());
        out.extend_from_slice(&[0; 4]);
        for section in &self.sections {
            out.extend_from_slice(&section.start.to_le_bytes());
            out.extend_from_slice(&(section.end - section.start).to_le_bytes());
        }
        self.forms.write(&mut out);
        out.extend_from_slice(&(body.len() as u64).to_le_bytes());
        out.extend_from_slice(&[0; 8]);
        for block in body.chunks(BLOCK_BYTES) {
            out.extend_from_slice(&crc32c::crc32c(block).to_le_bytes());
        }
        let check = checksum(&out);
        out[HEADER_BYTES - 4..HEADER_BYTES].copy_from_slice(&check.to_le_bytes());
        out
    }

    /// Reads the header and says where the body begins.
    pub(crate) fn decode(bytes: &[u8]) -> Result<(Self, usize), Error> {
        let (start, rest) = bytes.split_first_chunk::<HEADER_BYTES>().ok_or(CUT)?;
        let mut fields = Fields(start);
        if fields.take::<8>()? != MAGIC {
            return Err(Error::Damaged("it does not begin as an index file"));
        }
        if fields.u32()? != u32::from(VERSION) {
            return Err(Error::Damaged("it has another format version"));
        }
        let extract_version = fields.u32()?;
        let first = LogIndex(fields.u64()?);
        let count = fields.u32()?;
        let blocks = fields.u32()? as usize;
        let header = Self {
            extract_version,
            first,
            count,
            recorded: [fields.millis()?, fields.millis()?],
            received: [fields.millis()?, fields.millis()?],
            key_check: fields.u64()?,
            singles: TableShape { len: fields.u32()?, payload: 0 },
            terms: TableShape { len: fields.u32()?, payload: 0 },
            dictionary_len: 0,
            dictionary_blocks: 0,
            sections: [const { 0..0 }; SECTIONS],
            forms: Forms::default(),
        };
        let header = header.decode_rest(&mut fields)?;
        let body_bytes = fields.u64()?;
        let begin = HEADER_BYTES + 4 * blocks;
        let covered = bytes.get(..begin).ok_or(CUT)?;
        fields.take::<4>()?;
        if checksum(covered) != fields.u32()? {
            return Err(Error::Damaged("the checksum of its header is wrong"));
        }
        let body = &rest[4 * blocks..];
        if body.len() as u64 != body_bytes || body.len().div_ceil(BLOCK_BYTES) != blocks {
            return Err(Error::Damaged("it is shorter or longer than its header says"));
        }
        header.validate(body_bytes)?;
        Ok((header, begin))
    }

    fn decode_rest(mut self, fields: &mut Fields<'_>) -> Result<Self, Error> {
        let [singles, terms, _, _] = fields.take::<4>()?;
        self.singles.payload = singles;
        self.terms.payload = terms;
        self.dictionary_len = fields.u32()?;
        self.dictionary_blocks = fields.u32()?;
        fields.take::<4>()?;
        for section in &mut self.sections {
            let start = fields.u64()?;
            let end = start.checked_add(fields.u64()?).ok_or(OUTSIDE)?;
            *section = start..end;
        }
        self.forms = Forms::read(&fields.take::<{ forms::BYTES }>()?);
        Ok(self)
    }

    fn validate(&self, body_bytes: u64) -> Result<(), Error> {
        let count = self.count as usize;
        let identity = self.size(Section::Order) == 0;
        if count > DOCUMENTS_MAX || self.first.0.checked_add(u64::from(self.count)).is_none() {
            return Err(Error::Damaged("it holds more documents than a file may"));
        }
        if self.sections.iter().any(|section| section.end > body_bytes) {
            return Err(OUTSIDE);
        }
        let sound = Column::fits(self.size(Section::Recorded), count)
            && (identity || Column::fits(self.size(Section::Order), count))
            && Column::fits(self.size(Section::Received), count)
            && Column::fits(self.size(Section::Location), count)
            && table::fits(self.size(Section::Singles), self.singles)
            && table::fits(self.size(Section::Terms), self.terms)
            && self.size(Section::Dictionary) >= 4 * u64::from(self.dictionary_blocks);
        if sound { Ok(()) } else { Err(Error::Damaged("a section is too short")) }
    }

    /// How many bytes a section has.
    pub(crate) fn size(&self, section: Section) -> u64 {
        let range = &self.sections[section as usize];
        range.end - range.start
    }

    /// The position after the last document.
    pub(crate) fn end(&self) -> LogIndex {
        LogIndex(self.first.0 + u64::from(self.count))
    }
}

/// Covers the header but for the checksum itself, and the checksums of the blocks.
fn checksum(covered: &[u8]) -> u32 {
    let start = crc32c::crc32c(&covered[..HEADER_BYTES - 4]);
    crc32c::crc32c_append(start, &covered[HEADER_BYTES..])
}

const CUT: Error = Error::Damaged("it ends inside its header");
const OUTSIDE: Error = Error::Damaged("a section lies outside the file");

/// Takes fields off the front.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (field, rest) = self.0.split_first_chunk::<N>().ok_or(CUT)?;
        self.0 = rest;
        Ok(*field)
    }
    fn u32(&mut self) -> Result<u32, Error> {
        self.take().map(u32::from_le_bytes)
    }
    fn u64(&mut self) -> Result<u64, Error> {
        self.take().map(u64::from_le_bytes)
    }
    fn millis(&mut self) -> Result<Millis, Error> {
        self.take().map(i64::from_le_bytes).map(Millis)
    }
}
