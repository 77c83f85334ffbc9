//! Between documents, which stand in the order of recording, and offsets in the log.
use super::node;
use crate::{
    LogIndex,
    column::{BLOCK_LEN, Column, Entry},
    file::{Error, View},
};
use std::ops::Range;

/// The documents at these positions (ascending) that the file has, ascending.
///
/// A block of the order column tells the offsets it can hold, so that a few positions are found
/// by looking at 16 bytes for every 128 documents.
pub(super) fn documents_at(view: View<'_>, positions: &[LogIndex]) -> Result<Vec<u32>, Error> {
    let offsets = node::offsets_of(view, positions);
    let Some(order) = view.order() else { return Ok(offsets.collect()) };
    if offsets.len() == 0 {
        return Ok(Vec::new());
    }
    let wanted: Vec<u32> = offsets.collect();
    let mut documents = Vec::with_capacity(wanted.len());
    let entries = order.entries(0..order.blocks())?;
    for block in 0..order.blocks() {
        let can = offsets_of_block(view, &entries.entry(block)?, block);
        let from = wanted.partition_point(|offset| *offset < can.start);
        if wanted.get(from).is_none_or(|offset| *offset >= can.end) {
            continue;
        }
        for_each_offset(view, order, block, |document, offset| {
            if wanted.binary_search(&offset).is_ok() {
                documents.push(document);
            }
        })?;
    }
    Ok(documents)
}

/// Clears the bits of documents whose offset is not in `keep`. Bit 0 is document `base`.
pub(super) fn retain_offsets(
    view: View<'_>,
    keep: &Range<u32>,
    base: u32,
    bits: &mut [u64],
) -> Result<(), Error> {
    let Some(order) = view.order().filter(|_| *keep != (0..view.count())) else { return Ok(()) };
    let first_block = base as usize / BLOCK_LEN;
    let entries = order.entries(first_block..first_block + bits.len().div_ceil(BLOCK_LEN / 64))?;
    for (at, words) in bits.chunks_mut(BLOCK_LEN / 64).enumerate() {
        let block = first_block + at;
        if words.iter().all(|word| *word == 0) {
            continue;
        }
        let can = offsets_of_block(view, &entries.entry(block)?, block);
        if can.start >= keep.start && can.end <= keep.end {
            continue;
        }
        if can.end <= keep.start || can.start >= keep.end {
            words.fill(0);
            continue;
        }
        for_each_offset(view, order, block, |document, offset| {
            if !keep.contains(&offset) {
                let bit = document as usize % BLOCK_LEN;
                words[bit / 64] &= !(1 << (bit % 64));
            }
        })?;
    }
    Ok(())
}

/// The offsets that the documents of a block can have.
pub(super) fn offsets_of_block(view: View<'_>, entry: &Entry, block: usize) -> Range<u32> {
    let first = (block * BLOCK_LEN) as i64;
    let last = first + BLOCK_LEN as i64;
    let bound = |offset: i64| offset.clamp(0, i64::from(view.count())) as u32;
    let (nearest, farthest) = entry.bounds();
    bound(first.saturating_add(nearest))..bound(last.saturating_add(farthest))
}

/// Calls `take` with each document of a block and its offset.
pub(super) fn for_each_offset(
    view: View<'_>,
    order: Column<'_>,
    block: usize,
    mut take: impl FnMut(u32, u32),
) -> Result<(), Error> {
    let mut distances = [0; BLOCK_LEN];
    let len = order.block(block, &mut distances)?;
    for (at, distance) in distances[..len].iter().enumerate() {
        let document = (block * BLOCK_LEN + at) as u32;
        take(document, view.checked_offset(document, *distance)?);
    }
    Ok(())
}
