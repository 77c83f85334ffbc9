//! A create that is sent again under its key leaves one leaf, however often, from however many
//! at once, and across restarts. `KILN_REPLAYS=10000` sends more than CI does.
use crate::events::{TYPE, event, total};
use crate::evidence::{expect, shown_key, verify};
use crate::program::{run, said, start, text};
use kiln_tests::http::{Connection, Request};
use kiln_tests::server::Server;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

const REPLAYS: usize = 3000;
const SENDERS: usize = 16;
/// Different keys.
const KEYS: usize = 40;
/// Servers, the last of which is stopped cleanly.
const RUNS: usize = 4;

#[test]
fn a_replayed_create_leaves_one_leaf() {
    let replays = std::env::var("KILN_REPLAYS").map_or(REPLAYS, |n| n.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let ids = Mutex::new(HashMap::new());
    for run in 1..RUNS {
        let server = Server::start_in(&data).unwrap();
        send(&server, replays / RUNS, &ids);
        assert_eq!(total(&server), KEYS as u64, "after run {run}");
        server.kill().unwrap();
    }
    let running = start(&data, "");
    send(&running.server, replays / RUNS, &ids);
    running.stop(&data);
    assert_eq!(ids.into_inner().unwrap().len(), KEYS);

    // As many leaves as keys, besides what the log states of itself.
    let (code, told) = verify(&["store", &text(&data), "--json"]);
    assert_eq!(code, Some(0), "{told}");
    let told: Value = serde_json::from_str(&told).unwrap();
    let statements = 1 + RUNS + 1;
    assert_eq!(told["records"], KEYS + statements, "a beginning, {RUNS} starts, a stop: {told}");
    let bundle = text(&folder.path().join("bundle.zip"));
    let exported = run("export", &data, &["--evidence", &bundle]);
    assert_eq!(exported.status.code(), Some(0), "{}", said(&exported));
    let ok = format!("ok: {KEYS} events and ");
    expect(&["bundle", &bundle, "--key", &shown_key(&data)], 0, &ok);
}

/// Sends so many creates, each key again and again, from all senders at once.
fn send(server: &Server, creates: usize, ids: &Mutex<HashMap<usize, String>>) {
    let next = AtomicUsize::new(0);
    let sender = || {
        let mut connection = Connection::open(server.port).unwrap();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= creates {
                return;
            }
            // Neighbours in time have the same key: they race.
            let key = number / SENDERS % KEYS;
            let body = event(&format!("replay-{key}"), "2026-03-01T10:00:00Z", "");
            let request = Request::post(TYPE, body);
            let request = request.header("Idempotency-Key", &format!("replay-{key}"));
            let answer = connection.send(&request).unwrap();
            assert_eq!(answer.status, 201, "{}", answer.text());
            let id = answer.created_id().unwrap().to_owned();
            let mut ids = ids.lock().unwrap();
            let first = ids.entry(key).or_insert_with(|| id.clone());
            assert_eq!(*first, id, "key {key} has two records");
        }
    };
    thread::scope(|scope| {
        for _ in 0..SENDERS {
            scope.spawn(sender);
        }
    });
}
