//! Walks over the terms of several files, equal ones together.
use super::{Ladder, MergeError};
use crate::{
    Error,
    dictionary::{self, Reference},
    file::{Section, View},
    table::{self, Table},
};

/// Takes a point's hash, and what refers to its documents in which file.
type TakePoint<'t> = dyn FnMut(u64, &[(usize, Reference)]) -> Result<(), MergeError> + 't;
/// Takes a value's key, so too.
type TakeValue<'t> = dyn FnMut(&[u8], &[(usize, Reference)]) -> Result<(), MergeError> + 't;

/// Every point, ascending by hash.
pub(super) fn points(views: &[View<'_>], take: &mut TakePoint<'_>) -> Result<(), MergeError> {
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
    let mut references = Vec::new();
    while let Some((number, (hash, payload))) = ladder.pop() {
        let source = &mut sources[number];
        let reference = match source.section {
            Section::Singles => Reference::Document(payload),
            _ => Reference::Posting(payload),
        };
        references.push((source.file, reference));
        if let Some(head) = source.cursor.next()? {
            ladder.insert(number, head, |a, b| a.0.cmp(&b.0));
        }
        if ladder.peek().is_none_or(|(_, (next, _))| *next != hash) {
            take(hash, &references)?;
            references.clear();
        }
    }
    Ok(())
}

struct Points<'a> {
    file: usize,
    section: Section,
    cursor: table::Cursor<'a>,
}

/// Every value, ascending by key.
pub(super) fn values(views: &[View<'_>], take: &mut TakeValue<'_>) -> Result<(), MergeError> {
    let mut cursors: Vec<_> = views.iter().map(|view| dictionary::Cursor::new(*view)).collect();
    let mut ladder = Ladder::default();
    for (file, cursor) in cursors.iter_mut().enumerate() {
        cursor.advance()?;
        if cursor.reference().is_some() {
            ladder.insert(file, cursor.key().to_vec(), Vec::cmp);
        }
    }
    let mut references = Vec::new();
    let mut key = Vec::new();
    while let Some((file, head)) = ladder.pop() {
        let cursor = &mut cursors[file];
        references.extend(cursor.reference().map(|reference| (file, reference)));
        let mut spare = std::mem::replace(&mut key, head);
        cursor.advance()?;
        if cursor.reference().is_some() {
            if cursor.key() <= key.as_slice() {
                return Err(Error::Damaged("the dictionary is out of order").into());
            }
            spare.clear();
            spare.extend_from_slice(cursor.key());
            ladder.insert(file, spare, Vec::cmp);
        }
        if ladder.peek().is_none_or(|(_, next)| *next != key) {
            take(&key, &references)?;
            references.clear();
        }
    }
    Ok(())
}
