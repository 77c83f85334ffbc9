//! Hashes of terms that came lately: three of four terms of a record came with one shortly before.
use super::{HashKey, TermHasher};
use crate::{Field, Kind};

/// Hashes that are kept.
const KEPT: usize = 1024;
/// Bytes of a value whose hash is kept, at most.
const TEXT_MAX: usize = 80;

/// Hashes terms under one key, and keeps some hashes: 96 KiB from the first on. To be handed from
/// the builder of one file to that of the next.
#[derive(Clone)]
pub struct Hashes {
    hasher: TermHasher,
    /// Empty, or of [`KEPT`] places.
    kept: Vec<Kept>,
}

#[derive(Copy, Clone)]
struct Kept {
    hash: u64,
    /// Above any form where the place is empty.
    form: u32,
    len: u32,
    text: [u8; TEXT_MAX],
}

const EMPTY: Kept = Kept { hash: 0, form: u32::MAX, len: 0, text: [0; TEXT_MAX] };

impl Hashes {
    /// None are kept yet.
    pub fn new(key: &HashKey) -> Self {
        Self { hasher: TermHasher::new(key), kept: Vec::new() }
    }

    pub(crate) fn hasher(&self) -> &TermHasher {
        &self.hasher
    }

    /// The hash of a term.
    #[inline]
    pub(crate) fn hash(&mut self, field: Field, kind: Kind, value: &str) -> u64 {
        let bytes = value.as_bytes();
        if bytes.len() > TEXT_MAX {
            return self.hasher.hash(field, kind, value);
        }
        if self.kept.is_empty() {
            self.kept = vec![EMPTY; KEPT];
        }
        let form = u32::from(field.0) << 8 | u32::from(kind.byte());
        let kept = &mut self.kept[place(form, bytes)];
        let is_it = kept.form == form && kept.text.get(..kept.len as usize) == Some(bytes);
        if !is_it {
            (kept.form, kept.len) = (form, bytes.len() as u32);
            kept.text[..bytes.len()].copy_from_slice(bytes);
            kept.hash = self.hasher.hash(field, kind, value);
        }
        kept.hash
    }
}

/// Where the hash of a term is kept: one place of each.
#[inline]
fn place(form: u32, value: &[u8]) -> usize {
    let ends = match (value.first_chunk::<8>(), value.last_chunk::<8>()) {
        (Some(first), Some(last)) => {
            u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(20)
        }
        _ => value.iter().fold(0, |ends, byte| ends << 8 | u64::from(*byte)),
    };
    let mixed = (ends ^ u64::from(form) << 32 ^ value.len() as u64).wrapping_mul(MIX);
    (mixed ^ mixed >> 29).wrapping_mul(MIX) as usize >> (u64::BITS - KEPT.ilog2())
}

const MIX: u64 = 0x9E37_79B9_7F4A_7C15;

#[cfg(test)]
mod tests;
