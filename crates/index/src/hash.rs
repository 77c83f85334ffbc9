//! Terms as 64-bit numbers that only the holder of the store's key can predict.
//!
//! A file's lookup compares all 64 bits. With 10 million distinct terms in a file, a term that is
//! not in it meets an equal hash with odds of 10^7 / 2^64, about 5 in 10^13; so hits, counts and
//! exclusions are taken as they are and no record is read to confirm them.
use crate::{Field, Kind};
use siphasher::sip::SipHasher13;
use std::hash::{BuildHasherDefault, Hasher};

/// Keys the term hashes of one store, so that no sender can forge a collision.
#[derive(Clone)]
pub struct HashKey(pub [u8; 16]);

/// Hashes terms: SipHash-1-3 over field (2 bytes, big-endian), kind, 5 zero bytes, value.
///
/// The zeros make the beginning one block of the hash, so that the value is read in whole words.
#[derive(Clone)]
pub(crate) struct TermHasher(SipHasher13);

impl TermHasher {
    pub(crate) fn new(key: &HashKey) -> Self {
        Self(SipHasher13::new_with_key(&key.0))
    }

    #[inline]
    pub(crate) fn hash(&self, field: Field, kind: Kind, value: &str) -> u64 {
        let [high, low] = field.0.to_be_bytes();
        let mut hasher = self.0;
        hasher.write_u64(u64::from_le_bytes([high, low, kind.byte(), 0, 0, 0, 0, 0]).to_le());
        // Goes on from the block before, and is one pass over the value.
        hasher.hash(value.as_bytes())
    }

    /// What a file says about the key it was made with: the hash of nothing.
    pub(crate) fn check(&self) -> u64 {
        self.0.finish()
    }
}

/// Takes 64-bit numbers that are hashes already as they are.
#[derive(Default)]
pub(crate) struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// A map whose keys are hashes.
pub(crate) type HashedMap<V> = std::collections::HashMap<u64, V, BuildHasherDefault<AsIs>>;

#[cfg(test)]
mod tests;
