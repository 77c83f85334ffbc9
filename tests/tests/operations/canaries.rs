//! Nothing of what events and queries say is in anything that leaves the log as evidence: tiles,
//! entries, checkpoints, proofs of other records, what a witness is sent and keeps, the server's
//! log, its metrics, the side file.
use crate::events::TYPE;
use crate::evidence::{get, log_size, until_witnessed, witnessed};
use crate::program::{kept_within, read, text, write};
use kiln_tests::http::{Connection, Request, query_value};
use kiln_tests::server::Server;
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

const CANARIES: usize = 1000;
/// What all of them begin with, and nothing else has.
const CANARY: &str = "Kanarienvogel";
/// Longer than it takes to write them.
const WRITTEN_MAX: Duration = Duration::from_secs(20);
/// Every so many, an event says nothing of a canary: its proof is looked at.
const OTHERS: usize = 100;

#[test]
fn no_canary_is_in_what_the_evidence_shows() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let traffic = Arc::new(Mutex::new(Vec::new()));
    let log = witnessed(&data, folder.path(), |port| overheard(port, &traffic));
    let settings = folder.path().join("kiln.toml");
    let debug = format!("{}[log]\nlevel = \"debug\"\n", log.settings);
    write(&settings, debug.as_bytes());
    let said = folder.path().join("said");
    let script = format!("exec \"$0\" \"$@\" --settings {} 2>{}", text(&settings), text(&said));
    let server = Server::start_wrapped("sh", &["-c", &script], &data).unwrap();
    let others = post(&server);
    until_witnessed(&server, log_size(&server));

    let mut looked_at = vec![("metrics".to_owned(), get(&server, "/metrics").into_bytes())];
    for target in ["/log/checkpoint", "/log/witnessed-checkpoint", "/log/key"] {
        looked_at.push((target.to_owned(), get(&server, target).into_bytes()));
    }
    for id in &others {
        let proof = get(&server, &format!("{TYPE}/{id}/$proof"));
        looked_at.push((format!("the proof of {id}"), proof.into_bytes()));
    }
    // The tiles, and what is kept beside the log, follow within a second or so.
    let tenant = data.join("tenants/default");
    let follows = [tenant.join("tiles/checkpoint"), tenant.join("witnessed")];
    let newest = |path: &PathBuf| {
        let note = std::fs::read_to_string(path).unwrap_or_default();
        note.lines().nth(1).is_some_and(|size| size.parse() == Ok(log_size(&server)))
    };
    kept_within(WRITTEN_MAX, || follows.iter().all(newest).then_some(()));
    server.kill().unwrap();
    let kept = [tenant.join("tiles"), data.join("side"), tenant.join("witnessed"), said];
    let state = [folder.path().join("state.json"), folder.path().join("logs")];
    for path in kept.iter().chain(&state).flat_map(|path| files(path)) {
        looked_at.push((text(&path), read(&path)));
    }
    looked_at.push(("the traffic".to_owned(), traffic.lock().unwrap().clone()));
    for (name, bytes) in &looked_at {
        assert!(!bytes.is_empty(), "{name} is empty: the test looks at the wrong place");
        assert!(!shows(bytes), "{name} shows a canary");
    }
    println!("{} places looked at, {CANARIES} canaries", looked_at.len());
    assert!(looked_at.len() > 20);
    drop(log.witness);
}

/// The sight is good: where a canary must be, it is seen.
#[test]
fn a_canary_is_seen_where_it_is() {
    let server = Server::start().unwrap();
    let request = Request::post(TYPE, event(&canary(7))).header("Idempotency-Key", &canary(7));
    let answer = server.send(&request).unwrap();
    let id = answer.created_id().unwrap();
    assert!(shows(&answer.body));
    // A record's own proof says with which key it came, in base64.
    let proof = get(&server, &format!("{TYPE}/{id}/$proof"));
    assert!(!proof.contains(CANARY) && shows(proof.as_bytes()), "{proof}");
}

fn canary(number: usize) -> String {
    format!("{CANARY}{number:04}")
}

/// An event in which everything that may be a text is this one.
fn event(canary: &str) -> String {
    json!({
        "resourceType": "AuditEvent",
        "type": { "system": "http://dicom.nema.org/resources/ontology/DCM", "code": "110110" },
        "recorded": "2026-03-01T10:00:00Z",
        "outcomeDesc": canary,
        "agent": [{ "requestor": true, "name": canary, "altId": canary,
            "who": { "identifier": { "system": "urn:x", "value": canary } },
            "network": { "address": canary, "type": "1" } }],
        "source": { "site": canary, "observer": { "display": canary } },
        "entity": [{ "name": canary, "description": canary,
            "what": { "reference": format!("Patient/{canary}") } }],
    })
    .to_string()
}

/// Posts and searches every canary; the ids of events in between that have none.
fn post(server: &Server) -> Vec<String> {
    let mut connection = Connection::open(server.port).unwrap();
    let mut others = Vec::new();
    for number in 0..CANARIES {
        let canary = canary(number);
        let request = Request::post(TYPE, event(&canary)).header("Idempotency-Key", &canary);
        let answer = connection.send(&request).unwrap();
        assert_eq!(answer.status, 201, "{}", answer.text());
        let query = format!("{TYPE}?agent-name={0}&patient=Patient/{0}", query_value(&canary));
        let found = connection.send(&Request::new("GET", &query)).unwrap().json().unwrap();
        assert_eq!(found["total"], 1);
        if number % OTHERS == OTHERS / 2 {
            let answer = connection.send(&Request::post(TYPE, event("nobody"))).unwrap();
            others.push(answer.created_id().unwrap().to_owned());
        }
    }
    others
}

/// Whether the bytes hold a canary: as text, in hex, in base64 wherever in it it begins.
fn shows(bytes: &[u8]) -> bool {
    const HEX: &str = "4b616e617269656e766f67656c";
    // What does not depend on its neighbours, for each place modulo 3.
    const BASE64: [&str; 3] = ["S2FuYXJpZW52b2dl", "thbmFyaWVudm9nZW", "LYW5hcmllbnZvZ2Vs"];
    let forms = [CANARY, HEX, BASE64[0], BASE64[1], BASE64[2]];
    forms.iter().any(|form| bytes.windows(form.len()).any(|window| window == form.as_bytes()))
}

/// The files below a path, or itself.
fn files(path: &Path) -> Vec<PathBuf> {
    if !path.is_dir() {
        return vec![path.to_owned()];
    }
    let entries = std::fs::read_dir(path).unwrap();
    entries.flat_map(|entry| files(&entry.unwrap().path())).collect()
}

/// A port that leads to this one; all that passes is kept.
fn overheard(to: u16, traffic: &Arc<Mutex<Vec<u8>>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let traffic = Arc::clone(traffic);
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let Ok(server) = TcpStream::connect(("127.0.0.1", to)) else { continue };
            for (from, into) in [(&client, &server), (&server, &client)] {
                let (from, into) = (from.try_clone().unwrap(), into.try_clone().unwrap());
                let traffic = Arc::clone(&traffic);
                thread::spawn(move || pass(from, into, &traffic));
            }
        }
    });
    port
}

fn pass(mut from: TcpStream, mut into: TcpStream, traffic: &Mutex<Vec<u8>>) {
    let mut bytes = [0; 4096];
    while let Ok(len @ 1..) = from.read(&mut bytes) {
        traffic.lock().unwrap().extend(&bytes[..len]);
        if into.write_all(&bytes[..len]).is_err() {
            break;
        }
    }
    // The other side has nobody to talk to any more.
    drop(into.shutdown(std::net::Shutdown::Both));
}
