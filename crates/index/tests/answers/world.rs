//! Random records and queries, small enough that they meet often.
use kiln_index::{
    Builder, Document, DocumentView, Field, File, HashKey, Kind, LogIndex, Millis, Place, Query,
    Storage, Term, Terms,
};
use proptest::{collection::vec, prelude::*, sample::Index};
use std::io;

pub(crate) const KEY: HashKey = HashKey(*b"a key for tests!");
const POINT: Kind = Kind::point(1);
const ORDERED: Kind = Kind::ordered(1);

/// One record of a world.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) recorded: Millis,
    pub(crate) received: Millis,
    pub(crate) location: u64,
    pub(crate) terms: Terms,
}

/// What an event is made of.
#[derive(Clone, Debug)]
pub(crate) struct Seed {
    recorded: i64,
    waited: i64,
    frame: u64,
    point: Vec<u8>,
    ordered: Vec<String>,
}

pub(crate) fn seed() -> impl Strategy<Value = Seed> {
    (
        prop_oneof![4 => 0..40_i64, 1 => -1_000_000..1_000_000_i64, 1 => any::<i64>()],
        prop_oneof![3 => Just(0_i64), 1 => 0..5_i64, 1 => 0..100_000_i64],
        prop_oneof![5 => 0..3_u64, 1 => any::<u64>()],
        vec(prop_oneof![0..4_u8, 0..40_u8, any::<u8>()], 0..6),
        vec(prop_oneof!["[ab]{0,3}", "[ab é.\0]{0,6}"], 0..3),
    )
        .prop_map(|(recorded, waited, frame, point, ordered)| Seed {
            recorded,
            waited,
            frame,
            point,
            ordered,
        })
}

pub(crate) fn events(seeds: &[Seed]) -> Vec<Event> {
    let mut received = -50;
    let mut location = 0_u64;
    let unique = |at: usize| format!("unique {at}");
    let mut events = Vec::new();
    for (at, seed) in seeds.iter().enumerate() {
        received += seed.waited;
        location = location.wrapping_add(seed.frame);
        let mut terms = Terms::new();
        seed.point.iter().for_each(|v| terms.push(Field(u16::from(v % 3)), POINT, &v.to_string()));
        terms.push(Field(9), POINT, &unique(at));
        terms.push(Field(8), POINT, "present");
        for value in &seed.ordered {
            terms.push(Field(value.len() as u16 % 2), ORDERED, value);
        }
        events.push(Event {
            recorded: Millis(seed.recorded),
            received: Millis(received),
            location,
            terms,
        });
    }
    events
}

/// Files over the events, cut at these places.
pub(crate) fn files(events: &[Event], cuts: &[Index]) -> Vec<File<Vec<u8>>> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(events.len() + 1)).collect();
    cuts.extend([0, events.len()]);
    cuts.sort_unstable();
    cuts.windows(2).map(|pair| file(&events[pair[0]..pair[1]], pair[0])).collect()
}

pub(crate) fn file(events: &[Event], first: usize) -> File<Vec<u8>> {
    File::open(bytes(events, first)).unwrap()
}

pub(crate) fn bytes(events: &[Event], first: usize) -> Vec<u8> {
    let mut builder = Builder::new(&KEY, 7, LogIndex(first as u64));
    for Event { recorded, received, location, terms } in events {
        builder.push(&Document {
            recorded: *recorded,
            received: *received,
            location: *location,
            terms,
        });
    }
    let mut out = Vec::new();
    builder.finish(&mut out).unwrap();
    out
}

pub(crate) fn view(events: &[Event], at: usize) -> DocumentView<'_> {
    let Event { recorded, received, terms, .. } = &events[at];
    let log_index = LogIndex(at as u64);
    DocumentView { log_index, recorded: *recorded, received: *received, terms }
}

pub(crate) fn query() -> impl Strategy<Value = Query> {
    let leaf = prop_oneof![
        1 => Just(Query::All),
        1 => Just(Query::Nothing),
        6 => (0..4_u16, 0..50_u8).prop_map(|(f, v)| term(f % 3, POINT, &v.to_string())),
        3 => (0..4_u8).prop_map(|v| term(u16::from(v % 3), POINT, &v.to_string())),
        1 => (0..300_u16).prop_map(|at| term(9, POINT, &format!("unique {at}"))),
        1 => Just(term(8, POINT, "present")),
        2 => (0..3_u16, "[ab]{0,3}").prop_map(|(f, v)| term(f, ORDERED, &v)),
        2 => (0..3_u16, "[ab]{0,2}").prop_map(|(f, prefix)| Query::Prefix {
            field: Field(f),
            kind: ORDERED,
            prefix,
        }),
        3 => (0..3_u16, "[ab é.\0]{0,3}", any::<bool>()).prop_map(|(f, needle, word)| {
            let place = if word { Place::WordStart } else { Place::Anywhere };
            Query::Contains { field: Field(f), kind: ORDERED, needle, place }
        }),
        2 => range(40).prop_map(Query::Recorded),
        2 => range(5_000).prop_map(Query::Received),
        1 => vec(0..400_u64, 0..20).prop_map(|mut at| {
            at.sort_unstable();
            Query::At(at.into_iter().map(LogIndex).collect())
        }),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            3 => vec(inner.clone(), 0..4).prop_map(Query::And),
            2 => vec(inner.clone(), 0..4).prop_map(Query::Or),
            2 => inner.prop_map(|query| Query::Not(Box::new(query))),
        ]
    })
}

fn term(field: u16, kind: Kind, value: &str) -> Query {
    Query::Term(Term { field: Field(field), kind, value: value.to_owned() })
}

fn range(around: i64) -> impl Strategy<Value = std::ops::Range<Millis>> {
    let end = move || prop_oneof![4 => -around..2 * around, 1 => any::<i64>()];
    (end(), end()).prop_map(|(from, to)| Millis(from)..Millis(to))
}

/// A file in memory that a large merge writes.
#[derive(Default)]
pub(crate) struct Memory(pub(crate) Vec<u8>);

impl Storage for Memory {
    fn write_all_at(&mut self, bytes: &[u8], at: u64) -> io::Result<()> {
        let (from, to) = (at as usize, at as usize + bytes.len());
        self.0.resize(self.0.len().max(to), 0);
        self.0[from..to].copy_from_slice(bytes);
        Ok(())
    }

    fn read_exact_at(&mut self, bytes: &mut [u8], at: u64) -> io::Result<()> {
        bytes.copy_from_slice(&self.0[at as usize..at as usize + bytes.len()]);
        Ok(())
    }
}
