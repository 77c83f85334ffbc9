//! Numbers of one to five bytes: seven bits a byte, lowest first, high bit on all but the last.

/// Appends `value`.
pub(crate) fn write(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// How many bytes `value` takes.
pub(crate) fn size(value: u32) -> usize {
    match value {
        0..0x80 => 1,
        0x80..0x4000 => 2,
        0x4000..0x20_0000 => 3,
        0x20_0000..0x1000_0000 => 4,
        _ => 5,
    }
}

/// Takes a number off the front; `None` when it is cut short or too large.
#[inline]
pub(crate) fn read(bytes: &mut &[u8]) -> Option<u32> {
    // Gaps of about a hundred take one byte as often as two: without a branch between the two
    // there is nothing for the processor to guess wrong.
    if let [low, high, ..] = **bytes {
        let longer = low >> 7;
        if longer & high >> 7 == 0 {
            let second = (u32::from(high) << 7) & u32::from(longer).wrapping_neg();
            *bytes = &bytes[1 + usize::from(longer)..];
            return Some(u32::from(low & 0x7F) | second);
        }
    }
    read_long(bytes)
}

fn read_long(bytes: &mut &[u8]) -> Option<u32> {
    let mut value = 0_u64;
    for (at, &byte) in bytes.iter().take(5).enumerate() {
        value |= u64::from(byte & 0x7F) << (7 * at);
        if byte < 0x80 {
            *bytes = &bytes[at + 1..];
            return u32::try_from(value).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests;
