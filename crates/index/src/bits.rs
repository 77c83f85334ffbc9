//! Numbers of a fixed width in bits, least significant bit first.

/// How many bits `max` and everything below it fit in.
pub(crate) fn width(max: u64) -> u32 {
    u64::BITS - max.leading_zeros()
}

/// Appends numbers to a byte vector, which may be emptied between them.
#[derive(Default)]
pub(crate) struct Packer {
    pending: u128,
    filled: u32,
}

impl Packer {
    /// Appends `value`, which fits in `width` (at most 64) bits.
    #[inline]
    pub(crate) fn push(&mut self, out: &mut Vec<u8>, value: u64, width: u32) {
        self.pending |= u128::from(value) << self.filled;
        self.filled += width;
        if self.filled >= u64::BITS {
            out.extend_from_slice(&(self.pending as u64).to_le_bytes());
            self.pending >>= u64::BITS;
            self.filled -= u64::BITS;
        }
    }

    /// Fills the last byte with zeros.
    pub(crate) fn finish(self, out: &mut Vec<u8>) {
        let bytes = self.filled.div_ceil(8) as usize;
        out.extend_from_slice(&self.pending.to_le_bytes()[..bytes]);
    }
}

/// The number of `width` (at most 64) bits at bit `at`. What lies past the end reads as zero, so
/// that damaged widths need no check here.
pub(crate) fn read(bytes: &[u8], at: usize, width: u32) -> u64 {
    window(bytes, at) as u64 & mask(width)
}

/// The numbers at bit `at`, of at most 120 bits together; zeros behind the end.
pub(crate) fn window(bytes: &[u8], at: usize) -> u128 {
    let rest = bytes.get(at / 8..).unwrap_or_default();
    let window = rest.first_chunk::<16>().copied().unwrap_or_else(|| padded(rest));
    u128::from_le_bytes(window) >> (at % 8)
}

/// The lowest `width` (at most 64) bits.
pub(crate) fn mask(width: u32) -> u64 {
    if width >= u64::BITS { u64::MAX } else { (1 << width) - 1 }
}

fn padded(rest: &[u8]) -> [u8; 16] {
    let mut window = [0; 16];
    window[..rest.len()].copy_from_slice(rest);
    window
}

#[cfg(test)]
mod tests;
