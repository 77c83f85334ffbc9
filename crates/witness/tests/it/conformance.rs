//! The 19 cases of siglog's witness conformance suite, by a runner of our own.
use crate::{log::Log, running::Running};
use serde::Deserialize;
use std::{fs, io::Write as _, path::Path};

const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/witness");
const CASES: usize = 19;

#[derive(Deserialize)]
struct Case {
    name: String,
    old_size: u64,
    new_size: u64,
    proof: Vec<String>,
    root_hash: String,
    should_fail: bool,
    /// Not said where any refusal will do.
    expected_status: Option<u16>,
    checkpoint_valid: Option<bool>,
}

#[test]
fn every_shared_case_has_the_status_that_it_expects() {
    let folder = Path::new(VECTORS);
    if !folder.is_dir() {
        writeln!(std::io::stderr(), "SKIPPED: {VECTORS} is not there").unwrap();
        return;
    }
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let cases = files.filter(|path| path.extension().is_some_and(|ending| ending == "json"));
    let cases: Vec<Case> =
        cases.map(|path| serde_json::from_slice(&fs::read(path).unwrap()).unwrap()).collect();
    assert_eq!(cases.len(), CASES);
    cases.iter().for_each(run);
}

fn run(case: &Case) {
    let folder = tempfile::tempdir().unwrap();
    let witness = Running::start(folder.path());
    let log = Log::known();
    if case.old_size > 0 {
        let before = witness.add(&log.request(0, case.old_size).to_string());
        assert_eq!(before.status, 200, "{}", case.name);
    }
    let before = witness.newest();
    let origin = log.checkpoint(0).origin;
    let checkpoint = format!("{origin}\n{}\n{}\n", case.new_size, case.root_hash);
    let mut request = log.lines(case.old_size, &case.proof, &checkpoint);
    if case.checkpoint_valid == Some(false) {
        // Another root under the same signature.
        request = request.replace(&case.root_hash, &"A".repeat(43)).replace("A\n", "A=\n");
    }
    let answer = witness.add(&request);
    match case.expected_status {
        Some(expected) => assert_eq!(answer.status, expected, "{}", case.name),
        None => assert!((400..500).contains(&answer.status), "{}: {}", case.name, answer.status),
    }
    if case.should_fail {
        assert_eq!(witness.newest().body, before.body, "{}", case.name);
    } else {
        let cosigned = format!("{checkpoint}\n{}", answer.body);
        let note: kiln_evidence::Note = cosigned.parse().unwrap();
        assert!(note.verify(std::slice::from_ref(&witness.key)).is_ok(), "{}", case.name);
        assert!(witness.newest().body.starts_with(&checkpoint), "{}", case.name);
    }
    witness.stop();
}
