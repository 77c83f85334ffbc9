use super::by_hash;
use proptest::{collection::vec, prelude::*};

proptest! {
    #[test]
    fn sorts_by_hash_and_keeps_the_order_of_equals(
        hashes in prop_oneof![vec(any::<u64>(), 0..3000), vec(0..50_u64, 0..3000)],
        spread: bool,
        shared in 0..5_u32,
    ) {
        let factor = if spread { u64::MAX / 50 } else { 1 };
        let hashes = hashes.into_iter().map(|hash| hash.wrapping_mul(factor) >> shared);
        let mut pairs: Vec<_> = hashes.zip(0..).collect();
        let mut expected = pairs.clone();
        expected.sort_unstable();
        by_hash(&mut pairs, &mut Vec::new(), shared, |pair| pair.0);
        prop_assert_eq!(pairs, expected);
    }
}
