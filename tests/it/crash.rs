//! `kill -9` under load, and a disk that fails: a 201 is a promise.
//!
//! `KILN_CRASHES=100` kills more often than CI does.
use anyhow::{Context, Result, ensure};
use kiln_tests::http::{Connection, Request, query_value};
use kiln_tests::server::{Server, kiln, root};
use serde_json::{Value, json};
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use std::thread;
use std::time::Duration;

const CONNECTIONS: usize = 64;
const CRASHES: u64 = 10;
const COLLECTION: &str = "/fhir/r4/AuditEvent";

/// An event that was sent, named by a patient that only it has.
#[derive(Clone, Debug)]
struct Sent {
    name: String,
    /// The address that its 201 told; `None` when the answer never came.
    location: Option<String>,
}

#[test]
fn what_was_acknowledged_survives_every_kill() {
    let crashes = std::env::var("KILN_CRASHES").map_or(CRASHES, |n| n.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let mut all: Vec<Sent> = Vec::new();
    let mut in_all = 0;
    for round in 0..crashes {
        let server = Server::start_in(folder.path()).unwrap();
        let sent = load_until_killed(server, round);
        let acknowledged = sent.iter().filter(|event| event.location.is_some()).count();
        println!("crash {round}: {acknowledged} acknowledged, {} sent", sent.len());
        in_all += acknowledged;
        fsck(folder.path()).unwrap();
        let server = Server::start_in(folder.path()).unwrap();
        all.extend(settle(&server, sent));
    }
    assert!(in_all as u64 >= crashes * 50, "only {in_all} were acknowledged in all");
    let server = Server::start_in(folder.path()).unwrap();
    settle(&server, all.clone());
    let stored = count(&server, "").unwrap();
    assert_eq!(stored, all.len() as u64, "an event is there twice, or one that nobody sent");
    server.kill().unwrap();
    fsck(folder.path()).unwrap();
}

/// With strace every fsync fails from a moment on: nothing may be acknowledged afterwards.
#[test]
fn a_failed_fsync_is_answered_with_5xx_and_stops_the_log() {
    if Command::new("strace").arg("--version").output().is_err() {
        return kiln_tests::tell("SKIPPED: strace is not installed");
    }
    let folder = tempfile::tempdir().unwrap();
    let inject = "inject=fsync,fdatasync:error=EIO:when=60+";
    // -D: the server is our child, not strace's, so that it can be killed.
    let arguments = ["-D", "-f", "-qq", "-o", "/dev/null", "-e", inject];
    let server = Server::start_wrapped("strace", &arguments, folder.path()).unwrap();
    let mut connection = Connection::open(server.port).unwrap();
    let mut sent = Vec::new();
    let mut refused = 0;
    for number in 0..200 {
        let name = format!("fsync-{number}");
        let answer = connection.send(&create(&name)).unwrap();
        if answer.status == 201 {
            assert_eq!(refused, 0, "acknowledged after a failed fsync");
            sent.push(Sent { name, location: answer.header("Location").map(str::to_owned) });
        } else {
            assert!((500..600).contains(&answer.status), "{} {}", answer.status, answer.text());
            assert_eq!(answer.json().unwrap()["resourceType"], "OperationOutcome");
            refused += 1;
        }
    }
    let acknowledged = sent.len();
    println!("{acknowledged} acknowledged, then {refused} refused");
    assert!(acknowledged >= 10 && refused >= 100, "{acknowledged}, then {refused}");
    // Nobody knows whether the first that was refused is there; sent again, it is there once.
    sent.push(Sent { name: format!("fsync-{acknowledged}"), location: None });
    // What was acknowledged can still be read.
    check_stored(&mut connection, &sent[0]).unwrap();
    server.kill().unwrap();
    fsck(folder.path()).unwrap();
    let server = Server::start_in(folder.path()).unwrap();
    settle(&server, sent);
}

/// `kill -9` in the middle of the nth call of each kind that changes the disk.
#[test]
fn a_kill_at_any_call_loses_nothing() {
    if Command::new("strace").arg("--version").output().is_err() {
        return kiln_tests::tell("SKIPPED: strace is not installed");
    }
    let (mut started, mut acknowledged) = (0, 0);
    for calls in ["pwrite64", "fdatasync,fsync", "rename,renameat2", "ftruncate"] {
        for nth in [1, 2, 3, 4, 6, 9, 14, 20] {
            let folder = tempfile::tempdir().unwrap();
            let sent = post_until_call(calls, nth, folder.path());
            started += u32::from(!sent.is_empty());
            acknowledged += sent.iter().filter(|event| event.location.is_some()).count();
            fsck(folder.path()).with_context(|| format!("{calls} {nth}")).unwrap();
            let server = Server::start_in(folder.path()).unwrap();
            let sent = settle(&server, sent);
            let stored = count(&server, "").unwrap();
            assert_eq!(stored, sent.len() as u64, "events after a kill at {calls} {nth}");
        }
    }
    println!("{started} of 32 servers had started, {acknowledged} events were acknowledged");
    assert!(started >= 10 && acknowledged >= 50, "{started}, {acknowledged}");
}

/// Starts a server that is killed at the nth such call of a thread, and posts until it is.
fn post_until_call(calls: &str, nth: u32, folder: &Path) -> Vec<Sent> {
    let inject = format!("inject={calls}:signal=SIGKILL:when={nth}");
    let arguments = ["-D", "-f", "-qq", "-o", "/dev/null", "-e", &inject];
    let Ok(server) = Server::start_wrapped("strace", &arguments, folder) else {
        return Vec::new();
    };
    // Some calls are not made so often.
    let sent = post_until_cut(server.port, "call", 60);
    server.kill().unwrap();
    sent
}

/// Posts on many connections, kills the server at a random time, and tells what was sent.
fn load_until_killed(server: Server, round: u64) -> Vec<Sent> {
    let port = server.port;
    let delay = Duration::from_millis(100 + RandomState::new().hash_one(round) % 350);
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CONNECTIONS)
            .map(|client| {
                let name = format!("crash-{round}-{client}");
                scope.spawn(move || post_until_cut(port, &name, usize::MAX))
            })
            .collect();
        thread::sleep(delay);
        server.kill().unwrap();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    })
}

/// Posts up to `events` on one connection, until there is no answer.
fn post_until_cut(port: u16, name: &str, events: usize) -> Vec<Sent> {
    let mut sent = Vec::new();
    let Ok(mut connection) = Connection::open(port) else { return sent };
    for number in 0..events {
        let name = format!("{name}-{number}");
        let location = match connection.send(&create(&name)) {
            Ok(answer) if answer.status == 201 => answer.header("Location").map(str::to_owned),
            Ok(answer) => panic!("{} {}", answer.status, answer.text()),
            Err(_) => None,
        };
        let cut = location.is_none();
        sent.push(Sent { name, location });
        if cut {
            break;
        }
    }
    sent
}

/// Checks that each event is there once. One whose answer never came is sent again with its key,
/// as a client would: it is there once afterwards too, whether it was before or not.
fn settle(server: &Server, mut sent: Vec<Sent>) -> Vec<Sent> {
    let per_connection = sent.len().div_ceil(CONNECTIONS).max(1);
    thread::scope(|scope| {
        for share in sent.chunks_mut(per_connection) {
            scope.spawn(move || {
                let mut connection = Connection::open(server.port).unwrap();
                for event in share {
                    settle_one(&mut connection, event)
                        .with_context(|| format!("{event:?}"))
                        .unwrap();
                }
            });
        }
    });
    sent
}

fn settle_one(connection: &mut Connection, event: &mut Sent) -> Result<()> {
    if event.location.is_none() {
        let answer = connection.send(&create(&event.name))?;
        ensure!(matches!(answer.status, 200 | 201), "{} {}", answer.status, answer.text());
        event.location = answer.header("Location").map(str::to_owned);
    }
    check_stored(connection, event)
}

/// It is where its 201 said, and a search finds it once.
fn check_stored(connection: &mut Connection, event: &Sent) -> Result<()> {
    let location = event.location.as_deref().context("no Location")?;
    let (_, path) = location.split_once("/fhir/").context("a Location outside /fhir")?;
    let read = connection.send(&Request::new("GET", &format!("/fhir/{path}")))?;
    ensure!(read.status == 200, "an acknowledged event is lost: {} {location}", read.status);
    let patient = &read.json()?["entity"][0]["what"]["reference"];
    ensure!(*patient == format!("Patient/{}", event.name), "another event is there: {patient}");
    let query = format!("?entity={}", query_value(&format!("Patient/{}", event.name)));
    let found = connection.send(&Request::new("GET", &format!("{COLLECTION}{query}")))?.json()?;
    ensure!(found["total"] == 1, "found {} times", found["total"]);
    Ok(())
}

fn create(name: &str) -> Request {
    static MINIMAL: LazyLock<Value> = LazyLock::new(|| {
        let path = root().join("tests/fixtures/r4-minimal.json");
        let text = std::fs::read_to_string(path).expect("the fixture is part of the repository");
        serde_json::from_str(&text).expect("the fixture is JSON")
    });
    let mut event = MINIMAL.clone();
    event["entity"] = json!([{ "what": { "reference": format!("Patient/{name}") } }]);
    Request::post(COLLECTION, event.to_string())
        .header("Prefer", "return=minimal")
        .header("Idempotency-Key", name)
}

fn count(server: &Server, query: &str) -> Result<u64> {
    let bundle = server.get(&format!("{COLLECTION}?_summary=count{query}"))?;
    bundle["total"].as_u64().context("no total")
}

/// `kiln fsck` finds nothing wrong in the folder, which no server holds.
fn fsck(folder: &Path) -> Result<()> {
    let output = kiln()?.arg("fsck").arg("--data").arg(folder).output()?;
    let told = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "kiln fsck: {}\n{told}{errors}", output.status);
    Ok(())
}
