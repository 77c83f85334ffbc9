//! `openapi.json` is what the server does: its examples are taken, its schema refuses what the
//! server refuses, and it knows no status that cannot be. Paths, methods and filters are compared
//! with the tables in `src/interaction/plain/tests.rs`; every answer in `plain.rs` and
//! `plain_refusals.rs` is held against it (`api.rs`).
use crate::{
    api::{self, DOCUMENT, EVENTS, event},
    identified::Identified,
    schema,
    server::{Reply, Server},
};
use kiln_server::{PrincipalLimits, Settings};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::io::AsyncWriteExt;

fn errors(name: &str, value: &Value) -> Vec<String> {
    let schema = json!({"$ref": format!("#/components/schemas/{name}")});
    schema::errors(&DOCUMENT, &schema, value, true)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_is_served_as_it_is() {
    let server = Server::start().await;
    let told = server.api_get("/api/openapi.json").await;
    assert_eq!((told.status, told.body.as_str()), (200, include_str!("../../src/openapi.json")));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn its_examples_are_taken() {
    let server = Server::start().await;
    let post = &DOCUMENT["paths"][EVENTS]["post"];
    let examples = &post["requestBody"]["content"]["application/json"]["examples"];
    for (name, example) in examples.as_object().unwrap() {
        let created = server.api_post(&example["value"]).await;
        assert_eq!(created.status, 201, "{name}: {}", created.body);
    }
    let get = &DOCUMENT["paths"][EVENTS]["get"];
    for parameter in get["parameters"].as_array().unwrap() {
        let parameter = schema::resolved(&DOCUMENT, parameter);
        let example = match (parameter.get("example"), parameter["schema"].get("enum")) {
            (Some(example), _) => example,
            (None, Some(codes)) => &codes[0],
            (None, None) => continue,
        };
        let text = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
        let name = parameter["name"].as_str().unwrap();
        let found = server.api_get(&format!("{EVENTS}?{name}={text}")).await;
        assert_eq!(found.status, 200, "{name}={text}: {}", found.body);
        // A zone alone finds everything, and only the export is no match of the others.
        assert!(!found.data().as_array().unwrap().is_empty() || name == "action", "{name}={text}");
    }
    server.stop().await;
}

#[test]
fn its_examples_are_as_its_schemas_say() {
    let mut checked = 0;
    for operation in DOCUMENT["paths"].as_object().unwrap().values() {
        for operation in operation.as_object().unwrap().values() {
            let bodies = operation["responses"].as_object().unwrap().values();
            for body in bodies.chain(operation.get("requestBody")) {
                let content = &schema::resolved(&DOCUMENT, body)["content"]["application/json"];
                let examples = content["examples"].as_object().into_iter().flatten();
                for (name, example) in examples {
                    let errors =
                        schema::errors(&DOCUMENT, &content["schema"], &example["value"], true);
                    assert!(errors.is_empty(), "{name}: {errors:?}");
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 10, "{checked}");
}

/// Events that nobody made for it, of both releases.
#[tokio::test(flavor = "multi_thread")]
async fn what_came_as_fhir_reads_as_its_schemas_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = root.join("../shared");
    let mut events = vec![(root.join("tests/fixtures/r4.json"), "r4")];
    for (name, release) in [("r4-minimal", "r4"), ("r5", "r5"), ("r5-minimal", "r5")] {
        events.push((root.join(format!("tests/fixtures/{name}.json")), release));
    }
    for (folder, release) in [
        ("wild/r4", "r4"),
        ("wild/r4b", "r4"),
        ("wild/r5", "r5"),
        ("fhir/r4-4.0.1/examples-json", "r4"),
        ("fhir/r5-5.0.0/examples-json", "r5"),
    ] {
        let found = files(&shared.join(folder));
        if found.is_empty() {
            writeln!(std::io::stderr(), "SKIPPED: {folder} is not beside the repository").unwrap();
        }
        events.extend(found.into_iter().map(|path| (path, release)));
    }
    let server = Server::start().await;
    let mut read = 0_usize;
    for (path, release) in &events {
        let body = std::fs::read_to_string(path).unwrap();
        let created = server.post(&format!("/fhir/{release}/AuditEvent"), &body).await;
        // Some of what is found in the wild is no acceptable event.
        if created.status == 201 {
            let plain = server.api_get(&format!("{EVENTS}/{}", created.id())).await;
            assert_eq!(plain.status, 200, "{}: {}", path.display(), plain.body);
            read += 1;
        }
    }
    assert!(read >= 4 && read * 2 > events.len(), "only {read} of {}", events.len());
    let (mut pages, mut cursor) = (0, Some(String::new()));
    while let Some(from) = cursor {
        let page = server.api_get(&format!("{EVENTS}?limit=20{from}")).await.json();
        cursor = page["paging"]["next"].as_str().map(|next| format!("&cursor={next}"));
        pages += 1;
    }
    assert_eq!(pages, read.div_ceil(20));
    server.stop().await;
}

/// The JSON files in a folder and those below it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
    found
}

/// Every event that differs from a whole one in one place, and whether its schema takes it.
#[tokio::test(flavor = "multi_thread")]
async fn its_schema_takes_what_the_server_takes() {
    let server = Server::start().await;
    let (mut taken, mut refused) = (0, 0);
    for (what, body) in mutants(&event("1", 1)) {
        let errors = errors("NewAuditEvent", &body);
        let reply = server.api_post(&body).await;
        let expected = if errors.is_empty() { 201 } else { 400 };
        assert_eq!(reply.status, expected, "{what}: {errors:?}, {}", reply.body);
        if errors.is_empty() {
            taken += 1;
        } else {
            refused += 1;
        }
    }
    assert!(taken > 30 && refused > 100, "{taken}, {refused}");
    server.stop().await;
}

/// What stands at a place is left out, or is something else, or has an unknown neighbour.
fn mutants(event: &Value) -> Vec<(String, Value)> {
    let others = [
        json!(null),
        json!(true),
        json!(7),
        json!("X"),
        json!("R"),
        json!("8"),
        json!(""),
        json!(" \t"),
        json!([]),
        json!(["x"]),
        json!([null]),
        json!({}),
    ];
    let mut all = vec![("as it is".to_owned(), event.clone())];
    for pointer in pointers(event) {
        for other in &others {
            let mut mutant = event.clone();
            *mutant.pointer_mut(&pointer).unwrap() = other.clone();
            all.push((format!("{pointer} is {other}"), mutant));
        }
        let mut mutant = event.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap_or(("", ""));
        if let Some(members) = mutant.pointer_mut(parent).and_then(Value::as_object_mut) {
            members.remove(name);
            all.push((format!("{pointer} is left out"), mutant));
        }
        let mut mutant = event.clone();
        if let Some(members) = mutant.pointer_mut(&pointer).and_then(Value::as_object_mut) {
            members.insert("unknown".to_owned(), json!("x"));
            all.push((format!("{pointer} has another member"), mutant));
        }
    }
    all
}

/// Where something stands in a value.
fn pointers(value: &Value) -> Vec<String> {
    let below = |name: &str, value: &Value| {
        let own = format!("/{name}");
        let below = pointers(value).into_iter().map(|pointer| format!("{own}{pointer}"));
        std::iter::once(own.clone()).chain(below).collect::<Vec<_>>()
    };
    match value {
        Value::Object(members) => members.iter().flat_map(|(name, it)| below(name, it)).collect(),
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.flat_map(|(at, item)| below(&at.to_string(), item)).collect()
        }
        _ => Vec::new(),
    }
}

/// Statuses that need a full disk or a fault of ours; `tests/tests/operations` fills a disk.
const BEYOND_REACH: [&str; 2] = ["500", "507"];

#[tokio::test(flavor = "multi_thread")]
async fn it_knows_no_status_that_cannot_be() {
    let hasty = Settings {
        body_timeout: Duration::from_millis(200),
        store_timeout: Duration::ZERO,
        search_deadline: Duration::ZERO,
        ..Settings::default()
    };
    let crowded = Settings {
        searches_max: 0,
        searches_waiting_max: 0,
        bundles_max: 0,
        bundles_waiting_max: 0,
        ..Settings::default()
    };
    let (server, hasty) = (Server::start().await, Server::with(hasty).await);
    let crowded = Server::with(crowded).await;
    let id = server.api_post(&event("1", 1)).await.data()["id"].as_str().unwrap().to_owned();
    hasty.api_post(&event("1", 1)).await;
    let once = PrincipalLimits { requests_per_second: 1, burst: 1, concurrent: 0 };
    let identified = Identified::with(Settings::default(), once).await;
    for (path, operations) in DOCUMENT["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let method = method.to_uppercase();
            let path = path.replace("{id}", &id);
            let mut seen = seen_everywhere(&server, &method, &path).await;
            seen.extend(match (operation["operationId"].as_str().unwrap(), &hasty) {
                ("createAuditEvent", hasty) => {
                    let many = json!([event("1", 1), event("1", 2)]);
                    let mut seen = seen_of_create(&server, hasty).await;
                    seen.push(crowded.api_post(&many).await.status);
                    seen
                }
                ("searchAuditEvents", hasty) => {
                    let costly = hasty.api_too_costly(&format!("{path}?text=medi")).await;
                    let wrong = server.api_get(&format!("{path}?limit=x")).await;
                    vec![wrong.status, costly.status, crowded.api_get(&path).await.status]
                }
                ("getAuditEvent", _) => {
                    vec![server.api_get(&format!("{EVENTS}/none")).await.status]
                }
                _ => Vec::new(),
            });
            seen.extend(seen_of_strangers(&identified, &method, &path).await);
            let documented = operation["responses"].as_object().unwrap().keys();
            let documented = documented.filter(|status| !BEYOND_REACH.contains(&status.as_str()));
            let documented: BTreeSet<u16> = documented.map(|it| it.parse().unwrap()).collect();
            assert_eq!(seen, documented, "{method} {path}");
        }
    }
    server.stop().await;
    hasty.stop().await;
    crowded.stop().await;
    identified.server.stop().await;
}

/// The statuses of a server that asks who it is: without a credential, and with one that asks
/// more than its share.
async fn seen_of_strangers(kiln: &Identified, method: &str, path: &str) -> BTreeSet<u16> {
    let stranger = kiln.server.api(method, path, "", "").await;
    let token = kiln.admin("default");
    let mut seen = BTreeSet::from([stranger.status]);
    for _ in 0..4 {
        let reply = kiln.ask(&token, method, path, "", "").await;
        api::check(method, path, &reply);
        seen.insert(reply.status);
    }
    seen
}

/// The statuses that every operation may have.
async fn seen_everywhere(server: &Server, method: &str, path: &str) -> BTreeSet<u16> {
    let mut seen = BTreeSet::new();
    let json = "content-type: application/json\r\n";
    let large = format!("x-field: {}\r\n", "x".repeat(17 << 10));
    for fields in ["", "accept: text/html\r\n", "origin: http://evil.example\r\n", &large] {
        let body = event("1", 1).to_string();
        let fields = format!("{json}{fields}");
        seen.insert(server.api(method, path, &fields, &body).await.status);
    }
    let long = format!("{path}?{}", "x".repeat(9000));
    seen.insert(server.api(method, &long, json, "{}").await.status);
    let mut stream = server.connect().await;
    let request = format!("{method} {path} HTTP/1.1\r\nhost: evil\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let misdirected = Reply::read(&mut stream).await;
    api::check(method, path, &misdirected);
    seen.insert(misdirected.status);
    seen
}

async fn seen_of_create(server: &Server, hasty: &Server) -> Vec<u16> {
    let mut seen = Vec::new();
    for body in ["{}", &"[".repeat(17 << 20)] {
        let json = "content-type: application/json\r\n";
        seen.push(server.api("POST", EVENTS, json, body).await.status);
    }
    seen.push(server.api("POST", EVENTS, "", "{}").await.status);
    for minute in 0..2 {
        let key = "idempotency-key: k\r\n";
        seen.push(server.api_post_with(key, &event("1", minute)).await.status);
    }
    // So many are not on disk at once.
    seen.push(hasty.api_post(&json!(vec![event("1", 1); 500])).await.status);
    let mut stream = hasty.connect().await;
    let head = format!(
        "POST {EVENTS} HTTP/1.1\r\nhost: localhost:{}\r\ncontent-type: application/json\r\n\
         content-length: 9\r\n\r\n[",
        hasty.port
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let slow = Reply::read(&mut stream).await;
    api::check("POST", EVENTS, &slow);
    seen.push(slow.status);
    seen
}
