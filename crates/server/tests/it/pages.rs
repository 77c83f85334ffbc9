//! Pages stay what they are while events come in.
use crate::{
    events,
    server::{Reply, Server},
};
use serde_json::Value;
use std::collections::HashMap;
use tokio::task::JoinSet;

/// Follows `next` from `path` on; how often each id was shown.
async fn walk(server: &Server, path: &str) -> HashMap<String, u32> {
    let mut seen = HashMap::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let reply = server.get(&path).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        let page = reply.json();
        for entry in page["entry"].as_array().unwrap() {
            *seen.entry(entry["resource"]["id"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        next = link(&page, "next").map(|url| below_host(server, &url));
    }
    seen
}

fn link(page: &Value, relation: &str) -> Option<String> {
    let links = page["link"].as_array().unwrap();
    let found = links.iter().find(|link| link["relation"] == relation)?;
    Some(found["url"].as_str().unwrap().to_owned())
}

fn below_host(server: &Server, url: &str) -> String {
    url.strip_prefix(&format!("http://localhost:{}", server.port)).unwrap().to_owned()
}

async fn store(server: &Server, patient: &str, count: u32) {
    for minute in 0..count {
        let reply = server.post("/fhir/r4/AuditEvent", &events::r4(patient, minute % 60)).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_is_shown_once_while_others_come_in() {
    let server = std::sync::Arc::new(Server::start().await);
    store(&server, "a", 60).await;
    let mut writers = JoinSet::new();
    for _ in 0..2 {
        let server = std::sync::Arc::clone(&server);
        writers.spawn(async move { store(&server, "a", 60).await });
    }
    for path in [
        "/fhir/r4/AuditEvent?patient=a&_count=7",
        "/fhir/r4/AuditEvent?patient=a&_count=7&_sort=date",
        "/fhir/r4/AuditEvent?_count=7&_sort=_lastUpdated",
        "/fhir/r4/AuditEvent/_history?_count=7",
        "/fhir/r4/AuditEvent/_history?_count=7&_sort=_lastUpdated",
    ] {
        let seen = walk(&server, path).await;
        assert!(seen.len() >= 60, "{path}: {}", seen.len());
        assert!(seen.values().all(|times| *times == 1), "{path}");
    }
    while let Some(done) = writers.join_next().await {
        done.unwrap();
    }
    let all = walk(&server, "/fhir/r4/AuditEvent?_count=50").await;
    assert_eq!(all.len(), 180);
}

#[tokio::test(flavor = "multi_thread")]
async fn totals_are_told_where_they_are_known() {
    let server = Server::start().await;
    store(&server, "a", 5).await;
    let total = |path: &'static str| async { server.get(path).await.json()["total"].clone() };
    assert_eq!(total("/fhir/r4/AuditEvent").await, 5);
    assert_eq!(total("/fhir/r4/AuditEvent?_count=2").await, Value::Null);
    assert_eq!(total("/fhir/r4/AuditEvent?_count=2&_total=accurate").await, 5);
    assert_eq!(total("/fhir/r4/AuditEvent?_count=0").await, 5);
    assert_eq!(total("/fhir/r4/AuditEvent/_history?_count=2").await, Value::Null);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_good_for_its_own_search_only() {
    let server = Server::start().await;
    store(&server, "a", 5).await;
    let page = server.get("/fhir/r4/AuditEvent?patient=a&_count=2").await.json();
    let next = below_host(&server, &link(&page, "next").unwrap());
    assert_eq!(server.get(&next).await.status, 200);
    let token = next.rsplit_once("_cursor=").unwrap().1.to_owned();
    let status = async |path: String| -> u16 {
        let reply: Reply = server.get(&path).await;
        reply.status
    };
    assert_eq!(status(format!("/fhir/r4/AuditEvent?patient=b&_cursor={token}")).await, 400);
    assert_eq!(status(format!("/fhir/r4/AuditEvent?_cursor={token}")).await, 400);
    assert_eq!(status(format!("/fhir/r4/AuditEvent/_history?_cursor={token}")).await, 400);
    assert_eq!(status(format!("/fhir/r5/AuditEvent?patient=a&_cursor={token}")).await, 400);
    assert_eq!(status("/fhir/r4/AuditEvent?_cursor=abc".to_owned()).await, 400);
    // Another page size is no other search.
    let other = format!("/fhir/r4/AuditEvent?patient=a&_count=3&_cursor={token}");
    assert_eq!(server.get(&other).await.json()["entry"].as_array().unwrap().len(), 3);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_posted_search_goes_on_by_url() {
    let server = Server::start().await;
    store(&server, "a", 5).await;
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    let reply = server.ask("POST", "/fhir/r4/AuditEvent/_search?_count=2", form, "patient=a").await;
    let next = below_host(&server, &link(&reply.json(), "next").unwrap());
    let page = server.get(&next).await.json();
    assert_eq!(page["entry"].as_array().unwrap().len(), 2);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_would_be_too_large_ends_early() {
    let settings =
        kiln_server::Settings { page_bytes_max: 1000, ..kiln_server::Settings::default() };
    let server = Server::with(settings).await;
    store(&server, "a", 9).await;
    let page = server.get("/fhir/r4/AuditEvent?patient=a").await.json();
    let shown = page["entry"].as_array().unwrap().len();
    assert!((1..9).contains(&shown), "{shown}");
    let seen = walk(&server, "/fhir/r4/AuditEvent?patient=a").await;
    assert_eq!(seen.len(), 9);
    assert!(seen.values().all(|times| *times == 1));
    server.stop().await;
}
