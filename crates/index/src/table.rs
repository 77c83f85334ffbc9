//! A sorted table of 64-bit hashes, each with a small number.
//!
//! Hashes spread evenly, so their highest bits say where to look, and only the others are kept.
//! The highest b bits name a bucket, of 64 to 127 entries on average; the next six bits name one
//! of 64 slots in it, and stand in unary: a one for each entry of the slot, then a zero. A look-up
//! reads two starts, some 16 bytes of slots, and the one or two entries of its slot. At a million
//! entries: b = 13, so 45 bits of hash and 20 of document, with 1.5 bits of slots and 0.3 bits of
//! starts: 8.4 bytes. (64 bits of hash and 32 of document would take 12.)
//!
//! ```text
//! for each bucket, and once more at the end: its first entry u32
//! for each bucket: for each of its 64 slots: as many ones as it has entries · a zero
//! for each entry: 58 - b bits of hash · `payload` bits of number
//! ```
//! Slots and entries are packed lowest bit first, each to whole bytes at its end.
mod cursor;
mod writer;

use crate::{
    bits,
    file::{Error, Section, TableShape, View},
};
pub(crate) use cursor::Cursor;
use writer::Slots;
pub(crate) use writer::Writer;

const SLOTS: u32 = 64;
const SLOT_BITS: u32 = SLOTS.ilog2();
/// A number of 64 bits that begins inside a byte reaches into the ninth; read as two words.
const WINDOW_BYTES: usize = 16;

/// Gathers the entries of a table in ascending order.
pub(crate) struct Entries {
    hashes: Vec<u64>,
    payloads: Vec<u32>,
}

impl Entries {
    /// With room for so many entries, of perhaps more.
    pub(crate) fn with_capacity(entries: usize) -> Self {
        Self { hashes: Vec::with_capacity(entries), payloads: Vec::with_capacity(entries) }
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
        let payload = bits::width(u64::from(self.payloads.iter().copied().max().unwrap_or(0)));
        let shape = TableShape { len: self.hashes.len() as u32, payload: payload as u8 };
        let layout = Layout::new(self.hashes.len(), payload);
        out.reserve(size(shape) as usize + 8);
        self.write_starts(layout, out);
        self.write_slots(layout, out);
        let mut packer = bits::Packer::default();
        let (kept, mask) = (layout.kept, bits::mask(layout.kept));
        let is_narrow = kept + payload <= u64::BITS;
        for (hash, number) in self.hashes.iter().zip(&self.payloads) {
            let (low, number) = (hash & mask, u64::from(*number));
            if is_narrow {
                packer.push(out, low | number << kept, kept + payload);
            } else {
                packer.push(out, low, kept);
                packer.push(out, number, payload);
            }
        }
        packer.finish(out);
        shape
    }

    fn write_starts(&self, layout: Layout, out: &mut Vec<u8>) {
        let mut end = 0;
        for bucket in 0..layout.buckets() {
            out.extend_from_slice(&(end as u32).to_le_bytes());
            let rest = self.hashes[end..].iter();
            end += rest.take_while(|hash| layout.bucket(**hash) == bucket).count();
        }
        out.extend_from_slice(&(end as u32).to_le_bytes());
    }

    fn write_slots(&self, layout: Layout, out: &mut Vec<u8>) {
        let mut slots = Slots::default();
        for hash in &self.hashes {
            slots.push(out, hash >> layout.kept);
        }
        slots.finish(out, layout);
    }
}

/// Whether a section of this size is a table of this shape.
pub(crate) fn fits(section_bytes: u64, shape: TableShape) -> bool {
    shape.payload <= 32 && section_bytes == size(shape)
}

/// How many bytes a table of this shape has.
pub(crate) fn size(shape: TableShape) -> u64 {
    let layout = Layout::new(shape.len as usize, shape.payload.into());
    let entries = (layout.len as u64 * u64::from(layout.entry_bits())).div_ceil(8);
    layout.entries_at() as u64 + entries
}

/// Where things lie in a table.
#[derive(Copy, Clone)]
struct Layout {
    len: usize,
    bucket_bits: u32,
    /// Bits of hash in an entry.
    kept: u32,
    payload: u32,
}

impl Layout {
    fn new(len: usize, payload: u32) -> Self {
        // Of 64 to 127 entries a bucket, which is one to two a slot.
        let bucket_bits = if len < 128 { 0 } else { len.ilog2() - SLOT_BITS };
        Self { len, bucket_bits, kept: u64::BITS - SLOT_BITS - bucket_bits, payload }
    }
    fn buckets(self) -> usize {
        1 << self.bucket_bits
    }
    fn bucket(self, hash: u64) -> usize {
        (hash >> self.kept >> SLOT_BITS) as usize
    }
    fn slot(self, hash: u64) -> u32 {
        (hash >> self.kept) as u32 % SLOTS
    }
    fn entry_bits(self) -> u32 {
        self.kept + self.payload
    }
    fn slots_at(self) -> usize {
        4 * (self.buckets() + 1)
    }
    fn entries_at(self) -> usize {
        self.slots_at() + (self.len + self.buckets() * SLOTS as usize).div_ceil(8)
    }
}

/// A table of a file.
#[derive(Copy, Clone)]
pub(crate) struct Table<'a> {
    view: View<'a>,
    section: Section,
    layout: Layout,
}

impl<'a> Table<'a> {
    pub(crate) fn new(view: View<'a>, section: Section) -> Self {
        let header = view.header();
        let shape = if section == Section::Singles { header.singles } else { header.terms };
        Self { view, section, layout: Layout::new(shape.len as usize, shape.payload.into()) }
    }

    /// The number that stands with `hash`.
    pub(crate) fn find(self, hash: u64) -> Result<Option<u32>, Error> {
        if self.layout.len == 0 {
            return Ok(None);
        }
        let bucket = self.bucket(self.layout.bucket(hash))?;
        let wanted = hash & bits::mask(self.layout.kept);
        let (from, to) = bucket.slot(self.layout.slot(hash));
        if from == to {
            return Ok(None);
        }
        let entries = self.entries_of(bucket.start + from, bucket.start + to)?;
        let found = (0..to - from).find(|at| entries.hash(*at) == wanted);
        Ok(found.map(|at| entries.payload(at)))
    }

    /// Every entry, ascending.
    pub(crate) fn entries(self) -> Cursor<'a> {
        Cursor::new(self)
    }

    /// How many entries there are.
    pub(crate) fn len(self) -> usize {
        self.layout.len
    }

    fn bucket(self, bucket: usize) -> Result<Bucket<'a>, Error> {
        let starts = self.view.exact(self.section, 4 * bucket, 8)?;
        let (start, end) = starts.split_first_chunk::<4>().ok_or(WRONG)?;
        let end = end.first_chunk::<4>().ok_or(WRONG)?;
        let (start, end) = (u32::from_le_bytes(*start) as usize, u32::from_le_bytes(*end) as usize);
        if start > end || end > self.layout.len {
            return Err(WRONG);
        }
        let from = start + bucket * SLOTS as usize;
        let to = end + (bucket + 1) * SLOTS as usize;
        let bytes = to.div_ceil(8) - from / 8 + WINDOW_BYTES;
        let slots = self.view.up_to(self.section, self.layout.slots_at() + from / 8, bytes)?;
        Ok(Bucket { slots, skip: from % 8, start, len: end - start })
    }

    fn entries_of(self, from: usize, to: usize) -> Result<InSlot<'a>, Error> {
        let bits = self.layout.entry_bits() as usize;
        let first = from * bits / 8;
        let bytes = (to * bits).div_ceil(8) - first + WINDOW_BYTES;
        let bytes = self.view.up_to(self.section, self.layout.entries_at() + first, bytes)?;
        Ok(InSlot { bytes, skip: from * bits % 8, layout: self.layout })
    }
}

const WRONG: Error = Error::Damaged("a table of terms does not hold together");

#[derive(Copy, Clone, Default)]
struct Bucket<'a> {
    slots: &'a [u8],
    skip: usize,
    /// Its first entry.
    start: usize,
    len: usize,
}

impl Bucket<'_> {
    /// Which entries of the bucket a slot has.
    fn slot(&self, slot: u32) -> (usize, usize) {
        let mut at = 0;
        let mut closed = 0;
        while closed < slot {
            let mut zeros = !self.bits(at);
            let wanted = slot - closed;
            if zeros.count_ones() < wanted {
                closed += zeros.count_ones();
                at += 64;
                continue;
            }
            (1..wanted).for_each(|_| zeros &= zeros - 1);
            at += zeros.trailing_zeros() as usize + 1;
            closed = slot;
        }
        let from = at - slot as usize;
        let mut to = from;
        while to < self.len {
            let ones = self.bits(at + to - from).trailing_ones();
            to += ones as usize;
            if ones < 64 {
                break;
            }
        }
        (from.min(self.len), to.min(self.len))
    }

    /// 64 bits of slots; past the end, slots without entries.
    fn bits(&self, at: usize) -> u64 {
        bits::read(self.slots, self.skip + at, 64)
    }
}

#[derive(Copy, Clone)]
struct InSlot<'a> {
    bytes: &'a [u8],
    skip: usize,
    layout: Layout,
}

impl InSlot<'_> {
    fn bit(&self, at: usize) -> usize {
        self.skip + at * self.layout.entry_bits() as usize
    }
    fn hash(&self, at: usize) -> u64 {
        bits::read(self.bytes, self.bit(at), self.layout.kept)
    }
    fn payload(&self, at: usize) -> u32 {
        let at = self.bit(at) + self.layout.kept as usize;
        bits::read(self.bytes, at, self.layout.payload) as u32
    }
    /// Both at once.
    fn entry(&self, at: usize) -> (u64, u32) {
        let Layout { kept, payload, .. } = self.layout;
        let entry = bits::window(self.bytes, self.bit(at));
        (entry as u64 & bits::mask(kept), (entry >> kept) as u32 & bits::mask(payload) as u32)
    }
}

#[cfg(test)]
mod tests;
