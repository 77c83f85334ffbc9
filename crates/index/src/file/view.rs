//! Checked access to a file's body.
use super::{
    Error,
    header::{BLOCK_BYTES, Header, Section},
};
use crate::column::Column;
use std::sync::atomic::{AtomicU64, Ordering};

/// A file without its owner's type. Every block it hands out has been checked once.
#[derive(Copy, Clone)]
pub(crate) struct View<'a> {
    pub(super) header: &'a Header,
    /// CRC32C of each block, four bytes each.
    pub(super) checksums: &'a [u8],
    pub(super) body: &'a [u8],
    /// A bit for each block that was found whole.
    pub(super) checked: &'a [AtomicU64],
}

impl<'a> View<'a> {
    pub(crate) fn header(self) -> &'a Header {
        self.header
    }

    /// How many documents there are.
    pub(crate) fn count(self) -> u32 {
        self.header.count
    }

    /// `len` bytes of a section.
    #[inline]
    pub(crate) fn exact(self, section: Section, at: usize, len: usize) -> Result<&'a [u8], Error> {
        let bytes = self.up_to(section, at, len)?;
        if bytes.len() == len { Ok(bytes) } else { Err(SHORT) }
    }

    /// `len` bytes of a section, or what there is of them.
    #[inline]
    pub(crate) fn up_to(self, section: Section, at: usize, len: usize) -> Result<&'a [u8], Error> {
        let section = &self.header.sections[section as usize];
        let (start, end) = (section.start as usize, section.end as usize);
        let from = start.saturating_add(at).min(end);
        let to = from.saturating_add(len).min(end);
        self.touch(from, to)?;
        self.body.get(from..to).ok_or(SHORT)
    }

    /// Checks every block.
    pub(crate) fn check(self) -> Result<(), Error> {
        (0..self.body.len().div_ceil(BLOCK_BYTES)).try_for_each(|block| self.check_block(block))
    }

    /// The log offset of each document, in document order.
    pub(crate) fn order(self) -> Option<Column<'a>> {
        let identity = self.header.size(Section::Order) == 0;
        (!identity).then(|| Column::new(self, Section::Order, self.header.count as usize))
    }

    /// One of the other columns.
    pub(crate) fn column(self, section: Section) -> Column<'a> {
        Column::new(self, section, self.header.count as usize)
    }

    /// The log offset of a document.
    #[inline]
    pub(crate) fn offset(self, document: u32) -> Result<u32, Error> {
        let Some(order) = self.order() else { return Ok(document) };
        self.checked_offset(document, order.get(document as usize)?)
    }

    /// The log offset that an entry of the order column stands for.
    #[inline]
    pub(crate) fn checked_offset(self, document: u32, distance: i64) -> Result<u32, Error> {
        u32::try_from(i64::from(document).wrapping_add(distance))
            .ok()
            .filter(|offset| *offset < self.header.count)
            .ok_or(Error::Damaged("a document lies outside the file's range of the log"))
    }

    #[inline]
    fn touch(self, from: usize, to: usize) -> Result<(), Error> {
        let mut block = from / BLOCK_BYTES;
        while block * BLOCK_BYTES < to {
            let word = self.checked.get(block / 64).ok_or(SHORT)?;
            if word.load(Ordering::Relaxed) & 1 << (block % 64) == 0 {
                self.check_block(block)?;
            }
            block += 1;
        }
        Ok(())
    }

    #[cold]
    fn check_block(self, block: usize) -> Result<(), Error> {
        let start = block * BLOCK_BYTES;
        let end = self.body.len().min(start + BLOCK_BYTES);
        let bytes = self.body.get(start..end).ok_or(SHORT)?;
        let expected = self.checksums.get(4 * block..4 * block + 4).ok_or(SHORT)?;
        if crc32c::crc32c(bytes).to_le_bytes() != *expected {
            return Err(Error::Damaged("the checksum of a block is wrong"));
        }
        // Only a hint that the work is done: the bytes never change, so no order is needed.
        if let Some(word) = self.checked.get(block / 64) {
            word.fetch_or(1 << (block % 64), Ordering::Relaxed);
        }
        Ok(())
    }
}

const SHORT: Error = Error::Damaged("a section is cut short");
