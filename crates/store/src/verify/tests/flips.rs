//! Any bit that is turned is found.
use super::{
    memory::Files,
    scene::scene,
    stores::{LOG, World, expect},
    ways::Dice,
};
use crate::Verdict;
use std::path::{Path, PathBuf};

/// How many places are tried, unless `KILN_VERIFY_FLIPS` says otherwise.
const FLIPS: usize = 2000;

/// Derived from the log, or the log itself: all of it is compared, to the bit.
fn is_compared(path: &Path) -> bool {
    let names = ["segments", "index", "tiles", "dictionaries", "clean", "tiled"];
    names.iter().any(|name| path.starts_with(Path::new(LOG).join(name)))
}

fn flips() -> usize {
    let told = std::env::var("KILN_VERIFY_FLIPS").ok();
    told.map_or(FLIPS, |told| told.parse().expect("KILN_VERIFY_FLIPS is a number"))
}

/// Turns one bit of each of these places and checks; the places go through all files in turn.
fn turn(files: &Files, places: usize, dice: &mut Dice, verdict: Verdict) {
    let paths: Vec<&PathBuf> = files.keys().filter(|path| is_compared(path)).collect();
    for place in 0..places {
        let path = paths[place % paths.len()];
        let len = files[path].len();
        // A step through the file, from its first byte to its last.
        let at = match place / paths.len() {
            0 => 0,
            1 => len - 1,
            _ => dice.below(len),
        };
        let mut turned = files.clone();
        turned.get_mut(path).unwrap()[at] ^= 1 << dice.below(8);
        let report = World::of(&turned).verify();
        expect(&report, verdict, &format!("{} byte {at} of {len}", path.display()));
    }
}

#[test]
fn any_turned_bit_is_found() {
    let scene = scene();
    turn(&scene.files, flips(), &mut Dice(1), Verdict::Tampered);
}
