//! What goes through leaves its event, before anything of it is shown.
use crate::gateway::{Gateway, outcomes};
use crate::upstream::Does;
use serde_json::Value;

const PATIENT: &str = r#"{"resourceType":"Patient","id":"1","active":true}"#;
const TASK: &str =
    r#"{"resourceType":"Task","id":"t","status":"draft","for":{"reference":"Patient/1"}}"#;

fn subtype(event: &Value) -> &str {
    event["subtype"][0]["code"].as_str().unwrap()
}

/// References of the entities of an event.
fn entities(event: &Value) -> Vec<&str> {
    let entities = event["entity"].as_array().unwrap().iter();
    entities.filter_map(|entity| entity["what"]["reference"].as_str()).collect()
}

#[tokio::test]
async fn each_interaction_leaves_its_event_and_its_intent_goes_before_it() {
    let gateway = Gateway::start().await;
    assert_eq!(gateway.ask("PUT", "/Patient/1", "", PATIENT).await.status, 201);
    assert_eq!(gateway.get("/Patient/1").await.status, 200);
    assert_eq!(gateway.ask("PUT", "/Task/t", "", TASK).await.status, 201);
    assert_eq!(gateway.ask("PUT", "/Task/t", "if-match: W/\"1\"\r\n", TASK).await.status, 200);
    assert_eq!(gateway.get("/Task?patient=1").await.status, 200);
    assert_eq!(gateway.ask("DELETE", "/Task/t", "", "").await.status, 204);
    let events = gateway.events();
    let told: Vec<&str> = events.iter().map(subtype).collect();
    assert_eq!(told, ["update", "read", "update", "update", "search-type", "delete"]);
    let actions: Vec<_> = events.iter().map(|event| event["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["C", "R", "C", "U", "E", "D"]);
    assert!(entities(&events[1]).contains(&"Patient/1/_history/1"), "{}", events[1]);
    assert!(entities(&events[2]).contains(&"Patient/1"), "{}", events[2]);
    assert!(entities(&events[5]).contains(&"Patient/1"), "{}", events[5]);
    let seen = gateway.upstream.seen();
    // Three changes were read before: the update with If-Match says all that is needed.
    assert_eq!(seen.len(), 6 + 3);
    let mut intended = 0;
    for seen in seen {
        assert!(seen.intents > 0 && seen.intents >= intended, "{seen:?}");
        intended = seen.intents;
    }
    assert_eq!((intended, outcomes(&gateway.entries())), (6, 6));
}

#[tokio::test]
async fn links_lead_back_to_the_gateway() {
    let gateway = Gateway::start().await;
    let made = gateway.ask("POST", "/Patient", "", PATIENT).await;
    let own = format!("http://localhost:{}/fhir", gateway.port);
    assert_eq!(made.field("location"), Some(&*format!("{own}/patient/1/_history/1")));
    let found = gateway.get("/Patient?active=true").await.json();
    assert_eq!(found["link"][0]["url"], format!("{own}/Patient?page=2"));
    assert_eq!(found["entry"][0]["fullUrl"], format!("{own}/Patient/1"));
}

#[tokio::test]
async fn what_is_refused_upstream_is_recorded_once_with_its_outcome() {
    let gateway = Gateway::start().await;
    for status in [401, 403, 404, 409, 412, 422, 500, 503] {
        gateway.upstream.does(Does::Answer(status, r#"{"resourceType":"OperationOutcome"}"#));
        assert_eq!(gateway.get("/Patient/9").await.status, status);
    }
    let events = gateway.events();
    let told: Vec<_> = events.iter().map(|event| event["outcome"].as_str().unwrap()).collect();
    assert_eq!(told, ["8", "8", "4", "4", "4", "4", "8", "8"]);
    assert!(events.iter().all(|event| event["meta"]["profile"].is_null()));
}

#[tokio::test]
async fn a_batch_is_told_entry_by_entry_and_not_twice() {
    let gateway = Gateway::start().await;
    let answer = r#"{"resourceType":"Bundle","type":"batch-response","entry":[
        {"response":{"status":"201 Created","location":"Patient/7/_history/1","etag":"W/\"1\""}},
        {"response":{"status":"404"}}]}"#;
    gateway.upstream.does(Does::Answer(200, answer));
    let batch = r#"{"resourceType":"Bundle","type":"batch","entry":[
        {"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}},
        {"request":{"method":"GET","url":"Patient/8"}}]}"#;
    let reply = gateway.ask("POST", "", "", batch).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let events = gateway.events();
    assert_eq!(events.iter().map(subtype).collect::<Vec<_>>(), ["create", "read"]);
    let outcomes: Vec<_> = events.iter().map(|it| it["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["0", "4"]);
}

#[tokio::test]
async fn what_goes_upstream_is_written_anew() {
    let gateway = Gateway::start().await;
    let fields = "x-forwarded-host: evil\r\nconnection: x-a\r\nx-a: 1\r\ncookie: a=b\r\n\
                  x-audit-user: eve\r\nauthorization: Bearer kiln_x\r\nx-b: 2\r\n";
    // While Kiln is open, what passed a proxy is refused.
    assert_eq!(gateway.ask("GET", "/Patient/1", fields, "").await.status, 403);
    let fields = fields.replace("x-forwarded-host: evil\r\n", "");
    assert_eq!(gateway.ask("GET", "/Patient/1", &fields, "").await.status, 404);
    let seen = gateway.upstream.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].line, "GET /fhir/Patient/1");
    let headers = &seen[0].headers;
    for dropped in ["x-a", "cookie", "x-audit-user", "authorization", "x-forwarded-host"] {
        assert!(!headers.contains_key(dropped), "{dropped}");
    }
    assert_eq!(headers["x-b"], "2");
    assert_eq!(headers["accept-encoding"], "identity");
    assert_eq!(headers["host"], gateway.upstream.url[7..].trim_end_matches("/fhir"));
}

#[tokio::test]
async fn what_is_no_fhir_goes_nowhere() {
    let gateway = Gateway::start().await;
    for path in ["/Patient/..%2fadmin", "/../admin", "/Patient//1", "/Nothing/1", "/Patient/1/x/y"]
    {
        let reply = gateway.get(path).await;
        assert!((400..500).contains(&reply.status), "{path} {}", reply.status);
    }
    assert_eq!(gateway.ask("TRACE", "/Patient/1", "", "").await.status, 405);
    assert!(gateway.upstream.seen().is_empty());
    assert!(gateway.entries().is_empty());
}

#[tokio::test]
async fn fifty_at_once_have_an_event_each_and_share_their_commits() {
    let gateway = Gateway::start().await;
    gateway.upstream.put("/Patient/1", 1, PATIENT);
    let mut asked = tokio::task::JoinSet::new();
    let gateway = std::sync::Arc::new(gateway);
    for _ in 0..50 {
        let gateway = std::sync::Arc::clone(&gateway);
        asked.spawn(async move { gateway.get("/Patient/1").await.status });
    }
    while let Some(status) = asked.join_next().await {
        assert_eq!(status.unwrap(), 200);
    }
    assert_eq!(gateway.events().len(), 50);
    assert_eq!(outcomes(&gateway.entries()), 50);
    assert!(gateway.store.status().groups < 100, "{}", gateway.store.status().groups);
}

/// The version before the change, as an event tells it.
fn before(event: &Value) -> Option<&str> {
    let details = event["entity"][0]["detail"].as_array()?.iter();
    let mut old = details.filter(|detail| detail["type"] == "previousVersionId");
    old.next()?["valueString"].as_str()
}

#[tokio::test]
async fn what_a_transaction_changes_by_its_id_is_read_before_it() {
    let gateway = Gateway::with(|settings| settings.entries_read_max = 2).await;
    for (path, version) in [("/Patient/1", 3), ("/Task/t", 5), ("/Task/u", 7)] {
        gateway.upstream.put(path, version, if path == "/Patient/1" { PATIENT } else { TASK });
    }
    let batch = r#"{"resourceType":"Bundle","type":"batch","entry":[
        {"resource":{"resourceType":"Patient","id":"1"},
            "request":{"method":"PUT","url":"Patient/1"}},
        {"request":{"method":"GET","url":"Task/u"}},
        {"request":{"method":"DELETE","url":"Task/t"}},
        {"request":{"method":"DELETE","url":"Patient/1"}},
        {"request":{"method":"DELETE","url":"Task/u"}}]}"#;
    let reply = gateway.ask("POST", "", "", batch).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    let events = gateway.events();
    let old: Vec<_> = events.iter().map(before).collect();
    // Of the second that changes one, and beyond the limit, nobody knows.
    let unknown = Some("(unknown)");
    assert_eq!(old, [Some("3"), None, Some("5"), unknown, unknown]);
    // The Task's own read says whom it is about, which its deletion does not.
    assert!(entities(&events[2]).contains(&"Patient/1"), "{}", events[2]);
    assert_eq!(gateway.upstream.seen().len(), 3);
}
