//! The documents of values in the sorted dictionary: of those that begin so, of those that have
//! something inside.
use super::node::{self, Node};
use crate::{
    Place,
    dictionary::{Cursor, Reference},
    file::{Error, View},
    posting::{self, CHUNK_LEN, Posting},
};
use memchr::memmem::Finder;
use std::cell::Cell;

/// Looking inside values reads all of a field and kind, in each file: how many values of all files
/// one search may look at.
const LOOKED_AT_MAX: u64 = 1 << 27;
/// How many of these may match.
const MATCHED_MAX: u64 = 1 << 24;
/// How many values are looked at between two looks at the clock.
const VALUES_AT_ONCE: u64 = 4096;

/// What a search may still spend.
pub(super) struct Budget<'a> {
    expired: &'a dyn Fn() -> bool,
    looks: Cell<u64>,
    matches: Cell<u64>,
}

impl<'a> Budget<'a> {
    pub(super) fn new(expired: &'a dyn Fn() -> bool) -> Self {
        Self { expired, looks: Cell::new(LOOKED_AT_MAX), matches: Cell::new(MATCHED_MAX) }
    }

    /// Whether there is time left.
    pub(super) fn check(&self) -> Result<(), Error> {
        if (self.expired)() { Err(Error::Expired) } else { Ok(()) }
    }

    fn look(&self) -> Result<(), Error> {
        if self.looks.get().is_multiple_of(VALUES_AT_ONCE) {
            self.check()?;
        }
        spend(&self.looks)
    }
}

fn spend(left: &Cell<u64>) -> Result<(), Error> {
    left.set(left.get().checked_sub(1).ok_or(Error::Expired)?);
    Ok(())
}

/// Something to look for inside the values of a field and kind.
#[derive(Debug)]
pub(super) struct Inside {
    /// What the keys of the field and kind begin with.
    prefix: Vec<u8>,
    finder: Finder<'static>,
    place: Place,
}

impl Inside {
    pub(super) fn new(prefix: Vec<u8>, needle: &str, place: Place) -> Self {
        Self { prefix, finder: Finder::new(needle).into_owned(), place }
    }

    /// Whether the value is one of those. What stands behind a NUL does not count.
    fn is_in(&self, value: &[u8]) -> Result<bool, Error> {
        let needle = self.finder.needle();
        let mut from = 0;
        while let Some(found) = self.finder.find(&value[from..]) {
            let at = from + found;
            if value[from..at + needle.len()].contains(&0) {
                return Ok(false);
            }
            if self.place == Place::Anywhere || begins_word(&value[..at])? {
                return Ok(true);
            }
            // A word that begins inside what was found may be one too.
            from = at + 1;
        }
        Ok(false)
    }
}

/// Whether a word begins behind this text.
fn begins_word(before: &[u8]) -> Result<bool, Error> {
    match before.last() {
        None => Ok(true),
        Some(byte) if byte.is_ascii() => Ok(!byte.is_ascii_alphanumeric()),
        Some(_) => {
            let last = before.iter().rposition(|byte| byte & 0xC0 != 0x80).ok_or(NO_TEXT)?;
            let last = str::from_utf8(&before[last..]).ok().ok_or(NO_TEXT)?;
            Ok(!last.ends_with(char::is_alphanumeric))
        }
    }
}

/// The documents that have a value with this beginning.
pub(super) fn beginning<'a>(view: View<'a>, prefix: &[u8]) -> Result<Node<'a>, Error> {
    let mut documents = Documents::new(view);
    let mut cursor = Cursor::new(view);
    cursor.seek(prefix)?;
    while let Some(reference) = cursor.reference().filter(|_| cursor.key().starts_with(prefix)) {
        documents.add(reference)?;
        cursor.advance()?;
    }
    Ok(documents.into_node())
}

/// The documents that have a value with this inside.
pub(super) fn containing<'a>(
    view: View<'a>,
    inside: &Inside,
    budget: &Budget<'_>,
) -> Result<Node<'a>, Error> {
    let mut documents = Documents::new(view);
    let mut cursor = Cursor::new(view);
    cursor.seek(&inside.prefix)?;
    while let Some(reference) = cursor.reference() {
        let Some(value) = cursor.key().strip_prefix(inside.prefix.as_slice()) else { break };
        budget.look()?;
        if inside.is_in(value)? {
            spend(&budget.matches)?;
            documents.add(reference)?;
        }
        cursor.advance()?;
    }
    Ok(documents.into_node())
}

/// Postings that are left to be read chunk by chunk, each of some 6 KiB in the largest file: of a
/// page that is soon full, most are never read.
const UNREAD_MAX: usize = 256;

/// Collects the documents of several values.
struct Documents<'a> {
    view: View<'a>,
    /// Large postings of a file of many chunks.
    unread: Vec<Node<'a>>,
    few: Vec<u32>,
    /// A bit for each document of the file, or empty as long as there are few.
    many: Vec<u64>,
}

impl<'a> Documents<'a> {
    fn new(view: View<'a>) -> Self {
        Self { view, unread: Vec::new(), few: Vec::new(), many: Vec::new() }
    }

    fn add(&mut self, reference: Reference) -> Result<(), Error> {
        match reference {
            Reference::Document(document) => self.few.push(document),
            Reference::Posting(at) => match posting::read(self.view, at)? {
                Posting::Chunked(chunks) if self.leaves_unread() => {
                    self.unread.push(Node::Chunked(chunks));
                }
                posting => posting.for_each(self.view, |document| self.few.push(document))?,
            },
        }
        // Beyond this, a bitmap of the file is smaller than a list.
        if self.few.len() > self.view.count().div_ceil(32) as usize {
            self.many.resize(self.view.count().div_ceil(64) as usize, 0);
            self.empty_into_bitmap();
        }
        Ok(())
    }

    fn leaves_unread(&self) -> bool {
        self.view.count() > CHUNK_LEN && self.unread.len() < UNREAD_MAX
    }

    fn empty_into_bitmap(&mut self) {
        let Self { few, many, .. } = self;
        few.drain(..).for_each(|document| many[document as usize / 64] |= 1 << (document % 64));
    }

    fn into_node(mut self) -> Node<'a> {
        let mut nodes = std::mem::take(&mut self.unread);
        match self.into_read() {
            Node::Nothing => (),
            read => nodes.push(read),
        }
        node::either(nodes)
    }

    fn into_read(mut self) -> Node<'a> {
        if self.many.is_empty() {
            self.few.sort_unstable();
            self.few.dedup();
            return node::list(self.few);
        }
        self.empty_into_bitmap();
        Node::Bitmap(self.many)
    }
}

const NO_TEXT: Error = Error::Damaged("a value of the dictionary is no text");

#[cfg(test)]
mod tests;
