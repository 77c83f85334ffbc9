//! The first bytes of a name as one number, so that names are compared without a loop.

/// The first eight bytes, as many as there are; zeros stand for the others. Names of the same
/// length that start alike are the same up to eight bytes, and have to be compared beyond.
#[inline]
pub(crate) const fn start(name: &[u8]) -> u64 {
    let length = name.len();
    if let Some(eight) = name.first_chunk() {
        return u64::from_le_bytes(*eight);
    }
    // The two halves overlap: where they do, they have the same bytes.
    if let (Some(first), Some(last)) = (name.first_chunk(), name.last_chunk()) {
        let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
        return first as u64 | (last as u64) << (8 * (length - 4));
    }
    if length == 0 {
        return 0;
    }
    let (first, middle, last) = (name[0] as u64, name[length / 2] as u64, name[length - 1] as u64);
    first | middle << (8 * (length / 2)) | last << (8 * (length - 1))
}

/// Whether two names of which the length and the start are the same are the same.
#[inline]
pub(crate) fn ends_alike(one: &[u8], other: &[u8]) -> bool {
    if one.len() <= 8 {
        return true;
    }
    match (one.last_chunk::<8>(), other.last_chunk::<8>()) {
        (Some(one_end), Some(other_end)) if one.len() <= 16 => one_end == other_end,
        _ => one == other,
    }
}

#[cfg(test)]
mod tests;
