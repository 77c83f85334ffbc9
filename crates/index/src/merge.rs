//! Merges neighbouring index files into one.
//!
//! [`merge`] makes the file in memory: for files of the open segment. [`merge_to`] goes over the
//! files twice, first for the postings, then for what refers to them, and keeps no more than a few
//! bytes a document: for files of many segments.
mod columns;
mod gather;
mod known;
mod ladder;
mod large;
mod walk;

use crate::{
    DOCUMENTS_MAX, Error, File,
    content::{self, Identity, TermWriter},
    dictionary::Reference,
    file::View,
    forms::Forms,
};
use gather::{Gather, Gathered};
use known::Known;
use ladder::Ladder;
pub use large::{Storage, merge_to};
use std::io;

/// Writes one file that answers as the given ones do. They follow each other in the log.
///
/// The bytes are those that a [`Builder`](crate::Builder) of all the documents would write.
pub fn merge<B: AsRef<[u8]>>(
    files: &[&File<B>],
    out: &mut impl io::Write,
) -> Result<(), MergeError> {
    let views: Vec<View<'_>> = files.iter().map(|file| file.view()).collect();
    let identity = identity(&views)?;
    let (columns, documents) = columns::merge(&views)?;
    let count = columns.recorded.len() as u32;
    let mut terms = TermWriter::new(count, walk::points_max(&views));
    let mut gather = Gather::new(&views, &documents, count);
    let mut known = Known::default();
    walk::points(&views, &mut |hash, references| {
        let reference = reference(&mut terms, &mut gather, &mut known, references)?;
        terms.point(hash, reference);
        Ok(())
    })?;
    walk::values(&views, &mut |key, references| {
        let reference = reference(&mut terms, &mut gather, &mut known, references)?;
        terms.value(key, reference);
        Ok(())
    })?;
    Ok(content::write(&identity, &columns, terms, out)?)
}

/// What stands for these references of files in the whole: mostly, for one document.
#[inline]
fn reference(
    terms: &mut TermWriter,
    gather: &mut Gather<'_>,
    known: &mut Known,
    references: &[(usize, Reference)],
) -> Result<Reference, Error> {
    match references {
        [(file, Reference::Document(document))] => {
            gather.document(*file, *document).map(Reference::Document)
        }
        several => posting(terms, gather, known, several),
    }
}

#[inline(never)]
fn posting(
    terms: &mut TermWriter,
    gather: &mut Gather<'_>,
    known: &mut Known,
    references: &[(usize, Reference)],
) -> Result<Reference, Error> {
    let print = Known::print(references);
    if let Some(at) = known.find(print, references) {
        return Ok(Reference::Posting(at));
    }
    let reference = match gather.all(references)? {
        Gathered::Few(documents) => terms.posting(documents),
        Gathered::Many(words, len) => terms.dense_posting(words, len),
    };
    if let (Reference::Posting(at), true) = (reference, terms.is_shared()) {
        known.learn(print, references, at);
    }
    Ok(reference)
}

/// Why a merge stopped.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// A source file is damaged.
    #[error(transparent)]
    Source(#[from] Error),
    /// The output could not be written, or whoever was asked between two steps wants no more.
    #[error(transparent)]
    Output(#[from] io::Error),
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
