//! A column of numbers, one per document, read at random.
//!
//! Blocks of 128 numbers; each stands as the difference to the smallest of its block, in as many
//! bits as the largest difference needs. A block whose numbers are all equal has no data.
//!
//! ```text
//! for each block (16 bytes): smallest i64 · where its data begins u32 · width in bits u8 · 0 0 0
//! data: for each block, its numbers packed to whole bytes
//! ```
use crate::{
    bits,
    file::{Error, Section, View},
};

/// Numbers in a block.
pub(crate) const BLOCK_LEN: usize = 128;
const ENTRY_BYTES: usize = 16;
/// A number of 64 bits that begins inside a byte reaches into the ninth.
const WINDOW_BYTES: usize = 16;

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
        write_block(out, table + block * ENTRY_BYTES, data, &buffer[..len]);
    }
}

fn write_block(out: &mut Vec<u8>, entry: usize, data: usize, values: &[i64]) {
    let base = values.iter().copied().min().unwrap_or_default();
    let top = values.iter().map(|v| v.wrapping_sub(base) as u64).max().unwrap_or_default();
    let width = bits::width(top);
    let start = (out.len() - data) as u32;
    out[entry..entry + 8].copy_from_slice(&base.to_le_bytes());
    out[entry + 8..entry + 12].copy_from_slice(&start.to_le_bytes());
    out[entry + 12] = width as u8;
    if width > 0 {
        let mut packer = bits::Packer::new(out);
        for value in values {
            packer.push(value.wrapping_sub(base) as u64, width);
        }
        packer.finish();
    }
}

/// One column of a file.
#[derive(Copy, Clone)]
pub(crate) struct Column<'a> {
    view: View<'a>,
    section: Section,
    len: usize,
}

/// What a block's entry says.
#[derive(Copy, Clone)]
pub(crate) struct Zone {
    /// Its smallest number.
    pub(crate) base: i64,
    /// No number is above this.
    pub(crate) top: i64,
    start: usize,
    width: u32,
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
        let zone = self.zone(at / BLOCK_LEN)?;
        if zone.width == 0 {
            return Ok(zone.base);
        }
        let bit = at % BLOCK_LEN * zone.width as usize;
        let bytes = self.view.up_to(self.section, self.data(zone) + bit / 8, WINDOW_BYTES)?;
        Ok(zone.base.wrapping_add(bits::read(bytes, bit % 8, zone.width) as i64))
    }

    /// What is known of a block without reading it.
    #[inline]
    pub(crate) fn zone(self, block: usize) -> Result<Zone, Error> {
        let entry = self.view.exact(self.section, block * ENTRY_BYTES, ENTRY_BYTES)?;
        let (base, rest) = entry.split_first_chunk::<8>().ok_or(SHORT)?;
        let (start, rest) = rest.split_first_chunk::<4>().ok_or(SHORT)?;
        let base = i64::from_le_bytes(*base);
        let width = u32::from(rest[0]);
        if width > u64::BITS {
            return Err(Error::Damaged("a column has an impossible width"));
        }
        let top = base.saturating_add(bits::mask(width.min(63)) as i64);
        let top = if width == u64::BITS { i64::MAX } else { top };
        Ok(Zone { base, top, start: u32::from_le_bytes(*start) as usize, width })
    }

    /// How many blocks there are.
    pub(crate) fn blocks(self) -> usize {
        self.len.div_ceil(BLOCK_LEN)
    }

    /// Reads a block and says how many numbers it has.
    pub(crate) fn block(self, block: usize, out: &mut [i64; BLOCK_LEN]) -> Result<usize, Error> {
        let len = self.len.saturating_sub(block * BLOCK_LEN).min(BLOCK_LEN);
        let zone = self.zone(block)?;
        let width = zone.width as usize;
        if width == 0 {
            out[..len].fill(zone.base);
            return Ok(len);
        }
        let size = (len * width).div_ceil(8);
        let bytes = self.view.up_to(self.section, self.data(zone), size + WINDOW_BYTES)?;
        for (at, value) in out[..len].iter_mut().enumerate() {
            *value = zone.base.wrapping_add(bits::read(bytes, at * width, zone.width) as i64);
        }
        Ok(len)
    }

    /// The first position whose number is not `below`; the numbers ascend.
    pub(crate) fn partition(self, below: impl Fn(i64) -> bool) -> Result<usize, Error> {
        let (mut low, mut high) = (0, self.blocks());
        while low < high {
            let middle = usize::midpoint(low, high);
            if below(self.zone(middle)?.base) { low = middle + 1 } else { high = middle }
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

    fn data(self, zone: Zone) -> usize {
        self.blocks() * ENTRY_BYTES + zone.start
    }
}

const SHORT: Error = Error::Damaged("a column is cut short");

#[cfg(test)]
mod tests;
