//! Ends of a process, and what its successor finds.

use super::{FOLDER, Simulation};
use crate::{
    Fault, State,
    oracle::{Expected, Verdict, time_inside},
    workload::Sent,
};
use kiln_store::{LogIndex, OpenError, Outcome, Record, Snapshot, Stored};
use std::path::Path;

impl Simulation {
    /// Cuts the power and starts again.
    pub(super) fn crash(&mut self) {
        self.stop();
        self.disk.crash();
        self.reopen();
    }

    /// As [`crash`](Self::crash), and nothing survives that was not synced.
    pub(super) fn crash_losing_all(&mut self) {
        self.stop();
        self.disk.crash_losing_all();
        self.reopen();
    }

    /// Kills the process and starts it again; what the kernel holds lives on.
    pub(super) fn kill(&mut self) {
        self.stop();
        self.disk.kill();
        self.report.kills += 1;
        self.reopen();
    }

    /// Stops cleanly and starts again.
    pub(super) fn close(&mut self) {
        let store = self.store.take().expect("it is open between two actions");
        let closed = store.close();
        self.held = None;
        self.collect_last_answers();
        match self.disk.state() {
            State::Running => {}
            State::Killed => return self.kill(),
            State::PowerCut => return self.crash(),
        }
        let faults = self.disk.counters().faults > 0;
        assert!(closed.is_ok() || faults, "closing failed without a fault: {closed:?}");
        self.report.closes += u64::from(closed.is_ok());
        self.disk.kill();
        self.reopen();
    }

    /// Takes answers that have come, and forgets the process.
    fn stop(&mut self) {
        self.held = None;
        self.store = None;
        self.collect_last_answers();
    }

    fn collect_last_answers(&mut self) {
        self.collect_last_key();
        for mut pending in std::mem::take(&mut self.pending) {
            match pending.waiter.try_recv() {
                Ok(answer @ (Ok(_) | Err(_))) if !is_closing(&answer) => {
                    self.take_answer(pending.sent, answer);
                }
                _ => self.in_doubt.push(pending.sent),
            }
        }
    }

    /// Opens the log, whatever happens meanwhile, and checks that nothing is missing.
    pub(super) fn reopen(&mut self) {
        self.check_fsck();
        if !self.calm && self.dice.chance(20) {
            let at = self.disk.counters().operations + self.dice.range(0..30);
            let faults = [Fault::Power, Fault::Kill, Fault::Sync, Fault::Write, Fault::Read];
            self.disk.inject(at, *self.dice.pick(&faults));
        }
        // A newer program may find other terms; then its indexes are built anew.
        self.extract_version += u32::from(self.dice.chance(5));
        loop {
            match self.open() {
                Ok(store) if self.disk.state() == State::Running => {
                    self.store = Some(store);
                    break;
                }
                Err(OpenError::OtherKey { .. }) => self.keys.is_other(),
                // It could do without the operation that met its end.
                Ok(_) => self.try_again(),
                Err(OpenError::Io(_)) if self.disk.counters().faults > 0 => self.try_again(),
                Err(error) => panic!("the log does not open: {error}"),
            }
        }
        self.disk.cancel(Fault::Read);
        self.poisoned = false;
        self.keys.is_right();
        self.report.opened += 1;
        self.settle_doubts();
        self.check_everything();
    }

    fn try_again(&mut self) {
        self.report.not_opened += 1;
        self.disk.heal();
        if self.disk.state() == State::PowerCut || (!self.calm && self.dice.chance(50)) {
            self.disk.crash();
        } else {
            self.disk.kill();
        }
    }

    /// Finds out which of the units that nobody was told of are in the log: each wholly or not at
    /// all, in the order they were sent, behind everything that was acknowledged.
    fn settle_doubts(&mut self) {
        let snapshot = self.store().snapshot();
        let doubts = std::mem::take(&mut self.in_doubt);
        let acknowledged = self.oracle.log.len() as u64;
        assert!(snapshot.size().0 >= acknowledged, "an acknowledged record is lost");
        let before = self.oracle.records().count();
        for sent in &doubts {
            self.take_statements(&snapshot);
            self.settle(sent, &snapshot);
        }
        self.take_statements(&snapshot);
        let kept = (self.oracle.records().count() - before) as u64;
        let sent: u64 = doubts.iter().map(|sent| sent.records.len() as u64).sum();
        self.report.unanswered_kept += kept;
        self.report.unanswered_lost += sent.saturating_sub(kept);
        assert_eq!(snapshot.size().0, self.oracle.log.len() as u64, "records that nobody sent");
    }

    fn settle(&mut self, sent: &Sent, snapshot: &Snapshot) {
        let Verdict::Outcomes(expected) = self.judge(sent) else { return };
        let next = self.oracle.log.len() as u64;
        let created = expected.iter().filter(|e| **e == Expected::Created).count() as u64;
        if created == 0 || snapshot.size().0 <= next {
            return;
        }
        let first = expected.iter().position(|e| *e == Expected::Created).unwrap_or(0);
        let at_next = snapshot.read(LogIndex(next)).expect("a record below the size is readable");
        if at_next.body != sent.records[first].body {
            return;
        }
        assert!(snapshot.size().0 >= next + created, "a unit is there in part");
        let mut position = next;
        let outcomes: Vec<Outcome> = expected
            .iter()
            .map(|expected| self.settled(*expected, snapshot, &mut position))
            .collect();
        self.oracle.keep(sent, &outcomes);
        if sent.key.is_some() {
            self.keyed.push(sent.clone());
        }
    }

    fn settled(&self, expected: Expected, snapshot: &Snapshot, position: &mut u64) -> Outcome {
        match expected {
            Expected::Created => {
                let record = snapshot.read(LogIndex(*position)).expect("readable");
                *position += 1;
                Outcome::Created(stored(&record))
            }
            Expected::Exists(at) => Outcome::Exists(self.oracle.stored(at)),
            Expected::Ambiguous => Outcome::Ambiguous,
            Expected::RolledBack => Outcome::RolledBack,
        }
    }

    /// The files below the log's folder.
    pub(super) fn count_files(&mut self) {
        let files = self.disk.files();
        let inside = files.iter().filter(|(path, _)| path.starts_with(Path::new(FOLDER)));
        let firsts: Vec<u64> = files.iter().filter_map(|(path, _)| first_of(path, "log")).collect();
        for (path, _) in inside {
            let (from, end) = (first_of(path, "index"), end_of(path));
            let is_inside = |first: &u64| from < Some(*first) && Some(*first) < end;
            self.report.merged += u64::from(firsts.iter().any(is_inside));
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("log") => self.report.segments += 1,
                Some("index") => self.report.indexes += 1,
                _ => {}
            }
        }
    }
}

/// The position that the name of a file of this kind begins with.
fn first_of(path: &Path, extension: &str) -> Option<u64> {
    path.extension().filter(|of| *of == extension)?;
    let name = path.file_stem()?.to_str()?;
    u64::from_str_radix(name.split('-').next()?, 16).ok()
}

/// The position where the records of an index file end that tells it.
fn end_of(path: &Path) -> Option<u64> {
    let (_, end) = path.file_stem()?.to_str()?.split_once('-')?;
    u64::from_str_radix(end, 16).ok()
}

fn stored(record: &Record) -> Stored {
    let Record { log_index, envelope, .. } = record;
    let stored = Stored { id: envelope.id, log_index: *log_index, received: envelope.received };
    assert_eq!(time_inside(&stored), envelope.received, "the time inside the id");
    stored
}

fn is_closing(answer: &Result<kiln_store::Appended, kiln_store::AppendError>) -> bool {
    matches!(answer, Err(kiln_store::AppendError::Closed))
}
