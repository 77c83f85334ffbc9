//! An older copy of the log that is put back is noticed, and adopted only when told to.
use crate::events::{check_all, total};
use crate::evidence::{
    Receipt, Witnessed, expect, fill, get, log_key, log_size, until_witnessed, witnessed,
};
use crate::program::{copy, kept_within, run, said, start, text, write};
use kiln_tests::http::Request;
use kiln_tests::server::Server;
use std::path::Path;
use std::time::Duration;

/// Puts the copy in the place of what is there.
fn put_back(from: &Path, to: &Path) {
    std::fs::remove_dir_all(to).unwrap();
    copy(from, to);
}

/// Does not start, in plain words.
fn refused(data: &Path, arguments: &[&str]) {
    let output = run("serve", data, &[&["--listen", "127.0.0.1:0"], arguments].concat());
    let told = said(&output);
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(told.contains("rolled back") && told.contains("--adopt-restore"), "{told}");
}

#[test]
fn an_older_copy_is_refused_until_it_is_adopted() {
    let folder = tempfile::tempdir().unwrap();
    let (data, older) = (folder.path().join("data"), folder.path().join("older"));
    let running = start(&data, "");
    let (key, kept) = (log_key(&running.server), fill(&running.server, "kept", 10));
    let early = Receipt::of(&running.server, &kept[0], folder.path());
    running.stop(&data);
    copy(&data.join("tenants"), &older);
    let running = start(&data, "");
    let lost = fill(&running.server, "lost", 10);
    let late = Receipt::of(&running.server, &lost[9], folder.path());
    running.stop(&data);

    put_back(&older, &data.join("tenants"));
    refused(&data, &[]);
    refused(&data, &[]);
    let exported = run("export", &data, &[]);
    assert_eq!(exported.status.code(), Some(3), "{}", said(&exported));

    let adopted = Server::start_wrapped("sh", &["-c", "exec \"$0\" \"$@\" --adopt-restore"], &data);
    let adopted = adopted.unwrap();
    let other = log_key(&adopted);
    let (old_name, new_name) = (key.split('+').next(), other.split('+').next());
    assert_ne!(old_name, new_name, "to witnesses it is another log");
    check_all(&adopted, &kept);
    assert_eq!(total(&adopted), 10);
    let later = fill(&adopted, "later", 3);
    let after = Receipt::of(&adopted, &later[2], folder.path());
    drop(adopted);

    // From now on it starts by itself.
    let running = start(&data, "");
    assert_eq!(log_key(&running.server), other);
    assert_eq!(total(&running.server), 13);
    running.stop(&data);
    // What was proved stays proved, also what the log has lost.
    for receipt in [&early, &late] {
        receipt.expect(["--key", &key], 0, "ok");
    }
    after.expect(["--key", &other], 0, "ok");
    after.expect(["--key", &key], 1, "failed");
    // The log says what happened to it: an auditor reads that it lost records.
    expect(&["store", &text(&data)], 2, "the log went on from an older copy of itself");
}

/// Whoever puts back the whole data folder puts back the side file in it, unless that is elsewhere.
#[test]
fn a_side_file_on_another_volume_knows_of_a_whole_folder_that_was_put_back() {
    let folder = tempfile::tempdir().unwrap();
    let [data, older, side] = ["data", "older", "side"].map(|name| folder.path().join(name));
    let settings = format!("[evidence]\nside = \"{}\"\n", side.display());
    let file = folder.path().join("kiln.toml");
    write(&file, settings.as_bytes());
    for name in ["kept", "lost"] {
        let running = start(&data, &settings);
        fill(&running.server, name, 5);
        running.stop(&data);
        if name == "kept" {
            copy(&data, &older);
        }
    }
    let note = side.join("default.checkpoint");
    assert!(note.try_exists().unwrap() && !data.join("side").try_exists().unwrap());
    put_back(&older, &data);
    refused(&data, &["--settings", &text(&file)]);
    // A check of the folder alone cannot know; told of the side file it does.
    expect(&["store", &text(&data)], 0, "ok");
    expect(&["store", &text(&data), "--known", &text(&note)], 1, "the log is shorter");
}

/// Side file and log both put back, and the witness away at the start: it tells afterwards.
#[test]
fn a_witness_does_not_cosign_a_log_that_was_rolled_back() {
    let folder = tempfile::tempdir().unwrap();
    let (data, older) = (folder.path().join("data"), folder.path().join("older"));
    let Witnessed { witness, settings, .. } = witnessed(&data, folder.path(), |port| port);
    let running = start(&data, &settings);
    fill(&running.server, "kept", 3);
    until_witnessed(&running.server, log_size(&running.server));
    running.stop(&data);
    copy(&data, &older);
    let running = start(&data, &settings);
    fill(&running.server, "lost", 30);
    let known = log_size(&running.server);
    until_witnessed(&running.server, known);
    running.stop(&data);

    put_back(&older, &data);
    let file = folder.path().join("kiln.toml");
    write(&file, settings.as_bytes());
    refused(&data, &["--settings", &text(&file)]);
    let port = witness.port;
    drop(witness);
    let running = start(&data, &settings);
    let witness = kiln_tests::witness::Witness::start(folder.path(), port, &[]).unwrap();
    kept_within(Duration::from_secs(90), || {
        let metrics = get(&running.server, "/metrics");
        metrics.contains("\nkiln_witness_alarm 1").then_some(())
    });
    // However far it grows: it will never hold what the witness has seen.
    fill(&running.server, "again", 40);
    std::thread::sleep(Duration::from_millis(500));
    assert!(log_size(&running.server) > known);
    let answer = running.server.send(&Request::new("GET", "/log/witnessed-checkpoint")).unwrap();
    let size = kiln_tests::witness::size(&answer.text()).unwrap();
    assert!(size < known, "{size} of the log that was put back are said to be witnessed");
    assert!(witness.is_up());
    assert_eq!(kiln_tests::witness::remembered(folder.path()).unwrap(), known);
    running.stop(&data);
}
