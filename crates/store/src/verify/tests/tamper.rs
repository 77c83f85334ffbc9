//! An administrator's hand is found. He knows the format, and makes every checksum, hash and root
//! right again.
//!
//! Without the key everything is found by the check alone, by the key that is pinned, or, where an
//! older honest state comes back, by a checkpoint from elsewhere. With the key everything is found
//! when a witness has cosigned; what is not found without is counted, and said in the docs.
use super::{
    derived,
    memory::Files,
    scene::{Scene, scene},
    stores::{World, expect},
    ways::{self, Act, Dice, Way},
};
use crate::Verdict;
use std::{fmt::Write as _, io::Write as _, slice};

const PLACES: u64 = 25;

/// How many places were found by what.
#[derive(Copy, Clone, Default)]
struct Found {
    alone: u64,
    pinned: u64,
    known: u64,
    not: u64,
}

fn tampered(scene: &Scene, way: &Way, with_key: bool, dice: &mut Dice) -> Files {
    for _ in 0..100 {
        let files = match way.act {
            Act::Log(act) => {
                let mut model = scene.model.clone();
                if !act(&mut model, scene, dice) {
                    continue;
                }
                model.prune();
                if with_key {
                    model.anchor_anew();
                }
                derived::files(&model.write(with_key), model.log, &scene.files, dice.below(2) == 0)
            }
            Act::Files(act) => {
                let mut files = scene.files.clone();
                if !act(&mut files, scene, dice, with_key) {
                    continue;
                }
                files
            }
        };
        assert_ne!(files, scene.files, "{}", way.name);
        return files;
    }
    panic!("{} changes nothing", way.name);
}

/// Whoever checks has nothing, then the key, then what others have kept.
fn look(scene: &Scene, files: &Files, found: &mut Found, with_key: bool) {
    let world = World::of(files);
    let is_found = |trusted: &[_], known: &[_]| {
        world.verify_with(trusted, known).verdict() == Verdict::Tampered
    };
    let is_known = |note| is_found(slice::from_ref(&scene.key), slice::from_ref(note));
    let is_kept = || is_known(&scene.witnessed) && (with_key || is_known(&scene.side));
    if is_found(&[], &[]) {
        found.alone += 1;
    } else if is_found(slice::from_ref(&scene.key), &[]) {
        found.pinned += 1;
    } else if is_kept() {
        found.known += 1;
    } else {
        found.not += 1;
    }
}

fn run(with_key: bool) -> Vec<(&'static str, Found)> {
    let scene = scene();
    let mut table = Vec::new();
    for (nth, way) in (0..).zip(ways::all(with_key)) {
        let mut found = Found::default();
        for place in 0..PLACES {
            let mut dice = Dice(nth * 1000 + place);
            let files = tampered(&scene, &way, with_key, &mut dice);
            look(&scene, &files, &mut found, with_key);
        }
        table.push((way.name, found));
    }
    table
}

fn tell(title: &str, table: &[(&'static str, Found)]) {
    let mut text = format!(
        "{title}\n{:<56} {:>6} {:>6} {:>6} {:>6}\n",
        "way", "alone", "pinned", "known", "not"
    );
    for (name, Found { alone, pinned, known, not }) in table {
        writeln!(text, "{name:<56} {alone:>6} {pinned:>6} {known:>6} {not:>6}").unwrap();
    }
    write!(std::io::stderr(), "{text}").unwrap();
}

#[test]
fn the_forger_knows_the_format() {
    let scene = scene();
    let log = scene.model.write(true);
    let files = derived::files(&log, scene.model.log, &scene.files, true);
    let is_ours = |path: &std::path::Path| !path.to_str().unwrap().contains("/index/");
    for (path, bytes) in scene.files.iter().filter(|(path, _)| is_ours(path)) {
        assert!(files.get(path) == Some(bytes), "{}", path.display());
    }
    let known = [scene.side.clone(), scene.receipt.clone(), scene.witnessed.clone()];
    expect(
        &World::of(&files).verify_with(slice::from_ref(&scene.key), &known),
        Verdict::Ok,
        "made anew",
    );
    let mut again = scene.model.clone();
    again.anchor_anew();
    let files = derived::files(&again.write(true), again.log, &scene.files, true);
    expect(&World::of(&files).verify(), Verdict::Ok, "anchored anew");
}

#[test]
fn without_the_key_everything_is_found() {
    let table = run(false);
    tell("without the key", &table);
    assert!(table.len() >= 40);
    for (name, found) in table {
        assert_eq!(found.not, 0, "{name}");
    }
}

#[test]
fn with_the_key_everything_is_found_where_there_is_a_witness() {
    let table = run(true);
    tell("with the key", &table);
    for (name, found) in table {
        assert_eq!(found.not, 0, "{name}");
    }
}
