//! Answers that are longer than what is held.
use crate::{
    gateway::{Gateway, PATIENCE},
    upstream::Does,
};
use serde_json::Value;
use std::time::Duration;

/// A Bundle of so many patients, in pieces that end where an entry does.
fn pieces(count: usize) -> Vec<String> {
    let mut pieces = vec![r#"{"resourceType":"Bundle","type":"searchset","entry":["#.to_owned()];
    for id in 0..count {
        let before = if id == 0 { "" } else { "," };
        let text = "x".repeat(200);
        pieces.push(format!(
            r#"{before}{{"resource":{{"resourceType":"Patient","id":"p{id}","x":"{text}"}}}}"#
        ));
    }
    pieces.push("]}".to_owned());
    pieces
}

async fn gateway() -> Gateway {
    Gateway::with(|settings| {
        settings.buffer = 1000;
        settings.stream_returned_max = 20;
    })
    .await
}

fn listed(events: &[Value]) -> usize {
    let text = serde_json::to_string(events).unwrap();
    (0..1000).filter(|id| text.contains(&format!("Patient/p{id}\""))).count()
}

#[tokio::test]
async fn a_long_answer_is_whole_and_its_list_is_on_disk_before_its_end() {
    let gateway = gateway().await;
    gateway.upstream.does(Does::Pieces(pieces(50), true));
    let reply = gateway.get("/Patient?active=true").await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.field("transfer-encoding"), Some("chunked"));
    assert_eq!(reply.body.matches("\"resourceType\":\"Patient\"").count(), 50);
    assert!(reply.body.ends_with("0\r\n\r\n"));
    let entries = gateway.entries();
    let kinds: Vec<_> = entries.iter().map(|it| it["entry"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["intent", "stream", "outcome"]);
    assert_eq!(listed(&gateway.events()), 50);
}

#[tokio::test]
async fn a_stream_that_is_cut_lists_what_was_sent() {
    let gateway = gateway().await;
    gateway.upstream.does(Does::Pieces(pieces(50)[..31].to_vec(), false));
    let reply = gateway.get("/Patient?active=true").await;
    assert_eq!(reply.status, 200);
    assert!(!reply.body.ends_with("0\r\n\r\n"), "nobody takes it for whole");
    gateway.until_outcomes(1).await;
    assert_eq!(listed(&gateway.events()), 30);
    assert_eq!(gateway.entries()[2]["ending"], "unanswered");
}

#[tokio::test]
async fn a_client_that_goes_in_the_middle_leaves_a_list() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let gateway = gateway().await;
    let many: Vec<String> = pieces(20_000);
    gateway.upstream.does(Does::Pieces(many, true));
    let mut stream = gateway.connect().await;
    let head = format!("GET /fhir/Patient HTTP/1.1\r\nhost: localhost:{}\r\n\r\n", gateway.port);
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut some = [0; 1000];
    stream.read_exact(&mut some).await.unwrap();
    drop(stream);
    gateway.until_outcomes(1).await;
    assert!(listed(&gateway.events()) >= 4);
}

/// An answer that sockets do not swallow.
fn large() -> &'static str {
    let text = "x".repeat(24 << 20);
    Box::leak(format!(r#"{{"resourceType":"Patient","id":"1","x":"{text}"}}"#).into_boxed_str())
}

async fn with_one_place(change: impl FnOnce(&mut kiln_gateway::Settings)) -> Gateway {
    let gateway = Gateway::with(|settings| {
        (settings.buffer, settings.held_bytes_max) = (32 << 20, 32 << 20);
        change(settings);
    })
    .await;
    gateway.upstream.does(Does::Answer(200, large()));
    gateway
}

/// A client that has sent its request and reads nothing but the first bytes of its answer.
async fn slow(gateway: &Gateway) -> tokio::net::TcpStream {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = gateway.connect().await;
    let host = gateway.port;
    let head = format!("GET /fhir/Patient/1 HTTP/1.1\r\nhost: localhost:{host}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.read_exact(&mut [0; 100]).await.unwrap();
    stream
}

#[tokio::test]
async fn who_finds_no_memory_for_a_long_answer_is_told_to_come_later_and_it_is_recorded() {
    let gateway = with_one_place(|settings| settings.held_timeout = Duration::ZERO).await;
    let slow = slow(&gateway).await;
    let read = gateway.get("/Patient/1").await;
    assert_eq!((read.status, read.field("retry-after")), (503, Some("5")));
    let body = r#"{"resourceType":"Patient","id":"1"}"#;
    let change = gateway.ask("PUT", "/Patient/1", "if-match: W/\"1\"\r\n", body).await;
    assert_eq!((change.status, change.field("retry-after")), (503, Some("5")));
    let events = gateway.events();
    let told: Vec<_> = events.iter().map(|it| it["outcome"].as_str().unwrap()).collect();
    // The change was done: that its client does not know it is no failure of it.
    assert_eq!(told, ["0", "8", "0"]);
    let endings: Vec<_> = gateway.entries().iter().filter_map(|it| it["status"].as_u64()).collect();
    assert_eq!(endings, [200, 503, 200]);
    drop(slow);
    let until = async { while gateway.get("/Patient/1").await.status != 200 {} };
    tokio::time::timeout(PATIENCE, until).await.expect("there is room again");
}

#[tokio::test]
async fn who_takes_a_long_answer_too_slowly_is_cut_off_and_makes_room() {
    let gateway = with_one_place(|settings| {
        settings.send_timeout = Duration::from_millis(100);
        settings.held_timeout = Duration::from_mins(1);
    })
    .await;
    let slow = slow(&gateway).await;
    let waiting = gateway.get("/Patient/1").await;
    assert_eq!((waiting.status, waiting.body.len() > 24 << 20), (200, true));
    let taken = rest_of(slow).await;
    assert!(taken < 24 << 20, "{taken}");
}

/// Bytes that still come.
async fn rest_of(mut stream: tokio::net::TcpStream) -> usize {
    use tokio::io::AsyncReadExt;
    let mut all = Vec::new();
    drop(stream.read_to_end(&mut all).await);
    all.len()
}
