//! Terms: what a record can be found by.
use crate::{HashKey, hash::TermHasher};
use std::ops::Range;

/// A searchable property of a record, numbered by whoever extracts the terms.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Field(pub u16);

/// The form of a value inside its field, numbered by whoever extracts the terms.
///
/// A *point* kind answers only "has exactly this value" and costs a hash; an *ordered* kind keeps
/// its values in the file's sorted dictionary, and also answers "begins with".
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(u8);

impl Kind {
    const ORDERED: u8 = 0x80;

    /// A kind that is looked up by its whole value. `number` is below 128.
    ///
    /// # Panics
    /// When it is not.
    pub const fn point(number: u8) -> Self {
        assert!(number < Self::ORDERED, "a kind's number is below 128");
        Self(number)
    }

    /// A kind whose values are also found by their beginning. `number` is below 128.
    ///
    /// # Panics
    /// When it is not.
    pub const fn ordered(number: u8) -> Self {
        assert!(number < Self::ORDERED, "a kind's number is below 128");
        Self(number | Self::ORDERED)
    }

    /// Whether the kind's values stand in the sorted dictionary.
    pub const fn is_ordered(self) -> bool {
        self.0 & Self::ORDERED != 0
    }

    /// The kind as it is hashed and stored.
    pub const fn byte(self) -> u8 {
        self.0
    }
}

/// One term, owned: a query holds these.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term {
    /// Which property.
    pub field: Field,
    /// Which form of it.
    pub kind: Kind,
    /// The value, already folded as its kind demands.
    pub value: String,
}

/// One term of a record, borrowed from its [`Terms`].
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TermRef<'a> {
    /// Which property.
    pub field: Field,
    /// Which form of it.
    pub kind: Kind,
    /// The value, already folded as its kind demands.
    pub value: &'a str,
}

/// All terms of one record, in one allocation for their text. Duplicates are allowed.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    text: String,
    entries: Vec<Entry>,
    /// Of the first few terms,
    hashes: Vec<u64>,
    /// under the key of which this is the hash of nothing.
    hashed_under: u64,
}

#[derive(Copy, Clone, Debug)]
struct Entry {
    field: Field,
    kind: Kind,
    start: u32,
    end: u32,
}

impl Terms {
    /// No terms.
    pub fn new() -> Self {
        Self::default()
    }

    /// No terms, with room for `terms` of them that hold `bytes` of text together.
    pub fn with_capacity(terms: usize, bytes: usize) -> Self {
        let (text, entries) = (String::with_capacity(bytes), Vec::with_capacity(terms));
        Self { text, entries, ..Self::default() }
    }

    /// Adds a term.
    pub fn push(&mut self, field: Field, kind: Kind, value: &str) {
        self.push_joined(field, kind, &[value]);
    }

    /// Adds a term whose value is the parts put together, without a string of its own for them.
    pub fn push_joined(&mut self, field: Field, kind: Kind, parts: &[&str]) {
        let start = self.text.len() as u32;
        for part in parts {
            self.text.push_str(part);
        }
        self.entries.push(Entry { field, kind, start, end: self.text.len() as u32 });
    }

    /// Adds a term whose value `write` appends to the string it is given.
    pub fn push_with(&mut self, field: Field, kind: Kind, write: impl FnOnce(&mut String)) {
        let start = self.text.len() as u32;
        write(&mut self.text);
        self.entries.push(Entry { field, kind, start, end: self.text.len() as u32 });
    }

    /// Adds a term whose value is a part of that of the `of`-th term, in bytes, without copying it.
    ///
    /// # Panics
    /// When there is no such term, or no such part of it.
    pub fn push_part(&mut self, field: Field, kind: Kind, of: usize, part: Range<usize>) {
        let whole = self.entries[of].start as usize..self.entries[of].end as usize;
        let (start, end) = (whole.start + part.start, whole.start + part.end);
        let is_part = start <= end && end <= whole.end;
        let is_text = self.text.is_char_boundary(start) && self.text.is_char_boundary(end);
        assert!(is_part && is_text, "a part of the value");
        self.entries.push(Entry { field, kind, start: start as u32, end: end as u32 });
    }

    /// Removes all terms and keeps the memory.
    pub fn clear(&mut self) {
        self.text.clear();
        self.entries.clear();
        self.hashes.clear();
    }

    /// Hashes the terms so far under the store's key: where they have just been made, their text is
    /// at hand. A [`Builder`](crate::Builder) of that store then need not read it.
    pub fn hash(&mut self, key: &HashKey) {
        let hasher = TermHasher::new(key);
        let mut made = std::mem::take(&mut self.hashes);
        made.clear();
        made.extend(self.iter().map(|term| hasher.hash(term.field, term.kind, term.value)));
        (self.hashes, self.hashed_under) = (made, hasher.check());
    }

    /// Hashes of the first few terms, if they were hashed under the key of which `check` is the
    /// hash of nothing.
    pub(crate) fn hashes(&self, check: u64) -> &[u64] {
        if self.hashed_under == check { &self.hashes } else { &[] }
    }

    pub(crate) fn form(&self, at: usize) -> (Field, Kind) {
        (self.entries[at].field, self.entries[at].kind)
    }

    pub(crate) fn value(&self, at: usize) -> &str {
        let Entry { start, end, .. } = self.entries[at];
        &self.text[start as usize..end as usize]
    }

    /// How many terms there are, duplicates counted.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The terms, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = TermRef<'_>> {
        self.entries.iter().enumerate().map(|(at, entry)| {
            let Entry { field, kind, .. } = *entry;
            TermRef { field, kind, value: self.value(at) }
        })
    }
}

#[cfg(test)]
mod tests;
