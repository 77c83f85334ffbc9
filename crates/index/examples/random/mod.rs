//! Chance that comes again: the examples draw their records from it.

/// `SplitMix64`.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Low numbers much oftener: the cube of an even spread.
    pub(crate) fn skewed(&mut self, end: u64) -> u64 {
        let even = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        (even * even * even * end as f64) as u64
    }
}
