//! Walks over a table.
use super::{Error, SLOTS, Table, WRONG};

/// Walks over a table, a bucket at a time.
pub(crate) struct Cursor<'a> {
    table: Table<'a>,
    next_bucket: usize,
    /// The entries of a bucket, and how many of them were taken.
    entries: Vec<(u64, u32)>,
    taken: usize,
    last: Option<u64>,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(table: Table<'a>) -> Self {
        Self { table, next_bucket: 0, entries: Vec::new(), taken: 0, last: None }
    }

    /// The next hash with its number.
    pub(crate) fn next(&mut self) -> Result<Option<(u64, u32)>, Error> {
        if self.taken == self.entries.len() && !self.fill()? {
            return Ok(None);
        }
        self.taken += 1;
        Ok(self.entries.get(self.taken - 1).copied())
    }

    /// Takes the next entries, as far as their hashes are at most `last`.
    pub(crate) fn take_to(
        &mut self,
        last: u64,
        mut take: impl FnMut(u64, u32),
    ) -> Result<(), Error> {
        loop {
            for (hash, number) in &self.entries[self.taken..] {
                if *hash > last {
                    return Ok(());
                }
                take(*hash, *number);
                self.taken += 1;
            }
            if !self.fill()? {
                return Ok(());
            }
        }
    }

    /// Reads the next bucket that has entries; false when there is none.
    fn fill(&mut self) -> Result<bool, Error> {
        let layout = self.table.layout;
        self.entries.clear();
        self.taken = 0;
        while layout.len > 0 && self.next_bucket < layout.buckets() {
            self.read(self.next_bucket)?;
            self.next_bucket += 1;
            if !self.entries.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn read(&mut self, number: usize) -> Result<(), Error> {
        let bucket = self.table.bucket(number)?;
        let entries = self.table.entries_of(bucket.start, bucket.start + bucket.len)?;
        let first_slot = number * SLOTS as usize;
        let (mut at, mut bit) = (0, 0);
        while at < bucket.len {
            let mut ones = bucket.bits(bit);
            // As many ones stand before as entries were passed, and as many zeros as slots.
            while ones != 0 && at < bucket.len {
                let slot = bit + ones.trailing_zeros() as usize - at;
                let (low, number) = entries.entry(at);
                let hash = ((first_slot + slot) as u64) << self.table.layout.kept | low;
                let ascends = self.last.replace(hash).is_none_or(|last| last < hash);
                if slot >= SLOTS as usize || !ascends {
                    return Err(WRONG);
                }
                self.entries.push((hash, number));
                ones &= ones - 1;
                at += 1;
            }
            bit += 64;
            if at < bucket.len && bit - at >= SLOTS as usize {
                return Err(WRONG);
            }
        }
        Ok(())
    }
}
