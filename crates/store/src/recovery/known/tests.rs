use crate::{
    Components, OpenError, OpenOptions, Statement, Store,
    disk::{Disk, RealDisk},
    testing::{FailingDisk, append, bodies, components, name, signed, small, statements, unit},
};
use kiln_evidence::{Ed25519Signer, Note, cosignature};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
};

const FOREIGN: &str = "it is of another log, or of this one after an older copy of it was adopted";

/// A log with a side file, and a copy that was made of it.
struct World {
    dir: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn log(&self) -> PathBuf {
        self.dir.path().join("tenants/default")
    }

    fn side(&self) -> PathBuf {
        self.dir.path().join("side/default.checkpoint")
    }

    fn options(&self) -> OpenOptions {
        OpenOptions { side: Some(self.side()), ..OpenOptions::default() }
    }

    fn open(&self) -> Result<Store, OpenError> {
        Store::open_stepped_with(&self.log(), small(), signed(1), self.options())
    }

    fn adopt(&self, components: Components) -> Result<Store, OpenError> {
        let options = OpenOptions { adopt_restore: true, ..self.options() };
        Store::open_stepped_with(&self.log(), small(), components, options)
    }

    /// What the side file says.
    #[expect(clippy::disallowed_methods, reason = "the test looks at the file as it is")]
    fn note(&self) -> Note {
        Note::parse(&fs::read(self.side()).unwrap()).unwrap()
    }

    /// Without a side file.
    fn open_alone(&self) -> Store {
        Store::open_stepped(&self.log(), small(), signed(1)).unwrap()
    }

    fn back_up(&self) {
        copy(&self.log(), &self.dir.path().join("copy"));
    }

    fn put_back(&self) {
        fs::remove_dir_all(self.log()).unwrap();
        copy(&self.dir.path().join("copy"), &self.log());
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the test looks at the files as they are")]
fn segments(world: &World) -> Vec<Vec<u8>> {
    let folder = fs::read_dir(world.log().join("segments")).unwrap();
    let mut paths: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().filter(|p| p.extension().unwrap() == "log").map(|p| fs::read(p).unwrap()).collect()
}

fn rolled_back(opened: Result<Store, OpenError>) -> (u64, u64, &'static str) {
    match opened {
        Err(ref error @ OpenError::RolledBack { size, known, how, .. }) => {
            assert!(error.to_string().contains("--adopt-restore"), "{error}");
            (size, known, how)
        }
        other => panic!("{other:?}"),
    }
}

fn store_some(store: &Store, records: usize) {
    for n in 0..records {
        append(store, unit(&[&format!("n{n}")])).unwrap();
    }
}

/// Three records and a copy of them; three more, and the copy put back.
fn rolled_back_world() -> World {
    let world = World::new();
    let store = world.open().unwrap();
    store_some(&store, 3);
    store.close().unwrap();
    world.back_up();
    let store = world.open().unwrap();
    store_some(&store, 3);
    store.close().unwrap();
    world.put_back();
    world
}

#[test]
fn a_log_that_goes_on_is_not_rolled_back() {
    let world = World::new();
    for n in 0..30 {
        let store = world.open().unwrap();
        store_some(&store, n);
        if n % 3 == 0 {
            store.tile_step();
        }
        if n % 2 == 0 {
            store.close().unwrap();
        }
    }
}

#[test]
fn an_older_copy_is_refused_and_left_alone() {
    let world = rolled_back_world();
    let before = segments(&world);
    let (size, known, how) = rolled_back(world.open());
    // genesis, start, three, stop; start, three, stop.
    assert_eq!((size, known, how), (6, 11, "records are missing at the end"));
    assert_eq!(segments(&world), before, "nothing was changed");
}

#[test]
fn an_adopted_copy_says_so_and_has_another_name() {
    let world = rolled_back_world();
    let old = world.note();
    let store = world.adopt(signed(1)).unwrap();
    let Some((Statement::AdoptRestore { origin, key, lost_from, known, .. }, at)) =
        statements(&store).into_iter().zip(store.snapshot().statements().unwrap()).nth(3)
    else {
        panic!("{:?}", statements(&store))
    };
    assert_eq!((lost_from, known, at.0), (6, 11, 6));
    assert_eq!(origin, old.text.lines().next().unwrap());
    assert_eq!(key, store.log_key().unwrap().to_string());
    assert_ne!(store.log_key().unwrap().name().to_string(), origin);
    assert_eq!(store.snapshot().open.first.0, 6, "it begins a segment");
    let now = crate::origin(&world.log(), &RealDisk).unwrap();
    assert_eq!(now.as_ref(), Some(store.log_key().unwrap().name()), "and whoever asks is told");
    store_some(&store, 1);
    drop(store);
    // The side file is still that of the log that was lost.
    let store = world.open().unwrap();
    assert_eq!(statements(&store).last().map(name), Some("start"));
    store.close().unwrap();
    world.open().unwrap();
}

/// As `docs/operations.md` restores: the copy has no side file, and the one of the lost folder is
/// gone with it. Going on under the old name would sign a second history of it.
#[test]
fn a_copy_without_a_side_file_is_adopted_when_it_is_said_to_be_one() {
    let world = rolled_back_world();
    let old = world.note();
    RealDisk.remove(&world.side()).unwrap();
    let store = world.adopt(signed(1)).unwrap();
    let Some(Statement::AdoptRestore { origin, lost_from, known, .. }) =
        statements(&store).into_iter().nth(3)
    else {
        panic!("{:?}", statements(&store))
    };
    assert_eq!((lost_from, known), (6, 6), "nobody knows how much was lost");
    assert_eq!(origin, old.text.lines().next().unwrap());
    assert_ne!(store.log_key().unwrap().name().to_string(), origin);
    store_some(&store, 1);
    store.close().unwrap();
    let options = crate::VerifyOptions { known: vec![old], ..crate::VerifyOptions::default() };
    let found = crate::verify(&world.log(), &components(), &options, &mut |_, _| ());
    assert_eq!(found.findings, [], "what was lost is no tampering");
    assert!(found.unproven.iter().any(|told| told.contains("before the log went on")));
    // Once there is a side file that fits, the same flag changes nothing.
    let key = store_key(&world);
    world.adopt(signed(1)).unwrap().close().unwrap();
    assert_eq!(store_key(&world), key);
}

fn store_key(world: &World) -> String {
    world.open().unwrap().log_key().unwrap().to_string()
}

#[test]
fn a_copy_from_before_an_adoption_is_refused_too() {
    let world = rolled_back_world();
    world.adopt(signed(1)).unwrap().close().unwrap();
    world.put_back();
    let (_, _, how) = rolled_back(world.open());
    assert_eq!(how, FOREIGN);
    // It ends before the side file is written anew, which is still that of the log that was lost.
    drop(world.adopt(signed(1)).unwrap());
    assert_eq!(statements(&world.open().unwrap()).iter().map(name).nth(3), Some("adopt-restore"));
}

/// Under one name the two would be two histories of one log.
#[test]
fn one_copy_that_is_adopted_twice_goes_on_as_two_logs() {
    let world = rolled_back_world();
    let (mut names, mut notes) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        world.put_back();
        let store = world.adopt(signed(1)).unwrap();
        names.push(store.log_key().unwrap().name().clone());
        store_some(&store, 3);
        store.close().unwrap();
        notes.push(world.note());
        assert_eq!(crate::origins(&world.log(), &RealDisk).unwrap().first(), names.last());
    }
    assert_ne!(names[0], names[1]);
    // The second states that the first was lost: neither's checkpoints show tampering.
    let old = crate::VerifyOptions { known: notes, ..crate::VerifyOptions::default() };
    let found = crate::verify(&world.log(), &components(), &old, &mut |_, _| ());
    assert_eq!(found.findings, []);
}

#[test]
fn the_checkpoint_of_a_log_that_was_lost_after_an_adoption_is_no_tampering() {
    let world = rolled_back_world();
    world.adopt(signed(1)).unwrap().close().unwrap();
    let lost = world.note();
    world.put_back();
    world.adopt(signed(1)).unwrap().close().unwrap();
    let options = crate::VerifyOptions { known: vec![lost], ..crate::VerifyOptions::default() };
    let found = crate::verify(&world.log(), &components(), &options, &mut |_, _| ());
    assert_eq!(found.findings, []);
    assert!(found.unproven.iter().any(|told| told.contains("before the log went on")));
}

#[test]
fn another_history_of_the_same_length_is_refused() {
    let world = rolled_back_world();
    let store = world.open_alone();
    store_some(&store, 40);
    drop(store);
    let (size, known, how) = rolled_back(world.open());
    assert_eq!((size, known), (47, 11));
    assert_eq!(how, "the records before are not those that were signed");
}

#[test]
fn an_emptied_folder_is_refused_and_can_begin_anew() {
    let world = rolled_back_world();
    fs::remove_dir_all(world.log()).unwrap();
    let (size, _, how) = rolled_back(world.open());
    assert_eq!((size, how), (0, FOREIGN));
    let store = world.adopt(signed(1)).unwrap();
    let stated: Vec<_> = statements(&store).iter().map(name).collect();
    assert_eq!(stated, ["genesis", "adopt-restore", "start"]);
    drop(store);
    world.open().unwrap();
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test does to the file what no disk would")]
fn records_that_were_told_of_are_no_torn_end() {
    let world = World::new();
    let store = world.open().unwrap();
    store_some(&store, 2);
    let end = store.snapshot().open.len as usize;
    store_some(&store, 1);
    store.tile_step();
    drop(store);
    let path = world.log().join("segments/0000000000000000.log");
    let mut bytes = fs::read(&path).unwrap();
    bytes[end + 150..].fill(0);
    fs::write(&path, &bytes).unwrap();
    let (size, known, how) = rolled_back(world.open());
    assert_eq!((size, known, how), (4, 5, "records are missing at the end"));
    assert_eq!(fs::read(&path).unwrap(), bytes, "nothing was changed");
    // Nobody who does not know of them can tell.
    assert_eq!(bodies(&world.open_alone()).len(), 5);
}

#[test]
fn what_a_witness_knows_counts_as_well() {
    let world = rolled_back_world();
    let known = vec![world.note()];
    RealDisk.remove(&world.side()).unwrap();
    let options = OpenOptions { known, ..OpenOptions::default() };
    let opened = Store::open_stepped_with(&world.log(), small(), signed(1), options);
    assert_eq!(rolled_back(opened).1, 11);
}

/// Each of them can be wrong in its own way: who is refused has to know whom to ask.
#[test]
fn a_refusal_says_whose_word_it_is() {
    let world = rolled_back_world();
    let mut note = world.note();
    let told = world.open().unwrap_err().to_string();
    assert!(told.contains(&format!("the side file {} says 11", world.side().display())), "{told}");
    assert!(!told.contains("witness"), "{told}");
    RealDisk.remove(&world.side()).unwrap();
    let key = Ed25519Signer::from_seed([7; 32]);
    let name = "w.example".parse().unwrap();
    note.signatures.push(cosignature::cosign(&note.text, &name, 1, &key).unwrap());
    let options = OpenOptions { known: vec![note], ..world.options() };
    let opened = Store::open_stepped_with(&world.log(), small(), signed(1), options);
    let told = opened.unwrap_err().to_string();
    assert!(told.contains("a witness w.example says 11"), "{told}");
    assert!(told.contains("ask the witness's operator"), "{told}");
}

#[test]
fn an_adoption_that_was_not_stated_has_not_happened() {
    for syncs in 0.. {
        let world = rolled_back_world();
        let disk = FailingDisk::default();
        disk.0.syncs.store(syncs, Ordering::Relaxed);
        if world.adopt(Components { disk: Arc::new(disk), ..signed(1) }).is_ok() {
            assert!(syncs > 2);
            return;
        }
        // What was begun is seen, as after a kill: with the statement, or not at all.
        if world.open().is_err() {
            store_some(&world.adopt(signed(1)).unwrap(), 1);
        }
        let stated = statements(&world.open().unwrap());
        let adopted = stated.iter().map(name).enumerate().filter(|(_, n)| *n == "adopt-restore");
        assert_eq!(adopted.map(|(at, _)| at).collect::<Vec<_>>(), [3], "after {syncs} syncs");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test damages a file")]
fn a_damaged_side_file_is_told() {
    let world = rolled_back_world();
    fs::write(world.side(), "no note").unwrap();
    let error = world.open().unwrap_err();
    assert!(error.to_string().contains("is no signed checkpoint"), "{error}");
}

#[test]
fn an_unsigned_log_has_no_side_file() {
    let world = World::new();
    let open = || Store::open_stepped_with(&world.log(), small(), components(), world.options());
    let store = open().unwrap();
    store_some(&store, 3);
    store.close().unwrap();
    assert!(!world.side().try_exists().unwrap());
    assert_eq!(bodies(&open().unwrap()).len(), 3);
}
