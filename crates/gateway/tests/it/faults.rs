//! What fails leaves its outcome, and says that nobody knows where nobody does.
use crate::{gateway::Gateway, upstream::Does};
use std::time::Duration;
use tokio::io::AsyncWriteExt;

const PATIENT: &str = r#"{"resourceType":"Patient","id":"1"}"#;

#[tokio::test]
async fn an_upstream_that_is_not_there_is_502_and_nothing_was_sent() {
    let gateway = Gateway::with(|settings| {
        settings.upstream = "http://127.0.0.1:1/fhir".to_owned();
    })
    .await;
    let reply = gateway.ask("PUT", "/Patient/1", "", PATIENT).await;
    assert_eq!(reply.status, 502);
    assert_eq!(reply.json()["resourceType"], "OperationOutcome");
    let entries = gateway.entries();
    assert_eq!(entries[0]["entry"], "intent");
    assert_eq!(entries[1]["ending"], "unsent");
    assert_eq!(gateway.events()[0]["outcome"], "8");
}

#[tokio::test]
async fn an_upstream_that_is_late_is_504_and_nobody_knows() {
    let gateway = Gateway::with(|settings| {
        settings.answer_timeout = Duration::from_millis(100);
        settings.read_before_write = false;
    })
    .await;
    gateway.upstream.does(Does::Nothing);
    assert_eq!(gateway.ask("PUT", "/Patient/1", "", PATIENT).await.status, 504);
    assert_eq!(gateway.entries()[1]["ending"], "unanswered");
    let event = &gateway.events()[0];
    assert!(event["outcome"].is_null(), "{event}");
}

#[tokio::test]
async fn an_answer_that_is_cut_is_502() {
    let gateway = Gateway::start().await;
    gateway.upstream.does(Does::Pieces(vec![r#"{"resourceType":"Pat"#.to_owned()], false));
    assert_eq!(gateway.get("/Patient/1").await.status, 502);
    assert_eq!(gateway.entries()[1]["ending"], "unanswered");
}

#[tokio::test]
async fn a_client_that_goes_leaves_its_outcome_all_the_same() {
    let gateway = Gateway::with(|settings| {
        settings.answer_timeout = Duration::from_millis(300);
        settings.read_before_write = false;
    })
    .await;
    gateway.upstream.does(Does::Nothing);
    let mut stream = gateway.connect().await;
    let head = format!("GET /fhir/Patient/1 HTTP/1.1\r\nhost: localhost:{}\r\n\r\n", gateway.port);
    stream.write_all(head.as_bytes()).await.unwrap();
    while gateway.upstream.seen().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(stream);
    gateway.until_outcomes(1).await;
    assert_eq!(gateway.events().len(), 1);
}

#[tokio::test]
async fn a_body_that_is_too_large_goes_nowhere() {
    let gateway = Gateway::with(|settings| settings.body_bytes_max = 100).await;
    let large = format!(r#"{{"resourceType":"Patient","id":"1","x":"{}"}}"#, "x".repeat(200));
    assert_eq!(gateway.ask("PUT", "/Patient/1", "", &large).await.status, 413);
    assert!(gateway.upstream.seen().is_empty());
}
