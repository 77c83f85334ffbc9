//! What a crash leaves open is settled at the next start.
use crate::{
    gateway::{Gateway, open},
    upstream::Upstream,
};
use kiln_gateway::{
    Settings, Who,
    entry::{Entry, Head, Intent},
};
use kiln_store::{Condition, Store, Unit};
use kiln_trail::rest;
use std::time::Duration;
use tempfile::TempDir;

/// A log in which a crash has left this intent.
async fn left(method: &str, path: &str, if_match: Option<&str>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("tenants/default"));
    let headers = rest::Headers { if_match, ..rest::Headers::default() };
    let head = Head::of(&rest::Head { method, path, query: None, headers });
    let who = Who::unverified(None, None);
    let intent = Intent { head, who, request_id: "r-1".to_owned(), ..Intent::default() };
    append(&store, &Entry::Intent(Box::new(intent))).await;
    store.close().unwrap();
    folder
}

async fn append(store: &Store, entry: &Entry) {
    let (records, principal) = (vec![entry.record()], "gateway".into());
    let unit = Unit { records, principal, condition: Condition::Atomic, key: None };
    store.append(unit).unwrap().await.unwrap().unwrap();
}

/// An upstream that is at nothing for long.
fn at_once(settings: &mut Settings) {
    settings.answer_timeout = Duration::from_millis(100);
}

#[tokio::test]
async fn the_upstream_is_not_asked_while_it_may_still_be_at_it() {
    let upstream = Upstream::start().await;
    upstream.put("/Patient/1", 3, r#"{"resourceType":"Patient","id":"1"}"#);
    let folder = left("PUT", "/Patient/1", Some("W/\"3\"")).await;
    let gateway = Gateway::over(folder, upstream, |_settings| {}).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(gateway.entries().len(), 1);
    assert!(gateway.upstream.seen().is_empty());
}

async fn settled(folder: TempDir, upstream: Upstream) -> (Gateway, String, String) {
    let gateway = Gateway::over(folder, upstream, at_once).await;
    gateway.until_outcomes(1).await;
    let ending = gateway.entries()[1]["ending"].as_str().unwrap().to_owned();
    let outcome = gateway.events()[0]["outcome"].as_str().unwrap_or("none").to_owned();
    (gateway, ending, outcome)
}

#[tokio::test]
async fn a_change_that_was_not_done_is_found_out() {
    let upstream = Upstream::start().await;
    upstream.put(
        "/Patient/1",
        3,
        r#"{"resourceType":"Patient","id":"1","meta":{"versionId":"3"}}"#,
    );
    let folder = left("PUT", "/Patient/1", Some("W/\"3\"")).await;
    let (_gateway, ending, outcome) = settled(folder, upstream).await;
    assert_eq!((&*ending, &*outcome), ("settled", "8"));
}

#[tokio::test]
async fn a_change_that_was_done_is_found_out() {
    let upstream = Upstream::start().await;
    let meta = r#"{"versionId":"4","lastUpdated":"2999-01-01T00:00:00Z"}"#;
    let json = format!(r#"{{"resourceType":"Patient","id":"1","meta":{meta}}}"#);
    upstream.put("/Patient/1", 4, &json);
    let folder = left("PUT", "/Patient/1", Some("W/\"3\"")).await;
    let (gateway, ending, outcome) = settled(folder, upstream).await;
    assert_eq!((&*ending, &*outcome), ("settled", "0"));
    assert!(gateway.events()[0].to_string().contains("Patient/1/_history/4"));
}

#[tokio::test]
async fn a_deletion_is_found_out() {
    let folder = left("DELETE", "/Patient/1", None).await;
    let (_gateway, ending, outcome) = settled(folder, Upstream::start().await).await;
    assert_eq!((&*ending, &*outcome), ("settled", "0"));
}

#[tokio::test]
async fn a_create_without_an_answer_is_unknown_and_stays_told_once() {
    let folder = left("POST", "/Patient", None).await;
    let (gateway, ending, outcome) = settled(folder, Upstream::start().await).await;
    assert_eq!((&*ending, &*outcome), ("unknown", "none"));
    let (folder, upstream) = gateway.stopped().await;
    let gateway = Gateway::over(folder, upstream, at_once).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(gateway.events().len(), 1);
    assert_eq!(gateway.entries().len(), 2);
}
