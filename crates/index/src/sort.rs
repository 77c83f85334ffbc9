//! Sorts what has a hash.

/// Items that are sorted in one go: below, spreading them costs more than it saves.
const SMALL: usize = 256;
/// Items in a bucket, about: as few as are sorted by insertion.
const BUCKET_LEN: usize = 3;
const BUCKET_BITS_MAX: u32 = 16;

/// Sorts by hash; equal ones stay in their order. Hashes spread evenly, so their highest bits say
/// where an item goes, but for a cache line or two. The highest `shared` (below 64) bits are the
/// same in all. `spare` is memory that is used again.
pub(crate) fn by_hash<T: Copy>(
    items: &mut Vec<T>,
    spare: &mut Vec<T>,
    shared: u32,
    hash: impl Fn(&T) -> u64 + Copy,
) {
    if items.len() < SMALL {
        items.sort_by_key(hash);
        return;
    }
    let bits = (items.len() / BUCKET_LEN).ilog2().min(BUCKET_BITS_MAX);
    let bucket = |item: &T| ((hash(item) << shared) >> (u64::BITS - bits)) as usize;
    let mut ends = vec![0_u32; (1 << bits) + 1];
    for item in items.iter() {
        ends[bucket(item) + 1] += 1;
    }
    for at in 1..ends.len() {
        ends[at] += ends[at - 1];
    }
    spare.clone_from(items);
    for item in items.iter() {
        let end = &mut ends[bucket(item)];
        spare[*end as usize] = *item;
        *end += 1;
    }
    std::mem::swap(items, spare);
    let mut start = 0;
    for end in &ends[..1 << bits] {
        let end = *end as usize;
        items[start..end].sort_by_key(hash);
        start = end;
    }
}

#[cfg(test)]
mod tests;
