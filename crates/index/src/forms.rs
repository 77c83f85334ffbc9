//! Which forms of point terms a file has at all.
//!
//! A search for a reference asks for it as relative, as absolute, as a patient: for seven forms of
//! which most stores hold two. A bit for each (field, kind) saves the look-ups of the others.
use crate::{Field, Kind};

const WORDS: usize = 16;
pub(crate) const BYTES: usize = 8 * WORDS;

/// The bit of a field and kind: (16 · field + kind) mod 1,024. Two forms may share one; then a
/// look-up is made in vain.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Form(u16);

impl Form {
    #[inline]
    pub(crate) fn of(field: Field, kind: Kind) -> Self {
        let number = field.0.wrapping_mul(16).wrapping_add(u16::from(kind.byte()));
        Self(number % (64 * WORDS) as u16)
    }
}

/// A set of forms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Forms([u64; WORDS]);

impl Forms {
    #[inline]
    pub(crate) fn add(&mut self, form: Form) {
        self.0[usize::from(form.0 / 64)] |= 1 << (form.0 % 64);
    }

    #[inline]
    pub(crate) fn has(&self, form: Form) -> bool {
        self.0[usize::from(form.0 / 64)] & 1 << (form.0 % 64) != 0
    }

    /// Adds the forms of another file.
    pub(crate) fn extend(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        self.0.iter().for_each(|word| out.extend_from_slice(&word.to_le_bytes()));
    }

    pub(crate) fn read(bytes: &[u8; BYTES]) -> Self {
        let mut forms = Self::default();
        for (word, bytes) in forms.0.iter_mut().zip(bytes.as_chunks().0) {
            *word = u64::from_le_bytes(*bytes);
        }
        forms
    }
}

#[cfg(test)]
mod tests;
