//! The evidence bundle: written, opened, checked, altered.
use crate::events::Stored;
use crate::evidence::{
    Witnessed, expect, fill, log_size, shown_key, until_witnessed, verify, witnessed,
};
use crate::program::{read, run, said, start, text, write};
use kiln_tests::server::kiln;
use serde_json::Value;
use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

const EVENTS: usize = 5;

/// Writes a bundle of all events.
fn export(data: &Path, bundle: &str, arguments: &[&str]) {
    let output = run("export", data, &[&["--evidence", bundle], arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}

/// A log that was stopped, with events.
fn log(data: &Path) -> Vec<Stored> {
    let running = start(data, "");
    let stored = fill(&running.server, "bundle", EVENTS);
    running.stop(data);
    stored
}

/// The files of a bundle, in order.
fn unpacked(bundle: &Path) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(read(bundle))).unwrap();
    let files = (0..zip.len()).map(|at| {
        let mut file = zip.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        (file.name().unwrap().into_owned(), bytes)
    });
    files.collect()
}

fn pack(bundle: &Path, files: &[(String, Vec<u8>)]) {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    write(bundle, &zip.finish().unwrap().into_inner());
}

fn named<'a>(files: &'a mut [(String, Vec<u8>)], name: &str) -> &'a mut Vec<u8> {
    &mut files.iter_mut().find(|(other, _)| other == name).unwrap().1
}

#[test]
fn what_was_exported_is_plain_files_and_is_proved() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let stored = log(&data);
    let bundle = folder.path().join("bundle.zip");
    export(&data, &text(&bundle), &[]);
    assert!(!folder.path().join("bundle.zip.new").try_exists().unwrap());
    let key = shown_key(&data);
    expect(&["bundle", &text(&bundle), "--key", &key], 0, "ok: 5 events and ");
    expect(&["bundle", &text(&bundle), "--key", &key], 0, "self-signed only");

    let files = unpacked(&bundle);
    let file = |name: &str| {
        let found = files.iter().find(|(other, _)| other == name);
        String::from_utf8(found.unwrap_or_else(|| panic!("no {name}")).1.clone()).unwrap()
    };
    assert!(file("README.txt").contains("No log can prove what was never sent to it."));
    assert!(file("README.txt").contains("SELF-SIGNED ONLY"));
    assert_eq!(file("log.vkey").trim_end(), key);
    let manifest: Value = serde_json::from_str(&file("manifest.json")).unwrap();
    let events = manifest["events"].as_array().unwrap();
    let ids: Vec<&str> = events.iter().map(|event| event["id"].as_str().unwrap()).collect();
    let sent: Vec<&str> = stored.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(ids, sent);
    for (event, Stored { patient, .. }) in events.iter().zip(&stored) {
        let bytes = file(event["file"].as_str().unwrap());
        assert!(bytes.contains(&format!("Patient/{patient}")), "{bytes}");
        // The same files, checked one by one.
        let alone = ["file", "proof"].map(|of| {
            let path = folder.path().join(of);
            write(&path, file(event[of].as_str().unwrap()).as_bytes());
            text(&path)
        });
        expect(&["event", &alone[0], &alone[1], "--key", &key], 0, "ok");
    }
    let statements = manifest["statements"].as_array().unwrap();
    let first: Value =
        serde_json::from_str(&file(statements[0]["file"].as_str().unwrap())).unwrap();
    assert_eq!((&first["statement"], &first["key"]), (&"genesis".into(), &key.into()));
}

#[test]
fn filters_choose_and_nothing_found_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    log(&data);
    let bundle = text(&folder.path().join("bundle.zip"));
    export(&data, &bundle, &["patient=Patient/bundle-3"]);
    expect(&["bundle", &bundle, "--key", &shown_key(&data)], 0, "ok: 1 events and ");
    let nobody = text(&folder.path().join("nobody.zip"));
    let output = run("export", &data, &["--evidence", &nobody, "patient=Patient/nobody"]);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(said(&output).contains("no event matches"), "{}", said(&output));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left");
}

/// The checkpoint is the new key's; what came under the old one is proved under it too.
#[test]
fn a_bundle_of_a_log_whose_key_was_changed_holds_the_change() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    log(&data);
    let old = shown_key(&data);
    let rotated = kiln().unwrap().args(["key", "rotate", "--data"]).arg(&data).output().unwrap();
    assert_eq!(rotated.status.code(), Some(0), "{}", said(&rotated));
    let new = shown_key(&data);
    let bundle = folder.path().join("bundle.zip");
    export(&data, &text(&bundle), &[]);
    expect(&["bundle", &text(&bundle), "--key", &new], 0, "ok: 5 events and ");
    expect(&["bundle", &text(&bundle), "--key", &old], 1, "no key that the policy has");
    let files = unpacked(&bundle);
    let change = files.iter().find(|(name, bytes)| {
        name.starts_with("statements/") && bytes.starts_with(br#"{"statement":"key-change""#)
    });
    let change: Value = serde_json::from_slice(&change.expect("it is stated").1).unwrap();
    assert_eq!((&change["old"], &change["new"]), (&old.into(), &new.into()));
}

#[test]
fn a_changed_bundle_is_found_out_and_the_record_named() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    log(&data);
    let bundle = folder.path().join("bundle.zip");
    export(&data, &text(&bundle), &[]);
    let key = shown_key(&data);
    let files = unpacked(&bundle);
    let event = "events/0000000003.json";
    let changed = folder.path().join("changed.zip");
    let check = |files: &[(String, Vec<u8>)], code: i32, says: &str| {
        pack(&changed, files);
        expect(&["bundle", &text(&changed), "--key", &key], code, says);
    };
    check(&files, 0, "ok");

    let mut altered = files.clone();
    named(&mut altered, event)[20] ^= 1;
    check(&altered, 1, "ALTERED events/0000000003.json: the record is not what stands in the log");
    let mut swapped = files.clone();
    *named(&mut swapped, event) = named(&mut files.clone(), "events/0000000004.json").clone();
    check(&swapped, 1, "ALTERED events/0000000003.json");
    let without =
        |name: &str| files.iter().filter(|(other, _)| other != name).cloned().collect::<Vec<_>>();
    check(&without(event), 1, "MISSING events/0000000003.json");
    check(&without("events/0000000003.tlog-proof"), 1, "MISSING events/0000000003.tlog-proof");
    check(&without("checkpoint"), 1, "MISSING checkpoint");
    check(&without("manifest.json"), 1, "MISSING manifest.json");
    let mut more = files.clone();
    more.push(("events/0000000099.json".to_owned(), b"{}".to_vec()));
    more.push(("../../escaped".to_owned(), b"x".to_vec()));
    check(&more, 1, "EXTRA events/0000000099.json");
    check(&more, 1, "EXTRA ../../escaped");
    let mut dated = files.clone();
    let manifest = named(&mut dated, "manifest.json");
    let text = String::from_utf8(manifest.clone()).unwrap();
    *manifest = text.replace(r#""received": "20"#, r#""received": "19"#).into_bytes();
    check(&dated, 1, "the manifest names another time of receipt");
    let mut later = files.clone();
    let manifest = named(&mut later, "manifest.json");
    let text = String::from_utf8(manifest.clone()).unwrap();
    *manifest = text.replace(r#""version": 1"#, r#""version": 2"#).into_bytes();
    check(&later, 2, "this build reads version 1");
}

#[test]
fn a_bundle_that_is_cut_or_broken_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    log(&data);
    let bundle = folder.path().join("bundle.zip");
    export(&data, &text(&bundle), &[]);
    let key = shown_key(&data);
    let whole = read(&bundle);
    let broken = folder.path().join("broken.zip");
    let arguments = ["bundle", &text(&broken), "--key", &key];
    for part in 0..10 {
        write(&broken, &whole[..whole.len() * part / 10]);
        expect(&arguments, 1, "it is no ZIP archive as Kiln writes them");
    }
    let name = b"events/0000000004.json";
    let at = whole.windows(name.len()).position(|window| window == name).unwrap();
    for offset in 0..8 {
        let mut flipped = whole.clone();
        flipped[at + name.len() + 8 * offset] ^= 4;
        write(&broken, &flipped);
        let (code, told) = verify(&arguments);
        assert_eq!(code, Some(1), "{offset}: {told}");
    }
    write(&broken, &[b"before".as_slice(), &whole].concat());
    expect(&arguments, 1, "failed");
    expect(&["bundle", &text(&folder.path().join("gone")), "--key", &key], 3, "No such file");
}

#[test]
fn a_witnessed_bundle_says_who_saw_it_and_a_missing_quorum_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let Witnessed { witness, policy, settings } = witnessed(&data, folder.path(), |port| port);
    let running = start(&data, "");
    fill(&running.server, "early", 2);
    running.stop(&data);
    let file = folder.path().join("kiln.toml");
    write(&file, settings.as_bytes());
    let (early, late) = (folder.path().join("early.zip"), folder.path().join("late.zip"));
    export(&data, &text(&early), &["--settings", &text(&file)]);
    expect(&["bundle", &text(&early), "--policy", &policy], 2, "not provable");

    let running = start(&data, &settings);
    fill(&running.server, "late", 2);
    until_witnessed(&running.server, log_size(&running.server));
    running.stop(&data);
    drop(witness);
    export(&data, &text(&late), &["--settings", &text(&file)]);
    expect(&["bundle", &text(&late), "--policy", &policy], 0, "seen by witness.example/w1 at ");
    let readme = unpacked(&late).remove(0).1;
    let readme = String::from_utf8(readme).unwrap();
    assert!(readme.contains("seen by witness.example/w1 at "), "{readme}");
    assert!(!readme.contains("SELF-SIGNED"), "{readme}");
}
