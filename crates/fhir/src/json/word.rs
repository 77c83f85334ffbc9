//! Eight bytes at once
//! (<https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord>).
use super::start;

const ONES: u64 = u64::from_le_bytes([1; 8]);
const HIGH_BITS: u64 = ONES << 7;

/// Whether one of eight bytes is less than `least`, which is at most 128.
#[inline]
const fn has_less(word: u64, least: u8) -> bool {
    word.wrapping_sub(ONES * least as u64) & !word & HIGH_BITS != 0
}

/// Whether one of eight bytes is `byte`.
#[inline]
const fn has(word: u64, byte: u8) -> bool {
    has_less(word ^ (ONES * byte as u64), 1)
}

/// Whether one of eight bytes is a space or a control.
#[inline]
pub(crate) const fn has_space(word: u64) -> bool {
    has_less(word, b'!')
}

/// Whether one of eight bytes has to be escaped in JSON (RFC 8259, section 7).
#[inline]
pub(crate) const fn has_escaped(word: u64) -> bool {
    has_less(word, b' ') | has(word, b'"') | has(word, b'\\')
}

/// Whether `has_it` is true of any bytes. It is asked about eight at a time, and must not be true
/// of exclamation marks: fewer are filled with them.
#[inline]
pub(crate) fn anywhere(bytes: &[u8], has_it: impl Fn(u64) -> bool) -> bool {
    const EXCLAMATION_MARKS: u64 = ONES * b'!' as u64;
    let Some(last) = bytes.last_chunk() else {
        return has_it(start(bytes) | EXCLAMATION_MARKS << (8 * bytes.len()));
    };
    let has_it = |eight: &[u8; 8]| has_it(u64::from_le_bytes(*eight));
    bytes.as_chunks().0.iter().any(has_it) || has_it(last)
}

#[cfg(test)]
mod tests;
