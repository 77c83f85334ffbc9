//! Which postings of files make which posting of the whole.
use crate::{dictionary::Reference, hash::HashedMap};

/// References that are remembered, of eight bytes, and no more postings than that.
const REFERENCES_MAX: usize = 1 << 18;

/// Postings that were written, by what they were gathered from.
///
/// Several terms of a record often have the very same documents (`Patient/1` and `1`; a reference
/// and its type), and then share a posting in each file: only the first one need be gathered.
#[derive(Default)]
pub(super) struct Known {
    references: Vec<u64>,
    postings: HashedMap<Written>,
}

#[derive(Copy, Clone)]
struct Written {
    /// Among the references.
    start: u32,
    at: u32,
}

/// A number for some references, nearly always another for others.
#[derive(Copy, Clone)]
pub(super) struct Print(u64);

impl Known {
    pub(super) fn print(references: &[(usize, Reference)]) -> Print {
        let add = |print: u64, reference: &_| {
            (print.rotate_left(5) ^ number(reference)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        };
        Print(references.iter().fold(0, add).rotate_left(32))
    }

    /// Where the posting is that was written for the same references.
    pub(super) fn find(&self, print: Print, references: &[(usize, Reference)]) -> Option<u32> {
        let written = self.postings.get(&print.0)?;
        let known = self.references[written.start as usize..].iter();
        let count = known.len();
        let is_same = count > references.len()
            && known.zip(references).all(|(known, reference)| *known == number(reference))
            && self.references[written.start as usize + references.len()] == END;
        is_same.then_some(written.at)
    }

    /// The posting of these references stands here.
    pub(super) fn learn(&mut self, print: Print, references: &[(usize, Reference)], at: u32) {
        if self.references.len() + references.len() < REFERENCES_MAX {
            let start = self.references.len() as u32;
            self.references.extend(references.iter().map(number));
            self.references.push(END);
            self.postings.insert(print.0, Written { start, at });
        }
    }
}

/// Behind the references of a posting.
const END: u64 = u64::MAX;

/// Another number for each; none is [`END`].
fn number((file, reference): &(usize, Reference)) -> u64 {
    let (kind, at) = match reference {
        Reference::Document(document) => (1, *document),
        Reference::Posting(at) => (0, *at),
    };
    (*file as u64) << 33 | u64::from(at) << 1 | kind
}

#[cfg(test)]
mod tests;
