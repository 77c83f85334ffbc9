//! Files of several chunks of 65,536 documents, where postings take all their forms.
use crate::{oracle::check, world};
use kiln_index::{Field, File, Kind, LogIndex, Millis, Place, Query, Term, Terms, merge, merge_to};
use proptest::prelude::TestCaseError;

const COUNT: usize = 150_000;
const POINT: Kind = Kind::point(3);
const ORDERED: Kind = Kind::ordered(3);

/// Every `number`-th record has the term `number`; late ones, and a run, mix the order up.
fn events() -> Vec<world::Event> {
    (0..COUNT)
        .map(|at| {
            let mut terms = Terms::new();
            for number in [1, 2, 3, 10, 20, 100, 1000, 60_000] {
                if at % number == 0 {
                    terms.push(Field(1), POINT, &number.to_string());
                }
            }
            if (40_000..90_000).contains(&at) {
                terms.push(Field(2), POINT, "run");
            }
            terms.push(Field(3), ORDERED, &format!("{:04}", at * 7919 % 5000));
            // Of 583 records each: more such values than a search leaves unread.
            terms.push(Field(3), ORDERED, &format!("often {:03}", at % 257));
            let late = if at % 97 == 0 { at as i64 % 50_000 } else { at as i64 % 3 };
            world::Event {
                recorded: Millis(at as i64 - late),
                received: Millis(at as i64 / 2),
                location: at as u64 / 4,
                terms,
            }
        })
        .collect()
}

fn queries() -> Vec<Query> {
    let number =
        |number: u32| Query::Term(Term { field: Field(1), kind: POINT, value: number.to_string() });
    let run = || Query::Term(Term { field: Field(2), kind: POINT, value: "run".into() });
    let beginning =
        |prefix: &str| Query::Prefix { field: Field(3), kind: ORDERED, prefix: prefix.into() };
    let inside = |needle: &str, place| Query::Contains {
        field: Field(3),
        kind: ORDERED,
        needle: needle.into(),
        place,
    };
    let not = |query| Query::Not(Box::new(query));
    let recorded = |from, to| Query::Recorded(Millis(from)..Millis(to));
    let received = |from, to| Query::Received(Millis(from)..Millis(to));
    vec![
        number(1),
        number(60_000),
        Query::And(vec![number(2), number(3), number(10), not(number(20))]),
        Query::And(vec![number(10), run(), recorded(60_000, 80_000)]),
        Query::Or(vec![number(1000), Query::And(vec![run(), beginning("12")])]),
        Query::And(vec![not(run()), beginning("4")]),
        beginning("often 1"),
        Query::And(vec![beginning("o"), run(), not(inside("ten 2", Place::Anywhere))]),
        inside("77", Place::Anywhere),
        inside("12", Place::WordStart),
        Query::And(vec![inside("9", Place::Anywhere), number(100), not(beginning("4"))]),
        not(Query::Or(vec![inside("0", Place::Anywhere), run()])),
        Query::And(vec![received(20_000, 40_000), number(100)]),
        not(Query::Or(vec![received(20_000, 40_000), number(3), run()])),
        Query::And(vec![not(received(100, 74_000)), not(number(2))]),
        Query::At((0..COUNT as u64).step_by(4321).map(LogIndex).collect()),
        not(Query::At(vec![LogIndex(7), LogIndex(70_000)])),
    ]
}

#[test]
fn answers_as_the_oracle_over_several_chunks() -> Result<(), TestCaseError> {
    let events = events();
    let cuts = [0, 70_000, 71_000, COUNT];
    let files: Vec<_> =
        cuts.windows(2).map(|cut| world::file(&events[cut[0]..cut[1]], cut[0])).collect();
    let merged = [File::open(world::bytes(&events, 0)).unwrap()];
    for query in queries() {
        check(&events, &files, &query, None, COUNT, 500)?;
        check(&events, &merged, &query, None, 123_456, 500)?;
    }
    Ok(())
}

#[test]
fn a_merge_writes_what_building_would_over_several_chunks() {
    let events = events();
    let built = world::bytes(&events, 0);
    let halves = [0, COUNT / 2, COUNT];
    for cuts in [&[0, 70_000, 71_000, COUNT][..], &halves, &[0, COUNT]] {
        let files: Vec<_> =
            cuts.windows(2).map(|cut| world::file(&events[cut[0]..cut[1]], cut[0])).collect();
        let files: Vec<_> = files.iter().collect();
        let mut merged = Vec::new();
        merge(&files, &mut merged).unwrap();
        assert!(merged == built, "{cuts:?}");
        let mut large = world::Memory::default();
        merge_to(&files, &mut large, &mut || Ok(())).unwrap();
        assert!(large.0 == built, "{cuts:?}: one that need not fit in memory");
    }
}
