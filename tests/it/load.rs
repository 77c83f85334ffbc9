//! What a client was told is stored, it finds; what it walks through holds still.
use kiln_tests::http::{Connection, Request};
use kiln_tests::run::matches;
use kiln_tests::server::Server;
use kiln_tests::tell;
use serde_json::json;
use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const TYPE: &str = "/fhir/r4/AuditEvent";
const WRITERS: usize = 8;
/// 8 writers that each send one event in so long send 1,000 a second.
const BEAT: Duration = Duration::from_millis(8);
/// It is walked again and again until so many came in.
const EVENTS: usize = 6000;
/// Fewer walks would have met no load.
const WALKS_MIN: usize = 3;

const READERS: usize = 8;
const ROUNDS: usize = 250;

/// An event at some time of three years, so that new ones fall between old ones.
fn event(number: usize, patient: &str) -> Vec<u8> {
    let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 16;
    let (year, month, day) = (2022 + mixed % 3, 1 + mixed / 3 % 12, 1 + mixed / 36 % 28);
    let (minute, second) = (mixed / 1008 % 60, mixed / 60_480 % 60);
    json!({
        "resourceType": "AuditEvent",
        "type": { "system": "http://dicom.nema.org/resources/ontology/DCM", "code": "110110" },
        "recorded": format!("{year}-{month:02}-{day:02}T10:{minute:02}:{second:02}Z"),
        "agent": [{ "requestor": true, "altId": format!("n{number}") }],
        "source": { "observer": { "reference": "Device/load" } },
        "entity": [{ "what": { "reference": format!("Patient/{patient}") } }],
    })
    .to_string()
    .into_bytes()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the rate of the load is told")]
fn walking_every_page_under_load_shows_each_event_once() {
    let server = Server::start().unwrap();
    let acknowledged = Mutex::new(Vec::new());
    let started = Instant::now();
    let (stop, next) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| write_until(&server, &stop, &next, &acknowledged));
        }
        let _stop_writers_on_panic = StopOnDrop(&stop);
        let (mut walks, mut walked) = (0, 0);
        while acknowledged.lock().unwrap().len() < EVENTS {
            let query = if walks % 2 == 0 { "_count=97" } else { "_count=97&_sort=date" };
            walked += check_walk(&server, query, &acknowledged);
            walks += 1;
        }
        let rate = EVENTS as f64 / started.elapsed().as_secs_f64();
        tell(&format!("{walks} walks past {walked} events while {rate:.0} a second came in"));
        assert!(walks >= WALKS_MIN, "only {walks} walks");
    });
}

/// Writers end with the walks, also with those that fail.
struct StopOnDrop<'a>(&'a AtomicBool);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[expect(clippy::disallowed_methods, reason = "events come in at a beat")]
fn write_until(
    server: &Server,
    stop: &AtomicBool,
    next: &AtomicUsize,
    acknowledged: &Mutex<Vec<String>>,
) {
    let mut connection = Connection::open(server.port).unwrap();
    let mut due = Instant::now();
    while !stop.load(Ordering::Relaxed) {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let request = Request::post(TYPE, event(number, "p1")).header("Prefer", "return=minimal");
        let response = connection.send(&request).unwrap();
        assert_eq!(response.status, 201, "{}", response.text());
        acknowledged.lock().unwrap().push(response.created_id().unwrap().to_owned());
        due += BEAT;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
    }
}

/// Walks every page; how many events were on them.
fn check_walk(server: &Server, query: &str, acknowledged: &Mutex<Vec<String>>) -> usize {
    let mut connection = Connection::open(server.port).unwrap();
    let known: Vec<String> = acknowledged.lock().unwrap().clone();
    let mut target = format!("{TYPE}?{query}&_total=accurate");
    let mut total = None;
    let mut seen: HashSet<String> = HashSet::new();
    loop {
        let page = connection.send(&Request::new("GET", &target)).unwrap().json().unwrap();
        total = total.or_else(|| page["total"].as_u64());
        for id in matches(&page) {
            assert!(seen.insert(id.to_owned()), "{id} stands on two pages");
        }
        let links = page["link"].as_array().unwrap();
        let Some(next) = links.iter().find(|link| link["relation"] == "next") else { break };
        let next = next["url"].as_str().and_then(|url| url.strip_prefix(&server.origin()));
        next.expect("next is an absolute URL of this server").clone_into(&mut target);
    }
    let missed = known.iter().filter(|id| !seen.contains(*id)).count();
    assert_eq!(missed, 0, "events that were stored before the walk are on no page");
    assert_eq!(total, Some(seen.len() as u64), "the walk shows what its first page counted");
    seen.len()
}

#[test]
fn a_search_right_after_a_201_finds_the_event() {
    let server = Server::start().unwrap();
    std::thread::scope(|scope| {
        for reader in 0..READERS {
            let server = &server;
            scope.spawn(move || write_and_find(server, reader));
        }
    });
}

fn write_and_find(server: &Server, reader: usize) {
    let mut connection = Connection::open(server.port).unwrap();
    for round in 0..ROUNDS {
        let patient = format!("r{reader}-{round}");
        let body = event(reader * ROUNDS + round, &patient);
        let created = connection.send(&Request::post(TYPE, body)).unwrap();
        let id = created.created_id().expect("a 201 has a Location").to_owned();
        let search = Request::new("GET", &format!("{TYPE}?patient={patient}"));
        let found = connection.send(&search).unwrap().json().unwrap();
        assert_eq!(matches(&found).collect::<Vec<_>>(), [id.as_str()], "round {round}: {found}");
        let read = connection.send(&Request::new("GET", &format!("{TYPE}/{id}"))).unwrap();
        assert_eq!(read.status, 200, "round {round}: {id} is not read");
    }
}
