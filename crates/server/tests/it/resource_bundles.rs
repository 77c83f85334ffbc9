//! Batches and transactions of resources.
use crate::{
    events,
    resources::{self, assert_paired, put, settings, task},
    server::Server,
};
use kiln_server::Settings;
use serde_json::{Value, json};

fn entry(method: &str, url: &str, resource: Option<&str>) -> Value {
    let mut entry = json!({ "request": { "method": method, "url": url } });
    if let Some(resource) = resource {
        entry["resource"] = serde_json::from_str(resource).unwrap();
    }
    entry
}

fn bundle(kind: &str, entries: &[Value]) -> String {
    json!({ "resourceType": "Bundle", "type": kind, "entry": entries }).to_string()
}

fn statuses(bundle: &Value) -> Vec<&str> {
    let entries = bundle["entry"].as_array().unwrap().iter();
    entries.map(|entry| &entry["response"]["status"].as_str().unwrap()[..3]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_entries_of_a_batch_stand_alone_and_each_is_told_once() {
    let server = Server::with(settings()).await;
    put(&server, "old", "requested").await;
    let body = bundle(
        "batch",
        &[
            entry("POST", "Task", Some(&task("x", "requested"))),
            entry("GET", "Task/old", None),
            entry("PUT", "Task/new", Some(&task("new", "requested"))),
            entry("GET", "Task/none", None),
            entry("GET", "Task?status=requested&_id=old", None),
            entry("DELETE", "Task/none", None),
        ],
    );
    let reply = server.post("/fhir/r4", &body).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let answer = reply.json();
    assert_eq!(answer["type"], "batch-response");
    assert_eq!(statuses(&answer), ["201", "200", "201", "404", "200", "404"]);
    assert_eq!(answer["entry"][1]["resource"]["id"], "old");
    assert_eq!(answer["entry"][4]["resource"]["total"], 1);
    assert_eq!(answer["entry"][2]["response"]["etag"], "W/\"1\"");
    let told = resources::story(&server).await;
    let mut told: Vec<&str> = told.iter().skip(1).map(|(code, _)| &**code).collect();
    told.sort_unstable();
    assert_eq!(told, ["create", "delete", "read", "read", "search-type", "update"]);
    assert_paired(&server);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_is_one_unit_and_its_entries_name_each_other() {
    let server = Server::with(settings()).await;
    put(&server, "gone", "requested").await;
    let before = server.store.status().groups;
    let patient = r#"{"resourceType":"Patient","active":true}"#;
    let urn = "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a";
    let mut first = entry("POST", "Patient", Some(patient));
    first["fullUrl"] = json!(urn);
    let order = task("o", "requested").replace("Patient/p1", urn);
    let body = bundle(
        "transaction",
        &[
            entry("PUT", "Task/o", Some(&order)),
            first,
            entry("DELETE", "Task/gone", None),
            entry("GET", "Task/o", None),
        ],
    );
    let reply = server.post("/fhir/r4", &body).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let answer = reply.json();
    assert_eq!(answer["type"], "transaction-response");
    assert_eq!(statuses(&answer), ["201", "201", "204", "200"]);
    let location = answer["entry"][1]["response"]["location"].as_str().unwrap();
    let id = location.split('/').rev().nth(2).unwrap();
    assert_eq!(answer["entry"][3]["resource"]["for"]["reference"], format!("Patient/{id}"));
    let groups = server.store.status().groups - before;
    assert_eq!(groups, 2, "one of the changes, one of the read");
    let found = server.get(&format!("/fhir/r4/Task?patient=Patient/{id}")).await.json();
    assert_eq!(found["total"], 1);
    let told = resources::events(&server, &format!("&entity=Patient/{id}&action=C,U")).await;
    assert!(!told.is_empty(), "the event of the order names whom it is for");
    assert_paired(&server);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_fails_leaves_nothing_but_its_event() {
    let server = Server::with(settings()).await;
    put(&server, "t", "requested").await;
    let stale = {
        let mut entry = entry("PUT", "Task/t", Some(&task("t", "accepted")));
        entry["request"]["ifMatch"] = json!("W/\"7\"");
        entry
    };
    let made = entry("POST", "Patient", Some(r#"{"resourceType":"Patient"}"#));
    let reply = server.post("/fhir/r4", &bundle("transaction", &[made.clone(), stale])).await;
    assert_eq!(reply.status, 412, "{}", reply.body);
    assert_eq!(reply.json()["issue"][0]["expression"][0], "Bundle.entry[1]");
    assert_eq!(server.get("/fhir/r4/Patient").await.json()["total"], 0);
    let same = entry("PUT", "Task/t", Some(&task("t", "accepted")));
    let twice = bundle("transaction", &[same.clone(), same, made]);
    assert_eq!(server.post("/fhir/r4", &twice).await.status, 400);
    assert_eq!(server.get("/fhir/r4/Patient").await.json()["total"], 0);
    assert_eq!(server.get("/fhir/r4/Task/t").await.json()["status"], "requested");
    let told = resources::story(&server).await;
    let failed = told.iter().filter(|(code, outcome)| code == "transaction" && outcome == "4");
    assert_eq!(failed.count(), 2, "{told:?}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patch_in_a_bundle_is_a_binary() {
    let server = Server::with(settings()).await;
    put(&server, "t", "requested").await;
    // [{"op":"replace","path":"/status","value":"accepted"}]
    let data = "W3sib3AiOiJyZXBsYWNlIiwicGF0aCI6Ii9zdGF0dXMiLCJ2YWx1ZSI6ImFjY2VwdGVkIn1d";
    let binary = json!({ "resourceType": "Binary", "contentType": "application/json-patch+json",
        "data": data });
    let patch = entry("PATCH", "Task/t", Some(&binary.to_string()));
    let reply = server.post("/fhir/r4", &bundle("transaction", &[patch])).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(server.get("/fhir/r4/Task/t").await.json()["status"], "accepted");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn audit_events_go_in_bundles_of_their_own() {
    let server = Server::with(settings()).await;
    let event = events::r4("x", 1);
    let mixed = bundle(
        "batch",
        &[entry("POST", "AuditEvent", Some(&event)), entry("GET", "Task/none", None)],
    );
    let reply = server.post("/fhir/r4", &mixed).await;
    assert_eq!(statuses(&reply.json()), ["501", "404"], "{}", reply.body);
    let alone = bundle("transaction", &[entry("POST", "AuditEvent", Some(&event))]);
    let reply = server.post("/fhir/r4", &alone).await;
    assert_eq!((reply.status, statuses(&reply.json())), (200, vec!["201"]));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_has_so_many_entries_at_most() {
    let mut limited: Settings = settings();
    limited.bundle.entries_max = 2;
    let server = Server::with(limited).await;
    let body = bundle("batch", &vec![entry("GET", "Task/none", None); 3]);
    assert_eq!(server.post("/fhir/r4", &body).await.status, 413);
    server.stop().await;
}
