//! A merge writes the bytes that building from the records would.
use crate::world::{self, Memory, bytes, events, files, seed};
use kiln_index::{Digest, Field, File, HashKey, Kind, MergeError, merge, merge_to};
use proptest::{collection::vec, prelude::*, sample::Index};
use std::io;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_merge_writes_what_building_would(
        seeds in prop_oneof![4 => vec(seed(), 0..60), 1 => vec(seed(), 500..1500)],
        cuts in vec(any::<Index>(), 0..9),
    ) {
        let events = events(&seeds);
        let files = files(&events, &cuts);
        let mut merged = Vec::new();
        merge(&files.iter().collect::<Vec<_>>(), &mut merged).unwrap();
        prop_assert_eq!(&merged, &bytes(&events, 0));
        let mut large = Memory::default();
        merge_to(&files.iter().collect::<Vec<_>>(), &mut large, &mut || Ok(())).unwrap();
        prop_assert_eq!(&merged, &large.0);
        let mut sum = Digest::default();
        let digest = |file: &File<Vec<u8>>| file.digest(&HashKey([9; 16])).unwrap();
        for file in &files {
            sum += digest(file);
        }
        prop_assert_eq!(digest(&File::open(merged).unwrap()), sum);
    }

    #[test]
    fn other_records_have_another_digest(
        seeds in vec(seed(), 1..40),
        at in any::<Index>(),
        change in 0..4_u8,
    ) {
        let mut events = events(&seeds);
        let digest = |events: &[world::Event]| {
            let file = File::open(bytes(events, 0)).unwrap();
            file.digest(&HashKey([9; 16])).unwrap()
        };
        let before = digest(&events);
        let event = at.get(&events).clone();
        let changed = events.iter_mut().find(|other| other.terms.len() == event.terms.len());
        let changed = changed.unwrap();
        match change {
            0 => changed.recorded.0 ^= 1,
            1 => changed.location ^= 1,
            2 => changed.terms.push(Field(7), Kind::point(1), "more"),
            _ => changed.terms.push(Field(7), Kind::ordered(1), "more"),
        }
        prop_assert_ne!(digest(&events), before);
    }

    #[test]
    fn files_tell_what_was_pushed(
        seeds in vec(seed(), 1..500),
        first in 0..1000_usize,
        instants in vec(-100..10_000_i64, 10),
    ) {
        let events = events(&seeds);
        let file = world::file(&events, first);
        file.check().unwrap();
        prop_assert_eq!(file.first().0, first as u64);
        prop_assert_eq!(file.end().0, (first + events.len()) as u64);
        prop_assert_eq!(file.len(), events.len() as u64);
        prop_assert_eq!(file.extract_version(), 7);
        let recorded: Vec<_> = events.iter().map(|event| event.recorded).collect();
        let range = (*recorded.iter().min().unwrap(), *recorded.iter().max().unwrap());
        prop_assert_eq!(file.recorded_range(), Some(range));
        for (at, event) in events.iter().enumerate() {
            let at = kiln_index::LogIndex((first + at) as u64);
            prop_assert_eq!(file.received(at).unwrap(), event.received);
            prop_assert_eq!(file.location(at).unwrap(), event.location);
        }
        for instant in instants {
            let expected = events.partition_point(|event| event.received.0 < instant) + first;
            let found = file.received_from(kiln_index::Millis(instant)).unwrap();
            prop_assert_eq!(found.0, expected as u64);
        }
        prop_assert!(file.location(file.end()).is_err());
    }
}

#[test]
fn files_that_do_not_belong_together_are_refused() {
    let file = |first| File::open(bytes(&[], first)).unwrap();
    let (one, far) = (file(0), file(5));
    let error = |files: &[&File<Vec<u8>>]| merge(files, &mut Vec::new()).unwrap_err().to_string();
    assert_eq!(error(&[]), "the files cannot be merged: there are none");
    let apart = "the files cannot be merged: they do not follow each other in the log";
    assert_eq!(error(&[&one, &far]), apart);
}

#[test]
fn a_merge_ends_when_it_is_told_to() {
    let file = File::open(bytes(&[], 0)).unwrap();
    let pause = &mut || Err(io::Error::from(io::ErrorKind::Interrupted));
    let stopped = merge_to(&[&file], &mut Memory::default(), pause);
    assert!(matches!(stopped, Err(MergeError::Output(_))));
}
