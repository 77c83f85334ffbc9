//! Merges files into one that need not fit in memory.
use super::{Gather, Gathered, Known, MergeError, columns, identity, walk};
use crate::{
    File, Millis, bits, column,
    content::{self, Identity, Layout},
    dictionary::{self, Reference},
    file::{BLOCK_BYTES, HEADER_BYTES, SECTIONS, Section, TableShape, View},
    posting,
    runs::Runs,
    table,
};
use std::io;

/// A file that is being written, and read once.
pub trait Storage {
    /// Writes all of `bytes` at `at`; what lies before may be written later.
    fn write_all_at(&mut self, bytes: &[u8], at: u64) -> io::Result<()>;
    /// Fills `bytes` with what was written at `at`.
    fn read_exact_at(&mut self, bytes: &mut [u8], at: u64) -> io::Result<()>;
}

/// Bytes that are gathered before they are written.
const WRITTEN_AT_ONCE: usize = 1 << 20;
/// Documents between two pauses.
const DOCUMENTS_AT_ONCE: u32 = 1 << 16;
/// Terms between two pauses.
const TERMS_AT_ONCE: u64 = 4096;

/// Writes the bytes that [`merge`](super::merge()) would to an empty storage, and holds only about
/// ten bytes for each document and term that several documents have, and some 50 MiB at most.
///
/// `pause` is called every few milliseconds; when it gives an error, that is the merge's.
pub fn merge_to<B: AsRef<[u8]>>(
    files: &[&File<B>],
    storage: &mut dyn Storage,
    pause: &mut dyn FnMut() -> io::Result<()>,
) -> Result<(), MergeError> {
    let views: Vec<View<'_>> = files.iter().map(|file| file.view()).collect();
    let identity = identity(&views)?;
    let count = views.iter().map(|view| view.count()).sum();
    let mut large = Large {
        views: &views,
        count,
        storage,
        pause,
        end: 0,
        terms: 0,
        layout: Layout {
            runs: Runs::default(),
            received: [Millis(0); 2],
            tables: [TableShape::default(); 2],
            dictionary: (0, 0),
            sections: [const { 0..0 }; SECTIONS],
        },
    };
    let documents = large.by_document()?;
    large.by_offset()?;
    let mut gather = Gather::new(&views, &documents, count);
    let places = large.postings(&mut gather, identity.key_check)?;
    large.tables(&gather, &places.points)?;
    large.dictionary(&gather, &places.values)?;
    large.finish(&identity)
}

/// Where postings lie, in the order of their terms.
#[derive(Default)]
struct Places {
    points: Vec<u32>,
    values: Vec<u32>,
}

struct Large<'a> {
    views: &'a [View<'a>],
    count: u32,
    storage: &'a mut dyn Storage,
    pause: &'a mut dyn FnMut() -> io::Result<()>,
    /// How much of the body is written.
    end: u64,
    /// Terms that were taken, those of both rounds.
    terms: u64,
    layout: Layout,
}

impl Large<'_> {
    /// `recorded` and order; gives the new number of each document of each file.
    fn by_document(&mut self) -> Result<Vec<Vec<u32>>, MergeError> {
        let main = columns::main(self.views);
        let start = self.end;
        self.end += column::Writer::entry_bytes(self.count as usize) as u64;
        let (mut recorded, mut order) = (column::Writer::new(), column::Writer::new());
        let (mut next, mut in_order) = (0_u32, true);
        let views = self.views;
        let documents = columns::in_order(views, &mut |instant, offset| {
            recorded.push(instant);
            self.layout.runs.push(main, instant);
            let distance = i64::from(offset) - i64::from(next);
            in_order &= distance == 0;
            order.push(distance);
            next += 1;
            if next.is_multiple_of(DOCUMENTS_AT_ONCE) {
                self.append(&mut recorded.data)?;
                (self.pause)()?;
            }
            Ok::<_, MergeError>(())
        })?;
        let entries = recorded.finish();
        self.append(&mut recorded.data)?;
        self.write(&entries, start)?;
        self.end_section(Section::Recorded, start);
        let start = self.end;
        if !in_order {
            let mut entries = order.finish();
            self.append(&mut entries)?;
            self.append(&mut order.data)?;
        }
        self.end_section(Section::Order, start);
        Ok(documents)
    }

    fn by_offset(&mut self) -> Result<(), MergeError> {
        let mut received: Option<[i64; 2]> = None;
        let mut writer = column::Writer::new();
        columns::each_received(self.views, &mut |instant| {
            received.get_or_insert([instant; 2])[1] = instant;
            writer.push(instant);
        })?;
        self.layout.received = received.unwrap_or_default().map(Millis);
        self.column(Section::Received, &mut writer)?;
        let mut writer = column::Writer::new();
        columns::each(self.views, Section::Location, &mut |at| writer.push(at))?;
        self.column(Section::Location, &mut writer)
    }

    fn column(&mut self, section: Section, writer: &mut column::Writer) -> Result<(), MergeError> {
        let start = self.end;
        let mut entries = writer.finish();
        self.append(&mut entries)?;
        self.append(&mut writer.data)?;
        self.end_section(section, start);
        Ok((self.pause)()?)
    }

    /// Writes the postings of all terms, and learns how many terms there are of which kind.
    fn postings(&mut self, gather: &mut Gather<'_>, secret: u64) -> Result<Places, MergeError> {
        let start = self.end;
        let mut places = Places::default();
        let mut writer = posting::Writer::taken_from(self.count, secret);
        let mut known = Known::default();
        let (views, mut singles, mut last_single, mut keys) = (self.views, 0, 0, 0);
        walk::points(views, &mut |_, references| {
            if let [(file, Reference::Document(document))] = references {
                last_single = last_single.max(gather.document(*file, *document)?);
                singles += 1;
            } else {
                places.points.push(write_posting(&mut writer, gather, &mut known, references)?);
            }
            self.take_postings(&mut writer)
        })?;
        walk::values(views, &mut |_, references| {
            keys += 1;
            if !matches!(references, [(_, Reference::Document(_))]) {
                places.values.push(write_posting(&mut writer, gather, &mut known, references)?);
            }
            self.take_postings(&mut writer)
        })?;
        self.append(&mut writer.take())?;
        content::check_postings(writer.bytes())?;
        self.end_section(Section::Postings, start);
        let farthest = places.points.iter().copied().max().unwrap_or(0);
        let terms = shape(places.points.len() as u32, farthest);
        self.layout.tables = [shape(singles, last_single), terms];
        self.layout.dictionary = (keys, dictionary::Writer::blocks(keys));
        Ok(places)
    }

    fn take_postings(&mut self, writer: &mut posting::Writer) -> Result<(), MergeError> {
        if writer.pending() >= WRITTEN_AT_ONCE {
            content::check_postings(writer.bytes())?;
            self.append(&mut writer.take())?;
        }
        self.breathe()
    }

    /// Writes both tables.
    fn tables(&mut self, gather: &Gather<'_>, places: &[u32]) -> Result<(), MergeError> {
        let [singles, terms] = self.layout.tables;
        let at_singles = self.end;
        let at_terms = at_singles + table::size(singles);
        let mut singles = Region::new(table::Writer::new(singles), at_singles);
        let mut terms = Region::new(table::Writer::new(terms), at_terms);
        let (views, mut places) = (self.views, places.iter());
        walk::points(views, &mut |hash, references| {
            if let [(file, Reference::Document(document))] = references {
                singles.writer.push(hash, gather.document(*file, *document)?);
                singles.take(self)?;
            } else {
                // The files never change, so the same terms come again.
                terms.writer.push(hash, places.next().copied().unwrap_or_default());
                terms.take(self)?;
            }
            self.breathe()
        })?;
        singles.finish(self)?;
        self.end = at_terms;
        self.end_section(Section::Singles, at_singles);
        self.end = terms.finish(self)?;
        self.end_section(Section::Terms, at_terms);
        Ok(())
    }

    fn dictionary(&mut self, gather: &Gather<'_>, places: &[u32]) -> Result<(), MergeError> {
        let start = self.end;
        self.end += 4 * u64::from(self.layout.dictionary.1);
        let mut writer = dictionary::Writer::default();
        let (views, mut places) = (self.views, places.iter());
        walk::values(views, &mut |key, references| {
            let reference = match references {
                [(file, Reference::Document(document))] => {
                    Reference::Document(gather.document(*file, *document)?)
                }
                _ => Reference::Posting(places.next().copied().unwrap_or_default()),
            };
            writer.push(key, reference);
            if writer.pending() >= WRITTEN_AT_ONCE {
                self.append(&mut writer.take())?;
            }
            self.breathe()
        })?;
        self.append(&mut writer.take())?;
        if writer.entry_bytes() > u64::from(u32::MAX) {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge).into());
        }
        let mut starts = Vec::new();
        writer.write(&mut starts);
        self.write(&starts, start)?;
        self.end_section(Section::Dictionary, start);
        Ok(())
    }

    /// Reads the body for its checksums, and writes them and the header.
    fn finish(mut self, identity: &Identity) -> Result<(), MergeError> {
        let body = self.end;
        let mut checksums = Vec::new();
        let mut bytes = Vec::new();
        while let left @ 1.. = body.saturating_sub((checksums.len() / 4 * BLOCK_BYTES) as u64) {
            let at = HEADER_BYTES as u64 + body - left;
            bytes.resize(left.min(WRITTEN_AT_ONCE as u64) as usize, 0);
            self.storage.read_exact_at(&mut bytes, at)?;
            checksums.extend(content::checksums(&bytes));
            (self.pause)()?;
        }
        self.write(&checksums, body)?;
        let header = content::header(identity, self.count, self.layout).encode(body, &checksums);
        Ok(self.storage.write_all_at(&header, 0)?)
    }

    /// Lets others work now and then.
    fn breathe(&mut self) -> Result<(), MergeError> {
        self.terms += 1;
        if self.terms.is_multiple_of(TERMS_AT_ONCE) { Ok((self.pause)()?) } else { Ok(()) }
    }

    /// Writes some bytes behind what there is of the body.
    fn append(&mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
        let at = self.end;
        self.end += bytes.len() as u64;
        self.write(bytes, at)?;
        bytes.clear();
        Ok(())
    }

    /// Writes some bytes of the body.
    fn write(&mut self, bytes: &[u8], at: u64) -> io::Result<()> {
        self.storage.write_all_at(bytes, HEADER_BYTES as u64 + at)
    }

    fn end_section(&mut self, section: Section, start: u64) {
        self.layout.sections[section as usize] = start..self.end;
    }
}

/// A table that is written while another one is.
struct Region {
    writer: table::Writer,
    start: u64,
    /// Where its next entries go.
    at: u64,
}

impl Region {
    fn new(writer: table::Writer, start: u64) -> Self {
        let at = start + writer.entries_at() as u64;
        Self { writer, start, at }
    }

    fn take(&mut self, large: &mut Large<'_>) -> io::Result<()> {
        if self.writer.entries.len() < WRITTEN_AT_ONCE {
            return Ok(());
        }
        large.write(&self.writer.entries, self.at)?;
        self.at += self.writer.entries.len() as u64;
        self.writer.entries.clear();
        Ok(())
    }

    /// Returns where it ends.
    fn finish(self, large: &mut Large<'_>) -> io::Result<u64> {
        let (start, rest) = self.writer.finish();
        large.write(&start, self.start)?;
        large.write(&rest, self.at)?;
        Ok(self.at + rest.len() as u64)
    }
}

fn write_posting(
    writer: &mut posting::Writer,
    gather: &mut Gather<'_>,
    known: &mut Known,
    references: &[(usize, Reference)],
) -> Result<u32, MergeError> {
    let print = Known::print(references);
    if let Some(at) = known.find(print, references) {
        return Ok(at);
    }
    let at = match gather.all(references)? {
        Gathered::Few(documents) => writer.write(documents),
        Gathered::Many(words, len) => writer.write_bits(words, len),
    };
    if writer.is_shared() {
        known.learn(print, references, at);
    }
    Ok(at)
}

fn shape(len: u32, number_max: u32) -> TableShape {
    TableShape { len, payload: bits::width(number_max.into()) as u8 }
}
