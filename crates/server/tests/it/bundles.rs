//! Bundles: what fails alone, what fails together, and that order is kept.
use crate::{events, server::Server};

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_answers_in_order_creates_before_reads() {
    let server = Server::start().await;
    let old = server.post("/fhir/r4/AuditEvent", &events::r4("old", 1)).await.id();
    let get = |url: &str| format!(r#"{{"request":{{"method":"GET","url":"{url}"}}}}"#);
    let body = events::bundle(
        "batch",
        &[
            get("AuditEvent?patient=new"),
            events::post(&events::r4("new", 2)),
            events::post(r#"{"resourceType":"AuditEvent"}"#),
            get(&format!("AuditEvent/{old}")),
            get("AuditEvent/none"),
            get("metadata"),
        ],
    );
    let reply = server.post("/fhir/r4", &body).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let answer = reply.json();
    let statuses: Vec<&str> = answer["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["response"]["status"].as_str().unwrap()[..3])
        .collect();
    assert_eq!(statuses, ["200", "201", "400", "200", "404", "501"]);
    assert_eq!(answer["entry"][0]["resource"]["total"], 1);
    assert_eq!(answer["entry"][3]["resource"]["id"], old.as_str());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_is_stored_whole_or_not_at_all() {
    let server = Server::start().await;
    let good = events::post(&events::r4("1", 1));
    let bad = events::post(r#"{"resourceType":"Patient"}"#);
    let reply = server.post("/fhir/r4", &events::bundle("transaction", &[good.clone(), bad])).await;
    assert!((400..500).contains(&reply.status));
    let place = reply.json()["issue"][0]["expression"][0].as_str().unwrap().to_owned();
    assert!(place.starts_with("Bundle.entry[1]"), "{place}");
    assert_eq!(server.total().await, 0);
    let both = events::bundle("transaction", &[good.clone(), good]);
    assert_eq!(server.post("/fhir/r4", &both).await.status, 200);
    assert_eq!(server.total().await, 2);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_conditional_creates_at_once_store_one_event() {
    let server = Server::start().await;
    let body = events::r4("once", 1);
    let fields = "content-type: application/fhir+json\r\nif-none-exist: patient=once\r\n";
    let ask = || server.ask("POST", "/fhir/r4/AuditEvent", fields, &body);
    let (a, b, c, d) = tokio::join!(ask(), ask(), ask(), ask());
    let mut statuses = [a.status, b.status, c.status, d.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 201]);
    assert_eq!([b.id(), c.id(), d.id()], [a.id(), a.id(), a.id()]);
    assert_eq!(server.total().await, 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idempotency_key_gives_the_first_answer_again() {
    let server = Server::start().await;
    let fields = "content-type: application/fhir+json\r\nidempotency-key: k1\r\n";
    let one = events::r4("1", 1);
    let first = server.ask("POST", "/fhir/r4/AuditEvent", fields, &one).await;
    let again = server.ask("POST", "/fhir/r4/AuditEvent", fields, &one).await;
    assert_eq!((again.status, again.id()), (201, first.id()));
    let other = server.ask("POST", "/fhir/r4/AuditEvent", fields, &events::r4("2", 1)).await;
    assert_eq!(other.status, 422);
    assert_eq!(server.total().await, 1);
    server.stop().await;
}
