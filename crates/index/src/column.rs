//! A column of numbers, one per document, read at random.
//!
//! Blocks of 128 numbers. A block is a line and what lies above it: the number at `i` is
//! `base + (mantissa · 2^exponent · i) / 256 + residual`, and the residuals take as many bits as
//! the largest of them needs. Instants that come at an even pace, places in the log and constant
//! distances so take few bits or none; with records at random moments the line saves 3 bits.
//!
//! ```text
//! for each block (16 bytes): base i64 · where its residuals begin in the data u32 ·
//!                            their width in bits u8 · exponent u8 (at most 40) · mantissa u16
//! data: for each block, its residuals packed to whole bytes
//! ```
//! Sums wrap around at 2^64, divisions round down.
use crate::{
    bits,
    file::{Error, Section, View},
};
use std::ops::Range;

/// Numbers in a block.
pub(crate) const BLOCK_LEN: usize = 128;
const ENTRY_BYTES: usize = 16;
/// A number of 64 bits that begins inside a byte reaches into the ninth; read as two words.
const WINDOW_BYTES: usize = 16;
const EXPONENT_MAX: u32 = 40;

/// Appends the column to `out`.
pub(crate) fn write(out: &mut Vec<u8>, mut values: impl ExactSizeIterator<Item = i64>) {
    let blocks = values.len().div_ceil(BLOCK_LEN);
    let table = out.len();
    out.resize(table + blocks * ENTRY_BYTES, 0);
    let data = out.len();
    let mut buffer = [0_i64; BLOCK_LEN];
    for block in 0..blocks {
        // The buffer stands left, since `zip` asks the left side first: full, it takes no more.
        let len = buffer.iter_mut().zip(values.by_ref()).map(|(to, value)| *to = value).count();
        let start = (out.len() - data) as u32;
        let entry = write_block(out, start, &mut buffer[..len]);
        let at = table + block * ENTRY_BYTES;
        out[at..at + ENTRY_BYTES].copy_from_slice(&entry);
    }
}

/// Writes a column number by number, its entries apart from its data.
pub(crate) struct Writer {
    entries: Vec<u8>,
    /// Data that was not taken yet.
    pub(crate) data: Vec<u8>,
    /// Where the next block's residuals begin.
    start: u32,
    buffer: [i64; BLOCK_LEN],
    filled: usize,
}

impl Writer {
    pub(crate) fn new() -> Self {
        let buffer = [0; BLOCK_LEN];
        Self { entries: Vec::new(), data: Vec::new(), start: 0, buffer, filled: 0 }
    }

    /// How many bytes of entries stand before the data of so many numbers.
    pub(crate) fn entry_bytes(len: usize) -> usize {
        len.div_ceil(BLOCK_LEN) * ENTRY_BYTES
    }

    pub(crate) fn push(&mut self, value: i64) {
        self.buffer[self.filled] = value;
        self.filled += 1;
        if self.filled == BLOCK_LEN {
            self.end_block();
        }
    }

    /// The entries; the last data stands in `data`.
    pub(crate) fn finish(&mut self) -> Vec<u8> {
        if self.filled > 0 {
            self.end_block();
        }
        std::mem::take(&mut self.entries)
    }

    fn end_block(&mut self) {
        let before = self.data.len();
        let values = &mut self.buffer[..self.filled];
        self.entries.extend(write_block(&mut self.data, self.start, values));
        self.start += (self.data.len() - before) as u32;
        self.filled = 0;
    }
}

/// Appends a block's residuals, which begin at `start` in the data, and makes its entry. Leaves the
/// residuals in `values`.
fn write_block(out: &mut Vec<u8>, start: u32, values: &mut [i64]) -> [u8; ENTRY_BYTES] {
    let (mut base, mut top) = span(values);
    let mut line = Line::default();
    if top > 0
        && let Some(through) = Line::through(values)
    {
        let mut residuals = [0; BLOCK_LEN];
        let residuals = &mut residuals[..values.len()];
        for (at, (residual, value)) in residuals.iter_mut().zip(&*values).enumerate() {
            *residual = value.wrapping_sub(through.at(at));
        }
        let sloped = span(residuals);
        if bits::width(sloped.1) < bits::width(top) {
            ((base, top), line) = (sloped, through);
            values.copy_from_slice(residuals);
        }
    }
    let width = bits::width(top);
    let mut entry = [0; ENTRY_BYTES];
    entry[..8].copy_from_slice(&base.to_le_bytes());
    entry[8..12].copy_from_slice(&start.to_le_bytes());
    entry[12] = width as u8;
    entry[13] = line.exponent;
    entry[14..].copy_from_slice(&line.mantissa.to_le_bytes());
    if width > 0 {
        let mut packer = bits::Packer::default();
        for value in values {
            packer.push(out, value.wrapping_sub(base) as u64, width);
        }
        packer.finish(out);
    }
    entry
}

/// The smallest number, and how far the largest is above it.
fn span(values: &[i64]) -> (i64, u64) {
    let Some((first, rest)) = values.split_first() else { return (0, 0) };
    let both = |(low, high): (i64, i64), value: &i64| (low.min(*value), high.max(*value));
    let (low, high) = rest.iter().fold((*first, *first), both);
    (low, high.wrapping_sub(low) as u64)
}

/// A line that does not fall, in steps of 1/256.
#[derive(Copy, Clone, Default)]
struct Line {
    exponent: u8,
    mantissa: u16,
}

impl Line {
    /// From the first number to the last, where that fits.
    fn through(values: &[i64]) -> Option<Self> {
        let (first, last) = (*values.first()?, *values.last()?);
        let rise = u64::try_from(last.checked_sub(first)?).ok().filter(|rise| *rise < 1 << 48)?;
        // Far from the ends of what 64 bits hold, so that no residual wraps around.
        if values.len() < 2 || rise == 0 || first.unsigned_abs() >= 1 << 62 {
            return None;
        }
        let slope = (rise << 8) / (values.len() as u64 - 1);
        let exponent = bits::width(slope).saturating_sub(u16::BITS);
        Some(Self { exponent: exponent as u8, mantissa: (slope >> exponent) as u16 })
    }

    /// Its height over block position `at`; at most 127, so that nothing is lost.
    #[inline]
    fn at(self, at: usize) -> i64 {
        (((u64::from(self.mantissa) << self.exponent) * at as u64) >> 8) as i64
    }
}

/// One column of a file.
#[derive(Copy, Clone)]
pub(crate) struct Column<'a> {
    view: View<'a>,
    section: Section,
    len: usize,
}

/// What the entries of some blocks say.
#[derive(Copy, Clone)]
pub(crate) struct Entries<'a> {
    first: usize,
    bytes: &'a [u8],
}

/// What a block's entry says.
#[derive(Copy, Clone)]
pub(crate) struct Entry {
    base: i64,
    start: usize,
    width: u32,
    line: Line,
}

impl<'a> Column<'a> {
    pub(crate) fn new(view: View<'a>, section: Section, len: usize) -> Self {
        Self { view, section, len }
    }

    /// Whether a section of this size can hold the column's blocks.
    pub(crate) fn fits(section_bytes: u64, len: usize) -> bool {
        section_bytes >= (len.div_ceil(BLOCK_LEN) * ENTRY_BYTES) as u64
    }

    /// The number at `at`.
    #[inline]
    pub(crate) fn get(self, at: usize) -> Result<i64, Error> {
        if at >= self.len {
            return Err(Error::Damaged("a position lies outside its column"));
        }
        let block = at / BLOCK_LEN;
        let entry = self.entries(block..block + 1)?.entry(block)?;
        let at = at % BLOCK_LEN;
        let base = entry.base.wrapping_add(entry.line.at(at));
        if entry.width == 0 {
            return Ok(base);
        }
        let bit = at * entry.width as usize;
        let bytes = self.view.up_to(self.section, self.data(entry) + bit / 8, WINDOW_BYTES)?;
        Ok(base.wrapping_add(bits::read(bytes, bit % 8, entry.width) as i64))
    }

    /// What is known of some blocks without reading them.
    #[inline]
    pub(crate) fn entries(self, blocks: Range<usize>) -> Result<Entries<'a>, Error> {
        let bytes = blocks.len() * ENTRY_BYTES;
        let bytes = self.view.exact(self.section, blocks.start * ENTRY_BYTES, bytes)?;
        Ok(Entries { first: blocks.start, bytes })
    }

    /// How many blocks there are.
    pub(crate) fn blocks(self) -> usize {
        self.len.div_ceil(BLOCK_LEN)
    }

    /// Reads a block and says how many numbers it has.
    pub(crate) fn block(self, block: usize, out: &mut [i64; BLOCK_LEN]) -> Result<usize, Error> {
        let len = self.len.saturating_sub(block * BLOCK_LEN).min(BLOCK_LEN);
        let entry = self.entries(block..block + 1)?.entry(block)?;
        let width = entry.width as usize;
        let size = (len * width).div_ceil(8);
        let bytes = self.view.up_to(self.section, self.data(entry), size + WINDOW_BYTES)?;
        for (at, value) in out[..len].iter_mut().enumerate() {
            let residual = bits::read(bytes, at * width, entry.width) as i64;
            *value = entry.base.wrapping_add(entry.line.at(at)).wrapping_add(residual);
        }
        Ok(len)
    }

    /// The first position whose number is not `below`; the numbers ascend.
    pub(crate) fn partition(self, below: impl Fn(i64) -> bool) -> Result<usize, Error> {
        let (mut low, mut high) = (0, self.blocks());
        while low < high {
            let middle = usize::midpoint(low, high);
            if below(self.get(middle * BLOCK_LEN)?) { low = middle + 1 } else { high = middle }
        }
        // The block before the first whose smallest is not below holds the boundary.
        let Some(block) = low.checked_sub(1) else { return Ok(0) };
        let (mut low, mut high) = (block * BLOCK_LEN, self.len.min((block + 1) * BLOCK_LEN));
        while low < high {
            let middle = usize::midpoint(low, high);
            if below(self.get(middle)?) { low = middle + 1 } else { high = middle }
        }
        Ok(low)
    }

    fn data(self, entry: Entry) -> usize {
        self.blocks() * ENTRY_BYTES + entry.start
    }
}

impl Entries<'_> {
    /// The entry of a block, counted in the whole column.
    #[inline]
    pub(crate) fn entry(&self, block: usize) -> Result<Entry, Error> {
        let at = block.wrapping_sub(self.first).wrapping_mul(ENTRY_BYTES);
        let entry = self.bytes.get(at..).and_then(<[u8]>::first_chunk::<ENTRY_BYTES>);
        let entry = u128::from_le_bytes(*entry.ok_or(Error::Damaged("a column is cut short"))?);
        let (base, start) = (entry as i64, (entry >> 64) as u32 as usize);
        let width = (entry >> 96) as u8;
        let line = Line { exponent: (entry >> 104) as u8, mantissa: (entry >> 112) as u16 };
        if u32::from(width) > u64::BITS || u32::from(line.exponent) > EXPONENT_MAX {
            return Err(Error::Damaged("a column has an impossible width"));
        }
        Ok(Entry { base, start, width: width.into(), line })
    }
}

impl Entry {
    /// No number of the block is below the start or above the end.
    #[inline]
    pub(crate) fn bounds(&self) -> (i64, i64) {
        let highest = self.base.saturating_add(self.line.at(BLOCK_LEN - 1));
        (self.base, highest.saturating_add_unsigned(bits::mask(self.width)))
    }
}

#[cfg(test)]
mod tests;
