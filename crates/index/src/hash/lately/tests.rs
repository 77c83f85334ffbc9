use super::{Hashes, TEXT_MAX};
use crate::{Field, HashKey, Kind, hash::TermHasher};
use proptest::{collection::vec, prelude::*};

/// Few enough that most come again, and more than there are places.
fn terms() -> impl Strategy<Value = Vec<(u16, u8, String)>> {
    let value = prop_oneof!["[ab]{0,3}", "Patient/[0-9]{1,3}", "[ab]{78,82}", "é{38,42}"];
    vec((0..3_u16, 0..3_u8, value), 0..4000)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    #[test]
    fn hashes_are_those_of_the_hasher(terms in terms()) {
        let key = HashKey([3; 16]);
        let (expected, mut hashes) = (TermHasher::new(&key), Hashes::new(&key));
        for (field, kind, value) in &terms {
            let (field, kind) = (Field(*field), Kind::point(*kind));
            prop_assert_eq!(hashes.hash(field, kind, value), expected.hash(field, kind, value));
        }
    }
}

#[test]
fn a_value_that_another_one_has_driven_out_is_hashed_again() {
    let key = HashKey([3; 16]);
    let (expected, mut hashes) = (TermHasher::new(&key), Hashes::new(&key));
    let (field, kind) = (Field(1), Kind::ordered(1));
    // They differ in the middle alone, so they have one place.
    let values = ["a", "b"].map(|middle| format!("12345678{middle}12345678"));
    assert!(values[0].len() < TEXT_MAX);
    for value in values.iter().cycle().take(5) {
        assert_eq!(hashes.hash(field, kind, value), expected.hash(field, kind, value));
    }
}
