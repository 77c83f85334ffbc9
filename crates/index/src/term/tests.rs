use crate::{Field, Kind, TermRef, Terms};

const FIELD: Field = Field(1);
const WHOLE: Kind = Kind::point(1);
const PART: Kind = Kind::point(2);

#[test]
fn a_part_is_a_term_of_its_own() {
    let mut terms = Terms::new();
    terms.push(FIELD, WHOLE, "before");
    terms.push(FIELD, WHOLE, "system|cödé");
    terms.push_part(Field(2), PART, 1, 7..13);
    terms.push_part(FIELD, PART, 1, 0..6);
    terms.push(FIELD, WHOLE, "after");
    let all: Vec<TermRef<'_>> = terms.iter().collect();
    assert_eq!(all[2], TermRef { field: Field(2), kind: PART, value: "cödé" });
    assert_eq!(all[3], TermRef { field: FIELD, kind: PART, value: "system" });
    assert_eq!((all[1].value, all[4].value), ("system|cödé", "after"));
}

#[test]
fn what_is_no_part_is_refused() {
    for part in [0..7, 1..2, 4..5, 5..8] {
        let refused = std::panic::catch_unwind(|| {
            let mut terms = Terms::new();
            terms.push(FIELD, WHOLE, "cödéx");
            terms.push(FIELD, WHOLE, "beyond");
            terms.push_part(FIELD, PART, 0, part.clone());
        });
        assert_eq!(refused.is_err(), part != (0..7), "{part:?}");
    }
}
