//! A write that was torn is no tampering; what others know of was not torn.
use super::{
    memory::Files,
    stores::{LOG, World, expect, fill_by, seal},
};
use crate::{
    Verdict,
    testing::{append, unit},
};
use std::path::{Path, PathBuf};

const SECTOR: usize = 512;

/// A log that was not stopped, where its last group begins and ends, and the last segment's path.
fn torn_world() -> (World, Files, PathBuf, usize, usize) {
    let world = World::new();
    let store = world.open();
    fill_by(&store, 20, 3);
    let start = store.snapshot().open.len as usize;
    let bodies: Vec<String> = (0..16).map(|n| format!("last n{n} {}", "x".repeat(n))).collect();
    append(&store, unit(&bodies.iter().map(|body| &**body).collect::<Vec<_>>())).unwrap();
    let end = store.snapshot().open.len as usize;
    drop(store);
    let files = world.log();
    let path = Path::new(LOG).join("segments/0000000000000000.log");
    (world, files, path, start, end)
}

#[test]
fn a_group_that_was_cut_short_is_none() {
    let (world, files, path, start, end) = torn_world();
    for cut in start..end - 1 {
        let mut torn = files.clone();
        torn.get_mut(&path).unwrap()[cut..].fill(0);
        let report = world.replace(&torn).verify();
        expect(&report, Verdict::NotProvable, &format!("{cut} of {start} to {end}"));
        assert_eq!(report.affected, []);
    }
}

#[test]
fn a_sector_that_was_lost_is_no_tampering() {
    let (world, files, path, start, end) = torn_world();
    for sector in start / SECTOR..end.div_ceil(SECTOR) {
        let from = (sector * SECTOR).max(start);
        let to = ((sector + 1) * SECTOR).min(end);
        let mut torn = files.clone();
        torn.get_mut(&path).unwrap()[from..to].fill(0);
        expect(&world.replace(&torn).verify(), Verdict::NotProvable, &format!("{from} to {to}"));
    }
}

#[test]
fn what_was_told_of_was_not_torn() {
    let world = World::new();
    let store = world.open();
    fill_by(&store, 20, 3);
    seal(&store);
    let known = world.note();
    drop(store);
    let mut files = world.log();
    // What is derived knows as well.
    let derived = ["tiles", "tiled", "index"].map(|name| Path::new(LOG).join(name));
    files.retain(|path, _| !derived.iter().any(|dir| path.starts_with(dir)));
    let path = Path::new(LOG).join("segments/0000000000000000.log");
    let len = files[&path].iter().rposition(|byte| *byte != 0).unwrap() + 1;
    files.get_mut(&path).unwrap()[len - 20..].fill(0);
    let world = world.replace(&files);
    expect(&world.verify(), Verdict::NotProvable, "nobody knows");
    let report = world.verify_with(&[], &[known]);
    expect(&report, Verdict::Tampered, "the side file knows");
    assert_eq!(report.affected.len(), 1, "{report:?}");
}

#[test]
fn what_stands_behind_the_end_is_found() {
    let (world, files, path, _, end) = torn_world();
    for at in (end..files[&path].len()).step_by(97) {
        let mut turned = files.clone();
        turned.get_mut(&path).unwrap()[at] ^= 4;
        expect(&world.replace(&turned).verify(), Verdict::Tampered, &format!("byte {at}"));
    }
}

#[test]
fn a_damaged_group_before_the_last_is_no_torn_one() {
    let (world, files, path, start, _) = torn_world();
    let mut cut = files.clone();
    cut.get_mut(&path).unwrap()[start - 30..start].fill(0);
    let report = world.replace(&cut).verify();
    expect(&report, Verdict::Tampered, "a group stands behind");
    assert!(report.findings[0].told.contains("stands behind it"), "{report:?}");
}
