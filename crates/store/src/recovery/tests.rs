use crate::{
    OpenError, Store,
    disk::{Disk, RealDisk},
    testing::{append, bodies, components, small, unit},
};
use std::{fs, path::Path};

fn open(folder: &Path) -> Result<Store, OpenError> {
    Store::open_stepped(folder, small(), components())
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

/// A store of three groups, killed; returns where each ends in the only segment file.
fn three_groups(folder: &Path) -> Vec<u64> {
    let store = open(folder).unwrap();
    let ends = ["one", "two", "three"].map(|body| {
        append(&store, unit(&[body])).unwrap();
        store.snapshot().open.len
    });
    ends.to_vec()
}

fn log(folder: &Path) -> std::path::PathBuf {
    folder.join("segments/0000000000000000.log")
}

#[expect(clippy::disallowed_methods, reason = "the test does to the file what no disk would")]
fn change(folder: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(log(folder)).unwrap();
    change(&mut bytes);
    fs::write(log(folder), bytes).unwrap();
}

#[test]
fn a_tail_torn_at_any_byte_is_taken_away() {
    let dir = tempfile::tempdir().unwrap();
    let whole = dir.path().join("whole");
    let ends = three_groups(&whole);
    // The last byte of a group is zero, as what stands behind it.
    for torn in ends[1]..ends[2] - 1 {
        let folder = dir.path().join(torn.to_string());
        copy(&whole, &folder);
        change(&folder, |bytes| bytes[torn as usize..].fill(0));
        let store = open(&folder).unwrap();
        assert_eq!(bodies(&store), ["one", "two"], "torn at {torn}");
        append(&store, unit(&["four"])).unwrap();
        drop(store);
        assert_eq!(bodies(&open(&folder).unwrap()), ["one", "two", "four"]);
        fs::remove_dir_all(&folder).unwrap();
    }
}

#[test]
fn a_file_cut_at_any_byte_of_its_last_group_opens() {
    let dir = tempfile::tempdir().unwrap();
    let whole = dir.path().join("whole");
    let ends = three_groups(&whole);
    for cut in (ends[1]..=ends[2]).step_by(7) {
        let folder = dir.path().join(cut.to_string());
        copy(&whole, &folder);
        change(&folder, |bytes| bytes.truncate(cut as usize));
        let expected: &[&str] =
            if cut == ends[2] { &["one", "two", "three"] } else { &["one", "two"] };
        assert_eq!(bodies(&open(&folder).unwrap()), expected, "cut at {cut}");
    }
}

#[test]
fn damage_with_a_later_group_behind_it_is_never_cut() {
    let dir = tempfile::tempdir().unwrap();
    let whole = dir.path().join("whole");
    let ends = three_groups(&whole);
    for at in (ends[0]..ends[1]).step_by(5) {
        let folder = dir.path().join(at.to_string());
        copy(&whole, &folder);
        change(&folder, |bytes| bytes[at as usize] ^= 0x10);
        let error = open(&folder).unwrap_err();
        assert!(matches!(error, OpenError::Damaged(_)), "byte {at}: {error}");
        change(&folder, |bytes| bytes[at as usize] ^= 0x10);
        assert_eq!(bodies(&open(&folder).unwrap()), ["one", "two", "three"], "nothing was cut");
    }
}

#[test]
fn after_a_clean_stop_any_damage_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let whole = dir.path().join("whole");
    let ends = three_groups(&whole);
    open(&whole).unwrap().close().unwrap();
    assert_eq!(fs::metadata(log(&whole)).unwrap().len(), ends[2], "a clean stop cuts the file");
    for at in ends[1]..ends[2] {
        let folder = dir.path().join("damaged");
        copy(&whole, &folder);
        if at % 2 == 0 {
            change(&folder, |bytes| bytes[at as usize] ^= 0x10);
        } else {
            change(&folder, |bytes| bytes.truncate(at as usize));
        }
        assert!(matches!(open(&folder), Err(OpenError::Damaged(_))), "byte {at}");
        fs::remove_dir_all(&folder).unwrap();
    }
    assert_eq!(bodies(&open(&whole).unwrap()), ["one", "two", "three"]);
}

#[test]
fn a_missing_segment_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    for n in 0..130 {
        append(&store, unit(&[&n.to_string()])).unwrap();
    }
    drop(store);
    let gone = dir.path().join("segments/0000000000000032.log");
    RealDisk.rename(&gone, &dir.path().join("gone")).unwrap();
    assert!(matches!(open(dir.path()), Err(OpenError::Damaged(_))));
    RealDisk.rename(&dir.path().join("gone"), &gone).unwrap();
    assert_eq!(bodies(&open(dir.path()).unwrap()).len(), 130);
    RealDisk.remove(&log(dir.path())).unwrap();
    assert!(matches!(open(dir.path()), Err(OpenError::Damaged(_))));
}

#[test]
fn another_version_is_refused_in_plain_words() {
    let dir = tempfile::tempdir().unwrap();
    three_groups(dir.path());
    change(dir.path(), |bytes| bytes[8] = 7);
    let error = open(dir.path()).unwrap_err();
    assert_eq!(error.to_string(), "the store has format version 7, which this build does not read");
}

#[test]
fn index_files_that_are_gone_or_damaged_are_built_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    for n in 0..170 {
        append(&store, unit(&[&n.to_string()])).unwrap();
        while store.seal_step() {}
    }
    assert!(store.snapshot().files.len() < 30, "files are merged");
    drop(store);
    let sealed = dir.path().join("segments/0000000000000000.index");
    RealDisk.remove(&sealed).unwrap();
    let other = dir.path().join("segments/0000000000000032.index");
    fs::copy(dir.path().join("segments/0000000000000064.index"), &other).unwrap();
    let spilled: Vec<_> = fs::read_dir(dir.path().join("index")).unwrap().collect();
    assert!(!spilled.is_empty(), "some of the open segment is on disk");
    for spilled in spilled {
        #[expect(clippy::disallowed_methods, reason = "the test damages a file")]
        fs::write(spilled.unwrap().path(), b"no index").unwrap();
    }
    let store = open(dir.path()).unwrap();
    assert_eq!(bodies(&store).len(), 170);
    assert!(sealed.try_exists().unwrap());
}
