//! What goes into an index file, and how it is laid out. Both the builder and the merge end here.
use crate::{
    LogIndex, Millis, column,
    dictionary::{self, Reference},
    file::{BLOCK_BYTES, Header, SECTIONS, Section, TableShape},
    forms::Forms,
    posting,
    runs::{Main, Runs},
    table,
};
use std::{io, ops::Range};

/// The columns of a file.
pub(crate) struct Columns {
    /// By document, ascending.
    pub(crate) recorded: Vec<i64>,
    /// The log offset of each document.
    pub(crate) order: Vec<u32>,
    /// By log offset, ascending.
    pub(crate) received: Vec<i64>,
    /// By log offset.
    pub(crate) location: Vec<u64>,
    /// What `recorded` is of those that are no outliers.
    pub(crate) main: Main,
}

/// The terms of a file: points in the order of their hashes, then values in that of their keys.
pub(crate) struct TermWriter {
    singles: table::Entries,
    terms: table::Entries,
    postings: posting::Writer,
    dictionary: dictionary::Writer,
}

impl TermWriter {
    /// For a file of `count` documents, with room for about so many points.
    pub(crate) fn new(count: u32, points: usize) -> Self {
        Self {
            singles: table::Entries::with_capacity(points),
            terms: table::Entries::with_capacity(points / POINTS_A_TERM),
            postings: posting::Writer::new(count),
            dictionary: dictionary::Writer::default(),
        }
    }

    /// Writes which documents have a term (ascending, at least one).
    pub(crate) fn posting(&mut self, documents: &[u32]) -> Reference {
        match documents {
            [document] => Reference::Document(*document),
            documents => Reference::Posting(self.postings.write(documents)),
        }
    }

    /// The same of `len` documents, more than one, which are bits of these words; clears them.
    pub(crate) fn dense_posting(&mut self, words: &mut [u64], len: u32) -> Reference {
        Reference::Posting(self.postings.write_bits(words, len))
    }

    /// Whether a posting of the same documents as the last one will be found where that is.
    pub(crate) fn is_shared(&self) -> bool {
        self.postings.is_shared()
    }

    /// Adds the term of this hash.
    pub(crate) fn point(&mut self, hash: u64, reference: Reference) {
        match reference {
            Reference::Document(document) => self.singles.push(hash, document),
            Reference::Posting(at) => self.terms.push(hash, at),
        }
    }

    /// Adds the value of this key.
    pub(crate) fn value(&mut self, key: &[u8], reference: Reference) {
        self.dictionary.push(key, reference);
    }
}

/// Points of one document for each that several have, about.
const POINTS_A_TERM: usize = 8;

/// What a file says of itself.
pub(crate) struct Identity {
    pub(crate) extract_version: u32,
    pub(crate) first: LogIndex,
    pub(crate) key_check: u64,
    /// Which forms of point terms there are.
    pub(crate) forms: Forms,
}

/// Writes the file.
pub(crate) fn write(
    identity: &Identity,
    columns: &Columns,
    terms: TermWriter,
    out: &mut impl io::Write,
) -> io::Result<()> {
    let mut body = Body::default();
    // About what the columns and tables take, so that a small file is not moved as it grows.
    let entries = terms.singles.len() + terms.terms.len();
    body.bytes.reserve(512 + 16 * (columns.order.len() + entries));
    body.columns(columns);
    let postings = terms.postings.finish();
    check_postings(postings.len() as u64)?;
    body.section(Section::Postings, |out| out.extend_from_slice(&postings));
    let singles = body.section(Section::Singles, |out| terms.singles.write(out));
    let shape = body.section(Section::Terms, |out| terms.terms.write(out));
    body.section(Section::Dictionary, |out| terms.dictionary.write(out));
    let mut runs = Runs::default();
    columns.recorded.iter().for_each(|recorded| runs.push(columns.main, *recorded));
    let layout = Layout {
        runs,
        received: ends(&columns.received),
        tables: [singles, shape],
        dictionary: terms.dictionary.len(),
        sections: body.sections,
    };
    let header = header(identity, columns.recorded.len() as u32, layout);
    let checksums = checksums(&body.bytes);
    out.write_all(&header.encode(body.bytes.len() as u64, &checksums))?;
    out.write_all(&body.bytes)?;
    out.write_all(&checksums)
}

/// What a header says besides the identity.
pub(crate) struct Layout {
    pub(crate) runs: Runs,
    pub(crate) received: [Millis; 2],
    /// Singles, terms.
    pub(crate) tables: [TableShape; 2],
    /// Keys and blocks.
    pub(crate) dictionary: (u32, u32),
    pub(crate) sections: [Range<u64>; SECTIONS],
}

/// The header of a file of `count` documents.
pub(crate) fn header(identity: &Identity, count: u32, layout: Layout) -> Header {
    let Layout { runs, received, tables: [singles, terms], dictionary, sections } = layout;
    Header {
        extract_version: identity.extract_version,
        first: identity.first,
        count,
        runs,
        received,
        key_check: identity.key_check,
        singles,
        terms,
        dictionary_len: dictionary.0,
        dictionary_blocks: dictionary.1,
        sections,
        forms: identity.forms.clone(),
    }
}

/// The checksum of each block of some bytes that begin with a block.
pub(crate) fn checksums(bytes: &[u8]) -> Vec<u8> {
    bytes.chunks(BLOCK_BYTES).flat_map(|block| crc32c::crc32c(block).to_le_bytes()).collect()
}

/// A dictionary's reference has 31 bits for a place among the postings.
pub(crate) fn check_postings(bytes: u64) -> io::Result<()> {
    if bytes <= 1 << 31 {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::FileTooLarge, "the postings exceed 2 GiB"))
}

fn ends(ascending: &[i64]) -> [Millis; 2] {
    let end = |value: Option<&i64>| Millis(value.copied().unwrap_or_default());
    [end(ascending.first()), end(ascending.last())]
}

#[derive(Default)]
struct Body {
    bytes: Vec<u8>,
    sections: [Range<u64>; SECTIONS],
}

impl Body {
    fn columns(&mut self, columns: &Columns) {
        let Columns { recorded, order, received, location, .. } = columns;
        self.section(Section::Recorded, |out| column::write(out, recorded.iter().copied()));
        let distance = |(document, offset): (usize, &u32)| i64::from(*offset) - document as i64;
        // Nothing stands for the identity, which is what a log in order of recording has.
        if order.iter().enumerate().any(|entry| distance(entry) != 0) {
            let distances = order.iter().enumerate().map(distance);
            self.section(Section::Order, |out| column::write(out, distances));
        } else {
            self.section(Section::Order, |_| ());
        }
        self.section(Section::Received, |out| column::write(out, received.iter().copied()));
        let location = location.iter().map(|location| *location as i64);
        self.section(Section::Location, |out| column::write(out, location));
    }

    fn section<T>(&mut self, section: Section, write: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        let start = self.bytes.len() as u64;
        let written = write(&mut self.bytes);
        self.sections[section as usize] = start..self.bytes.len() as u64;
        written
    }
}
