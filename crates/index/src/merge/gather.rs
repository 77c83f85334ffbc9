//! The documents of one term, gathered from several files.
use crate::{
    dictionary::Reference,
    file::{Error, View},
    posting::{self, CHUNK_LEN},
};

/// Gathers the documents of one term after the other, numbered anew.
pub(super) struct Gather<'a> {
    views: &'a [View<'a>],
    /// The new number of each document of each file.
    documents: &'a [Vec<u32>],
    few: Vec<u32>,
    bitmap: Vec<u64>,
}

/// The documents of a term.
pub(super) enum Gathered<'a> {
    /// Ascending, each once.
    Few(&'a [u32]),
    /// A bit for each, and how many there are: more than a chunk has. To be cleared.
    Many(&'a mut [u64], u32),
}

impl<'a> Gather<'a> {
    pub(super) fn new(views: &'a [View<'a>], documents: &'a [Vec<u32>], count: u32) -> Self {
        Self { views, documents, few: Vec::new(), bitmap: vec![0; count.div_ceil(64) as usize] }
    }

    /// The new number of a file's document.
    pub(super) fn document(&self, file: usize, document: u32) -> Result<u32, Error> {
        self.documents[file].get(document as usize).copied().ok_or(OUTSIDE)
    }

    /// All documents that these references of files refer to.
    pub(super) fn all(&mut self, references: &[(usize, Reference)]) -> Result<Gathered<'_>, Error> {
        self.few.clear();
        let mut is_spread = false;
        for (file, reference) in references {
            match reference {
                Reference::Document(document) => {
                    self.few.push(self.document(*file, *document)?);
                }
                Reference::Posting(at) => is_spread |= self.add_posting(*file, *at)?,
            }
            if self.few.len() > CHUNK_LEN as usize {
                self.spread();
                is_spread = true;
            }
        }
        if !is_spread {
            // Mostly in order already: files follow each other in time.
            if self.few.is_sorted_by(|a, b| a < b) {
                return Ok(Gathered::Few(&self.few));
            }
            if self.few.len() <= self.bitmap.len() / WORDS_PER_DOCUMENT {
                self.few.sort_unstable();
                self.few.dedup();
                return Ok(Gathered::Few(&self.few));
            }
        }
        self.spread();
        let len: u32 = self.bitmap.iter().map(|word| word.count_ones()).sum();
        if len > CHUNK_LEN {
            return Ok(Gathered::Many(&mut self.bitmap, len));
        }
        posting::drain_bits(&mut self.bitmap, 0, &mut self.few);
        Ok(Gathered::Few(&self.few))
    }

    /// Adds a posting; whether to the bitmap.
    fn add_posting(&mut self, file: usize, at: u32) -> Result<bool, Error> {
        let (view, documents) = (self.views[file], &*self.documents[file]);
        let posting = posting::read(view, at)?;
        // Postings end below the file's count, which is how many new numbers there are.
        if posting.len() > CHUNK_LEN {
            let bitmap = &mut self.bitmap;
            posting.for_each(view, |document| {
                let document = documents[document as usize];
                bitmap[document as usize / 64] |= 1 << (document % 64);
            })?;
            return Ok(true);
        }
        let few = &mut self.few;
        few.reserve(posting.len() as usize);
        posting.for_each(view, |document| few.push(documents[document as usize]))?;
        Ok(false)
    }

    fn spread(&mut self) {
        for document in self.few.drain(..) {
            self.bitmap[document as usize / 64] |= 1 << (document % 64);
        }
    }
}

/// Sorting a document costs about as much as looking at this many words of the bitmap.
const WORDS_PER_DOCUMENT: usize = 16;

const OUTSIDE: Error = Error::Damaged("a term names a document that is not there");
