//! Whatever checkpoint anybody was ever given is consistent with the log as it is in the end,
//! however often Kiln was killed. `KILN_CRASHES=100` kills more often than CI does.
use crate::events::{TYPE, event};
use crate::evidence::{expect, log_key, verify};
use crate::program::{start, text, write};
use kiln_tests::http::{Connection, Request};
use kiln_tests::server::Server;
use kiln_tests::witness::size;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::thread;
use std::time::Duration;

const CRASHES: u64 = 20;
const RECORDED: &str = "2026-03-01T10:00:00Z";
const WRITERS: usize = 8;
/// Checkpoints that are kept of one run between two kills: the last ones, where a kill could
/// have made a difference, and some before.
const KEPT: usize = 40;

#[test]
fn every_checkpoint_that_was_released_is_consistent_with_the_final_log() {
    let crashes = std::env::var("KILN_CRASHES").map_or(CRASHES, |n| n.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (mut released, mut seen, mut acknowledged) = (Vec::new(), 0, 0);
    for round in 0..crashes {
        let (notes, stored) = run_until_killed(&data, round);
        (seen, acknowledged) = (seen + notes.len(), acknowledged + stored);
        let keep = notes.len().saturating_sub(KEPT / 2);
        let (early, late) = notes.split_at(keep);
        let step = early.len() / (KEPT / 2) + 1;
        released.extend(early.iter().step_by(step).chain(late).cloned());
    }
    let running = start(&data, "");
    let key = log_key(&running.server);
    running.stop(&data);
    println!("{seen} checkpoints in {crashes} kills, {acknowledged} events acknowledged");
    assert!(seen as u64 >= crashes, "hardly a checkpoint was seen: {seen}");
    assert!(acknowledged as u64 >= crashes, "hardly an event was stored: {acknowledged}");

    // All of them at once against the log itself, and each against the tiles alone.
    let files: Vec<String> = released
        .iter()
        .enumerate()
        .map(|(n, note)| {
            let file = folder.path().join(format!("checkpoint-{n}"));
            write(&file, note.as_bytes());
            text(&file)
        })
        .collect();
    let (store, newest) = (text(&data), text(&data.join("tenants/default/tiles/checkpoint")));
    let mut arguments = vec!["store", &store, "--key", &key];
    arguments.extend(files.iter().flat_map(|file| ["--known", file]));
    expect(&arguments, 0, "ok");
    for file in files.iter().step_by(files.len() / 50 + 1) {
        expect(&["consistency", file, &newest, &store, "--key", &key], 0, "ok");
    }
    // One that was never released is not let pass.
    let forged = folder.path().join("forged");
    write(&forged, altered(&released[released.len() / 2]).as_bytes());
    let (code, told) = verify(&["store", &store, "--key", &key, "--known", &text(&forged)]);
    assert_eq!(code, Some(1), "{told}");
}

/// Posts and polls at once until the server is killed; the distinct checkpoints by their size, and
/// how many events were acknowledged.
fn run_until_killed(data: &Path, round: u64) -> (Vec<String>, usize) {
    let server = Server::start_in(data).unwrap();
    let port = server.port;
    let delay = Duration::from_millis(60 + RandomState::new().hash_one(round) % 250);
    thread::scope(|scope| {
        let writers: Vec<_> =
            (0..WRITERS).map(|writer| scope.spawn(move || post(port, round, writer))).collect();
        let reader = scope.spawn(move || poll(port));
        thread::sleep(delay);
        server.kill().unwrap();
        let acknowledged = writers.into_iter().map(|writer| writer.join().unwrap()).sum();
        (reader.join().unwrap(), acknowledged)
    })
}

/// Posts until there is no answer; how many were acknowledged.
fn post(port: u16, round: u64, writer: usize) -> usize {
    let Ok(mut connection) = Connection::open(port) else { return 0 };
    let mut acknowledged = 0;
    loop {
        let body = event(&format!("p6-{round}-{writer}-{acknowledged}"), RECORDED, "");
        match connection.send(&Request::post(TYPE, body)) {
            Ok(answer) if answer.status == 201 => acknowledged += 1,
            Ok(answer) => panic!("{} {}", answer.status, answer.text()),
            // How a kill looks from here.
            Err(_) => return acknowledged,
        }
    }
}

fn poll(port: u16) -> Vec<String> {
    let mut notes = BTreeMap::new();
    let Ok(mut connection) = Connection::open(port) else { return Vec::new() };
    while let Ok(answer) = connection.send(&Request::new("GET", "/log/checkpoint")) {
        let note = answer.text();
        let before = notes.insert(size(&note).unwrap(), note.clone());
        assert!(before.is_none_or(|before| before == note), "two checkpoints of one size");
    }
    notes.into_values().collect()
}

/// The same with another root.
fn altered(note: &str) -> String {
    let root = note.lines().nth(2).unwrap();
    let other = if root.starts_with('A') { 'B' } else { 'A' };
    note.replacen(root, &format!("{other}{}", &root[1..]), 1)
}
