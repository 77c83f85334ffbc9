//! The plain API: what goes in comes out once, whole and found; every answer as its document says.
use crate::{
    api::{EVENTS, event},
    events,
    server::Server,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The event without what the server adds.
fn as_sent(mut event: Value) -> Value {
    let members = event.as_object_mut().unwrap();
    assert!(members.remove("id").is_some() && members.remove("received").is_some());
    event
}

fn id(event: &Value) -> &str {
    event["id"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_reads_back_as_it_was_sent_plainly_and_as_fhir() {
    let server = Server::start().await;
    let sent = event("1", 1);
    let created = server.api_post(&sent).await;
    assert_eq!(created.status, 201, "{}", created.body);
    let stored = created.data();
    assert_eq!(as_sent(stored.clone()), sent);
    let url = format!("{EVENTS}/{}", id(&stored));
    let location = format!("http://localhost:{}{url}", server.port);
    assert_eq!(created.field("location"), Some(location.as_str()));

    let read = server.api_get(&url).await;
    assert_eq!((read.status, read.data()), (200, stored.clone()));
    let found = server.api_get(EVENTS).await;
    assert_eq!((found.status, found.data()), (200, json!([stored])));
    assert_eq!(found.json()["paging"], json!({"next": null, "limit": 50, "total": 1}));
    for url in [&url, EVENTS, "/api/openapi.json"] {
        let head = server.api("HEAD", url, "", "").await;
        assert_eq!(head.status, 200, "{url}");
    }

    let fhir = server.get(&format!("/fhir/r4/AuditEvent/{}", id(&stored))).await;
    assert_eq!(fhir.status, 200);
    assert_eq!(fhir.json()["resourceType"], "AuditEvent");
    assert_eq!(fhir.json()["meta"]["lastUpdated"], stored["received"]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_array_is_stored_in_order_or_not_at_all() {
    let server = Server::start().await;
    let sent = json!([event("1", 3), event("2", 1), event("3", 2)]);
    let created = server.api_post(&sent).await;
    assert_eq!((created.status, created.field("location")), (201, None));
    let stored: Vec<Value> = created.data().as_array().unwrap().clone();
    assert_eq!(stored.iter().cloned().map(as_sent).collect::<Value>(), sent);
    let one = server.api_post(&json!([event("4", 4)])).await;
    assert_eq!(one.data().as_array().unwrap().len(), 1);

    let mut wrong = event("5", 5);
    wrong["agent"][0]["requestor"] = json!("yes");
    let refused = server.api_post(&json!([event("5", 5), wrong, event("5", 6)])).await;
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert_eq!(refused.refused().2, "[1].agent[0].requestor");
    assert_eq!(server.api_post(&json!([])).await.status, 400);
    assert_eq!(server.total().await, 4);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_all_that_is_answered_where_no_more_is_wanted() {
    let server = Server::start().await;
    let minimal = "prefer: return=minimal\r\n";
    let one = server.api_post_with(minimal, &event("1", 1)).await;
    let many = server.api_post_with(minimal, &json!([event("2", 2), event("3", 3)])).await;
    assert_eq!((one.status, many.status), (201, 201));
    assert!(one.field("location").unwrap().ends_with(id(&one.data())));
    let receipts = many.data();
    for receipt in receipts.as_array().unwrap().iter().chain([&one.data()]) {
        assert_eq!(receipt.as_object().unwrap().len(), 2, "{receipt}");
        let read = server.api_get(&format!("{EVENTS}/{}", id(receipt))).await;
        assert_eq!(read.data()["received"], receipt["received"]);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_that_nobody_knows_are_refused_by_name() {
    let server = Server::start().await;
    for (pointer, path) in [
        ("", "shoeSize"),
        ("", "id"),
        ("", "received"),
        ("", "leftOut"),
        ("/agent/0", "agent[0].shoeSize"),
        ("/source", "source.shoeSize"),
        ("/entity/0", "entity[0].shoeSize"),
    ] {
        let mut sent = event("1", 1);
        let name = path.rsplit('.').next().unwrap();
        sent.pointer_mut(pointer).unwrap()[name] = json!("44-secret");
        let refused = server.api_post(&sent).await;
        assert_eq!((refused.status, refused.refused().2.as_str()), (400, path), "{}", refused.body);
        assert!(!refused.body.contains("44-secret"), "{}", refused.body);
    }
    for text in ["a\u{0}b", "a\u{1}b", "\u{7f}\u{8}"] {
        let mut sent = event("1", 1);
        sent["outcomeDesc"] = json!(text);
        let refused = server.api_post(&sent).await;
        assert_eq!((refused.status, refused.refused().2.as_str()), (400, "outcomeDesc"));
    }
    let not_json = "content-type: application/json\r\n";
    let refused = server.api("POST", EVENTS, not_json, "{\"type\":").await;
    assert_eq!((refused.status, refused.refused().1.as_str()), (400, "structure"));
    assert_eq!(server.total().await, 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idempotency_key_gives_the_first_answer_again() {
    let server = Server::start().await;
    let key = "idempotency-key: k1\r\n";
    let first = server.api_post_with(key, &event("1", 1)).await;
    let again = server.api_post_with(key, &event("1", 1)).await;
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!((again.data(), again.field("location")), (first.data(), first.field("location")));
    let other = server.api_post_with(key, &event("2", 1)).await;
    assert_eq!((other.status, other.refused().1.as_str()), (422, "duplicate"));
    let as_fhir = "content-type: application/fhir+json\r\nidempotency-key: k1\r\n";
    let fhir = server.ask("POST", "/fhir/r4/AuditEvent", as_fhir, &events::r4("1", 1)).await;
    assert_eq!(fhir.status, 422);

    let many = json!([event("3", 1), event("4", 2)]);
    let key = "idempotency-key: k2\r\n";
    let first = server.api_post_with(key, &many).await;
    let again = server.api_post_with(key, &many).await;
    assert_eq!((again.status, again.data()), (201, first.data()));
    assert_eq!(server.total().await, 3);
    let long = format!("idempotency-key: {}\r\n", "k".repeat(256));
    assert_eq!(server.api_post_with(&long, &event("1", 1)).await.status, 400);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_neither_shift_nor_repeat_while_events_come_in() {
    let server = Server::start().await;
    for minute in 0..7 {
        server.api_post(&event("a", minute)).await;
        server.post("/fhir/r4/AuditEvent", &events::r4("b", minute)).await;
    }
    let filters = "patient=Patient/a&action=R";
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut dates = Vec::new();
    let mut path = format!("{EVENTS}?{filters}&limit=3");
    for pages in 1.. {
        let page = server.api_get(&path).await;
        let shown = page.data().as_array().unwrap().clone();
        assert_eq!(shown.len(), if pages == 3 { 1 } else { 3 }, "{}", page.body);
        for event in &shown {
            *seen.entry(id(event).to_owned()).or_default() += 1;
            dates.push(event["recorded"].as_str().unwrap().to_owned());
        }
        server.api_post(&event("a", 30 + pages)).await;
        let Some(next) = page.json()["paging"]["next"].as_str().map(str::to_owned) else { break };
        // The filters may come in another order.
        path = format!("{EVENTS}?cursor={next}&limit=3&action=R&patient=Patient/a");
    }
    assert_eq!(seen.values().copied().collect::<Vec<_>>(), [1; 7]);
    assert!(dates.is_sorted_by(|newer, older| newer > older), "{dates:?}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_belongs_to_its_search() {
    let server = Server::start().await;
    server.api_post(&json!([event("a", 1), event("a", 2), event("a", 3)])).await;
    let page = server.api_get(&format!("{EVENTS}?patient=Patient/a&limit=1")).await.json();
    assert_eq!(page["paging"]["total"], Value::Null);
    let cursor = page["paging"]["next"].as_str().unwrap();
    let asked = async |filters: &str| {
        let reply = server.api_get(&format!("{EVENTS}?{filters}")).await;
        if reply.status == 200 { String::new() } else { reply.refused().2 }
    };
    assert_eq!(asked(&format!("patient=Patient/a&limit=2&cursor={cursor}")).await, "");
    assert_eq!(asked(&format!("patient=Patient/b&limit=1&cursor={cursor}")).await, "cursor");
    assert_eq!(asked(&format!("patient=Patient/a&action=R&cursor={cursor}")).await, "cursor");
    assert_eq!(asked("cursor=abc").await, "cursor");
    let fhir = server.get("/fhir/r4/AuditEvent?patient=Patient/a&_count=1").await.body;
    let fhir = fhir.split("_cursor=").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(asked(&format!("patient=Patient/a&cursor={fhir}")).await, "cursor");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_that_are_unknown_repeated_or_empty_are_refused_by_name() {
    let server = Server::start().await;
    for (query, named) in [
        ("shoeSize=44", "shoeSize"),
        ("_format=json", "_format"),
        ("_count=5", "_count"),
        ("date=ge2024", "date"),
        ("action=R&action=C", "action"),
        ("patient=", "patient"),
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=many", "limit"),
        ("dateFrom=yesterday", "dateFrom"),
        ("dateTo=2024-02-30", "dateTo"),
        ("timeZone=Mars/Olympus", "timeZone"),
        ("outcome=1", "outcome"),
        ("action=X", "action"),
    ] {
        let refused = server.api_get(&format!("{EVENTS}?{query}")).await;
        let (status, _, path) = refused.refused();
        assert_eq!((status, path.as_str()), (400, named), "{query}: {}", refused.body);
    }
    let long = format!("{EVENTS}?patient={}", "x".repeat(4000));
    let refused = server.api_get(&long).await;
    assert_eq!((refused.status, refused.refused().2.as_str()), (400, "patient"));
    assert_eq!(server.api_get(&format!("{EVENTS}?text=%ff")).await.status, 400);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_has_no_more_than_the_servers_maximum() {
    let mut settings = kiln_server::Settings::default();
    settings.search.count_max = 2;
    settings.search.count_default = 1;
    let server = Server::with(settings).await;
    server.api_post(&json!([event("a", 1), event("a", 2), event("a", 3)])).await;
    for (query, limit) in [("", 1), ("?limit=2", 2), ("?limit=99999999999999999999999", 2)] {
        let page = server.api_get(&format!("{EVENTS}{query}")).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert_eq!(page.json()["paging"]["limit"], limit, "{query}");
        assert_eq!(page.data().as_array().unwrap().len(), limit, "{query}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_every_release_are_found_and_say_what_is_left_out() {
    let server = Server::start().await;
    server.api_post(&event("p", 1)).await;
    let mut r4: Value = serde_json::from_str(&events::r4("p", 2)).unwrap();
    r4["agent"][0]["policy"] = json!(["urn:policy"]);
    let r4 = server.post("/fhir/r4/AuditEvent", &r4.to_string()).await.id();
    let r5 = json!({
        "resourceType": "AuditEvent",
        "category": [{"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/audit-event-type",
            "code": "rest",
        }]}],
        "code": {"coding": [{"code": "read"}]},
        "action": "R",
        "recorded": "2024-06-15T08:03:00Z",
        "agent": [{"who": {"reference": "Practitioner/7"}, "requestor": true}],
        "source": {"observer": {"reference": "Device/1"}},
        "entity": [{"what": {"reference": "Patient/p"}}],
    });
    let r5 = server.post("/fhir/r5/AuditEvent", &r5.to_string()).await.id();

    let found = server.api_get(&format!("{EVENTS}?patient=p&agent=Practitioner/7")).await.data();
    let found = found.as_array().unwrap();
    assert_eq!([id(&found[0]), id(&found[1])], [&*r5, &*r4], "{found:?}");
    assert_eq!(found.len(), 3);
    assert_eq!(found[1]["leftOut"], json!(["AuditEvent.agent[0].policy"]));
    assert_eq!(found[2].get("leftOut"), None);
    for event in found {
        assert_eq!(event["type"], "rest");
        assert_eq!(event["agent"][0]["who"], "Practitioner/7");
        assert_eq!(event["entity"][0]["what"], "Patient/p");
        assert_eq!(server.api_get(&format!("{EVENTS}/{}", id(event))).await.data(), *event);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_plain_shape_cannot_say_leaves_what_is_always_there() {
    let server = Server::start().await;
    let bare = json!({
        "resourceType": "AuditEvent",
        "type": {"display": "something"},
        "code": {"text": "something"},
        "recorded": "2024-06-15T08:03:00Z",
        "agent": [{"who": {"type": "Device"}, "requestor": true}, {"who": {"type": "Device"}}],
        "source": {"observer": {"type": "Device"}},
    });
    for (release, other) in [("r4", "code"), ("r5", "type")] {
        let mut bare = bare.clone();
        bare.as_object_mut().unwrap().remove(other);
        if release == "r4" {
            bare["agent"][1]["requestor"] = json!(false);
        }
        let created = server.post(&format!("/fhir/{release}/AuditEvent"), &bare.to_string()).await;
        assert_eq!(created.status, 201, "{}", created.body);
        let event = server.api_get(&format!("{EVENTS}/{}", created.id())).await.data();
        assert_eq!(event["agent"].as_array().unwrap().len(), 2, "{event}");
        assert_eq!(event["source"], json!({}), "{event}");
        let left_out = event["leftOut"].to_string();
        assert!(left_out.contains("AuditEvent.source"), "{left_out}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_the_plain_interactions_and_no_events() {
    let server = Server::start().await;
    let id = id(&server.api_post(&event("p-77", 1)).await.data()).to_owned();
    server.api_get(&format!("{EVENTS}?patient=p-77")).await;
    server.api_get(&format!("{EVENTS}/{id}")).await;
    server.api_get("/api/nothing-here").await;
    server.api("DELETE", EVENTS, "", "").await;
    let metrics = server.get("/metrics").await.body;
    for (interaction, status) in [
        ("plain-create", 201),
        ("plain-search", 200),
        ("plain-read", 200),
        ("none", 404),
        ("unchanging", 405),
    ] {
        let line = format!(
            r#"kiln_http_requests_total{{interaction="{interaction}",status="{status}"}} 1"#
        );
        assert!(metrics.contains(&line), "{line}: {metrics}");
    }
    assert!(!metrics.contains("p-77") && !metrics.contains(&id) && !metrics.contains("nothing"));
    server.stop().await;
}
