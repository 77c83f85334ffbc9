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
    let mut points: Vec<Point> = Vec::with_capacity(total.min(2 * POINTS_AT_ONCE));
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

/// How many points there are at most.
pub(super) fn points_max(views: &[View<'_>]) -> usize {
    let tables = views.iter().flat_map(|view| {
        [Section::Singles, Section::Terms].map(|section| Table::new(*view, section).len())
    });
    tables.sum()
}

/// A hash, the number of a table, and what this says of the hash.
type Point = (u64, u32, u32);

/// Every value, ascending by key.
pub(super) fn values(views: &[View<'_>], take: &mut TakeValue<'_>) -> Result<(), MergeError> {
    let mut cursors: Vec<_> = views.iter().map(|view| dictionary::Cursor::new(*view)).collect();
    // Of the files alone: keys stay where their cursors have them.
    let mut ladder = Ladder::default();
    for file in 0..cursors.len() {
        cursors[file].advance()?;
        insert(&mut ladder, file, &cursors);
    }
    let (mut references, mut key) = (Vec::new(), Vec::new());
    while let Some((lowest, ())) = ladder.pop() {
        key.clear();
        key.extend_from_slice(cursors[lowest].key());
        references.clear();
        let mut next = Some(lowest);
        while let Some(file) = next {
            references.extend(cursors[file].reference().map(|reference| (file, reference)));
            let is_same = |(file, ()): &(usize, ())| cursors[*file].key() == key.as_slice();
            next = ladder.pop_if(is_same).map(|(file, ())| file);
        }
        take(&key, &references)?;
        for (file, _) in &references {
            cursors[*file].advance()?;
            if cursors[*file].key() <= key.as_slice() && cursors[*file].reference().is_some() {
                return Err(Error::Damaged("the dictionary is out of order").into());
            }
            insert(&mut ladder, *file, &cursors);
        }
    }
    Ok(())
}

/// Adds the file, unless it has no more keys.
fn insert(ladder: &mut Ladder<()>, file: usize, cursors: &[dictionary::Cursor<'_>]) {
    let cursor = &cursors[file];
    if cursor.reference().is_some() {
        ladder.insert_by(file, (), |(other, ())| {
            cursors[*other].key().cmp(cursor.key()).then(other.cmp(&file))
        });
    }
}
