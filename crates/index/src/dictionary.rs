//! The sorted dictionary: values of ordered kinds, found whole or by their beginning.
//!
//! A key is field (2 bytes, big-endian) · kind · value, so that keys of one field and kind lie
//! together and in the order of their values. Sixteen keys to a block; each tells how much of the
//! key before it is kept.
//!
//! ```text
//! for each block: where it begins in what follows u32
//! for each key: varint bytes kept · varint bytes added · the bytes added · varint reference
//! ```
//! A reference is 2·d + 1 for the only document d, or 2·p for the posting at p.
//!
//! Why not a finite state transducer (crate `fst`): its builder clears a registry of 20,000 cells
//! before the first key, which is far more than indexing a group of one record may cost, and its
//! reader panics on damaged bytes.
use crate::{
    Field, Kind,
    file::{Error, Section, View},
    varint,
};
use std::cmp::Ordering;

const BLOCK_LEN: u32 = 16;

/// Appends the key of a value.
pub(crate) fn push_key(out: &mut Vec<u8>, field: Field, kind: Kind, value: &str) {
    let [high, low] = field.0.to_be_bytes();
    out.extend_from_slice(&[high, low, kind.byte()]);
    out.extend_from_slice(value.as_bytes());
}

/// Which documents have a value.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reference {
    /// This one only.
    Document(u32),
    /// Those of the posting that lies here.
    Posting(u32),
}

/// Writes a dictionary; keys come ascending and once.
#[derive(Default)]
pub(crate) struct Writer {
    starts: Vec<u32>,
    /// Entries that were not taken yet.
    entries: Vec<u8>,
    /// Bytes of those that were.
    taken: u64,
    key: Vec<u8>,
    len: u32,
}

impl Writer {
    pub(crate) fn push(&mut self, key: &[u8], reference: Reference) {
        let same = self.key.iter().zip(key).take_while(|(a, b)| a == b).count();
        let mut kept = same;
        if self.len.is_multiple_of(BLOCK_LEN) {
            self.starts.push((self.taken + self.entries.len() as u64) as u32);
            kept = 0;
        }
        varint::write(&mut self.entries, kept as u32);
        varint::write(&mut self.entries, (key.len() - kept) as u32);
        self.entries.extend_from_slice(&key[kept..]);
        let reference = match reference {
            Reference::Document(document) => 2 * document + 1,
            Reference::Posting(at) => 2 * at,
        };
        varint::write(&mut self.entries, reference);
        self.key.truncate(same);
        self.key.extend_from_slice(&key[same..]);
        self.len += 1;
    }

    /// How many blocks so many keys have.
    pub(crate) fn blocks(keys: u32) -> u32 {
        keys.div_ceil(BLOCK_LEN)
    }

    /// Bytes of entries so far. No more than a u32 can tell makes a dictionary.
    pub(crate) fn entry_bytes(&self) -> u64 {
        self.taken + self.entries.len() as u64
    }

    /// Bytes that were not taken.
    pub(crate) fn pending(&self) -> usize {
        self.entries.len()
    }

    /// Takes away the entries so far.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        self.taken += self.entries.len() as u64;
        std::mem::take(&mut self.entries)
    }

    /// How many keys there are, and blocks of them.
    pub(crate) fn len(&self) -> (u32, u32) {
        (self.len, self.starts.len() as u32)
    }

    /// Appends the section to `out`, but for entries that were taken.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        self.starts.iter().for_each(|start| out.extend_from_slice(&start.to_le_bytes()));
        out.extend_from_slice(&self.entries);
    }
}

/// What the key's value refers to.
pub(crate) fn find(view: View<'_>, key: &[u8]) -> Result<Option<Reference>, Error> {
    let mut cursor = Cursor::new(view);
    cursor.seek(key)?;
    Ok(cursor.reference().filter(|_| cursor.key() == key))
}

/// Walks over the keys in their order.
pub(crate) struct Cursor<'a> {
    view: View<'a>,
    next_block: usize,
    block: &'a [u8],
    key: Vec<u8>,
    reference: Option<Reference>,
}

impl<'a> Cursor<'a> {
    /// Before the first key.
    pub(crate) fn new(view: View<'a>) -> Self {
        Self { view, next_block: 0, block: &[], key: Vec::new(), reference: None }
    }

    /// The key it stands at.
    pub(crate) fn key(&self) -> &[u8] {
        &self.key
    }

    /// What the key's value refers to; `None` before the first and after the last key.
    pub(crate) fn reference(&self) -> Option<Reference> {
        self.reference
    }

    /// Goes to the first key that is not below `key`.
    pub(crate) fn seek(&mut self, key: &[u8]) -> Result<(), Error> {
        let (mut low, mut high) = (0, self.blocks());
        while low < high {
            let middle = usize::midpoint(low, high);
            if first_key(self.entries_of(middle)?)? <= key {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        self.next_block = low.saturating_sub(1);
        self.block = &[];
        self.advance()?;
        while self.reference.is_some() && self.key.as_slice() < key {
            self.advance()?;
        }
        Ok(())
    }

    /// Goes to the next key.
    pub(crate) fn advance(&mut self) -> Result<(), Error> {
        if self.block.is_empty() {
            if self.next_block == self.blocks() {
                self.reference = None;
                return Ok(());
            }
            self.block = self.entries_of(self.next_block)?;
            self.next_block += 1;
        }
        let kept = varint::read(&mut self.block).ok_or(WRONG)? as usize;
        let added = varint::read(&mut self.block).ok_or(WRONG)? as usize;
        let (added, rest) = self.block.split_at_checked(added).ok_or(WRONG)?;
        self.block = rest;
        if kept > self.key.len() {
            return Err(WRONG);
        }
        self.key.truncate(kept);
        self.key.extend_from_slice(added);
        let reference = varint::read(&mut self.block).ok_or(WRONG)?;
        let half = reference / 2;
        self.reference = Some(match reference % 2 {
            0 => Reference::Posting(half),
            _ if half < self.view.count() => Reference::Document(half),
            _ => return Err(WRONG),
        });
        Ok(())
    }

    fn blocks(&self) -> usize {
        self.view.header().dictionary_blocks as usize
    }

    fn entries_of(&self, block: usize) -> Result<&'a [u8], Error> {
        let data = 4 * self.blocks();
        let start = self.start_of(block)?;
        let end = match (block + 1).cmp(&self.blocks()) {
            Ordering::Less => self.start_of(block + 1)?,
            _ => self.view.header().size(Section::Dictionary) as usize - data,
        };
        let len = end.checked_sub(start).filter(|len| *len > 0).ok_or(WRONG)?;
        self.view.exact(Section::Dictionary, data + start, len)
    }

    fn start_of(&self, block: usize) -> Result<usize, Error> {
        let start = self.view.exact(Section::Dictionary, 4 * block, 4)?;
        Ok(u32::from_le_bytes(*start.first_chunk().ok_or(WRONG)?) as usize)
    }
}

fn first_key(mut block: &[u8]) -> Result<&[u8], Error> {
    varint::read(&mut block).filter(|kept| *kept == 0).ok_or(WRONG)?;
    let len = varint::read(&mut block).ok_or(WRONG)? as usize;
    block.get(..len).ok_or(WRONG)
}

const WRONG: Error = Error::Damaged("the dictionary does not hold together");

#[cfg(test)]
mod tests;
