//! Sorts (hash, number) pairs.

/// Pairs that are sorted in one go: below, spreading them costs more than it saves.
const SMALL: usize = 256;
/// Pairs in a bucket, about: as few as are sorted by insertion.
const BUCKET_LEN: usize = 8;
const BUCKET_BITS_MAX: u32 = 16;

/// Sorts by hash; numbers come ascending and stay so. Hashes spread evenly, so their highest bits
/// say where a pair goes, but for a cache line or two.
pub(super) fn by_hash(pairs: &mut Vec<(u64, u32)>) {
    if pairs.len() < SMALL {
        pairs.sort_by_key(|pair| pair.0);
        return;
    }
    let bits = (pairs.len() / BUCKET_LEN).ilog2().min(BUCKET_BITS_MAX);
    let bucket = |hash: u64| (hash >> (u64::BITS - bits)) as usize;
    let mut ends = vec![0_u32; (1 << bits) + 1];
    for (hash, _) in pairs.iter() {
        ends[bucket(*hash) + 1] += 1;
    }
    for at in 1..ends.len() {
        ends[at] += ends[at - 1];
    }
    let mut spread = vec![(0, 0); pairs.len()];
    for pair in pairs.iter() {
        let end = &mut ends[bucket(pair.0)];
        spread[*end as usize] = *pair;
        *end += 1;
    }
    let mut start = 0;
    for end in &ends[..1 << bits] {
        let end = *end as usize;
        spread[start..end].sort_by_key(|pair| pair.0);
        start = end;
    }
    *pairs = spread;
}

#[cfg(test)]
mod tests;
