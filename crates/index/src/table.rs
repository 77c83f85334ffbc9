//! A sorted table of 64-bit hashes, each with a small number.
//!
//! Hashes spread evenly, so their highest bits say where to look: the table is cut into 2^b
//! buckets by the highest b bits, of 16 to 31 entries each on average, and only the other 64 - b
//! bits are kept. A look-up reads two bucket starts and searches one bucket. At a million entries:
//! b = 15, 49 bits of hash, 20 bits of document, 32 bits of start for every 30 entries: 8.8 bytes.
//!
//! ```text
//! for each bucket, and once more at the end: its first entry u32
//! for each entry: 64 - b bits of hash, `payload` bits of number; packed to whole bytes at the end
//! ```
use crate::{
    bits,
    file::{Error, Section, TableShape, View},
};

/// Gathers the entries of a table in ascending order.
pub(crate) struct Entries {
    hashes: Vec<u64>,
    payloads: Vec<u32>,
}

impl Entries {
    /// With room for some entries, of perhaps many more.
    pub(crate) fn new() -> Self {
        Self { hashes: Vec::with_capacity(ROOM), payloads: Vec::with_capacity(ROOM) }
    }

    pub(crate) fn push(&mut self, hash: u64, payload: u32) {
        self.hashes.push(hash);
        self.payloads.push(payload);
    }

    pub(crate) fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Appends the table to `out`.
    pub(crate) fn write(&self, out: &mut Vec<u8>) -> TableShape {
        let len = self.hashes.len();
        let payload = bits::width(u64::from(self.payloads.iter().copied().max().unwrap_or(0)));
        let shape = TableShape { len: len as u32, payload: payload as u8 };
        let mut end = 0;
        for bucket in 0..1_u64 << bucket_bits(len) {
            out.extend_from_slice(&(end as u32).to_le_bytes());
            let rest = &self.hashes[end..];
            end += rest.iter().take_while(|hash| bucket_of(**hash, len) == bucket).count();
        }
        out.extend_from_slice(&(end as u32).to_le_bytes());
        let kept = hash_width(len);
        let mut packer = bits::Packer::new(out);
        for (hash, number) in self.hashes.iter().zip(&self.payloads) {
            packer.push(hash & bits::mask(kept), kept);
            packer.push(u64::from(*number), payload);
        }
        packer.finish();
        shape
    }
}

/// Entries of a group of a few records.
const ROOM: usize = 64;

/// Whether a section of this size is a table of this shape.
pub(crate) fn fits(section_bytes: u64, shape: TableShape) -> bool {
    let len = shape.len as usize;
    let entry_bits = u64::from(hash_width(len) + u32::from(shape.payload));
    let starts = starts_bytes(len) as u64;
    shape.payload <= 32 && section_bytes == starts + (len as u64 * entry_bits).div_ceil(8)
}

/// A table of a file.
#[derive(Copy, Clone)]
pub(crate) struct Table<'a> {
    view: View<'a>,
    section: Section,
    shape: TableShape,
}

impl<'a> Table<'a> {
    pub(crate) fn new(view: View<'a>, section: Section) -> Self {
        let header = view.header();
        let shape = if section == Section::Singles { header.singles } else { header.terms };
        Self { view, section, shape }
    }

    /// The number that stands with `hash`.
    pub(crate) fn find(self, hash: u64) -> Result<Option<u32>, Error> {
        if self.shape.len == 0 {
            return Ok(None);
        }
        let bucket = self.bucket(bucket_of(hash, self.shape.len as usize) as usize)?;
        let wanted = hash & bits::mask(bucket.kept);
        let (mut low, mut high) = (0, bucket.len);
        while low < high {
            let middle = usize::midpoint(low, high);
            if bucket.hash(middle) < wanted { low = middle + 1 } else { high = middle }
        }
        let found = low < bucket.len && bucket.hash(low) == wanted;
        Ok(found.then(|| bucket.payload(low)))
    }

    /// Every entry, ascending.
    pub(crate) fn entries(self) -> Cursor<'a> {
        Cursor { table: self, next_bucket: 0, bucket: Bucket::default(), at: 0, top: 0, last: None }
    }

    fn bucket(self, bucket: usize) -> Result<Bucket<'a>, Error> {
        let len = self.shape.len as usize;
        let starts = self.view.exact(self.section, 4 * bucket, 8)?;
        let (start, end) = starts.split_first_chunk::<4>().ok_or(WRONG)?;
        let end = end.first_chunk::<4>().ok_or(WRONG)?;
        let (start, end) = (u32::from_le_bytes(*start) as usize, u32::from_le_bytes(*end) as usize);
        if start > end || end > len {
            return Err(WRONG);
        }
        let (kept, payload) = (hash_width(len), u32::from(self.shape.payload));
        let entry = (kept + payload) as usize;
        let from = start * entry;
        // Two windows more than the entries take, so that each is read in one go.
        let bytes = (end * entry).div_ceil(8) - from / 8 + 32;
        let bytes = self.view.up_to(self.section, starts_bytes(len) + from / 8, bytes)?;
        Ok(Bucket { bytes, skip: from % 8, len: end - start, kept, payload_width: payload })
    }
}

const WRONG: Error = Error::Damaged("a table of terms does not hold together");

#[derive(Copy, Clone, Default)]
struct Bucket<'a> {
    bytes: &'a [u8],
    skip: usize,
    len: usize,
    kept: u32,
    payload_width: u32,
}

impl Bucket<'_> {
    fn bit(&self, at: usize) -> usize {
        self.skip + at * (self.kept + self.payload_width) as usize
    }
    fn hash(&self, at: usize) -> u64 {
        bits::read(self.bytes, self.bit(at), self.kept)
    }
    fn payload(&self, at: usize) -> u32 {
        bits::read(self.bytes, self.bit(at) + self.kept as usize, self.payload_width) as u32
    }
}

/// Walks over a table.
pub(crate) struct Cursor<'a> {
    table: Table<'a>,
    next_bucket: usize,
    bucket: Bucket<'a>,
    at: usize,
    top: u64,
    last: Option<u64>,
}

impl Cursor<'_> {
    /// The next hash with its number.
    pub(crate) fn next(&mut self) -> Result<Option<(u64, u32)>, Error> {
        let len = self.table.shape.len as usize;
        while self.at == self.bucket.len {
            if len == 0 || self.next_bucket == 1 << bucket_bits(len) {
                return Ok(None);
            }
            self.bucket = self.table.bucket(self.next_bucket)?;
            self.top = (self.next_bucket as u64).checked_shl(hash_width(len)).unwrap_or(0);
            self.next_bucket += 1;
            self.at = 0;
        }
        let hash = self.top | self.bucket.hash(self.at);
        let payload = self.bucket.payload(self.at);
        self.at += 1;
        if self.last.replace(hash).is_some_and(|last| last >= hash) {
            return Err(WRONG);
        }
        Ok(Some((hash, payload)))
    }
}

/// Of 16 to 31 entries a bucket.
fn bucket_bits(len: usize) -> u32 {
    if len < 32 { 0 } else { len.ilog2() - 4 }
}

fn hash_width(len: usize) -> u32 {
    u64::BITS - bucket_bits(len)
}

fn bucket_of(hash: u64, len: usize) -> u64 {
    hash.checked_shr(hash_width(len)).unwrap_or(0)
}

fn starts_bytes(len: usize) -> usize {
    4 * ((1 << bucket_bits(len)) + 1)
}

#[cfg(test)]
mod tests;
