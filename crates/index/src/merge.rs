//! Merges neighbouring index files into one.
mod columns;
mod ladder;

use crate::{
    DOCUMENTS_MAX, Error, File,
    content::{self, Identity, TermWriter},
    dictionary::{self, Reference},
    file::{Section, View},
    forms::Forms,
    posting,
    table::{self, Table},
};
use ladder::Ladder;

/// Writes one file that answers as the given ones do. They follow each other in the log.
///
/// The bytes are those that a [`Builder`](crate::Builder) of all the documents would write.
pub fn merge<B: AsRef<[u8]>>(
    files: &[&File<B>],
    out: &mut impl std::io::Write,
) -> Result<(), MergeError> {
    let views: Vec<View<'_>> = files.iter().map(|file| file.view()).collect();
    let identity = identity(&views)?;
    let (columns, documents) = columns::merge(&views)?;
    let count = columns.recorded.len() as u32;
    let mut terms = TermWriter::new(count);
    let mut gather = Gather::new(&views, &documents, count);
    merge_points(&views, &mut gather, &mut terms)?;
    merge_values(&views, &mut gather, &mut terms)?;
    Ok(content::write(&identity, &columns, terms, out)?)
}

/// Why a merge stopped.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// A source file is damaged.
    #[error(transparent)]
    Source(#[from] Error),
    /// The output could not be written.
    #[error(transparent)]
    Output(#[from] std::io::Error),
    /// The files do not make one file together.
    #[error("the files cannot be merged: {0}")]
    Unfit(&'static str),
}

fn identity(views: &[View<'_>]) -> Result<Identity, MergeError> {
    let headers = || views.iter().map(|view| view.header());
    let first = headers().next().ok_or(MergeError::Unfit("there are none"))?;
    let pairs = || headers().zip(headers().skip(1));
    if pairs().any(|(file, next)| file.end() != next.first) {
        return Err(MergeError::Unfit("they do not follow each other in the log"));
    }
    if headers().any(|header| header.extract_version != first.extract_version) {
        return Err(MergeError::Unfit("their terms come from different extractors"));
    }
    if headers().any(|header| header.key_check != first.key_check) {
        return Err(MergeError::Unfit("they are of different stores"));
    }
    if headers().map(|header| header.count as usize).sum::<usize>() > DOCUMENTS_MAX {
        return Err(MergeError::Unfit("together they hold more documents than a file may"));
    }
    let mut forms = Forms::default();
    headers().for_each(|header| forms.extend(&header.forms));
    Ok(Identity {
        extract_version: first.extract_version,
        first: first.first,
        key_check: first.key_check,
        forms,
    })
}

fn merge_points(
    views: &[View<'_>],
    gather: &mut Gather<'_>,
    terms: &mut TermWriter,
) -> Result<(), Error> {
    let mut sources = Vec::new();
    let mut ladder = Ladder::default();
    for (file, view) in views.iter().enumerate() {
        for section in [Section::Singles, Section::Terms] {
            let mut source = Points { file, section, cursor: Table::new(*view, section).entries() };
            if let Some(head) = source.cursor.next()? {
                ladder.insert(sources.len(), head, |a, b| a.0.cmp(&b.0));
                sources.push(source);
            }
        }
    }
    while let Some((number, (hash, payload))) = ladder.pop() {
        let source = &mut sources[number];
        let reference = match source.section {
            Section::Singles => Reference::Document(payload),
            _ => Reference::Posting(payload),
        };
        gather.add(source.file, reference)?;
        if let Some(head) = source.cursor.next()? {
            ladder.insert(number, head, |a, b| a.0.cmp(&b.0));
        }
        if ladder.peek().is_none_or(|(_, (next, _))| *next != hash) {
            terms.point(hash, gather.take());
        }
    }
    Ok(())
}

struct Points<'a> {
    file: usize,
    section: Section,
    cursor: table::Cursor<'a>,
}

fn merge_values(
    views: &[View<'_>],
    gather: &mut Gather<'_>,
    terms: &mut TermWriter,
) -> Result<(), Error> {
    let mut cursors: Vec<_> = views.iter().map(|view| dictionary::Cursor::new(*view)).collect();
    let mut ladder = Ladder::default();
    for (file, cursor) in cursors.iter_mut().enumerate() {
        cursor.advance()?;
        if cursor.reference().is_some() {
            ladder.insert(file, cursor.key().to_vec(), Vec::cmp);
        }
    }
    let mut key = Vec::new();
    while let Some((file, head)) = ladder.pop() {
        let cursor = &mut cursors[file];
        if let Some(reference) = cursor.reference() {
            gather.add(file, reference)?;
        }
        let mut spare = std::mem::replace(&mut key, head);
        cursor.advance()?;
        if cursor.reference().is_some() {
            if cursor.key() <= key.as_slice() {
                return Err(Error::Damaged("the dictionary is out of order"));
            }
            spare.clear();
            spare.extend_from_slice(cursor.key());
            ladder.insert(file, spare, Vec::cmp);
        }
        if ladder.peek().is_none_or(|(_, next)| *next != key) {
            terms.value(&key, gather.take());
        }
    }
    Ok(())
}

/// The documents of one term, gathered from the files and numbered anew.
struct Gather<'a> {
    views: &'a [View<'a>],
    /// The new number of each document of each file.
    documents: &'a [Vec<u32>],
    gathered: Vec<u32>,
    taken: Vec<u32>,
    bitmap: Vec<u64>,
}

impl<'a> Gather<'a> {
    fn new(views: &'a [View<'a>], documents: &'a [Vec<u32>], count: u32) -> Self {
        let words = count.div_ceil(64) as usize;
        Self { views, documents, gathered: Vec::new(), taken: Vec::new(), bitmap: vec![0; words] }
    }

    /// Adds what one file's reference refers to.
    fn add(&mut self, file: usize, reference: Reference) -> Result<(), Error> {
        let (view, documents) = (self.views[file], &self.documents[file]);
        match reference {
            Reference::Document(document) => {
                self.gathered.push(*documents.get(document as usize).ok_or(OUTSIDE)?);
                Ok(())
            }
            Reference::Posting(at) => {
                let gathered = &mut self.gathered;
                // Postings end below the file's count, which is how many new numbers there are.
                posting::read(view, at)?.for_each(view, |document| {
                    gathered.push(documents[document as usize]);
                })
            }
        }
    }

    /// The documents, ascending, each once.
    fn take(&mut self) -> &[u32] {
        if self.gathered.len() < self.bitmap.len() / WORDS_PER_DOCUMENT {
            self.gathered.sort_unstable();
            self.gathered.dedup();
        } else {
            self.spread();
        }
        std::mem::swap(&mut self.gathered, &mut self.taken);
        self.gathered.clear();
        &self.taken
    }

    /// Sorts by way of a bitmap.
    fn spread(&mut self) {
        for document in self.gathered.drain(..) {
            self.bitmap[document as usize / 64] |= 1 << (document % 64);
        }
        for (at, word) in self.bitmap.iter_mut().enumerate() {
            let mut rest = std::mem::take(word);
            while rest != 0 {
                self.gathered.push(at as u32 * 64 + rest.trailing_zeros());
                rest &= rest - 1;
            }
        }
    }
}

/// Sorting a document costs about as much as looking at this many words of the bitmap.
const WORDS_PER_DOCUMENT: usize = 16;

const OUTSIDE: Error = Error::Damaged("a term names a document that is not there");
