//! One fault at every operation in turn: what chance may miss, this does not.

use super::{Report, Simulation};
use crate::{Fault, State};

const FAULTS: [Fault; 5] = [Fault::Write, Fault::Sync, Fault::Full, Fault::Power, Fault::Kill];

/// Runs a small log again and again, with each fault at the first operation, at the second, and so
/// on to the last. Then the process ends and starts again, stores a little, and the power is cut.
///
/// # Panics
/// When the store breaks a promise; the message says which.
pub fn sweep(seed: u64) -> Report {
    let mut report = Report::default();
    for fault in FAULTS {
        for at in 1.. {
            let (happened, one) = Simulation::calm(seed).with_fault(fault, at);
            if !happened {
                break;
            }
            report += &one;
        }
    }
    report
}

impl Simulation {
    /// Nothing goes wrong by itself.
    pub(super) fn calm(seed: u64) -> Self {
        Self { calm: true, ..Self::new(seed) }
    }

    fn with_fault(mut self, fault: Fault, at: u64) -> (bool, Report) {
        self.disk.inject(at, fault);
        self.reopen();
        self.run_to_fault(70);
        let happened = self.disk.counters().faults > 0;
        self.disk.heal();
        // What the kernel holds is all that the next process sees; it must not trust it.
        match self.disk.state() {
            State::Running | State::Killed => self.kill(),
            State::PowerCut => self.crash_losing_all(),
        }
        let (faults, stored) = (self.disk.counters().faults, self.oracle.log.len());
        self.store_up_to(stored + 3);
        self.crash_losing_all();
        self.store_up_to(stored + 20);
        self.crash_losing_all();
        assert_eq!(self.disk.counters().faults, faults, "a second fault");
        (happened, self.finish())
    }

    /// Goes on until the fault has happened, or so many records are stored.
    fn run_to_fault(&mut self, records: usize) {
        while self.oracle.log.len() < records && self.disk.counters().faults == 0 {
            self.submit();
            self.step();
            self.seal_step();
            if self.dice.chance(10) {
                self.tile_step();
                self.change_key();
            }
        }
    }

    /// Goes on until so many records are stored.
    pub(super) fn store_up_to(&mut self, records: usize) {
        while self.oracle.log.len() < records {
            self.submit();
            self.step();
            self.seal_step();
        }
    }
}
