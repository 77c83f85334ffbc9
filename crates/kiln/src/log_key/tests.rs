use super::*;
use kiln_store::{Components, Settings, Store};
use std::os::unix::fs::PermissionsExt as _;

#[test]
fn a_key_is_made_once_and_private() {
    let dir = tempfile::tempdir().unwrap();
    let path = default_path(dir.path());
    let made = load_or_make(&path, dir.path()).unwrap().public_key();
    let permissions = std::fs::metadata(&path).unwrap().permissions();
    assert_eq!(permissions.mode() & 0o777, 0o600);
    assert_eq!(load_or_make(&path, dir.path()).unwrap().public_key(), made);
    assert!(make(&path).is_err(), "a key is never overwritten");
    assert_eq!(load(&path).unwrap().unwrap().public_key(), made);
    assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left");
}

#[test]
fn no_key_is_made_for_a_log_that_has_lost_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let path = default_path(dir.path());
    let signer = Some(load_or_make(&path, dir.path()).unwrap());
    let components = Components { signer, ..crate::data::components() };
    Store::open_stepped(dir.path(), Settings::default(), components).unwrap();
    RealDisk.remove(&path).unwrap();
    let Err(error) = load_or_make(&path, dir.path()) else { panic!("a key was made") };
    assert!(error.to_string().contains("kiln key rotate"), "{error}");
    assert!(!path.try_exists().unwrap());
}

#[test]
fn a_log_of_another_version_has_lost_no_key() {
    let dir = tempfile::tempdir().unwrap();
    let segments = dir.path().join("segments");
    RealDisk.create_dir_all(&segments).unwrap();
    let file = RealDisk.create_new(&segments.join("0000000000000000.log")).unwrap();
    file.write_all_at(b"kilnseg\0\0\0", 0).unwrap();
    let path = default_path(dir.path());
    let Err(error) = load_or_make(&path, dir.path()) else { panic!("a key was made") };
    let told = format!("{error:#}");
    assert!(told.contains("the store has format version 0, which this build does not"), "{told}");
}

#[test]
fn a_key_file_that_was_never_finished_is_in_nobodys_way() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log.pem");
    RealDisk.create_new(&path.with_extension("new")).unwrap();
    make(&path).unwrap();
}

#[test]
fn another_file_is_no_key() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log.pem");
    RealDisk.create_new(&path).unwrap().write_all_at(b"no key", 0).unwrap();
    assert!(load(&path).is_err());
}
