//! An older copy of the log is put back: nobody goes on from it unawares, and who goes on from it
//! on purpose says so, whatever happens meanwhile.

use super::{FOLDER, SIDE, Simulation, settings};
use crate::{Dice, Fault, SimDisk, State};
use kiln_evidence::Note;
use kiln_store::{LogIndex, OpenError, OpenOptions, Statement, Store, disk::Disk};
use std::{collections::BTreeSet, path::Path};

const FAULTS: [Fault; 5] = [Fault::Write, Fault::Sync, Fault::Full, Fault::Power, Fault::Kill];

/// Copies a small log, lets it go on, puts the copy back, and adopts it with each fault at each
/// operation in turn. Returns in how many runs a fault happened.
///
/// # Panics
/// When the log goes on from the copy without saying so, says so twice, or has a name that another
/// run gave it: they all go on from one copy.
pub fn rollback(seed: u64) -> u64 {
    let mut simulation = Simulation::calm(seed);
    simulation.reopen();
    // Sometimes right where a segment begins.
    simulation.store_up_to(60 + seed as usize % 9);
    simulation.drain();
    if seed.is_multiple_of(2) {
        simulation.close();
    }
    let old = simulation.disk.copy(Dice::new(seed, 3));
    let size = simulation.store().snapshot().size();
    let records = simulation.oracle.records().count();
    simulation.store_up_to(records + 5);
    simulation.drain();
    simulation.tile_step();
    simulation.store = None;
    let newest = read(&simulation.disk, Path::new(SIDE));
    let (mut runs, mut names) = (0, BTreeSet::new());
    for fault in FAULTS {
        for at in 1.. {
            simulation.disk = old.copy(Dice::new(seed, at));
            write(&simulation.disk, Path::new(SIDE), &newest);
            let (happened, name) = simulation.adopt_with(fault, at, size);
            assert!(names.insert(name), "{fault:?} at {at}: another log has this name");
            if !happened {
                break;
            }
            runs += 1;
        }
    }
    runs
}

impl Simulation {
    /// Whether the fault happened before the copy was adopted, and the name that the log has.
    fn adopt_with(&mut self, fault: Fault, at: u64, size: LogIndex) -> (bool, String) {
        let what = format!("{fault:?} at {at}");
        self.expect_rolled_back(&what);
        self.disk.inject(self.disk.counters().operations + at, fault);
        drop(self.open_as(true));
        let happened = self.disk.counters().faults > 0;
        self.disk.heal();
        match self.disk.state() {
            State::PowerCut => self.disk.crash(),
            State::Running | State::Killed => self.disk.kill(),
        }
        // What was not stated has not happened.
        let store = match self.open_as(false) {
            Ok(store) => store,
            Err(OpenError::RolledBack { .. }) => {
                assert!(happened, "{what}: an adoption that nothing disturbed");
                self.open_as(true).unwrap_or_else(|error| panic!("{what}: {error}"))
            }
            Err(error) => panic!("{what}: {error}"),
        };
        check_adopted(&store, size, &what);
        drop(store);
        self.disk.crash_losing_all();
        let store = self.open_as(false).unwrap_or_else(|error| panic!("{what}: {error}"));
        (happened, check_adopted(&store, size, &what))
    }

    fn expect_rolled_back(&self, what: &str) {
        match self.open_as(false) {
            Err(OpenError::RolledBack { .. }) => {}
            opened => panic!("{what}: an older copy is taken for the log: {opened:?}"),
        }
    }

    fn open_as(&self, adopt_restore: bool) -> Result<Store, OpenError> {
        let side = Some(SIDE.into());
        let options = OpenOptions { side, adopt_restore, ..OpenOptions::default() };
        Store::open_stepped_with(Path::new(FOLDER), settings(), self.components(), options)
    }
}

/// The log says once that it goes on from an older copy, right behind what the copy had, and has
/// another name from there on: this.
fn check_adopted(store: &Store, size: LogIndex, what: &str) -> String {
    let snapshot = store.snapshot();
    let stated = snapshot.statements().expect("an index answers");
    let stated = stated.into_iter().map(|at| (at, snapshot.read(at).expect("readable")));
    let mut adopted = stated.filter_map(|(at, record)| match Statement::from_json(&record.body) {
        Some(Statement::AdoptRestore { origin, lost_from, .. }) => Some((at, origin, lost_from)),
        _ => None,
    });
    let Some((at, origin, lost_from)) = adopted.next() else { panic!("{what}: nothing is said") };
    assert!(at >= size && lost_from == at.0, "{what}: said at {at:?} of {lost_from}");
    let name = store.log_key().expect("it is signed").name().to_string();
    assert_ne!(name, origin, "{what}");
    assert!(adopted.next().is_none(), "{what}: said twice");
    name
}

fn read(disk: &SimDisk, path: &Path) -> Vec<u8> {
    let bytes = disk.map_sealed(path).expect("the side file is there").as_ref().to_vec();
    Note::parse(&bytes).expect("a signed note");
    bytes
}

fn write(disk: &SimDisk, path: &Path, bytes: &[u8]) {
    let folder = path.parent().expect("a folder");
    let written = disk.create_dir_all(folder).and_then(|()| {
        if disk.open(path).is_ok() {
            disk.remove(path)?;
        }
        let file = disk.create_new(path)?;
        file.write_all_at(bytes, 0)?;
        file.sync_data()?;
        disk.sync_dir(folder)?;
        disk.sync_dir(folder.parent().expect("the data folder"))
    });
    written.expect("nothing is wrong yet");
}
