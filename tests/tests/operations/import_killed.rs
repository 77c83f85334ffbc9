//! `kill -9` of an import at random instants: given the same file again, it goes on.
use crate::import::{generated, import, stored};
use crate::program::{check, text, write};
use kiln_tests::server::kiln;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

const EVENTS: usize = 20_000;
/// Each kill comes within this share of what a whole import takes.
const SHARE: u32 = 4;
const KILLS: usize = 10;
/// A busy machine may do nothing before it is killed; then it is killed more often.
const KILLS_MAX: usize = 60;

#[test]
fn an_import_that_is_killed_again_and_again_stores_each_event_once_and_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let events = with_bad_lines(&generated(EVENTS));
    let file = folder.path().join("events.ndjson");
    write(&file, &events);
    let whole = timed(&folder.path().join("undisturbed"), &file);
    let data = folder.path().join("data");
    let mut seen = Vec::new();
    while seen.len() < KILLS_MAX && (seen.len() < KILLS || seen.iter().all(|count| *count == 0)) {
        let after = random(whole / SHARE);
        kill_within(&data, &file, after);
        let count = count(&data);
        println!("killed after {after:?}: {count} events");
        assert!(seen.last().is_none_or(|before| *before <= count), "{count} after {seen:?}");
        seen.push(count);
    }
    let (code, summary) = import(&data, &[&text(&file)]);
    assert!(code == 0 || code == 1, "{summary}");
    let before = seen.last().copied().unwrap_or_default();
    assert_eq!(summary["stored"], EVENTS - before, "{summary}");
    assert!(seen.iter().any(|count| *count > 0), "no kill came while events were stored");
    assert!(stored(&data) == good_lines(&events), "not each event once, in order");
    check(&data);
    let (_, summary) = import(&data, &[&text(&file)]);
    assert_eq!(summary["stored"], 0, "{summary}");
}

fn count(data: &Path) -> usize {
    // It may have been killed before it made the folder.
    let is_there = data.join("tenants").try_exists().unwrap();
    let events = if is_there { stored(data) } else { Vec::new() };
    events.split(|byte| *byte == b'\n').count() - 1
}

/// Some lines that are refused, at both ends too.
fn with_bad_lines(events: &[u8]) -> Vec<u8> {
    let lines = events.split_inclusive(|byte| *byte == b'\n').enumerate();
    let bad = |number| if number % 97 == 0 { &b"no event\n"[..] } else { b"" };
    let mut all: Vec<u8> = lines.flat_map(|(n, line)| [bad(n), line].concat()).collect();
    all.extend_from_slice(b"no event\n");
    all
}

fn good_lines(events: &[u8]) -> Vec<u8> {
    let lines = events.split_inclusive(|byte| *byte == b'\n');
    lines.filter(|line| *line != b"no event\n").flatten().copied().collect()
}

#[expect(clippy::disallowed_methods, reason = "a test measures")]
fn timed(data: &Path, file: &Path) -> Duration {
    let begin = Instant::now();
    let (code, summary) = import(data, &[&text(file)]);
    assert_eq!(code, 1, "{summary}");
    begin.elapsed()
}

fn kill_within(data: &Path, file: &Path, after: Duration) {
    let mut command = kiln().unwrap();
    command.arg("import").arg("--data").arg(data).arg(file);
    let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(after);
    process.kill().unwrap();
    process.wait().unwrap();
}

fn random(below: Duration) -> Duration {
    let chance = RandomState::new().build_hasher().finish();
    below.mul_f64(chance as f64 / u64::MAX as f64)
}
