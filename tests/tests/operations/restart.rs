//! After `kill -9` Kiln is ready again by itself. The time is told, not asserted: a busy machine
//! is no fault of Kiln's, and `docs/performance.md` has the figures of a quiet one.
use crate::events::{Stored, check_all, store, total};
use crate::program;
use kiln_tests::http::Connection;
use kiln_tests::server::{Server, kiln};
use std::path::Path;
use std::time::{Duration, Instant};

/// Events in the open segment. `KILN_RESTART_EVENTS=262000` is the most that it ever holds.
const EVENTS: u64 = 10_000;

#[test]
fn ready_again_after_a_kill() {
    let events = std::env::var("KILN_RESTART_EVENTS").map_or(EVENTS, |n| n.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), events);
    let (server, after_stop) = timed_start(folder.path());
    let mut connection = Connection::open(server.port).unwrap();
    let stored: Vec<Stored> = (0..50)
        .map(|number| store(&mut connection, &format!("restart-{number}"), "").unwrap())
        .collect();
    server.kill().unwrap();
    let (server, after_kill) = timed_start(folder.path());
    println!(
        "ready with {} events {after_stop:?} after a clean stop, {after_kill:?} after kill -9",
        events + 50
    );
    check_all(&server, &stored);
    assert_eq!(total(&server), events + 50);
}

/// What stands beside the log can be deleted; the keys too.
#[test]
fn everything_derived_is_built_again() {
    let folder = tempfile::tempdir().unwrap();
    let settings = "[store]\nseal_records = 40\nspill_records = 20\n";
    let running = program::start(folder.path(), settings);
    let mut connection = Connection::open(running.server.port).unwrap();
    let stored: Vec<Stored> = (0..100)
        .map(|number| store(&mut connection, &format!("derived-{number}"), "").unwrap())
        .collect();
    running.stop(folder.path());
    let mut derived = program::files(folder.path(), "segments", "index");
    assert!(!derived.is_empty(), "no segment was sealed");
    derived.extend(program::files(folder.path(), "index", "index"));
    derived.push(folder.path().join("tenants/default/keys/term-hash"));
    derived.push(folder.path().join("tenants/default/keys/cursor"));
    for path in derived {
        program::remove(&path);
    }
    let running = program::start(folder.path(), settings);
    check_all(&running.server, &stored);
    assert_eq!(total(&running.server), 100);
    running.stop(folder.path());
    program::check(folder.path());
}

fn fill(folder: &Path, events: u64) {
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut generate = kiln().unwrap();
    generate.args(["generate", "--seed", "7", "--count", &events.to_string()]);
    assert!(generate.stdout(file.reopen().unwrap()).status().unwrap().success());
    let output = program::run("import", folder, &[&program::text(file.path())]);
    assert_eq!(output.status.code(), Some(0), "{}", program::said(&output));
}

#[expect(clippy::disallowed_methods, reason = "a test measures")]
fn timed_start(folder: &Path) -> (Server, Duration) {
    let begin = Instant::now();
    let server = Server::start_in(folder).unwrap();
    assert_eq!(server.get("/health/ready").unwrap()["status"], "ready");
    (server, begin.elapsed())
}
