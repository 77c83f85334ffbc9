//! Nothing is found in a log that nobody touched.
use super::stores::{World, expect, fill, seal};
use crate::{
    KeySource, Settings, Verdict,
    testing::{answer, append, components, signed, small, unit},
};
use kiln_evidence::Ed25519Signer;
use std::sync::Arc;

#[test]
fn a_log_of_any_size_is_as_it_was_written() {
    for size in [0, 1, 2, 3, 49, 50, 51, 254, 255, 256, 257, 300, 511, 512, 513, 770] {
        let world = World::new();
        let store = world.open();
        fill(&store, size);
        let stop = store.snapshot().size().0 + 1;
        seal(&store);
        store.close().unwrap();
        let report = world.verify();
        expect(&report, Verdict::Ok, &format!("{size} records"));
        assert_eq!(report.records, stop);
        assert_eq!(report.key.as_ref().unwrap().1, KeySource::Stated);
        let key = report.key.clone().unwrap().0;
        let report = world.verify_with(&[key], &[world.note()]);
        expect(&report, Verdict::Ok, &format!("{size} records, a key and a note"));
        assert_eq!(report.key.unwrap().1, KeySource::Trusted);
        assert_eq!(report.covered.unwrap().size.0, stop);
        assert_eq!(report.affected, []);
    }
}

#[test]
fn large_segments_and_groups_make_no_difference() {
    let world = World::new();
    let store = world.open_with(signed(1), Settings::default());
    for n in 0..40 {
        let bodies: Vec<String> = (0..30).map(|i| format!("all n{n} i{i}")).collect();
        append(&store, unit(&bodies.iter().map(|body| &**body).collect::<Vec<_>>())).unwrap();
    }
    seal(&store);
    store.close().unwrap();
    expect(&world.verify(), Verdict::Ok, "one segment");
}

#[test]
fn an_unclean_stop_is_no_tampering() {
    for size in [0, 1, 60, 256, 300] {
        let world = World::new();
        let store = world.open();
        fill(&store, size);
        drop(store);
        let report = world.verify();
        expect(&report, Verdict::NotProvable, &format!("{size} records"));
        // And after the next start, all of it is there.
        world.open().close().unwrap();
        expect(&world.verify(), Verdict::Ok, &format!("{size} records, started again"));
    }
}

#[test]
fn several_starts_and_keys_are_followed() {
    let world = World::new();
    for seed in 1..5 {
        let store = world.open_with(signed(seed), small());
        fill(&store, u64::from(seed) * 70);
        let next = Arc::new(Ed25519Signer::from_seed([seed + 1; 32]));
        let change = store.rotate_key(next).unwrap();
        while store.step() {}
        answer(change).unwrap();
        fill(&store, u64::from(seed) * 70 + 10);
        if seed.is_multiple_of(2) { store.close().unwrap() } else { drop(store) }
    }
    let store = world.open_with(signed(5), small());
    let newest = store.log_key().unwrap();
    store.close().unwrap();
    let report = world.verify();
    expect(&report, Verdict::Ok, "five keys");
    assert_eq!(report.key.unwrap().0, newest);
    // Whoever trusts the key of a moment trusts those that it was handed over from and to.
    for seed in 1..=5 {
        let key = Ed25519Signer::from_seed([seed; 32]);
        let key = kiln_evidence::Signer::public_key(&key);
        let key = super::super::signatures::under(newest.name(), key).unwrap();
        expect(&world.verify_with(&[key], &[world.note()]), Verdict::Ok, "one of them");
    }
}

#[test]
fn an_adopted_copy_is_told_and_no_tampering() {
    let world = World::new();
    let store = world.open();
    fill(&store, 100);
    store.close().unwrap();
    let copy = world.log();
    let store = world.open();
    fill(&store, 150);
    store.close().unwrap();
    let lost = world.note();
    let world = world.replace(&copy);
    let store = world.open_as(signed(1), small(), true);
    fill(&store, 260);
    seal(&store);
    store.close().unwrap();
    for known in [vec![], vec![lost, world.note()]] {
        let report = world.verify_with(&[], &known);
        expect(&report, Verdict::NotProvable, "an adopted copy");
        let is_told = |told: &String| told.contains("are lost, and the log states it");
        assert!(report.unproven.iter().any(is_told), "{report:?}");
        assert_eq!(report.affected, []);
    }
}

#[test]
fn a_log_without_signatures_proves_nothing() {
    let world = World::new();
    let store = world.open_with(components(), small());
    fill(&store, 120);
    store.close().unwrap();
    let report = world.verify();
    expect(&report, Verdict::NotProvable, "unsigned");
    assert!(report.unproven[0].contains("not signed"), "{report:?}");
    assert!(report.key.is_none());
}

#[test]
fn where_no_log_is_nothing_is_proven() {
    let world = World::new();
    expect(&world.verify(), Verdict::NotProvable, "no folder");
}
