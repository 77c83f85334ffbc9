//! `kiln import` of files as they come: packed, cut off, with bad lines between good ones.
use crate::program::{read, run, said, text, write};
use kiln_tests::server::kiln;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Stdio};

/// So many lines that there are several chunks.
const EVENTS: usize = 4000;

/// `kiln generate`.
pub(crate) fn generated(count: usize) -> Vec<u8> {
    let mut generate = kiln().unwrap();
    generate.args(["generate", "--seed", "11", "--count", &count.to_string()]);
    generate.output().unwrap().stdout
}

/// What is stored, in the order of the log.
pub(crate) fn stored(folder: &Path) -> Vec<u8> {
    let output = run("export", folder, &["--original"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    output.stdout
}

/// `kiln import --json`, its exit code and its summary.
pub(crate) fn import(folder: &Path, arguments: &[&str]) -> (i32, Value) {
    let output = run("import", folder, &[&["--json"], arguments].concat());
    let summary = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| json!(said(&output)));
    (output.status.code().unwrap(), summary)
}

fn packed(by: &str, arguments: &[&str], bytes: &[u8]) -> Vec<u8> {
    let beside = tempfile::tempdir().unwrap();
    let file = beside.path().join("plain");
    write(&file, bytes);
    let mut command = Command::new(by);
    command.args(arguments).arg("-c").arg(&file).stdin(Stdio::null());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{by}: {}", said(&output));
    output.stdout
}

fn is_there(program: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok();
    if !there {
        kiln_tests::tell(&format!("SKIPPED: no {program} on this machine"));
    }
    there
}

#[test]
fn packed_files_are_told_by_their_first_bytes_and_pieces_are_one_file() {
    let events = generated(EVENTS);
    // In the middle of a line.
    let (first, second) = events.split_at(events.len() / 2 + 7);
    for (by, arguments) in [("gzip", &["-1"][..]), ("zstd", &["-q", "-3"])] {
        if !is_there(by) {
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("events.txt");
        write(&file, &[packed(by, arguments, first), packed(by, arguments, second)].concat());
        let data = folder.path().join("data");
        let (code, summary) = import(&data, &[&text(&file)]);
        assert_eq!((code, &summary["stored"]), (0, &json!(EVENTS)), "{by}: {summary}");
        assert!(stored(&data) == events, "{by}: what is stored is not what was packed");
        // The same events as they are belong to the same import.
        write(&file, &events);
        let (code, summary) = import(&data, &[&text(&file)]);
        assert_eq!((code, &summary["stored"]), (0, &json!(0)), "{by}: {summary}");
        assert_eq!(summary["skipped"], EVENTS, "{by}: {summary}");
    }
}

#[test]
fn a_file_that_is_cut_off_says_how_much_is_stored_and_goes_on_when_it_is_whole() {
    let events = generated(EVENTS);
    for (by, arguments) in [("gzip", &["-1"][..]), ("zstd", &["-q", "-3"])] {
        if !is_there(by) {
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        let (file, data) = (folder.path().join("packed"), folder.path().join("data"));
        let whole = packed(by, arguments, &events);
        write(&file, &whole[..whole.len() * 2 / 3]);
        let (code, told) = import(&data, &[&text(&file)]);
        let told = told.as_str().unwrap();
        assert_eq!(code, 3, "{by}: {told}");
        let before = stored(&data);
        let count = before.split(|byte| *byte == b'\n').count() - 1;
        assert!(count > 100 && events.starts_with(&before), "{by}: {count} events");
        assert!(told.contains(&format!("{count} events are stored")), "{by}: {told}");
        assert!(told.contains("cannot be read to its end"), "{by}: {told}");
        write(&file, &whole);
        let (code, summary) = import(&data, &[&text(&file)]);
        assert_eq!((code, &summary["skipped"]), (0, &json!(count)), "{by}: {summary}");
        assert!(stored(&data) == events, "{by}: not each event once, in order");
    }
}

#[test]
fn bad_lines_are_left_out_in_their_order_and_the_others_keep_theirs() {
    let folder = tempfile::tempdir().unwrap();
    let (data, rejects) = (folder.path().join("data"), folder.path().join("rejects.ndjson"));
    let (good, mut sent, mut expected) = (generated(EVENTS), Vec::new(), Vec::new());
    let mut line = 0;
    for (number, event) in good.split_inclusive(|byte| *byte == b'\n').enumerate() {
        line += 1;
        if number % 7 == 3 {
            sent.extend_from_slice(format!("{{\"resourceType\":\"{number}\"}}\n").as_bytes());
            expected.push((line, format!("{{\"resourceType\":\"{number}\"}}")));
            line += 1;
        }
        sent.extend_from_slice(event);
    }
    let file = folder.path().join("events.ndjson");
    write(&file, &sent);
    let (code, summary) = import(&data, &["--rejects", &text(&rejects), &text(&file)]);
    assert_eq!((code, &summary["rejected"]), (1, &json!(expected.len())), "{summary}");
    assert!(stored(&data) == good, "the good lines are not what is stored");
    let refused = read(&rejects);
    let refused = refused.trim_ascii().split(|byte| *byte == b'\n').map(|entry| {
        let entry: Value = serde_json::from_slice(entry).unwrap();
        (entry["line"].as_u64().unwrap(), entry["text"].as_str().unwrap().to_owned())
    });
    assert_eq!(refused.collect::<Vec<_>>(), expected);
}
