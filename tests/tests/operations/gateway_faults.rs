//! Twelve faults, a hundred requests at once in each: the server behind sees nothing that was not
//! intended on disk, no client gets a byte before its record, and every intent ends in one outcome,
//! be it that nobody knows.
mod log;
mod trial;
mod upstream;

use crate::disk_full::{SmallDisk, noise};
use crate::events;
use crate::program::{kept_within, remove, write};
use kiln_tests::http::Connection;
use kiln_tests::tell;
use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;
use trial::{Answer, Figures, PATIENCE, Trial, unintended};
use upstream::Does;

const REQUESTS: usize = 100;
/// Of them, those that are on their way when the log stops to take anything.
const EARLY: usize = 50;
const SLOW: Duration = Duration::from_secs(2);
const BALLAST_BYTES: usize = 2 << 20;
const SMALL_SEGMENTS: &str = "[store]\nspill_records = 100\nseal_records = 400\n\
                              [audit]\nreserve_bytes = 524288\n";

#[test]
fn a_request_more_than_there_are_intents_is_found() {
    assert_eq!(unintended(&["get-0", "put-1"], ["get-0"].into_iter()), ["put-1"]);
}

/// Nothing of a request that is not durable goes on, and nothing that went on is shown.
#[test]
fn fault_1_the_store_goes_down() {
    let Some(folder) = traced() else { return };
    let mut trial = Trial::start("store down", folder.path(), Does::Hold, "");
    let mut answers = Vec::new();
    let at_fault = || {
        let failing = trial.inject("fsync,fdatasync:error=EIO");
        let late = trial.ask(EARLY..REQUESTS, || {});
        assert_eq!(trial.upstream.asked(), EARLY);
        trial.upstream.open();
        (failing, late)
    };
    let (early, (failing, late)) = with_held(&trial, at_fault);
    answers.extend(early);
    answers.extend(late);
    drop(failing);
    trial.restart();
    let figures = trial.finish(&answers);
    assert_eq!((figures.seen, figures.status(503)), (EARLY, REQUESTS));
    assert!(figures.intents >= EARLY, "{figures:?}");
}

/// Outcomes that find no room are written as soon as there is some.
#[test]
fn fault_2_the_disk_is_full() {
    let Some(disk) = SmallDisk::mount() else { return };
    let (ballast, data) = (disk.0.path().join("ballast"), disk.0.path().join("data"));
    write(&ballast, &vec![1; BALLAST_BYTES]);
    let trial = Trial::start("disk full", &data, Does::Hold, SMALL_SEGMENTS);
    let at_fault = || {
        fill(&trial);
        let late = trial.ask(EARLY..REQUESTS, || {});
        trial.upstream.open();
        late
    };
    let (mut answers, late) = with_held(&trial, at_fault);
    answers.extend(late);
    remove(&ballast);
    let figures = trial.finish(&answers);
    assert!(figures.seen >= EARLY && figures.status(503) >= 1, "{figures:?}");
    assert_eq!(figures.intents, figures.seen, "{figures:?}");
}

#[test]
fn fault_3_the_disk_is_slow() {
    let Some(folder) = traced() else { return };
    let trial = Trial::start("disk slow", folder.path(), Does::Answer, "");
    let slow = trial.inject(&format!("fsync,fdatasync:delay_enter={}", SLOW.as_micros()));
    let answers = trial.ask(0..REQUESTS, || {});
    drop(slow);
    let figures = trial.finish(&answers);
    assert_eq!((figures.seen, figures.successes()), (REQUESTS, REQUESTS));
}

#[test]
fn fault_4_the_upstream_fails() {
    let figures = asked("upstream 5xx", Does::Fail, "");
    assert_eq!((figures.seen, figures.status(500)), (REQUESTS, REQUESTS));
    assert_eq!(figures.ending("answered"), REQUESTS);
}

#[test]
fn fault_5_the_upstream_refuses() {
    let folder = tempfile::tempdir().unwrap();
    // Nobody listens there when it is dropped.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let trial = Trial::elsewhere("upstream refused", folder.path(), port);
    let answers = trial.ask(0..REQUESTS, || {});
    let figures = trial.finish(&answers);
    assert_eq!((figures.seen, figures.status(502)), (0, REQUESTS));
    assert_eq!(figures.ending("unsent"), REQUESTS);
}

#[test]
fn fault_6_the_upstream_is_slow() {
    let figures = asked("upstream slow", Does::Wait(SLOW), "");
    assert_eq!((figures.seen, figures.successes()), (REQUESTS, REQUESTS));
    assert_eq!(figures.ending("answered"), REQUESTS);
}

#[test]
fn fault_7_the_upstream_is_too_late() {
    let figures = asked("upstream too late", Does::Hold, "answer_timeout_seconds = 2");
    assert_eq!((figures.seen, figures.status(504)), (REQUESTS, REQUESTS));
    assert_eq!(figures.ending("unanswered"), REQUESTS);
}

#[test]
fn fault_8_an_answer_is_cut() {
    let figures = asked("cut in mid answer", Does::Cut, "");
    assert_eq!((figures.seen, figures.status(502)), (REQUESTS, REQUESTS));
    assert_eq!(figures.ending("unanswered"), REQUESTS);
}

#[test]
fn fault_9_a_long_answer_is_cut() {
    let figures = asked("cut in mid stream", Does::CutLong, "buffer = 1000");
    assert_eq!((figures.seen, figures.successes()), (REQUESTS, REQUESTS));
    assert_eq!(figures.ending("unanswered"), REQUESTS);
}

/// The first intent is durable; those of the next group die with the server.
#[test]
fn fault_10_killed_between_intent_and_forward() {
    let Some(folder) = traced() else { return };
    let mut trial = Trial::start("kill before forward", folder.path(), Does::Hold, "");
    let killing = trial.inject("fsync,fdatasync:signal=SIGKILL:when=2");
    let answers = trial.ask(0..REQUESTS, || {});
    drop(killing);
    trial.upstream.open();
    trial.restart();
    let figures = trial.finish(&answers);
    assert!(figures.seen < figures.intents, "{figures:?}");
    assert_eq!(figures.without_answer, REQUESTS);
}

#[test]
fn fault_11_killed_between_forward_and_outcome() {
    let folder = tempfile::tempdir().unwrap();
    let mut trial = Trial::start("kill before outcome", folder.path(), Does::Hold, "");
    let (answers, ()) = with_all_held(&trial, REQUESTS, || trial.kill());
    trial.upstream.open();
    trial.restart();
    let figures = trial.finish(&answers);
    assert_eq!((figures.seen, figures.without_answer), (REQUESTS, REQUESTS));
    assert_eq!(figures.ending("settled") + figures.ending("unknown"), REQUESTS);
    assert!(figures.ending("unknown") >= 1, "{figures:?}");
}

/// What anybody was told is there after the kill.
#[test]
fn fault_12_killed_at_the_first_byte() {
    let folder = tempfile::tempdir().unwrap();
    let mut trial = Trial::start("kill at first byte", folder.path(), Does::Answer, "");
    let answers = trial.ask(0..REQUESTS, || trial.kill());
    trial.restart();
    let figures = trial.finish(&answers);
    assert!(figures.without_answer < REQUESTS, "{figures:?}");
}

/// All requests, before an upstream that does this.
fn asked(name: &'static str, does: Does, more: &str) -> Figures {
    let folder = tempfile::tempdir().unwrap();
    let trial = Trial::start(name, folder.path(), does, more);
    let answers = trial.ask(0..REQUESTS, || {});
    trial.finish(&answers)
}

/// The answers to the early requests, and what `then` makes once the upstream holds all of them.
fn with_held<T: Send>(trial: &Trial, then: impl FnOnce() -> T + Send) -> (Vec<Answer>, T) {
    with_all_held(trial, EARLY, then)
}

fn with_all_held<T>(trial: &Trial, count: usize, then: impl FnOnce() -> T) -> (Vec<Answer>, T) {
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| trial.ask(0..count, || {}));
        kept_within(PATIENCE, || (trial.upstream.asked() == count).then_some(()));
        let made = then();
        (asking.join().unwrap(), made)
    })
}

/// Until the log takes not even a small event.
fn fill(trial: &Trial) {
    let mut connection = Connection::open(trial.running().server.port).unwrap();
    for is_small in [false, true] {
        let mut refused = 0;
        for number in 0.. {
            let text = if is_small { String::new() } else { noise(number) };
            match events::store(&mut connection, &format!("fill-{number}"), &text) {
                Ok(_stored) => refused = 0,
                Err((status, body)) => {
                    assert_eq!(status, 507, "{body}");
                    refused += 1;
                }
            }
            if refused == 20 {
                break;
            }
            assert!(number < 20_000, "the disk is not full");
        }
    }
}

/// A folder for what strace takes part in.
fn traced() -> Option<tempfile::TempDir> {
    if Command::new("strace").arg("--version").output().is_err() {
        tell("SKIPPED: strace is not installed");
        return None;
    }
    Some(tempfile::tempdir().unwrap())
}
