//! `kiln verify store`: an honest folder, one that was killed, one that was changed.
use crate::evidence::{Receipt, expect, fill, log_key, shown_key, verify, witnessed};
use crate::program::{copy, files, read, remove, start, text, write};
use kiln_tests::server::Server;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Small segments, so that there are several, with index files.
const SETTINGS: &str = "[store]\nseal_records = 40\nspill_records = 20\n";

fn log(data: &Path) {
    let running = start(data, SETTINGS);
    fill(&running.server, "verified", 100);
    running.stop(data);
}

/// Every file with its bytes.
fn all(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(all(&path));
        } else {
            found.push((path.clone(), read(&path)));
        }
    }
    found.sort();
    found
}

#[test]
fn an_honest_store_is_ok_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    log(&data);
    let before = all(&data);
    let key = shown_key(&data);
    expect(&["store", &text(&data)], 0, "the log states its key itself");
    expect(&["store", &text(&data), "--key", &key], 0, "No log can prove what was never sent");
    expect(&["store", &text(&data.join("tenants/default"))], 0, "ok: 103 records are ok");
    assert!(all(&data) == before, "something was written");
    // Without its key, as a copy for an auditor is.
    let copied = folder.path().join("copy");
    copy(&data, &copied);
    remove(&copied.join("tenants/default/keys/log.pem"));
    expect(&["store", &text(&copied), "--key", &key], 0, "ok");
    let (_, told) = verify(&["store", &text(&copied), "--key", &key, "--json"]);
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!((&told["verdict"], &told["records"]), (&"ok".into(), &103.into()), "{told}");
    expect(&["store", &text(folder.path())], 3, "holds no Kiln data");
}

#[test]
fn a_changed_bit_anywhere_in_segments_and_tiles_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    log(&data);
    let tenant = data.join("tenants/default");
    let mut changed = 0;
    for (path, bytes) in [all(&tenant.join("segments")), all(&tenant.join("tiles"))].concat() {
        for at in [0, bytes.len() / 3, bytes.len() - 1] {
            let mut other = bytes.clone();
            other[at] ^= 1;
            write(&path, &other);
            let (code, told) = verify(&["store", &text(&data)]);
            assert_eq!(code, Some(1), "{} byte {at}: {told}", path.display());
            changed += 1;
        }
        write(&path, &bytes);
    }
    assert!(changed > 20, "{changed}");
    expect(&["store", &text(&data)], 0, "ok");
}

#[test]
fn a_store_that_was_killed_is_not_said_to_be_whole_until_it_was_started() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let server = Server::start_in(&data).unwrap();
    fill(&server, "killed", 50);
    server.kill().unwrap();
    expect(&["store", &text(&data)], 2, "the last stop was not clean");
    start(&data, "").stop(&data);
    expect(&["store", &text(&data)], 0, "ok");
}

#[test]
fn what_is_known_elsewhere_is_held_against_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let (data, other) = (folder.path().join("data"), folder.path().join("other"));
    let log = witnessed(&data, folder.path(), |port| port);
    let running = start(&data, "");
    let (key, stored) = (log_key(&running.server), fill(&running.server, "known", 3));
    let receipt = Receipt::of(&running.server, &stored[2], folder.path());
    running.stop(&data);
    let store = text(&data);
    expect(&["store", &store, "--known", &receipt.proof, "--key", &key], 0, "ok");
    expect(&["store", &store, "--policy", &log.policy], 2, "no checkpoint of this log is cosigned");
    expect(&["store", &store, "--known", &receipt.event], 3, "neither a checkpoint nor a receipt");
    let running = start(&other, "");
    let foreign = log_key(&running.server);
    fill(&running.server, "other", 1);
    running.stop(&other);
    expect(&["store", &store, "--key", &foreign], 1, "no key that is trusted has signed the log");
    expect(&["store", &text(&other), "--known", &receipt.proof], 1, "it is of another log");
    let last = files(&data, "segments", "log").pop().unwrap();
    write(&last, &read(&last)[..200]);
    expect(&["store", &store, "--key", &key], 1, "MISSING records");
}
