//! At least a thousand runs, each with its crashes, and nothing acknowledged is ever lost.
//!
//! `KILN_SIM_SEEDS=100000 cargo test -p kiln-sim` runs more; `KILN_SIM_SEED=7` replays one.

use kiln_sim::{Report, rollback, run, sweep};
use std::{
    env,
    panic::catch_unwind,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
};

const SEEDS: u64 = 1_000;

#[test]
fn nothing_acknowledged_is_lost_in_any_seed() {
    if let Some(seed) = number("KILN_SIM_SEED") {
        return eprintln!("seed {seed}: {:#?}", run(seed));
    }
    let seeds = number("KILN_SIM_SEEDS").unwrap_or(SEEDS);
    let report = run_all(seeds);
    eprintln!("{report:#?}");
    if seeds >= SEEDS {
        check_that_things_happened(&report);
    }
}

#[test]
fn a_fault_at_any_operation_loses_nothing() {
    let report = sweep(1);
    eprintln!("{report:#?}");
    assert!(report.seeds >= 300, "only {} runs", report.seeds);
    assert!(report.disk.faults >= report.seeds, "only {} faults", report.disk.faults);
}

#[test]
fn a_fault_at_any_operation_adopts_a_copy_wholly_or_not_at_all() {
    let runs: u64 = (0..6).map(rollback).sum();
    eprintln!("{runs} runs");
    assert!(runs >= 200, "only {runs} runs");
}

#[test]
fn a_seed_is_the_same_run_each_time() {
    for seed in [0, 1, 2] {
        assert_eq!(run(seed).disk, run(seed).disk, "seed {seed}");
    }
}

/// Runs the seeds on two threads; the first that fails stops the test and says how to replay it.
fn run_all(seeds: u64) -> Report {
    let (next, failed) = (AtomicU64::new(0), AtomicBool::new(false));
    let work = || {
        let mut report = Report::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds || failed.load(Ordering::Relaxed) {
                return report;
            }
            if let Ok(one) = catch_unwind(|| run(seed)) {
                report += &one;
            } else {
                failed.store(true, Ordering::Relaxed);
                eprintln!("FAILED: replay with KILN_SIM_SEED={seed} cargo test -p kiln-sim");
            }
        }
    };
    let mut report = thread::scope(|scope| {
        let other = scope.spawn(work);
        let mut report = work();
        report += &other.join().expect("failures are caught");
        report
    });
    report.disk.trace = 0;
    assert!(!failed.into_inner(), "a seed failed, see above");
    report
}

/// A simulation in which nothing happens proves nothing.
fn check_that_things_happened(report: &Report) {
    let happened = [
        ("crashes", report.disk.crashes, 3_000),
        ("kills", report.kills, 700),
        ("clean stops", report.closes, 700),
        ("lost sectors", report.disk.sectors_lost, 4_000),
        ("torn sectors", report.disk.sectors_torn, 150),
        ("lost names", report.disk.names_lost, 500),
        ("dropped pages", report.disk.pages_dropped, 2_000),
        ("faults", report.disk.faults, 1_500),
        ("stopped logs", report.poisoned, 400),
        ("full disks", report.full, 1_000),
        ("logs that a fault kept shut", report.not_opened, 500),
        ("created records", report.created, 80_000),
        ("existing records", report.exists, 2_000),
        ("ambiguous records", report.ambiguous, 500),
        ("rolled back records", report.rolled_back, 100),
        ("replays", report.replays, 2_000),
        ("reused keys", report.key_reused, 1_000),
        ("refused as too large", report.too_large, 200),
        ("refused for a full queue", report.busy, 1_000),
        ("unanswered and kept", report.unanswered_kept, 700),
        ("unanswered and lost", report.unanswered_lost, 10_000),
        ("queries", report.queries, 20_000),
        ("checks by fsck", report.fscks, 2_000),
        ("segments", report.segments, 1_500),
        ("index files", report.indexes, 1_500),
        ("index files of several segments", report.merged, 100),
        ("signed checkpoints that were seen", report.checkpoints, 15_000),
        ("changes of keys", report.key_changes, 400),
        ("starts that are stated", report.starts_stated, 6_000),
        ("stops that are stated", report.stops_stated, 1_200),
    ];
    for (what, times, least) in happened {
        assert!(times >= least, "only {times} {what}, fewer than {least}");
    }
}

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok().map(|value| value.parse().expect("a whole number"))
}
