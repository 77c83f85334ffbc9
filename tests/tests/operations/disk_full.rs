//! A full disk: nothing acknowledged is lost, reading goes on, and room is all that is needed.
use crate::events::{Stored, check, check_all, store, total};
use crate::program;
use kiln_tests::http::{Connection, Request};
use kiln_tests::server::Server;
use kiln_tests::tell;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

const DISK: &str = "size=6m";
/// What is deleted to make room.
const BALLAST_BYTES: usize = 2 << 20;
/// Of each event: a text that does not compress.
const TEXT_BYTES: usize = 6000;
/// The disk holds no more of them than this.
const EVENTS_MAX: usize = 4000;

#[test]
fn a_full_disk_refuses_and_a_little_room_is_enough() {
    let Some(disk) = SmallDisk::mount() else { return };
    let ballast = disk.0.path().join("ballast");
    program::write(&ballast, &vec![1; BALLAST_BYTES]);
    let data = disk.0.path().join("data");
    // Index files are written early, so that they meet the full disk too.
    let settings = "[store]\nspill_records = 100\nseal_records = 400\n\
                    [audit]\nreserve_bytes = 524288\n";
    let running = program::start(&data, settings);

    let mut stored = fill(&running.server);
    still_serves(&running.server, &mut stored);
    // A kill on a full disk is a kill like any other.
    running.server.kill().unwrap();
    let running = program::start(&data, settings);
    still_serves(&running.server, &mut stored);

    program::remove(&ballast);
    let mut connection = Connection::open(running.server.port).unwrap();
    let after: Vec<Stored> = (0..20)
        .map(|number| store(&mut connection, &format!("room-{number}"), "").unwrap())
        .collect();
    stored.extend(after);
    assert_eq!(health(&running.server), "ready");
    check_all(&running.server, &stored);
    running.server.kill().unwrap();
    program::check(&data);
    let running = program::start(&data, settings);
    check_all(&running.server, &stored);
    assert_eq!(total(&running.server), stored.len() as u64);
    drop(running);
}

/// Stores events until there is no room, and checks what is said then.
fn fill(server: &Server) -> Vec<Stored> {
    let mut connection = Connection::open(server.port).unwrap();
    let mut stored = Vec::new();
    for number in 0..EVENTS_MAX {
        let text = noise(number as u64);
        match store(&mut connection, &format!("full-{number}"), &text) {
            Ok(event) => stored.push(event),
            Err((status, body)) => {
                let outcome: Value = serde_json::from_str(&body).unwrap();
                assert_eq!(status, 507, "{body}");
                assert_eq!(outcome["resourceType"], "OperationOutcome");
                assert_eq!(outcome["issue"][0]["severity"], "error");
                assert_eq!(outcome["issue"][0]["code"], "no-store");
                assert!(body.contains("there is no room on the disk"), "{body}");
                println!("{} events, then the disk was full", stored.len());
                assert!(stored.len() > 100, "only {} events fitted", stored.len());
                return stored;
            }
        }
    }
    panic!("{EVENTS_MAX} events did not fill the disk");
}

/// What came in is read and found; what comes in is refused, again and again, and stays out. A few
/// may still find the room that partial tiles leave when wider ones take their place.
fn still_serves(server: &Server, stored: &mut Vec<Stored>) {
    let mut connection = Connection::open(server.port).unwrap();
    let (mut refused, round) = (0, stored.len());
    for number in 0.. {
        match store(&mut connection, &format!("late-{round}-{number}"), &noise(number)) {
            Ok(event) => {
                stored.push(event);
                refused = 0;
            }
            Err((status, body)) => {
                assert_eq!(status, 507, "{body}");
                refused += 1;
            }
        }
        if refused == 20 {
            break;
        }
        assert!(number < 100, "the disk is not full: {} more", stored.len() - round);
    }
    assert_eq!(health(server), "full");
    let metrics = server.send(&Request::new("GET", "/metrics")).unwrap().text();
    assert!(metrics.lines().any(|line| line == "kiln_log_full 1"), "{metrics}");
    for one in stored.iter().step_by(7) {
        check(&mut connection, one);
    }
    assert_eq!(total(server), stored.len() as u64);
}

fn health(server: &Server) -> String {
    let answer = server.get("/health/ready").unwrap();
    answer["status"].as_str().unwrap().to_owned()
}

/// Hexadecimal digits of a simple generator (xorshift64), the same for the same seed.
pub(crate) fn noise(seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut text = String::with_capacity(TEXT_BYTES + 16);
    while text.len() < TEXT_BYTES {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        write!(text, "{state:016x}").unwrap();
    }
    text
}

/// A file system of a few megabytes in memory.
pub(crate) struct SmallDisk(pub(crate) tempfile::TempDir);

impl SmallDisk {
    /// `None` where this user may not mount.
    pub(crate) fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", DISK, "kiln-test"]).arg(folder.path());
        let mounted = mount.output();
        if !mounted.as_ref().is_ok_and(|output| output.status.success()) {
            tell(&format!("SKIPPED: no tmpfs can be mounted here (it takes root): {mounted:?}"));
            return None;
        }
        Some(Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a server that a failed test left may still end.
        let path: &Path = self.0.path();
        let _unmounted = Command::new("umount").arg("-l").arg(PathBuf::from(path)).status();
    }
}
