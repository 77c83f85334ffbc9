use super::{BUILT_MAX, Builder, Document, Values};
use crate::{Field, HashKey, Kind, LogIndex, Millis, Terms};

#[test]
fn keys_with_equal_hashes_stay_apart() {
    let mut values = Values::default();
    for (offset, key) in ["one", "two", "one", "three", "two"].iter().enumerate() {
        values.push(7, offset as u32, |out| out.extend_from_slice(key.as_bytes()));
    }
    let keys: Vec<_> = (0..values.ends.len() as u32).map(|number| values.key(number)).collect();
    assert_eq!(keys, [b"one".as_slice(), b"two", b"three"]);
    assert_eq!(values.pairs, [(0, 0), (1, 1), (0, 2), (2, 3), (1, 4)]);
}

#[test]
fn a_builder_never_shows_the_key() {
    let builder = Builder::new(&HashKey([0xAB; 16]), 1, LogIndex(3));
    assert_eq!(format!("{builder:?}"), "Builder { first: LogIndex(3), len: 0, .. }");
}

#[test]
#[should_panic(expected = "at most 1048576 documents are built at once")]
fn one_document_too_many_is_refused() {
    let terms = Terms::new();
    let document =
        Document { recorded: Millis(0), received: Millis(0), location: 0, terms: &terms };
    let mut builder = Builder::new(&HashKey([0; 16]), 1, LogIndex(0));
    (0..=BUILT_MAX).for_each(|_| builder.push(&document));
}

fn built(terms: &Terms) -> Vec<u8> {
    let mut builder = Builder::new(&HashKey([3; 16]), 1, LogIndex(0));
    for _ in 0..3 {
        let time = Millis(0);
        builder.push(&Document { recorded: time, received: time, location: 0, terms });
    }
    let mut bytes = Vec::new();
    builder.finish(&mut bytes).unwrap();
    bytes
}

#[test]
fn hashes_that_terms_bring_with_them_change_nothing() {
    let push = |terms: &mut Terms, values: &[&str]| {
        for value in values {
            terms.push(Field(1), Kind::point(1), value);
            terms.push(Field(2), Kind::ordered(1), value);
        }
    };
    let [mut plain, mut hashed, mut partly, mut otherwise] = [(); 4].map(|()| Terms::new());
    for terms in [&mut plain, &mut hashed, &mut otherwise] {
        push(terms, &["one", "two", "three"]);
    }
    hashed.hash(&HashKey([3; 16]));
    otherwise.hash(&HashKey([4; 16]));
    // Cleared and hashed before; some come behind those that were hashed.
    push(&mut partly, &["before"]);
    partly.hash(&HashKey([3; 16]));
    partly.clear();
    push(&mut partly, &["one"]);
    partly.hash(&HashKey([3; 16]));
    push(&mut partly, &["two", "three"]);
    for terms in [hashed, partly, otherwise] {
        assert_eq!(built(&terms), built(&plain));
    }
}
