use super::{Budget, Inside, LOOKED_AT_MAX, MATCHED_MAX, VALUES_AT_ONCE, begins_word, containing};
use crate::{
    Builder, Document, Error, Field, File, HashKey, Kind, LogIndex, Millis, Place, Terms,
    dictionary,
};
use std::cell::Cell;

const NAME: Field = Field(3);
const TEXT: Kind = Kind::ordered(1);

fn file(values: impl Iterator<Item = String>) -> File<Vec<u8>> {
    let mut builder = Builder::new(&HashKey([1; 16]), 1, LogIndex(0));
    for value in values {
        let mut terms = Terms::new();
        terms.push(NAME, TEXT, &value);
        let at = Millis(0);
        builder.push(&Document { recorded: at, received: at, location: 0, terms: &terms });
    }
    let mut bytes = Vec::new();
    builder.finish(&mut bytes).expect("memory takes it");
    File::open(bytes).expect("just written")
}

fn inside(needle: &str, place: Place) -> Inside {
    let mut prefix = Vec::new();
    dictionary::push_key(&mut prefix, NAME, TEXT, "");
    Inside::new(prefix, needle, place)
}

fn answer(file: &File<Vec<u8>>, needle: &str, budget: &Budget<'_>) -> Result<(), Error> {
    containing(file.view(), &inside(needle, Place::Anywhere), budget).map(|_| ())
}

#[test]
fn words_begin_behind_what_is_no_letter_and_no_digit() {
    let rows = [
        ("garcia-muller", "muller", true),
        ("garcia-muller", "uller", false),
        ("x2 2", "2", true),
        ("x2", "2", false),
        ("ab ababa", "aba", true),
        ("xababa aba", "aba", true),
        ("xababa", "aba", false),
        ("xa.a.a", "a.a", true),
        ("жа", "а", false),
        ("ж а", "а", true),
        ("\u{2019}a", "a", true),
        ("ab\0 cd", "cd", false),
        ("ab\0cd", "ab\0", false),
        ("", "", true),
        ("", "a", false),
    ];
    for (value, needle, expected) in rows {
        let found = inside(needle, Place::WordStart).is_in(value.as_bytes()).expect("text");
        assert_eq!(found, expected, "{needle} in {value}");
    }
}

#[test]
fn a_value_that_is_no_text_is_damage() {
    for forged in [&b"\x80"[..], b"a\xff", b"\xc3"] {
        assert!(matches!(begins_word(forged), Err(Error::Damaged(_))));
    }
}

#[test]
fn looking_at_too_many_values_ends_the_search() {
    let file = file((0..100).map(|number| format!("value {number}")));
    let budget = |looks, matches| Budget {
        expired: &|| false,
        looks: Cell::new(looks),
        matches: Cell::new(matches),
    };
    assert!(answer(&file, "none", &budget(100, 0)).is_ok());
    assert!(matches!(answer(&file, "none", &budget(99, 0)), Err(Error::Expired)));
    assert!(answer(&file, "9", &budget(100, 19)).is_ok());
    assert!(matches!(answer(&file, "9", &budget(100, 18)), Err(Error::Expired)));
    // What one file spends, the next one has no more.
    let both = budget(150, MATCHED_MAX);
    assert!(answer(&file, "none", &both).is_ok());
    assert!(matches!(answer(&file, "none", &both), Err(Error::Expired)));
}

#[test]
fn the_clock_is_looked_at_while_no_value_matches() {
    let count = 3 * VALUES_AT_ONCE;
    let file = file((0..count).map(|number| format!("value {number}")));
    let asked = Cell::new(0);
    let expired = || {
        asked.set(asked.get() + 1);
        asked.get() > 2
    };
    let budget = Budget::new(&expired);
    assert!(matches!(answer(&file, "none", &budget), Err(Error::Expired)));
    assert_eq!(LOOKED_AT_MAX - budget.looks.get(), 2 * VALUES_AT_ONCE);
}
