//! A flipped bit, a cut or a missing file: told or repaired, and never wrong bytes for an answer.
//!
//! `KILN_SIM_CHANGES=5000 cargo test -p kiln-sim` changes each file more often.

use kiln_sim::damage;
use std::env;

#[test]
fn damage_is_told_or_repaired_and_never_served() {
    let changes = env::var("KILN_SIM_CHANGES").map_or(60, |n| n.parse().expect("a number"));
    let report = damage(7, changes);
    eprintln!("{report:#?}");
    let happened = [
        ("changes", report.changes, changes * 10),
        ("logs refused", report.refused, changes),
        ("logs told of", report.told, changes),
        ("harmless changes", report.harmless, 5),
        ("reads refused", report.reads_refused, changes),
    ];
    for (what, times, least) in happened {
        assert!(times >= least, "only {times} {what}, fewer than {least}");
    }
}
