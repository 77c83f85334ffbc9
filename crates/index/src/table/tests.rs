use super::{Entries, Table};
use crate::file::{Section, tests::with_section};
use proptest::{collection::btree_map, prelude::*};

fn spread(seed: u64) -> u64 {
    seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

proptest! {
    #[test]
    fn each_hash_is_found_with_its_number(
        numbers in btree_map(0..5000_u64, prop_oneof![0..9_u32, any::<u32>()], 0..700),
        uneven: bool,
    ) {
        let hash = |seed: u64| if uneven { seed } else { spread(seed) };
        let mut pairs: Vec<_> = numbers.iter().map(|(seed, n)| (hash(*seed), *n)).collect();
        pairs.sort_unstable();
        let mut entries = Entries::with_capacity(0);
        for (hash, number) in &pairs {
            entries.push(*hash, *number);
        }
        let mut bytes = Vec::new();
        let shape = entries.write(&mut bytes);
        with_section(Section::Singles, shape, &bytes, |view| {
            let table = Table::new(view, Section::Singles);
            for seed in 0..5000 {
                let expected = numbers.get(&seed).copied();
                assert_eq!(table.find(hash(seed)).unwrap(), expected);
            }
            assert_eq!(table.find(hash(u64::MAX - 9)).unwrap(), None);
            let mut cursor = table.entries();
            let walked: Vec<_> = std::iter::from_fn(|| cursor.next().unwrap()).collect();
            assert_eq!(walked, pairs);
        });
    }
}

#[test]
fn a_million_entries_take_what_the_arithmetic_says() {
    let mut hashes: Vec<u64> = (1..=1_000_000).map(spread).collect();
    hashes.sort_unstable();
    let mut entries = Entries::with_capacity(0);
    for hash in &hashes {
        entries.push(*hash, (1 << 20) - 1);
    }
    let mut bytes = Vec::new();
    entries.write(&mut bytes);
    let (starts, slots) = (4 * ((1 << 13) + 1), (1_000_000 + (64 << 13)) / 8);
    assert_eq!(bytes.len(), starts + slots + 1_000_000 * (45 + 20) / 8);
}
