//! The first bytes of an index file: what it covers and where its sections lie.
//!
//! A file is a header, the body (eight sections one after the other), and the checksums of the
//! body's blocks. All numbers are little-endian; an instant is milliseconds since 1970 as i64.
//! A *document* is a record by its number in this file, counted in the order of (`recorded`, log
//! index); an *offset* is its position in the log less the first one of the file.
//!
//! | at | bytes | header |
//! |---|---|---|
//! | 0 | 8 | `KilnIndx` |
//! | 8 | 4 | format version: 2 |
//! | 12 | 4 | version of the extractor that made the terms |
//! | 16 | 8 | log index of the first record |
//! | 24 | 4 | n: how many documents, at most 2^24 |
//! | 28 | 4 | b: how many blocks the body has |
//! | 32 | 48 | for each of the three [runs](crate::runs): smallest and largest `recorded` |
//! | 80 | 12 | how many documents each run has, u32 each |
//! | 92 | 4 | 0 |
//! | 96 | 16 | smallest and largest `received` (0 when n = 0) |
//! | 112 | 8 | the hash of nothing under the store's key: a search with another key is refused |
//! | 120 | 4 | entries in the table of singles |
//! | 124 | 4 | entries in the table of terms |
//! | 128 | 1 | bits of a payload in the table of singles |
//! | 129 | 1 | bits of a payload in the table of terms |
//! | 130 | 2 | 0 |
//! | 132 | 4 | keys in the dictionary |
//! | 136 | 4 | blocks of the dictionary |
//! | 140 | 4 | 0 |
//! | 144 | 128 | for each section: where in the body it begins u64, its bytes u64 |
//! | 272 | 128 | which forms of point terms there are, a bit each: [forms](crate::forms) |
//! | 400 | 8 | bytes of the body |
//! | 408 | 4 | 0 |
//! | 412 | 4 | CRC32C of bytes 0 to 411 and of the checksums behind the body |
//! | 416 | | the body |
//! | | 4·b | CRC32C of each 65,536 bytes of the body; the last block may be shorter |
//!
//! | section | holds | as |
//! |---|---|---|
//! | recorded | `recorded` of each document | [column](crate::column) |
//! | order | offset less document of each document; empty when all are 0 | column |
//! | received | `received` of each offset | column |
//! | location | location of each offset | column |
//! | postings | which documents have a term | [postings](crate::posting) |
//! | singles | hashes of terms that one document has → the document | [`table`] |
//! | terms | hashes of terms that more documents have → a place among the postings | table |
//! | dictionary | values of ordered kinds → a document or a posting | [keys](crate::dictionary) |
//!
//! The sections stand in the order in which a merge that does not fit in memory can write them.
//! Equal documents give equal bytes, whether built at once or merged. Reading checks each block
//! when it is first touched.
use super::Error;
use crate::{
    LogIndex, Millis,
    column::Column,
    forms::{self, Forms},
    runs::{self, Runs},
    table,
};
use std::ops::Range;

pub(crate) const MAGIC: [u8; 8] = *b"KilnIndx";
/// A file of another version is rebuilt from the log.
pub(crate) const VERSION: u16 = 2;
pub(crate) const HEADER_BYTES: usize = 416;
pub(crate) const BLOCK_BYTES: usize = 1 << 16;
pub(crate) const SECTIONS: usize = 8;

/// The most documents one file holds: 2^24. A merge keeps four bytes of memory for each, and a
/// file of so many stays below the 2 GiB that a dictionary can refer to.
pub const DOCUMENTS_MAX: usize = 1 << 24;

/// The parts of a file, in the order in which they lie.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Recorded,
    Order,
    Received,
    Location,
    Postings,
    Singles,
    Terms,
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
    pub(crate) runs: Runs,
    /// Smallest and largest; both zero in an empty file.
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
    /// The header's bytes, before a body of so many bytes whose blocks have these checksums.
    pub(crate) fn encode(&self, body_bytes: u64, checksums: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER_BYTES);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&u32::from(VERSION).to_le_bytes());
        out.extend_from_slice(&self.extract_version.to_le_bytes());
        out.extend_from_slice(&self.first.0.to_le_bytes());
        out.extend_from_slice(&self.count.to_le_bytes());
        out.extend_from_slice(&((checksums.len() / 4) as u32).to_le_bytes());
        self.runs.write(&mut out);
        out.extend_from_slice(&[0; 4]);
        for instant in &self.received {
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
        out.extend_from_slice(&body_bytes.to_le_bytes());
        out.extend_from_slice(&[0; 4]);
        let check = checksum(&out, checksums);
        out.extend_from_slice(&check.to_le_bytes());
        out
    }

    /// Reads the header and says how many bytes the body behind it has.
    pub(crate) fn decode(bytes: &[u8]) -> Result<(Self, usize), Error> {
        let (start, rest) = bytes.split_first_chunk::<HEADER_BYTES>().ok_or(CUT)?;
        let mut fields = Fields(start);
        if fields.take::<8>()? != MAGIC {
            return Err(Error::Damaged("it does not begin as an index file"));
        }
        match fields.u32()? {
            version if version == u32::from(VERSION) => {}
            1 => return Err(Error::Old),
            _ => return Err(Error::Damaged("it has another format version")),
        }
        let extract_version = fields.u32()?;
        let first = LogIndex(fields.u64()?);
        let count = fields.u32()?;
        let blocks = fields.u32()? as usize;
        let runs = Runs::read(&fields.take::<{ runs::BYTES }>()?);
        fields.take::<4>()?;
        let header = Self {
            extract_version,
            first,
            count,
            runs,
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
        fields.take::<4>()?;
        let wrong_len = Error::Damaged("it is shorter or longer than its header says");
        let Some((body, checksums)) = usize::try_from(body_bytes)
            .ok()
            .and_then(|body| rest.split_at_checked(body))
            .filter(|(body, checksums)| {
                body.len().div_ceil(BLOCK_BYTES) == blocks && checksums.len() == 4 * blocks
            })
        else {
            return Err(wrong_len);
        };
        if checksum(&start[..HEADER_BYTES - 4], checksums) != fields.u32()? {
            return Err(Error::Damaged("the checksum of its header is wrong"));
        }
        header.validate(body_bytes)?;
        Ok((header, body.len()))
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
        if self.runs.documents() != Some(self.count) {
            return Err(Error::Damaged("its runs do not hold its documents"));
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
fn checksum(start: &[u8], checksums: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(start), checksums)
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
