//! `kiln import --to`: to a server that runs, over a connection that is disturbed.
use crate::import::{generated, stored};
use crate::program::{Running, kept_within, read, said, start, text, write};
use kiln_tests::server::kiln;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Several Bundles.
const EVENTS: usize = 1700;

fn send(to: &str, arguments: &[&str]) -> Output {
    let mut import = kiln().unwrap();
    import.args(["import", "--json", "--to", to]).args(arguments).output().unwrap()
}

/// The exit code and the summary.
fn sent(to: &str, arguments: &[&str]) -> (i32, Value) {
    let output = send(to, arguments);
    let summary = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| json!(said(&output)));
    (output.status.code().unwrap(), summary)
}

/// What a server has stored, once it has stopped.
fn stored_by(running: Running, data: &Path) -> Vec<u8> {
    running.stop(data);
    stored(data)
}

#[test]
fn events_get_there_in_order_and_once_however_often_they_are_sent() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("events.gz"));
    let events = generated(EVENTS);
    let mut packed = Vec::new();
    flate2::read::GzEncoder::new(&*events, flate2::Compression::fast())
        .read_to_end(&mut packed)
        .unwrap();
    write(&file, &packed);
    let running = start(&data, "");
    let to = running.server.origin();
    for _ in 0..2 {
        let (code, summary) = sent(&to, &[&text(&file)]);
        assert_eq!((code, &summary["stored"]), (0, &json!(EVENTS)), "{summary}");
    }
    // As a plain file it is the same one.
    write(&file, &events);
    let (code, summary) = sent(&format!("{to}/fhir/r4"), &["--connections", "3", &text(&file)]);
    assert_eq!((code, &summary["stored"]), (0, &json!(EVENTS)), "{summary}");
    assert!(stored_by(running, &data) == events, "not each event once, in order");
}

#[test]
fn a_file_that_went_on_otherwise_is_told_and_again_sends_all_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("events.ndjson"));
    let events = generated(EVENTS);
    let end = events.iter().take(200_000).rposition(|byte| *byte == b'\n').unwrap() + 1;
    write(&file, &events[..end]);
    let running = start(&data, "");
    let to = running.server.origin();
    assert_eq!(sent(&to, &[&text(&file)]).0, 0);
    write(&file, &events);
    let (code, told) = sent(&to, &[&text(&file)]);
    let told = told.to_string();
    assert!(code == 3 && told.contains("lines 1 to 500") && told.contains("--again"), "{told}");
    let (code, summary) = sent(&to, &["--again", "2", &text(&file)]);
    assert_eq!((code, &summary["stored"]), (0, &json!(EVENTS)), "{summary}");
    let all = stored_by(running, &data);
    assert!(all == [&events[..end], &events].concat(), "not what was sent");
}

#[test]
fn what_is_refused_here_or_there_is_told_with_its_line_and_xml_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("events.ndjson"));
    let rejects = folder.path().join("rejects.ndjson");
    let good = generated(3);
    let good: Vec<&[u8]> = good.split_inclusive(|byte| *byte == b'\n').collect();
    let xml = b"<AuditEvent xmlns=\"http://hl7.org/fhir\"><type><code value=\"rest\"/></type>\
        <recorded value=\"2026-03-01T10:00:00Z\"/><agent><requestor value=\"true\"/></agent>\
        <source><observer><display value='x'  /></observer></source></AuditEvent>\n";
    let bad_xml = b"<AuditEvent xmlns=\"http://hl7.org/fhir\"><nothing/></AuditEvent>\n";
    let lines: [&[u8]; 8] = [
        good[0],
        b"{\"resourceType\":\"AuditEvent\"}\n",
        b"no event\n",
        xml,
        bad_xml,
        good[1],
        b"{\"resourceType\":\"Patient\"}\n",
        good[2],
    ];
    write(&file, &lines.concat());
    let running = start(&data, "");
    let arguments = ["--release", "r4", "--rejects", &text(&rejects), &text(&file)];
    let (code, summary) = sent(&running.server.origin(), &arguments);
    assert_eq!((code, &summary["stored"]), (1, &json!(4)), "{summary}");
    let told = read(&rejects);
    let told: Vec<Value> = told
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    let numbers: Vec<_> = told.iter().map(|entry| entry["line"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [2, 3, 5, 7], "{told:?}");
    assert!(told[0]["reason"].as_str().unwrap().contains("AuditEvent"), "{told:?}");
    assert_eq!(told[2]["text"].as_str().unwrap().as_bytes(), bad_xml.trim_ascii());
    let expected = [good[0], xml, good[1], good[2]].concat();
    assert!(stored_by(running, &data) == expected, "not the good lines as they were");
}

/// A connection's way to the server: what it does to each request in turn, and what it saw.
struct Way {
    port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

/// What becomes of a request on the way.
#[derive(Copy, Clone, PartialEq)]
enum Fate {
    /// It reaches the server, and its answer does not come back.
    AnswerLost,
    /// It does not reach the server, which says so.
    Refused(&'static str),
    /// All is well, from here on.
    Through,
}

impl Way {
    fn to(port: u16, fates: &'static [Fate]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let way = Self { port: listener.local_addr().unwrap().port(), seen: Arc::default() };
        let (seen, fates) = (Arc::clone(&way.seen), Arc::new(Mutex::new(fates.iter().copied())));
        thread::spawn(move || {
            for client in listener.incoming() {
                let (seen, fates) = (Arc::clone(&seen), Arc::clone(&fates));
                thread::spawn(move || pass(client.unwrap(), port, &fates, &seen));
            }
        });
        way
    }
}

/// Passes the requests of a connection on.
fn pass(
    mut client: TcpStream,
    port: u16,
    fates: &Mutex<impl Iterator<Item = Fate>>,
    seen: &Mutex<Vec<String>>,
) {
    while let Some(request) = message(&mut client) {
        let head = String::from_utf8_lossy(&request).split("\r\n\r\n").next().unwrap().to_owned();
        seen.lock().unwrap().push(head);
        let fate = fates.lock().unwrap().next().unwrap_or(Fate::Through);
        match fate {
            Fate::Refused(answer) => client.write_all(answer.as_bytes()).unwrap(),
            fate => {
                let mut server = TcpStream::connect(("127.0.0.1", port)).unwrap();
                server.write_all(&under_name_of(port, &request)).unwrap();
                let answer = message(&mut server).unwrap();
                if fate == Fate::AnswerLost {
                    return;
                }
                client.write_all(&answer).unwrap();
            }
        }
    }
}

/// The request with the server's own name: it answers to no other.
fn under_name_of(port: u16, request: &[u8]) -> Vec<u8> {
    let end = request.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&request[..end]).into_owned();
    let is_host = |line: &&str| line.to_lowercase().starts_with("host:");
    let host = head.split("\r\n").find(is_host).unwrap();
    let head = head.replace(host, &format!("host: 127.0.0.1:{port}"));
    [head.as_bytes(), &request[end..]].concat()
}

/// A head and its body, by the length that it says; `None` when the connection has ended.
fn message(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut piece = vec![0; 65_536];
    loop {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(end) = end {
            let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length = length.map_or(0, |length| length.trim().parse().unwrap());
            if bytes.len() >= end + 4 + length {
                return Some(bytes);
            }
        }
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&piece[..read]),
        }
    }
}

const BUSY: Fate = Fate::Refused(
    "HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n",
);
const TOO_MANY: Fate =
    Fate::Refused("HTTP/1.1 429 Too Many Requests\r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n");

#[test]
fn a_lost_answer_and_a_busy_server_lose_nothing_and_store_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("events.ndjson"));
    let events = generated(EVENTS);
    write(&file, &events);
    let running = start(&data, "");
    let way = Way::to(running.server.port, &[BUSY, Fate::AnswerLost, TOO_MANY, Fate::AnswerLost]);
    let to = format!("http://127.0.0.1:{}", way.port);
    let (code, summary) = sent(&to, &[&text(&file)]);
    assert_eq!((code, &summary["stored"]), (0, &json!(EVENTS)), "{summary}");
    let requests = way.seen.lock().unwrap().len();
    assert_eq!(requests, EVENTS.div_ceil(500) + 4, "each disturbance is one request more");
    assert!(stored_by(running, &data) == events, "not each event once, in order");
}

/// A request is under way at any moment of it: none is sent before the one before it is answered.
#[test]
fn an_import_that_is_killed_on_the_way_goes_on_when_it_is_given_again() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("events.ndjson"));
    let events = generated(EVENTS);
    write(&file, &events);
    let running = start(&data, "");
    let way = Way::to(running.server.port, &[Fate::Through, Fate::AnswerLost]);
    let mut import = kiln().unwrap();
    import.args(["import", "--to", &format!("http://127.0.0.1:{}", way.port), &text(&file)]);
    let mut import = import.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    kept_within(Duration::from_secs(20), || (way.seen.lock().unwrap().len() > 1).then_some(()));
    import.kill().unwrap();
    import.wait().unwrap();
    let (code, summary) = sent(&running.server.origin(), &[&text(&file)]);
    assert_eq!((code, &summary["stored"]), (0, &json!(EVENTS)), "{summary}");
    assert!(stored_by(running, &data) == events, "not each event once, in order");
}

#[test]
fn a_token_is_sent_of_a_file_that_others_cannot_read_and_never_told() {
    let folder = tempfile::tempdir().unwrap();
    let (token, file) = (folder.path().join("token"), folder.path().join("events.ndjson"));
    write(&file, &generated(2));
    write(&token, b"c2VjcmV0\n");
    let running = start(&folder.path().join("data"), "");
    let way = Way::to(running.server.port, &[]);
    let to = format!("http://127.0.0.1:{}", way.port);
    let (token, file) = (text(&token), text(&file));
    let grant = |mode| std::fs::set_permissions(&token, PermissionsExt::from_mode(mode)).unwrap();
    grant(0o640);
    let refused = send(&to, &["--bearer-file", &token, &file]);
    assert_eq!(refused.status.code(), Some(3), "{}", said(&refused));
    assert!(said(&refused).contains("chmod 600"), "{}", said(&refused));
    grant(0o600);
    let plain = send("http://audit.example.org", &["--bearer-file", &token, &file]);
    assert_eq!(plain.status.code(), Some(3));
    assert!(said(&plain).contains("https only"), "{}", said(&plain));
    let sent = send(&to, &["--bearer-file", &token, &file]);
    assert_eq!(sent.status.code(), Some(0), "{}", said(&sent));
    let seen = way.seen.lock().unwrap();
    assert_eq!(seen.len(), 1);
    assert!(seen[0].contains("authorization: Bearer c2VjcmV0"), "{}", seen[0]);
    assert!([refused, plain, sent].iter().all(|output| !said(output).contains("c2VjcmV0")));
}
