use super::*;
use proptest::prelude::*;

proptest! {
    #[test]
    fn the_start_is_the_first_bytes(name in proptest::collection::vec(any::<u8>(), 0..20)) {
        let mut first = [0; 8];
        let length = name.len().min(8);
        first[..length].copy_from_slice(&name[..length]);
        prop_assert_eq!(start(&name), u64::from_le_bytes(first));
    }

    #[test]
    fn names_that_start_alike_are_the_same_where_they_end_alike(
        name in proptest::collection::vec(b'a'..b'c', 1..20),
        at in any::<proptest::sample::Index>(),
    ) {
        prop_assert!(ends_alike(&name, &name));
        let mut other = name.clone();
        other[at.index(name.len())] ^= 1;
        let same = start(&name) == start(&other) && ends_alike(&name, &other);
        prop_assert!(!same);
    }
}
