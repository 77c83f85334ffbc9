//! `kill -9` in the middle of writes to resources: never a version without its event, nor an event
//! without its version, and nothing acknowledged is lost.
use crate::program::{check, write};
use kiln_tests::http::{Connection, Request};
use kiln_tests::server::Server;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const WRITERS: usize = 8;
/// Resources of each writer.
const TASKS: usize = 3;
const KILLS: usize = 5;
/// Each kill comes when so many writes were acknowledged, at least.
const WRITES: usize = 60;
const PAGE: usize = 1000;

#[test]
fn a_version_and_its_event_are_there_together_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("kiln.toml");
    write(&settings, b"[resources]\nenabled = true\n[trail]\nprofile = \"gms\"\n");
    let data = folder.path().join("data");
    let mut acknowledged: BTreeMap<String, u64> = BTreeMap::new();
    for round in 0..KILLS {
        let server = Server::start_in_with(&data, &settings).unwrap();
        for (task, version) in written_until_killed(server, round) {
            let known = acknowledged.entry(task).or_default();
            *known = version.max(*known);
        }
        compare(&data, &settings, &acknowledged);
    }
    assert_eq!(acknowledged.len(), WRITERS * TASKS);
    check(&data);
}

/// The newest version that was acknowledged of each resource, until the server is killed.
fn written_until_killed(server: Server, round: usize) -> Vec<(String, u64)> {
    let (port, done) = (server.port, AtomicUsize::new(0));
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let done = &done;
                scope.spawn(move || write_on(port, writer, done))
            })
            .collect();
        while done.load(Ordering::Relaxed) < WRITES + round * 7 {
            std::thread::sleep(Duration::from_millis(1));
        }
        server.kill().unwrap();
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    })
}

/// Puts, patches, deletes and transacts until nobody answers.
fn write_on(port: u16, writer: usize, done: &AtomicUsize) -> Vec<(String, u64)> {
    let mut acknowledged = Vec::new();
    let Ok(mut connection) = Connection::open(port) else { return acknowledged };
    for turn in 0.. {
        let id = format!("w{writer}-{}", turn % TASKS);
        let request = match turn % 7 {
            5 => patch(&id),
            6 => Request::new("DELETE", &format!("/fhir/r4/Task/{id}")),
            3 => transaction(&id),
            _ => put(&id),
        };
        let Ok(answer) = connection.send(&request) else { return acknowledged };
        let version = answer.header("ETag").map(str::to_owned).or_else(|| {
            let tag = answer.json().ok()?["entry"][0]["response"]["etag"].as_str()?.to_owned();
            Some(tag)
        });
        if answer.status < 300
            && let Some(version) = version
        {
            acknowledged.push((id, version.trim_matches(['W', '/', '"']).parse().unwrap()));
            done.fetch_add(1, Ordering::Relaxed);
        }
    }
    acknowledged
}

fn task(id: &str) -> Value {
    json!({ "resourceType": "Task", "id": id, "status": "requested", "intent": "order" })
}

fn put(id: &str) -> Request {
    let request = Request::post(&format!("/fhir/r4/Task/{id}"), task(id).to_string());
    Request { method: "PUT".to_owned(), ..request }
}

fn patch(id: &str) -> Request {
    let mut request = Request::new("PATCH", &format!("/fhir/r4/Task/{id}"))
        .header("Content-Type", "application/json-patch+json");
    request.body = br#"[{"op":"replace","path":"/status","value":"accepted"}]"#.to_vec();
    request
}

/// Two resources at once.
fn transaction(id: &str) -> Request {
    let entry = |id: &str| {
        let request = json!({ "method": "PUT", "url": format!("Task/{id}") });
        json!({ "resource": task(id), "request": request })
    };
    let entries = [entry(id), entry(&format!("{id}-beside"))];
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
    Request::post("/fhir/r4", bundle.to_string())
}

/// Versions and events tell the same, and all that was acknowledged is there.
fn compare(data: &Path, settings: &Path, acknowledged: &BTreeMap<String, u64>) {
    let server = Server::start_in_with(data, settings).unwrap();
    let by_events = by_events(&server);
    let by_versions = by_versions(&server);
    assert_eq!(by_versions, by_events, "a version without its event, or the reverse");
    for (task, version) in acknowledged {
        let there = by_versions.get(task).and_then(|versions| versions.last());
        assert!(there >= Some(version), "{task}: {version} was acknowledged, {there:?} is there");
    }
    let pairs = by_versions.iter().filter_map(|(task, versions)| {
        Some((versions.len(), by_versions.get(&format!("{task}-beside"))?.len()))
    });
    assert!(pairs.clone().count() > 0 && pairs.into_iter().all(|(one, other)| other <= one));
    server.kill().unwrap();
}

type Versions = BTreeMap<String, Vec<u64>>;

/// The versions that events tell of; none of them are of reads yet, nor of what failed.
fn by_events(server: &Server) -> Versions {
    let mut told = Versions::new();
    let query = "action=C,U,D&outcome=0&_sort=date";
    each(server, &format!("/fhir/r4/AuditEvent?{query}&_count={PAGE}"), |entry| {
        let entity = &entry["resource"]["entity"][0];
        let task = entity["what"]["reference"].as_str().unwrap().trim_start_matches("Task/");
        let details = entity["detail"].as_array().unwrap();
        let version = details.iter().find(|detail| detail["type"] == "versionId").unwrap();
        let version = version["valueString"].as_str().unwrap().parse().unwrap();
        told.entry(task.to_owned()).or_default().push(version);
    });
    told
}

fn by_versions(server: &Server) -> Versions {
    let mut there = Versions::new();
    each(server, &format!("/fhir/r4/Task/_history?_count={PAGE}"), |entry| {
        let task = entry["fullUrl"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let tag = entry["response"]["etag"].as_str().unwrap();
        let version = tag.trim_matches(['W', '/', '"']).parse().unwrap();
        there.entry(task).or_default().insert(0, version);
    });
    there
}

/// Each entry of all pages.
fn each(server: &Server, first: &str, mut take: impl FnMut(&Value)) {
    let mut next = Some(first.to_owned());
    while let Some(target) = next {
        let bundle = server.get(&target).unwrap();
        bundle["entry"].as_array().into_iter().flatten().for_each(&mut take);
        let mut links = bundle["link"].as_array().into_iter().flatten();
        let link = links.find(|link| link["relation"] == "next");
        let url = link.and_then(|link| link["url"].as_str());
        next = url.map(|url| url[url.find("/fhir").unwrap()..].to_owned());
    }
}
