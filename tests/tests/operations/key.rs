//! The log's key: changed, half changed, lost.
use crate::evidence::{Receipt, expect, fill, log_key, shown_key};
use crate::program::{keep_to_owner, read, remove, run, said, start, text, write};
use kiln_tests::server::kiln;
use std::path::{Path, PathBuf};
use std::process::Output;

fn rotate(data: &Path) -> Output {
    kiln().unwrap().args(["key", "rotate", "--data"]).arg(data).output().unwrap()
}

fn key_file(data: &Path, name: &str) -> PathBuf {
    data.join("tenants/default/keys").join(name)
}

/// With its permissions.
fn put(from: &Path, to: &Path) {
    std::fs::copy(from, to).unwrap();
}

/// A log with an event from before, and its receipt.
fn begun(data: &Path) -> (String, Receipt) {
    let running = start(data, "");
    let (key, stored) = (log_key(&running.server), fill(&running.server, "before", 2));
    let receipt = Receipt::of(&running.server, &stored[0], data.parent().unwrap());
    running.stop(data);
    (key, receipt)
}

/// The log goes on under the new key, and what the old one signed holds.
fn holds(data: &Path, old: &str, before: &Receipt, new: &str) {
    assert_ne!(old, new);
    assert_eq!(shown_key(data), new);
    let running = start(data, "");
    assert_eq!(log_key(&running.server), new);
    let stored = fill(&running.server, "after", 2);
    let after = Receipt::of(&running.server, &stored[1], data.parent().unwrap());
    running.stop(data);
    before.expect(["--key", old], 0, "ok");
    before.expect(["--key", new], 1, "failed");
    after.expect(["--key", new], 0, "ok");
    after.expect(["--key", old], 1, "failed");
    for key in [old, new] {
        expect(&["store", &text(data), "--key", key], 0, "ok");
    }
    let mode = std::os::unix::fs::PermissionsExt::mode;
    let permissions = std::fs::metadata(key_file(data, "log.pem")).unwrap().permissions();
    assert_eq!(mode(&permissions) & 0o777, 0o600);
}

#[test]
fn a_key_is_handed_over_and_what_it_signed_holds() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (old, before) = begun(&data);
    let output = rotate(&data);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("destroy it"), "{}", said(&output));
    let new = String::from_utf8(output.stdout).unwrap().trim_end().to_owned();
    holds(&data, &old, &before, &new);
}

#[test]
fn a_change_that_broke_off_before_it_was_stated_is_taken_up() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (old, before) = begun(&data);
    // The next key is made, and then the power goes.
    let other = folder.path().join("other");
    drop(start(&other, ""));
    put(&key_file(&other, "log.pem"), &key_file(&data, "log.next.pem"));
    let running = start(&data, "");
    assert_eq!(log_key(&running.server), old);
    running.stop(&data);
    let output = rotate(&data);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let new = String::from_utf8(output.stdout).unwrap().trim_end().to_owned();
    assert!(!key_file(&data, "log.next.pem").try_exists().unwrap());
    holds(&data, &old, &before, &new);
}

#[test]
fn a_change_that_broke_off_after_it_was_stated_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (old, before) = begun(&data);
    let output = rotate(&data);
    let new = String::from_utf8(output.stdout).unwrap().trim_end().to_owned();
    // The log says so; the file did not get its name.
    let [now, next, gone] =
        ["log.pem", "log.next.pem", "log.old.pem"].map(|name| key_file(&data, name));
    put(&now, &next);
    put(&gone, &now);
    remove(&gone);
    let refused = run("serve", &data, &["--listen", "127.0.0.1:0"]);
    assert_eq!(refused.status.code(), Some(3), "{}", said(&refused));
    assert!(said(&refused).contains("kiln key rotate"), "{}", said(&refused));
    let output = rotate(&data);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim_end(), new, "no third key is made");
    holds(&data, &old, &before, &new);
}

#[test]
fn a_lost_key_is_refused_and_no_other_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (old, before) = begun(&data);
    let path = key_file(&data, "log.pem");
    let kept = read(&path);
    remove(&path);
    for (subcommand, arguments) in [("serve", &["--listen", "127.0.0.1:0"][..]), ("export", &[])] {
        let refused = run(subcommand, &data, arguments);
        let told = said(&refused);
        assert_eq!(refused.status.code(), Some(3), "{subcommand}: {told}");
        assert!(told.contains("log.pem is missing") && told.contains("put it back"), "{told}");
    }
    assert!(!path.try_exists().unwrap());
    write(&path, &kept);
    keep_to_owner(&path);
    let running = start(&data, "");
    assert_eq!(log_key(&running.server), old);
    running.stop(&data);
    before.expect(["--key", &old], 0, "ok");
}
