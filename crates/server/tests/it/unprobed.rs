//! Who may only write learns nothing of what is there: not by ids, not by conditions, not by what
//! is answered to a create. And who may read a part of the log sees that part by every way.
use crate::{identified::Identified, server::Reply};
use kiln_server::{PrincipalLimits, Settings};
use serde_json::{Value, json};

fn event(code: &str) -> String {
    json!({
        "resourceType": "AuditEvent", "type": { "code": code },
        "recorded": "2024-06-15T08:30:00Z", "agent": [{ "requestor": true }],
        "source": { "observer": { "display": "canary" } },
    })
    .to_string()
}

const EVENTS: &str = "/fhir/r4/AuditEvent";
const UNKNOWN: &str = "01900000-0000-7000-8000-000000000000";

/// What of an answer could tell anything.
fn told(reply: &Reply) -> (u16, String) {
    (reply.status, reply.body.clone())
}

#[tokio::test]
async fn ids_cannot_be_probed_by_who_may_only_write() {
    let kiln = Identified::start(Settings::default()).await;
    let writer = kiln.token("default", &json!({ "scope": "system/AuditEvent.c" }));
    let id = kiln.post(&writer, EVENTS, &event("x")).await.id();
    for form in ["", "/_history", "/_history/1", "/_history/2", "/$original", "/$proof", "/$verify"]
    {
        let there = kiln.get(&writer, &format!("{EVENTS}/{id}{form}")).await;
        assert_eq!(there.status, 403, "{form}");
        for unknown in [UNKNOWN, "no-id"] {
            let absent = kiln.get(&writer, &format!("{EVENTS}/{unknown}{form}")).await;
            assert_eq!(told(&there), told(&absent), "{form}");
        }
    }
    let challenge = kiln.get(&writer, &format!("{EVENTS}/{id}")).await;
    let challenge = challenge.field("www-authenticate").unwrap().to_owned();
    assert!(challenge.contains("insufficient_scope"), "{challenge}");
    assert!(challenge.contains("system/AuditEvent.r"), "{challenge}");
    kiln.server.stop().await;
}

#[tokio::test]
async fn who_may_only_write_is_told_where_and_an_outcome() {
    let kiln = Identified::start(Settings::default()).await;
    let writer = kiln.token("default", &json!({ "scope": "system/AuditEvent.c" }));
    for prefer in [
        "",
        "return=representation",
        "return=minimal",
        "kiln-proof",
        "return=OperationOutcome",
        "kiln-proof, return=representation",
    ] {
        let fields = format!("content-type: application/fhir+json\r\nprefer: {prefer}\r\n");
        let reply = kiln.ask(&writer, "POST", EVENTS, &fields, &event("x")).await;
        assert_eq!(reply.status, 201, "{prefer}: {}", reply.body);
        assert!(reply.field("location").is_some(), "{prefer}");
        let is_outcome = reply.body.contains("OperationOutcome");
        assert!(is_outcome || reply.body.is_empty(), "{prefer}: {}", reply.body);
        assert!(!reply.body.contains("canary"), "{prefer}: {}", reply.body);
        let plain = format!("content-type: application/json\r\nprefer: {prefer}\r\n");
        let body = r#"{"type":"rest","recorded":"2024-06-15T08:30:00Z",
            "agent":[{"requestor":true}],"source":{"observer":"canary"}}"#;
        let reply = kiln.ask(&writer, "POST", "/api/audit-events", &plain, body).await;
        assert_eq!(reply.status, 201, "{prefer}: {}", reply.body);
        assert!(!reply.body.contains("canary"), "{prefer}: {}", reply.body);
        let bundle = bundle(&[json!({ "method": "POST", "url": "AuditEvent" })]);
        let reply = kiln.ask(&writer, "POST", "/fhir/r4", &fields, &bundle).await;
        assert_eq!(entry_statuses(&reply), ["201 Created"], "{prefer}");
        assert!(!reply.body.contains("canary"), "{prefer}: {}", reply.body);
    }
    kiln.server.stop().await;
}

fn bundle(requests: &[Value]) -> String {
    let event: Value = serde_json::from_str(&event("x")).unwrap();
    let entry = requests.iter().map(|request| json!({ "resource": event, "request": request }));
    let entry: Vec<_> = entry.collect();
    json!({ "resourceType": "Bundle", "type": "batch", "entry": entry }).to_string()
}

fn entry_statuses(reply: &Reply) -> Vec<String> {
    let bundle = reply.json();
    let entries = bundle["entry"].as_array().unwrap().iter();
    entries.map(|entry| entry["response"]["status"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn conditions_are_no_oracle() {
    let kiln = Identified::start(Settings::default()).await;
    let writer = kiln.token("default", &json!({ "scope": "system/AuditEvent.c" }));
    kiln.post(&kiln.admin("default"), EVENTS, &event("known")).await;
    for code in ["known", "unknown"] {
        let fields =
            format!("content-type: application/fhir+json\r\nif-none-exist: type={code}\r\n");
        let reply = kiln.ask(&writer, "POST", EVENTS, &fields, &event("x")).await;
        assert_eq!(reply.status, 403, "{code}: {}", reply.body);
        let condition = format!("type={code}");
        let requests = [
            json!({ "method": "POST", "url": "AuditEvent", "ifNoneExist": condition }),
            json!({ "method": "GET", "url": format!("AuditEvent?type={code}") }),
            json!({ "method": "GET", "url": format!("AuditEvent/{UNKNOWN}") }),
            json!({ "method": "POST", "url": "AuditEvent" }),
        ];
        let reply = kiln.post(&writer, "/fhir/r4", &bundle(&requests)).await;
        let forbidden = "403 Forbidden";
        assert_eq!(entry_statuses(&reply), [forbidden, forbidden, forbidden, "201 Created"]);
    }
    kiln.server.stop().await;
}

#[tokio::test]
async fn an_idempotency_key_is_the_senders_own() {
    let kiln = Identified::start(Settings::default()).await;
    let sender =
        |name: &str| kiln.token("default", &json!({ "scope": "system/AuditEvent.c", "sub": name }));
    let fields = "content-type: application/fhir+json\r\nidempotency-key: k1\r\n";
    let (one, other) = (sender("one"), sender("other"));
    let first = kiln.ask(&one, "POST", EVENTS, fields, &event("x")).await.id();
    let again = kiln.ask(&one, "POST", EVENTS, fields, &event("x")).await.id();
    let foreign = kiln.ask(&other, "POST", EVENTS, fields, &event("other")).await;
    assert_eq!(foreign.status, 201, "another's key says nothing: {}", foreign.body);
    assert_eq!(first, again);
    assert_ne!(first, foreign.id());
    kiln.server.stop().await;
}

#[tokio::test]
async fn a_granular_scope_shows_its_part_by_every_way() {
    let kiln = Identified::start(Settings::default()).await;
    let admin = kiln.admin("default");
    let shown = kiln.post(&admin, EVENTS, &event("shown")).await.id();
    let hidden = kiln.post(&admin, EVENTS, &event("hidden")).await.id();
    let scope = "system/AuditEvent.rs?type=shown system/AuditEvent.c";
    let token = kiln.token("default", &json!({ "scope": scope }));
    for form in ["", "/_history", "/_history/1", "/$original", "/$proof", "/$verify", "/$validate"]
    {
        let path = |id: &str| format!("{EVENTS}/{id}{form}");
        assert_eq!(kiln.get(&token, &path(&shown)).await.status, 200, "{form}");
        let hidden = kiln.get(&token, &path(&hidden)).await;
        assert_eq!(hidden.status, 404, "{form}");
        let unknown = kiln.get(&token, &path(UNKNOWN)).await;
        assert_eq!(told(&hidden), told(&unknown), "{form}");
    }
    for id in [&shown, &hidden] {
        let plain = kiln.get(&token, &format!("/api/audit-events/{id}")).await;
        assert_eq!(plain.status, if *id == shown { 200 } else { 404 });
    }
    for path in [EVENTS, "/fhir/r4/AuditEvent/_history", "/fhir/r4/AuditEvent?_total=accurate"] {
        let found = kiln.get(&token, path).await;
        assert_eq!(found.json()["total"], 1, "{path}: {}", found.body);
        assert!(found.body.contains(&shown) && !found.body.contains(&hidden), "{path}");
    }
    let plain = kiln.get(&token, "/api/audit-events").await;
    assert!(plain.body.contains(&shown) && !plain.body.contains(&hidden), "{}", plain.body);
    // What is stored is there twice rather than told to be there.
    let fields = "content-type: application/fhir+json\r\nif-none-exist: type=hidden\r\n";
    let created = kiln.ask(&token, "POST", EVENTS, fields, &event("hidden")).await;
    assert_eq!(created.status, 201, "{}", created.body);
    assert!(!created.body.contains("canary"), "its own event is not within its scope, either");
    kiln.server.stop().await;
}

#[tokio::test]
async fn a_granular_scope_that_cannot_be_enforced_shows_nothing() {
    let kiln = Identified::start(Settings::default()).await;
    let id = kiln.post(&kiln.admin("default"), EVENTS, &event("x")).await.id();
    for filter in ["nonsense=1", "type:above=x", "_count=1", "_sort=date", "type=x&_has=1", "&"] {
        let scope = format!("system/AuditEvent.rs?{filter}");
        let token = kiln.token("default", &json!({ "scope": scope }));
        for path in [EVENTS.to_owned(), format!("{EVENTS}/{id}"), format!("{EVENTS}/_history")] {
            let refused = kiln.get(&token, &path).await;
            assert_eq!(refused.status, 403, "{filter} {path}: {}", refused.body);
        }
    }
    kiln.server.stop().await;
}

#[tokio::test]
async fn one_principal_takes_no_more_than_its_share() {
    let limits = PrincipalLimits { requests_per_second: 1, burst: 3, concurrent: 0 };
    let kiln = Identified::with(Settings::default(), limits).await;
    let reader = |name: &str| {
        kiln.token("default", &json!({ "scope": "system/AuditEvent.rs", "sub": name }))
    };
    let (one, other) = (reader("one"), reader("other"));
    let mut statuses = Vec::new();
    for _ in 0..8 {
        statuses.push(kiln.get(&one, EVENTS).await);
    }
    let refused = statuses.iter().find(|reply| reply.status == 429).expect("it asks too often");
    assert_eq!(refused.field("retry-after"), Some("1"));
    assert_eq!(kiln.get(&other, EVENTS).await.status, 200, "another has a share of its own");
    kiln.server.stop().await;
}

#[tokio::test]
async fn what_is_denied_is_of_ones_share_too() {
    let limits = PrincipalLimits { requests_per_second: 1, burst: 3, concurrent: 0 };
    let kiln = Identified::with(Settings::default(), limits).await;
    for (name, path) in [("one", EVENTS), ("two", "/t/ward-alpha/fhir/r4/AuditEvent")] {
        let claims = json!({ "scope": "system/AuditEvent.c", "sub": name });
        let writer = kiln.token("default", &claims);
        let mut statuses = Vec::new();
        for _ in 0..8 {
            statuses.push(kiln.get(&writer, path).await.status);
        }
        assert!(matches!(statuses[0], 403 | 404), "{path}: {statuses:?}");
        assert!(statuses.contains(&429), "each is recorded: {path}: {statuses:?}");
    }
    kiln.server.stop().await;
}

#[tokio::test]
async fn clients_are_told_where_tokens_are_given_for_each_tenant() {
    let kiln = Identified::start(Settings::default()).await;
    for base in ["/fhir/r4", "/fhir/dstu2", "/fhir", "/t/ward-alpha/fhir/r5"] {
        let path = format!("{base}/.well-known/smart-configuration");
        let reply = kiln.server.ask("GET", &path, "accept: text/html\r\n", "").await;
        assert_eq!(reply.status, 200, "{base}: {}", reply.body);
        assert_eq!(reply.field("content-type"), Some("application/json"));
        let said = reply.json();
        assert_eq!(said["token_endpoint"], "https://idp.example/token");
        assert_eq!(said["authorization_endpoint"], "https://idp.example/authorize");
        assert_eq!(said["code_challenge_methods_supported"], json!(["S256"]));
        let metadata = kiln.server.get(&format!("{base}/metadata")).await.json();
        let uris = &metadata["rest"][0]["security"]["extension"][0]["extension"];
        assert_eq!(uris[1]["valueUri"], "https://idp.example/token", "{base}");
    }
    kiln.server.stop().await;
}
