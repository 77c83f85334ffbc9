//! What is changed on disk behind the store's back is found, and never served.

use super::{FOLDER, SIDE, Simulation};
use crate::{Dice, SimDisk, Tamper, oracle::Entry, workload};
use kiln_index::{Order, Page};
use kiln_store::{LogIndex, OpenError, ReadError, Snapshot, clock::Clock, fsck};
use std::path::Path;

/// Sums over all changes.
#[derive(Clone, Debug, Default)]
pub struct DamageReport {
    /// Changes to files.
    pub changes: u64,
    /// Logs that did not open.
    pub refused: u64,
    /// Logs that opened, where `fsck` had told what is wrong.
    pub told: u64,
    /// Changes that did no harm: to what is derived and was built anew, or to what nobody needs.
    pub harmless: u64,
    /// Reads that were answered with an error rather than with wrong bytes.
    pub reads_refused: u64,
}

/// Builds a small log, stops it cleanly, and changes each of its files `changes` times.
///
/// # Panics
/// When wrong bytes are served, or damage to the log is neither refused nor told by `fsck`.
pub fn damage(seed: u64, changes: u64) -> DamageReport {
    let mut simulation = Simulation::calm(seed);
    simulation.reopen();
    simulation.store_up_to(230);
    simulation.drain();
    let store = simulation.store.take().expect("it is open");
    let snapshot = store.snapshot();
    simulation.take_statements(&snapshot);
    store.close().expect("nothing is wrong yet");
    // That it stops, and that it starts again with each change.
    simulation.oracle.log.extend([Entry::Statement, Entry::Statement]);
    let whole = simulation.disk.clone();
    let mut report = DamageReport::default();
    for (path, len) in whole.files() {
        for change in 0..changes {
            let tamper = throw(&mut simulation.dice, len, change == 0);
            simulation.try_change(&whole, &path, tamper, &mut report);
        }
    }
    report
}

/// A change to a file of this length.
fn throw(dice: &mut Dice, len: u64, remove: bool) -> Tamper {
    let offset = dice.range(0..len.max(1));
    match dice.range(0..20) {
        _ if remove => Tamper::Remove,
        0 => Tamper::Zero { offset, len: 4096 },
        1 => Tamper::Cut { len: offset },
        2 => Tamper::Cut { len: len.saturating_sub(dice.range(1..4096)) },
        _ => Tamper::Flip { offset, mask: 1 << dice.range(0..8) },
    }
}

impl Simulation {
    fn try_change(
        &mut self,
        whole: &SimDisk,
        path: &Path,
        tamper: Tamper,
        report: &mut DamageReport,
    ) {
        self.disk = whole.copy(Dice::new(0, 0));
        if !self.disk.tamper(path, tamper).expect("the file is there") {
            return;
        }
        report.changes += 1;
        let what = format!("{tamper:?} of {}", path.display());
        let found = fsck(Path::new(FOLDER), &self.components(), &mut |_, _| {});
        let told = !found.problems.is_empty() || found.unread.is_some();
        match self.open() {
            // The side file is outside the log: `fsck` does not look at it.
            Err(OpenError::Damaged(_) | OpenError::RolledBack { .. })
                if path == Path::new(SIDE) =>
            {
                report.refused += 1;
            }
            Err(OpenError::Damaged(_) | OpenError::Version(_) | OpenError::RolledBack { .. }) => {
                assert!(told, "{what}: the log does not open, and fsck does not tell why");
                report.refused += 1;
            }
            Err(error) => panic!("{what}: {error}"),
            Ok(store) => {
                let snapshot = store.snapshot();
                let unread = self.check_served(&snapshot, &what);
                report.reads_refused += unread;
                report.told += u64::from(told);
                report.harmless += u64::from(!told);
                assert!(told || unread == 0, "{what}: fsck finds nothing, {unread} reads fail");
                let is_log = path.extension().is_some_and(|extension| extension == "log");
                assert!(told || !is_log, "{what}: nobody tells of it");
            }
        }
    }

    /// Whatever is answered is right. Returns how many reads were refused.
    fn check_served(&mut self, snapshot: &Snapshot, what: &str) -> u64 {
        assert_eq!(snapshot.size().0, self.oracle.log.len() as u64, "{what}: the log's length");
        let mut refused = 0;
        for kept in self.oracle.records() {
            refused += refusals([
                snapshot.read(kept.stored.log_index).map(|record| kept.check(&record)),
                snapshot.find(kept.stored.id).map(|found| {
                    assert_eq!(found, kept.address(), "{what}: position of an id");
                }),
            ]);
        }
        for _ in 0..8 {
            let (now, records) = (self.clock.now(), self.oracle.log.len() as u64);
            let query = workload::query(&mut self.dice, records, now, 1);
            let size = LogIndex(records);
            let order = Order::RecordedNewest;
            let page = Page { query: &query, order, after: None, size, limit: 1000 };
            let expected = self.oracle.page(&page);
            refused += refusals([
                snapshot.query(&page, &|| false).map(|hits| {
                    assert_eq!(hits, expected, "{what}: {query:?}");
                }),
                snapshot.count(&query, size, &|| false).map(|count| {
                    assert_eq!(count, expected.len() as u64, "{what}: count of {query:?}");
                }),
            ]);
        }
        refused
    }
}

/// How many of the answers tell of damage; any other error stops the run.
fn refusals(answers: [Result<(), ReadError>; 2]) -> u64 {
    let errors = answers.into_iter().filter_map(Result::err);
    errors.map(|error| assert!(matches!(error, ReadError::Damaged(_)), "{error}")).count() as u64
}
