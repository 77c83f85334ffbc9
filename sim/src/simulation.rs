//! One run: a store, its clients, and everything that can go wrong, from one seed.
#![expect(clippy::panic, reason = "a run ends where the store breaks a promise")]

mod check;
mod damage;
mod evidence;
mod recovery;
mod report;
mod rollback;
mod sweep;

pub use damage::{DamageReport, damage};
pub use report::Report;
pub use rollback::rollback;
pub use sweep::sweep;

use crate::{
    Dice, Fault, LineExtract, SimClock, SimDisk, SimRandom, State,
    oracle::{Expected, Oracle, Verdict},
    workload::{Sent, Workload},
};
use evidence::{Keys, Released};
use kiln_store::{
    AppendError, Appended, Components, LogIndex, Millis, OpenError, OpenOptions, Outcome, Settings,
    Snapshot, Store, Waiter, clock::Clock,
};
use std::{
    collections::{BTreeMap, VecDeque},
    path::Path,
    sync::Arc,
};

/// Where the disk's durable part ends; what lies below it is the store's to make durable.
const ROOT: &str = "/data";
const FOLDER: &str = "/data/tenants/default";
const SIDE: &str = "/data/side/default.checkpoint";

/// 2026-01-01: any instant would do.
const START: Millis = Millis(1_767_225_600_000);

const DAY: i64 = 86_400_000;

/// Runs the seed to its end.
///
/// # Panics
/// When the store breaks a promise; the message says which.
pub fn run(seed: u64) -> Report {
    let mut simulation = Simulation::new(seed);
    simulation.reopen();
    for _ in 0..simulation.dice.range(40..120) {
        simulation.act();
    }
    simulation.finish()
}

/// A unit whose fate is not known.
struct Pending {
    sent: Sent,
    waiter: Waiter,
}

struct Simulation {
    dice: Dice,
    disk: SimDisk,
    clock: Arc<SimClock>,
    random: Arc<SimRandom>,
    extract_version: u32,
    workload: Workload,
    oracle: Oracle,
    store: Option<Store>,
    /// Appended, not answered.
    pending: VecDeque<Pending>,
    /// Appended, never answered or answered with an error that leaves it open.
    in_doubt: Vec<Sent>,
    /// Units with a key that were answered, to be sent again.
    keyed: Vec<Sent>,
    /// The root at each size that was seen.
    roots: BTreeMap<LogIndex, [u8; 32]>,
    keys: Keys,
    released: Released,
    poisoned: bool,
    /// A reader that has held on to what it saw, since this process has started.
    held: Option<Arc<Snapshot>>,
    /// Nothing is to go wrong.
    calm: bool,
    report: Report,
}

impl Simulation {
    fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed, 0);
        let disk = SimDisk::new(Dice::new(seed, 1), Path::new(ROOT));
        let start = START.0 + dice.range(0..1_000_000) as i64;
        Self {
            dice,
            disk,
            clock: Arc::new(SimClock::new(Millis(start))),
            random: Arc::new(SimRandom::new(Dice::new(seed, 2))),
            extract_version: 1,
            workload: Workload::default(),
            oracle: Oracle::default(),
            store: None,
            pending: VecDeque::new(),
            in_doubt: Vec::new(),
            keyed: Vec::new(),
            roots: BTreeMap::new(),
            keys: Keys::default(),
            released: Released::new(),
            poisoned: false,
            held: None,
            calm: false,
            report: Report::default(),
        }
    }

    fn act(&mut self) {
        match self.dice.range(0..100) {
            0..40 => self.submit(),
            40..70 => self.step(),
            70..80 => self.seal_step(),
            80..84 => self.turn_clock(),
            84 => self.change_key(),
            85 => self.tile_step(),
            86..90 => self.check_reads(),
            90..94 => self.inject(),
            94..97 => self.crash(),
            97 => self.kill(),
            98 => self.close(),
            _ => self.disk.heal(),
        }
        match self.disk.state() {
            State::Running if self.poisoned && self.dice.chance(30) => self.restart(),
            State::Running => {}
            State::Killed => self.kill(),
            State::PowerCut => self.crash(),
        }
    }

    /// Ends with everything answered, stored and checked.
    fn finish(mut self) -> Report {
        self.calm = true;
        self.disk.heal();
        if self.poisoned {
            self.crash();
        }
        self.drain();
        self.check_everything();
        self.crash();
        self.check_everything();
        self.close();
        self.check_everything();
        self.check_released();
        self.check_roots_on_disk();
        self.count_files();
        self.report.disk = self.disk.counters();
        self.report.seeds = 1;
        self.report.records = self.oracle.records().count() as u64;
        self.report
    }

    /// Sends a few units.
    fn submit(&mut self) {
        for _ in 0..self.dice.range(1..6) {
            let sent = self.next_unit();
            match self.store().append(sent.unit()) {
                Ok(waiter) => self.pending.push_back(Pending { sent, waiter }),
                Err(AppendError::Poisoned) => self.note_poison(),
                Err(AppendError::Busy) => self.report.busy += 1,
                Err(AppendError::TooLarge) => {
                    assert!(is_too_large(&sent), "a unit that fits is refused");
                    self.report.too_large += 1;
                }
                Err(error) => panic!("append: {error}"),
            }
        }
    }

    /// A new unit, or one with a key again.
    fn next_unit(&mut self) -> Sent {
        if !self.keyed.is_empty() && self.dice.chance(15) {
            let mut again = self.dice.pick(&self.keyed).clone();
            if self.dice.chance(30)
                && let Some(key) = &mut again.key
            {
                key.body_sha256[0] ^= 1;
            }
            return again;
        }
        self.workload.unit(&mut self.dice, self.clock.now())
    }

    fn step(&mut self) {
        self.store().step();
        self.collect_answers();
    }

    fn seal_step(&mut self) {
        self.store().seal_step();
    }

    fn tile_step(&mut self) {
        self.store().tile_step();
    }

    fn drain(&mut self) {
        for _ in 0..100 {
            self.step();
            self.seal_step();
            if self.pending.is_empty() && self.keys.is_settled() {
                return;
            }
        }
        panic!("{} units are never answered", self.pending.len());
    }

    fn turn_clock(&mut self) {
        let millis = match self.dice.range(0..20) {
            0 => -(self.dice.range(0..3_600_000) as i64),
            1 => self.dice.range(0..DAY as u64) as i64,
            2 => 0,
            3 => 31 * DAY,
            _ => self.dice.range(1..5_000) as i64,
        };
        self.clock.turn(millis);
    }

    /// What an operator does with a log that has stopped.
    fn restart(&mut self) {
        match self.dice.range(0..3) {
            0 => self.crash(),
            1 => self.kill(),
            _ => self.close(),
        }
    }

    fn inject(&mut self) {
        let faults = [Fault::Write, Fault::Sync, Fault::Full, Fault::Power, Fault::Kill];
        let fault = *self.dice.pick(&faults);
        let at = self.disk.counters().operations + self.dice.range(1..30);
        self.disk.inject(at, fault);
    }

    /// Takes the answers that have come.
    fn collect_answers(&mut self) {
        let mut waiting = VecDeque::new();
        for mut pending in std::mem::take(&mut self.pending) {
            match pending.waiter.try_recv() {
                Ok(answer) => self.take_answer(pending.sent, answer),
                Err(_) => waiting.push_back(pending),
            }
        }
        self.pending = waiting;
        self.collect_key();
        let snapshot = self.store().snapshot();
        assert!(snapshot.size().0 >= self.oracle.log.len() as u64, "an answered record is missing");
        self.check_root();
    }

    fn take_answer(&mut self, sent: Sent, answer: Result<Appended, AppendError>) {
        match answer {
            Ok(appended) => self.take_appended(sent, &appended),
            Err(AppendError::KeyReused) => {
                assert_eq!(self.judge(&sent), Verdict::KeyReused);
                self.report.key_reused += 1;
            }
            Err(AppendError::Full) => self.report.full += 1,
            Err(AppendError::Poisoned) => {
                self.note_poison();
                self.in_doubt.push(sent);
            }
            Err(error) => panic!("answer: {error}"),
        }
    }

    fn take_appended(&mut self, sent: Sent, appended: &Appended) {
        assert!(!self.poisoned, "acknowledged after a failed write");
        match self.judge(&sent) {
            Verdict::KeyReused => panic!("a reused key was acknowledged"),
            Verdict::Replayed(outcomes) => {
                assert!(appended.replayed, "a replay is not told as one");
                assert_eq!(appended.outcomes, outcomes, "a replay answers as the first time");
                self.report.replays += 1;
            }
            Verdict::Outcomes(expected) => {
                assert!(!appended.replayed, "nothing to replay");
                self.check_outcomes(&expected, &appended.outcomes);
                self.oracle.keep(&sent, &appended.outcomes);
                if sent.key.is_some() {
                    self.keyed.push(sent);
                }
            }
        }
    }

    /// What must become of the unit at this time of the clock.
    fn judge(&self, sent: &Sent) -> Verdict {
        let days = i64::from(settings().key_days);
        self.oracle.judge(sent, Millis(self.clock.now().0 - days * DAY))
    }

    fn check_outcomes(&mut self, expected: &[Expected], outcomes: &[Outcome]) {
        assert_eq!(outcomes.len(), expected.len(), "one outcome for each record");
        let created = outcomes.iter().find_map(|outcome| match outcome {
            Outcome::Created(stored) => Some(stored.log_index),
            _ => None,
        });
        if let Some(first) = created {
            self.take_statements_before(first);
        }
        let mut next = self.oracle.log.len() as u64;
        for (expected, outcome) in expected.iter().zip(outcomes) {
            match (expected, outcome) {
                (Expected::Created, Outcome::Created(stored)) => {
                    assert_eq!(stored.log_index, LogIndex(next), "positions follow each other");
                    next += 1;
                    self.report.created += 1;
                }
                (Expected::Exists(at), Outcome::Exists(stored)) => {
                    assert_eq!(*stored, self.oracle.stored(*at));
                    self.report.exists += 1;
                }
                (Expected::Ambiguous, Outcome::Ambiguous) => self.report.ambiguous += 1,
                (Expected::RolledBack, Outcome::RolledBack) => self.report.rolled_back += 1,
                _ => panic!("expected {expected:?}, got {outcome:?}"),
            }
        }
    }

    fn note_poison(&mut self) {
        assert!(self.disk.counters().faults > 0, "poisoned without a fault");
        self.report.poisoned += u64::from(!self.poisoned);
        self.poisoned = true;
    }

    fn store(&self) -> &Store {
        self.store.as_ref().expect("a run always has an open store between two actions")
    }

    fn open(&self) -> Result<Store, OpenError> {
        let options = OpenOptions { side: Some(SIDE.into()), ..OpenOptions::default() };
        Store::open_stepped_with(Path::new(FOLDER), settings(), self.components(), options)
    }

    fn components(&self) -> Components {
        Components {
            disk: Arc::new(self.disk.clone()),
            clock: Arc::clone(&self.clock) as _,
            random: Arc::clone(&self.random) as _,
            extract: Arc::new(LineExtract { version: self.extract_version }),
            signer: Some(self.keys.signer()),
        }
    }
}

fn is_too_large(sent: &Sent) -> bool {
    let bytes: usize = sent.records.iter().map(|record| record.body.len()).sum();
    let settings = settings();
    sent.records.len() > settings.unit_records_max || bytes > settings.group_bytes_max
}

/// So small that everything a large store does happens inside a seed.
fn settings() -> Settings {
    Settings {
        group_bytes_max: 256 << 10,
        group_records_max: 24,
        queue_units_max: 16,
        unit_records_max: 16,
        seal_records: 64,
        seal_bytes: 128 << 10,
        spill_records: 16,
        merge_files: 2,
        ..Settings::default()
    }
}
