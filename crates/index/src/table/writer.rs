//! Writes a table that need not fit in memory.
use super::{Layout, SLOTS};
use crate::{bits, file::TableShape};

/// Writes slots: as many ones as each has entries, then a zero.
#[derive(Default)]
pub(super) struct Slots {
    packer: bits::Packer,
    /// Slots that have all their entries.
    closed: u64,
}

impl Slots {
    /// Adds an entry to a slot, which is none of those before.
    #[inline]
    pub(super) fn push(&mut self, out: &mut Vec<u8>, slot: u64) {
        self.close(out, slot);
        self.packer.push(out, 1, 1);
    }

    pub(super) fn finish(mut self, out: &mut Vec<u8>, layout: Layout) {
        self.close(out, layout.buckets() as u64 * u64::from(SLOTS));
        self.packer.finish(out);
    }

    #[inline]
    fn close(&mut self, out: &mut Vec<u8>, end: u64) {
        while self.closed < end {
            let zeros = (end - self.closed).min(64);
            self.packer.push(out, 0, zeros as u32);
            self.closed += zeros;
        }
    }
}

/// Writes a table of a known shape, entry by entry, ascending.
pub(crate) struct Writer {
    layout: Layout,
    starts: Vec<u8>,
    next_bucket: usize,
    len: u32,
    slots: Vec<u8>,
    open_slots: Slots,
    /// Entries that were not taken yet.
    pub(crate) entries: Vec<u8>,
    packer: bits::Packer,
}

impl Writer {
    pub(crate) fn new(shape: TableShape) -> Self {
        let layout = Layout::new(shape.len as usize, shape.payload.into());
        Self {
            layout,
            starts: Vec::with_capacity(layout.slots_at()),
            next_bucket: 0,
            len: 0,
            slots: Vec::with_capacity(layout.entries_at() - layout.slots_at() + 8),
            open_slots: Slots::default(),
            entries: Vec::new(),
            packer: bits::Packer::default(),
        }
    }

    /// Where in the table its entries begin.
    pub(crate) fn entries_at(&self) -> usize {
        self.layout.entries_at()
    }

    pub(crate) fn push(&mut self, hash: u64, number: u32) {
        self.open_buckets(self.layout.bucket(hash) + 1);
        self.open_slots.push(&mut self.slots, hash >> self.layout.kept);
        let kept = hash & bits::mask(self.layout.kept);
        self.packer.push(&mut self.entries, kept, self.layout.kept);
        self.packer.push(&mut self.entries, u64::from(number), self.layout.payload);
        self.len += 1;
    }

    /// What stands before the entries, and the last of these.
    pub(crate) fn finish(mut self) -> (Vec<u8>, Vec<u8>) {
        self.open_buckets(self.layout.buckets() + 1);
        self.open_slots.finish(&mut self.slots, self.layout);
        self.packer.finish(&mut self.entries);
        self.starts.append(&mut self.slots);
        (self.starts, self.entries)
    }

    /// The buckets below `end` begin at the next entry, or have begun.
    fn open_buckets(&mut self, end: usize) {
        while self.next_bucket < end {
            self.starts.extend_from_slice(&self.len.to_le_bytes());
            self.next_bucket += 1;
        }
    }
}
