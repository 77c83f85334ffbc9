//! Walks over the terms of several files, equal ones together.
use super::{Ladder, MergeError};
use crate::{
    Error,
    dictionary::{self, Reference},
    file::{Section, View},
    sort,
    table::Table,
};

/// Takes a point's hash, and what refers to its documents in which file.
type TakePoint<'t> = dyn FnMut(u64, &[(usize, Reference)]) -> Result<(), MergeError> + 't;
/// Takes a value's key, so too.
type TakeValue<'t> = dyn FnMut(&[u8], &[(usize, Reference)]) -> Result<(), MergeError> + 't;

/// Points that are sorted at once, about: as many as stay in the processor's cache.
const POINTS_AT_ONCE: usize = 4096;

/// Every point, ascending by hash.
///
/// Hashes spread evenly. So those of a slice are about as many in each slice, and sorting what all
/// files have of it costs less than finding the lowest of all files for each.
pub(super) fn points(views: &[View<'_>], take: &mut TakePoint<'_>) -> Result<(), MergeError> {
    let mut tables = Vec::with_capacity(2 * views.len());
    let mut total = 0;
    for (file, view) in views.iter().enumerate() {
        for section in [Section::Singles, Section::Terms] {
            let table = Table::new(*view, section);
            total += table.len();
            tables.push((file, section, table.entries()));
        }
    }
    let slice_bits = (total / POINTS_AT_ONCE).checked_ilog2().unwrap_or_default();
    let mut points: Vec<Point> = Vec::new();
    let (mut spare, mut references) = (Vec::new(), Vec::new());
    for slice in 0..1_u64 << slice_bits {
        let last = if slice_bits == 0 { u64::MAX } else { !(!slice << (64 - slice_bits)) };
        points.clear();
        for (number, (.., cursor)) in (0..).zip(&mut tables) {
            cursor.take_to(last, |hash, payload| points.push((hash, number, payload)))?;
        }
        sort::by_hash(&mut points, &mut spare, slice_bits, |point| point.0);
        for same in points.chunk_by(|a, b| a.0 == b.0) {
            references.clear();
            references.extend(same.iter().map(|(_, table, payload)| {
                let (file, section, _) = &tables[*table as usize];
                let reference = match section {
                    Section::Singles => Reference::Document(*payload),
                    _ => Reference::Posting(*payload),
                };
                (*file, reference)
            }));
            take(same[0].0, &references)?;
        }
    }
    Ok(())
}

/// A hash, the number of a table, and what this says of the hash.
type Point = (u64, u32, u32);

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
