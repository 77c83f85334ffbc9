use super::{Bitset, Leaf};
use proptest::{collection::btree_set, prelude::*};
use std::collections::BTreeSet;

const LEN: u32 = 300;

fn set(members: &BTreeSet<u32>) -> Bitset {
    let mut set = Bitset::empty(vec![u64::MAX; 2], LEN);
    for member in members {
        set.insert_range(*member, member + 1);
    }
    set
}

fn members(set: &Bitset) -> BTreeSet<u32> {
    (0..LEN).filter(|at| set.words[*at as usize / 64] >> (at % 64) & 1 == 1).collect()
}

proptest! {
    #[test]
    fn combines_as_sets_do(
        a in btree_set(0..LEN, 0..200),
        b in btree_set(0..LEN, 0..200),
        range in (0..=LEN, 0..=LEN),
    ) {
        let list: Vec<u32> = b.iter().map(|member| member + 1000).collect();
        let other = set(&b);
        let range = range.0.min(range.1)..range.0.max(range.1);
        let in_range: BTreeSet<u32> = range.clone().collect();
        let leaves = [
            (Leaf::List(&list, 1000), &b),
            (Leaf::Words(&other.words), &b),
            (Leaf::Range(range.start, range.end), &in_range),
        ];
        for (leaf, b) in leaves {
            let mut both = set(&a);
            both.intersect(leaf).unwrap();
            prop_assert_eq!(members(&both), &a & b);
            prop_assert_eq!(both.count(), (&a & b).len() as u64);
            let mut either = set(&a);
            either.unite(leaf).unwrap();
            prop_assert_eq!(members(&either), &a | b);
            let mut rest = set(&a);
            rest.subtract(leaf).unwrap();
            prop_assert_eq!(members(&rest), &a - b);
            prop_assert_eq!(rest.is_empty(), (&a - b).is_empty());
        }
        prop_assert_eq!(set(&a).count_in(range), (&a & &in_range).len() as u64);
    }
}

#[test]
fn bits_past_the_end_are_never_set() {
    let mut set = Bitset::empty(Vec::new(), LEN);
    set.unite(Leaf::Words(&[u64::MAX; 5])).unwrap();
    assert_eq!(set.count(), u64::from(LEN));
}
