//! Answers that are longer than what is held.
use crate::{gateway::Gateway, upstream::Does};
use serde_json::Value;

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
