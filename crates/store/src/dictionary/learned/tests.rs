use super::*;
use crate::{
    Store, VerifyOptions,
    disk::RealDisk,
    fsck, read,
    testing::{append, bodies, components, signed, small, unit},
    verify,
};
use std::fs;

const TEXT: &str = "a text that is in many records, which nobody else's dictionary knows";

/// A store whose first records are compressed with the compiled dictionary and whose later ones
/// with one that was learned. It was killed.
fn world() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    store_some(&store, 3);
    store.close().unwrap();
    assert_eq!(keep_dictionary(dir.path(), &RealDisk, TEXT.as_bytes()).unwrap(), 64);
    let store = open(dir.path()).unwrap();
    store_some(&store, 3);
    drop(store);
    dir
}

fn open(folder: &Path) -> Result<Store, OpenError> {
    Store::open_stepped(folder, small(), signed(1))
}

fn store_some(store: &Store, records: usize) {
    for n in 0..records {
        append(store, unit(&[&format!("{TEXT} {n}")])).unwrap();
    }
}

/// The dictionaries of all frames, in order, each once.
fn used(store: &Store) -> Vec<u32> {
    let snapshot = store.snapshot();
    let mut groups = crate::scan::Groups::new(&snapshot.open).unwrap();
    let mut used = Vec::new();
    while groups.next_header().unwrap().is_some() {
        let (_, group) = groups.open().unwrap();
        for frame in group.frames().unwrap() {
            let opened = read::Frame::open(&frame.header, frame.stored(), &snapshot.codec).unwrap();
            assert!(!opened.records().0.is_empty());
            used.push(frame.header.dictionary);
        }
    }
    used.dedup();
    used
}

fn problems(folder: &Path) -> (Vec<String>, Vec<String>, Vec<String>) {
    let options = VerifyOptions::default();
    let report = verify(folder, &components(), &options, &mut |_, _| ());
    let findings = report.findings.iter().map(|finding| format!("{finding:?}")).collect();
    (fsck(folder, &components(), &mut |_, _| ()).problems, findings, report.absent)
}

const PLACES: [&str; 2] = ["keys/64.dict", "dictionaries/64.dict"];

#[test]
fn new_records_are_written_with_what_was_learned_and_old_ones_stay_as_they_are() {
    let world = world();
    let store = open(world.path()).unwrap();
    assert_eq!(used(&store), [1, 64]);
    assert_eq!(bodies(&store).iter().filter(|body| body.starts_with(TEXT)).count(), 6);
    store.close().unwrap();
    let (problems, findings, absent) = problems(world.path());
    assert_eq!((&problems[..], &findings[..], &absent[..]), (&[][..], &[][..], &[][..]));
    // The next one has the next number, and is written with from then on.
    assert_eq!(keep_dictionary(world.path(), &RealDisk, b"nothing of it").unwrap(), 65);
    let store = open(world.path()).unwrap();
    assert_eq!(used(&store), [1, 64, 65]);
}

#[test]
fn a_copy_that_is_lost_or_damaged_is_told_and_put_back_from_the_other() {
    for place in PLACES {
        for lost in [true, false] {
            let world = world();
            let path = world.path().join(place);
            let right = read_file(&path);
            if lost {
                RealDisk.remove(&path).unwrap();
            } else {
                flip(&path, 60);
            }
            let (problems, findings, absent) = problems(world.path());
            assert_eq!(problems.len(), usize::from(!lost), "{problems:?}");
            assert_eq!((findings.len(), absent.len()), (usize::from(!lost), usize::from(lost)));
            drop(open(world.path()).unwrap());
            assert_eq!(read_file(&path), right, "{place} is put back");
        }
    }
}

#[test]
fn a_dictionary_that_is_lost_is_told_and_no_record_is_taken_for_a_torn_end() {
    // Without files nobody knows of it but the frames.
    for is_gone in [true, false] {
        let world = world();
        let kept = PLACES.map(|place| read_file(&world.path().join(place)));
        for place in PLACES.map(|place| world.path().join(place)) {
            if is_gone {
                RealDisk.remove(&place).unwrap();
            } else {
                flip(&place, 60);
            }
        }
        let log = world.path().join("segments/0000000000000000.log");
        let before = read_file(&log);
        let told = open(world.path()).unwrap_err().to_string();
        assert!(told.contains("dictionary 64 is lost"), "{told}");
        assert_eq!(read_file(&log), before, "nothing was changed");
        let (problems, findings, _) = problems(world.path());
        assert!(problems.iter().any(|told| told.contains("dictionary 64 is lost")), "{problems:?}");
        assert!(findings.iter().any(|told| told.contains("dictionary 64 is lost")), "{findings:?}");
        write_file(&world.path().join(PLACES[0]), &kept[0]);
        if !is_gone {
            RealDisk.remove(&world.path().join(PLACES[1])).unwrap();
        }
        assert_eq!(
            bodies(&open(world.path()).unwrap()).iter().filter(|b| b.contains(TEXT)).count(),
            6
        );
    }
}

#[test]
fn two_copies_that_differ_are_not_chosen_between() {
    let world = world();
    let other = to_file(64, b"another dictionary of that number");
    write_file(&world.path().join(PLACES[1]), &other);
    let told = open(world.path()).unwrap_err().to_string();
    assert!(told.contains("its two copies differ"), "{told}");
    assert_eq!(read_file(&world.path().join(PLACES[1])), other, "nothing was changed");
}

#[test]
fn a_file_tells_any_bit_that_is_turned_in_it() {
    let file = to_file(70, TEXT.as_bytes());
    assert_eq!(parse(70, &file), Ok(TEXT.as_bytes()));
    assert!(parse(71, &file).is_err());
    for bit in 0..file.len() * 8 {
        let mut file = file.clone();
        file[bit / 8] ^= 1 << (bit % 8);
        assert!(parse(70, &file).is_err(), "bit {bit}");
    }
}

#[expect(clippy::disallowed_methods, reason = "the test looks at the files as they are")]
fn read_file(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "the test does to the files what no store would")]
fn write_file(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
}

fn flip(path: &Path, at: usize) {
    let mut bytes = read_file(path);
    bytes[at] ^= 1;
    write_file(path, &bytes);
}
