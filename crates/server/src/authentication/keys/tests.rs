#![expect(clippy::disallowed_methods, reason = "a test writes the file of the keys")]
use super::{Keys, RETRY_MS};
use crate::authentication::settings::{KeySource, KeyTimes};
use kiln_store::{Millis, disk::RealDisk};
use std::{fs, path::Path, sync::Arc, time::Duration};

const MINUTE: i64 = 60_000;

fn keys(path: &Path) -> Keys {
    let source = KeySource::File(path.to_owned());
    Keys::new(source, KeyTimes::default(), Duration::from_secs(5), Arc::new(RealDisk)).unwrap()
}

fn write(path: &Path, id: &str) {
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let key = format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","x":"{x}","kid":"{id}"}}]}}"#);
    fs::write(path, key).unwrap();
}

#[tokio::test]
async fn keys_are_believed_for_a_while_and_not_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jwks.json");
    let keys = keys(&path);
    assert!(keys.get(Millis(0)).await.is_err(), "there are none");
    write(&path, "one");
    assert!(keys.get(Millis(RETRY_MS - 1)).await.is_err(), "it was tried a moment ago");
    assert!(keys.get(Millis(RETRY_MS)).await.unwrap().set.has("one"));
    fs::remove_file(&path).unwrap();
    let held = keys.get(Millis(RETRY_MS + 59 * MINUTE)).await;
    assert!(held.is_ok_and(|held| held.set.has("one")), "the last ones are believed for an hour");
    assert!(keys.get(Millis(RETRY_MS + 60 * MINUTE)).await.is_err(), "and then no longer");
    write(&path, "two");
    assert!(keys.get(Millis(RETRY_MS + 61 * MINUTE)).await.unwrap().set.has("two"));
    assert!(keys.get(Millis(-2 * MINUTE)).await.unwrap().set.has("two"), "read again: who knows");
}

#[tokio::test]
async fn a_key_that_is_not_known_is_looked_for_once_a_minute() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jwks.json");
    let keys = keys(&path);
    write(&path, "one");
    let held = keys.get(Millis(0)).await.unwrap();
    write(&path, "two");
    assert!(keys.newer(&held, Millis(MINUTE - 1)).await.is_none(), "it is too soon");
    let newer = keys.newer(&held, Millis(MINUTE)).await.unwrap();
    assert!(newer.set.has("two") && !newer.set.has("one"));
    assert!(!Arc::ptr_eq(&held.verified, &newer.verified), "what was checked is checked again");
    assert!(keys.newer(&newer, Millis(MINUTE + 1)).await.is_none());
    let known = keys.newer(&held, Millis(MINUTE + 1)).await;
    assert!(known.is_some(), "another request has fetched them");
}

#[tokio::test]
async fn the_same_keys_keep_what_was_checked_with_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jwks.json");
    let keys = keys(&path);
    write(&path, "one");
    let held = keys.get(Millis(0)).await.unwrap();
    let again = keys.get(Millis(11 * MINUTE)).await.unwrap();
    assert!(!Arc::ptr_eq(&held, &again) && Arc::ptr_eq(&held.verified, &again.verified));
}
