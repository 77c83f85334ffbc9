#![expect(clippy::disallowed_methods, reason = "a test writes the file of the keys")]
use super::{ApiKeys, LOOK_FOR_NEW_EVERY_MS};
use crate::authentication::denied::Denied;
use kiln_identity::{
    Role, TenantId, UnixSeconds,
    api_key::{Book, NewKey, Refused},
};
use kiln_store::{Millis, disk::RealDisk};
use std::{fs, path::Path, sync::Arc};

fn open(path: &Path) -> std::io::Result<ApiKeys> {
    ApiKeys::open(path.to_owned(), Arc::new(RealDisk), Millis(0))
}

#[test]
fn a_change_of_the_file_counts_within_a_second() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("api-keys");
    let keys = open(&path).unwrap();
    assert!(!keys.are_known(Millis(0)), "no file, no keys");
    let key = NewKey::of(&[7; 32]);
    let tenant = TenantId::default();
    let kept = key.kept(Role::Writer, tenant, UnixSeconds(0), None, "ward".to_owned());
    let mut book = Book::default();
    book.add(kept).unwrap();
    fs::write(&path, book.to_text()).unwrap();
    let soon = Millis(LOOK_FOR_NEW_EVERY_MS - 1);
    assert!(keys.principal(&key.text, soon).is_err(), "not looked at again yet");
    let principal = keys.principal(&key.text, Millis(LOOK_FOR_NEW_EVERY_MS)).unwrap();
    assert_eq!(&*principal.who, format!("key:{}", key.id));
    assert!(keys.are_known(Millis(1000)));
    book.revoke(&key.id, UnixSeconds(1)).unwrap();
    fs::write(&path, book.to_text()).unwrap();
    assert!(keys.principal(&key.text, Millis(1000)).is_ok(), "not looked at again yet");
    let refused = keys.principal(&key.text, Millis(2000)).unwrap_err();
    assert_eq!(refused, Denied::ApiKey(Refused::Revoked));
    fs::remove_file(&path).unwrap();
    assert!(keys.principal(&key.text, Millis(3000)).is_err());
    assert!(keys.are_known(Millis(3000)), "a file that is gone opens nothing");
}

#[test]
fn of_a_damaged_file_no_key_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("api-keys");
    fs::write(&path, "").unwrap();
    let keys = open(&path).unwrap();
    fs::write(&path, "{\"id\":").unwrap();
    let key = NewKey::of(&[7; 32]);
    assert!(!keys.are_known(Millis(LOOK_FOR_NEW_EVERY_MS - 1)), "not looked at again yet");
    assert!(
        keys.are_known(Millis(LOOK_FOR_NEW_EVERY_MS)),
        "what nobody can read leaves nothing open"
    );
    assert_eq!(keys.principal(&key.text, Millis(1000)).unwrap_err(), Denied::Unavailable);
    assert!(open(&path).is_err(), "and with it nothing starts");
}
