//! The audit of the audit: who looks is recorded, once, before they see anything.
use crate::{
    events::{bundle, post},
    identified::Identified,
    roles::{EVENT, question},
    server::{Server, open, open_with},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use kiln_server::{App, Settings, Tenant, routes};
use kiln_store::{LogIndex, TenantId, clock::SystemClock};
use serde_json::{Value, json};
use std::sync::Arc;

const AUDIT: &str = "/audit/fhir/r4/AuditEvent";

/// What shows nothing of any log, and what comes in. Every other route is one event each time.
const NOT_RECORDED: &[(&str, &str)] = &[
    ("POST", "[base]/AuditEvent"),
    ("POST", "[base]/AuditEvent/$validate"),
    ("POST", "[base]"),
    ("POST", "/api/audit-events"),
    ("GET", "[base]/metadata"),
    ("GET", "[base]/OperationDefinition/{id}"),
    ("GET", "[base]/.well-known/smart-configuration"),
    ("GET", "[audit]/metadata"),
    ("GET", "[audit]/OperationDefinition/{id}"),
    ("GET", "/api/openapi.json"),
    ("GET", "/log/checkpoint"),
    ("GET", "/log/witnessed-checkpoint"),
    ("GET", "/log/tile/{rest}"),
    ("GET", "/log/key"),
    ("GET", "/audit/log/checkpoint"),
    ("GET", "/audit/log/tile/{rest}"),
    ("GET", "/audit/log/key"),
    ("GET", "/verify.html"),
    ("GET", "/verify.js"),
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/metrics"),
    ("GET", "/sign-in"),
    ("GET", "/sign-in/callback"),
    ("POST", "/sign-out"),
    ("POST", "/search"),
    ("GET", "/reports"),
    ("GET", "/assets/{id}"),
    ("POST", "/user"),
    ("GET", "/saved"),
    ("POST", "/saved/new"),
    ("GET", "/evidence"),
    ("GET", "/operations"),
];

/// Pages whose address is a token that is given with another page.
const SEALED: [&str; 3] = ["/view/{id}", "/newer/{id}", "/user/{id}"];

/// Forms that change something: this one is not ours, and refused.
const STATED: [&str; 3] = ["/review/{id}", "/saved", "/saved/forget"];

/// What the others of a minute say.
const COUNTED: &str = "403: as many more as count says";

/// How many events there are. That it was asked is one more from now on.
async fn count(kiln: &Identified, admin: &str) -> u64 {
    let reply = kiln.get(admin, &format!("{AUDIT}?_summary=count")).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["total"].as_u64().unwrap()
}

/// The events that a search of the stream finds, newest first.
async fn found(kiln: &Identified, admin: &str, query: &str) -> Vec<Value> {
    let path = format!("{AUDIT}?_sort=-_lastUpdated&{query}");
    let reply = kiln.ask(admin, "GET", &path, "prefer: handling=strict\r\n", "").await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let entries = reply.json()["entry"].take();
    let entries = entries.as_array().cloned().unwrap_or_default();
    entries.into_iter().map(|mut entry| entry["resource"].take()).collect()
}

#[tokio::test]
async fn every_route_is_one_event_or_says_why_not() {
    let kiln = Identified::start(Settings::default()).await;
    let admin = kiln.admin("default");
    let rightless = kiln.token("default", &json!({}));
    let id = kiln.post(&admin, "/fhir/r4/AuditEvent", EVENT).await.id();
    kiln.get(&admin, &format!("/fhir/r4/AuditEvent/{id}")).await;
    let look = found(&kiln, &admin, "").await[0]["id"].as_str().unwrap().to_owned();
    for (method, pattern) in routes() {
        let id = if pattern.starts_with("[audit]") { &look } else { &id };
        let (path, fields, body) = question(method, pattern, id);
        let is_unchanging = ["PUT", "PATCH", "DELETE"].contains(&method);
        let unrecorded = is_unchanging || NOT_RECORDED.contains(&(method, pattern));
        let before = count(&kiln, &admin).await + 1;
        let reply = kiln.ask(&admin, method, &path, fields, &body).await;
        assert!(reply.status < 500, "{method} {path}: {}", reply.body);
        // Nobody was given this token: that it was asked is recorded all the same.
        let status = match method {
            "GET" if SEALED.contains(&pattern) => 404,
            "POST" if STATED.contains(&pattern) => 403,
            _ => 200,
        };
        assert!(unrecorded || reply.status == status, "{method} {path}: {}", reply.body);
        let recorded = count(&kiln, &admin).await - before;
        // What happened around an event, to the same patient, is a search of its own.
        let inside = u64::from(pattern == "/event/{id}");
        assert_eq!(recorded, u64::from(!unrecorded) + inside, "{method} {path}");

        // Who may not have it is recorded, whatever it is.
        let before = count(&kiln, &admin).await + 1;
        let reply = kiln.ask(&rightless, method, &path, fields, &body).await;
        let recorded = count(&kiln, &admin).await - before;
        // Both go by one name: what was refused above is counted from then on.
        let is_first = reply.status == 403 && !(method == "POST" && STATED.contains(&pattern));
        assert_eq!(recorded, u64::from(is_first), "{method} {path} {}", reply.status);
        if is_first {
            let denied = &found(&kiln, &admin, "outcome=8").await[0];
            assert_eq!(denied["agent"][0]["altId"], "token:idp:somebody", "{denied}");
        }
    }
    kiln.server.stop().await;
}

#[tokio::test]
async fn a_look_is_found_by_agent_entity_date_and_type() {
    let kiln = Identified::start(Settings::default()).await;
    let admin = kiln.admin("default");
    let id = kiln.post(&admin, "/fhir/r4/AuditEvent", EVENT).await.id();
    let user = "https://ehr.example/Practitioner/7";
    let reader = json!({ "roles": ["reader"], "fhirUser": user, "sub": "reader-1" });
    let reader = kiln.token("default", &reader);
    let fields = "x-request-id: my-7\r\ntraceparent: 00-0af-1-01\r\n";
    let path = format!("/fhir/r4/AuditEvent/{id}");
    assert_eq!(kiln.ask(&reader, "GET", &path, fields, "").await.status, 200);
    let search = "/fhir/r4/AuditEvent?patient=Patient/nobody";
    assert_eq!(kiln.get(&reader, search).await.json()["total"], 0);
    for query in [
        "agent=https://ehr.example/Practitioner/7&subtype=read",
        &format!("entity=AuditEvent/{id}"),
        &format!("type=110101&entity=AuditEvent/{id}"),
        &format!("date=ge2024-01-01&entity=AuditEvent/{id}"),
    ] {
        let events = found(&kiln, &admin, query).await;
        assert_eq!(events.len(), 1, "{query}");
        let event = &events[0];
        assert_eq!(event["type"]["code"], "110101");
        assert_eq!(event["subtype"][0]["code"], "read");
        assert_eq!((&event["action"], &event["outcome"]), (&json!("R"), &json!("0")));
        assert_eq!(event["agent"][0]["network"]["address"], "127.0.0.1");
        assert_eq!(event["agent"][2]["policy"][0], "1");
        let named = event["entity"].as_array().unwrap().iter();
        let named: Vec<_> = named.map(|it| &it["what"]["identifier"]["value"]).collect();
        assert!(named.contains(&&json!("my-7")), "{event}");
        assert!(named.contains(&&json!("00-0af-1-01")), "{event}");
    }
    let events = found(&kiln, &admin, "subtype=ITI-81&agent:identifier=reader-1").await;
    assert_eq!(events.len(), 1, "the empty search");
    let details = &events[0]["entity"][0]["detail"];
    assert_eq!(details[0], json!({ "type": "count", "valueString": "0" }), "{}", events[0]);
    kiln.server.stop().await;
}

#[tokio::test]
async fn each_get_of_a_batch_is_one_event_and_each_condition_that_matched() {
    let kiln = Identified::start(Settings::default()).await;
    let admin = kiln.admin("default");
    let id = kiln.post(&admin, "/fhir/r4/AuditEvent", EVENT).await.id();
    let get = |url: &str| json!({ "request": { "method": "GET", "url": url } }).to_string();
    let entries = [
        get(&format!("AuditEvent/{id}")),
        get("AuditEvent?action=C"),
        get("AuditEvent/none"),
        post(EVENT),
    ];
    let before = count(&kiln, &admin).await + 1;
    let reply = kiln.post(&admin, "/fhir/r4", &bundle("batch", &entries)).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(count(&kiln, &admin).await - before, 3);
    let read = found(&kiln, &admin, &format!("subtype=read&entity=AuditEvent/{id}")).await;
    assert_eq!(read.len(), 1);
    assert_eq!(found(&kiln, &admin, "subtype=read&outcome=4").await.len(), 1, "not there");

    let before = count(&kiln, &admin).await + 1;
    let fields = format!("content-type: application/fhir+json\r\nif-none-exist: _id={id}\r\n");
    let reply = kiln.ask(&admin, "POST", "/fhir/r4/AuditEvent", &fields, EVENT).await;
    assert_eq!(reply.status, 200, "it is there: {}", reply.body);
    assert_eq!(count(&kiln, &admin).await - before, 1);
    kiln.server.stop().await;
}

#[tokio::test]
async fn a_transaction_that_fails_for_what_its_condition_found_is_a_look() {
    let kiln = Identified::start(Settings::default()).await;
    let admin = kiln.admin("default");
    for _ in 0..2 {
        kiln.post(&admin, "/fhir/r4/AuditEvent", EVENT).await.id();
    }
    let request = json!({ "method": "POST", "url": "AuditEvent", "ifNoneExist": "type=x" });
    let entry = format!(r#"{{"resource":{EVENT},"request":{request}}}"#);
    let before = count(&kiln, &admin).await + 1;
    let reply = kiln.post(&admin, "/fhir/r4", &bundle("transaction", &[entry])).await;
    assert_eq!(reply.status, 412, "there are two: {}", reply.body);
    assert_eq!(count(&kiln, &admin).await - before, 1);
    kiln.server.stop().await;
}

#[tokio::test]
async fn what_an_entry_of_a_bundle_asks_is_told_whatever_becomes_of_it() {
    let kiln = Identified::start(Settings::default()).await;
    let admin = kiln.admin("default");
    let id = kiln.post(&admin, "/fhir/r4/AuditEvent", EVENT).await.id();
    let create = |condition: &str| {
        let request = json!({ "method": "POST", "url": "AuditEvent", "ifNoneExist": condition });
        format!(r#"{{"resource":{EVENT},"request":{request}}}"#)
    };
    let condition = format!("_id={id}");
    let get = json!({ "request": { "method": "GET", "url": "AuditEvent?%ff" } }).to_string();
    let entries = [create(&condition), create("_id=%ff"), get];
    let reply = kiln.post(&admin, "/fhir/r4", &bundle("batch", &entries)).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let writer = kiln.token("default", &json!({ "scope": "system/AuditEvent.c", "sub": "w" }));
    let reply = kiln.post(&writer, "/fhir/r4", &bundle("batch", &[create(&condition)])).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let told = found(&kiln, &admin, "").await;
    let entities = told.iter().map(|event| event["entity"].as_array().unwrap());
    let query = |entities: &Vec<Value>| {
        let query = entities.iter().find_map(|entity| entity["query"].as_str());
        query.map(|query| String::from_utf8(STANDARD.decode(query).unwrap()).unwrap())
    };
    let mut asked: Vec<_> = told
        .iter()
        .map(|it| it["outcome"].as_str().unwrap())
        .zip(entities.map(query).map(Option::unwrap_or_default))
        .collect();
    asked.sort_unstable();
    let condition = format!("request.ifNoneExist: {condition}");
    let wrong = "request.ifNoneExist: _id=%ff".to_owned();
    assert_eq!(
        asked,
        [
            ("0", condition.clone()),
            ("4", "GET AuditEvent?%ff".to_owned()),
            ("4", wrong),
            ("8", condition),
        ]
    );
    kiln.server.stop().await;
}

#[tokio::test]
async fn the_stream_is_a_log_of_its_own_that_nobody_writes_to() {
    let kiln = Identified::start(Settings::default()).await;
    let admin = kiln.admin("default");
    kiln.get(&admin, "/fhir/r4/AuditEvent").await;
    let reply = kiln.post(&admin, AUDIT, EVENT).await;
    assert_eq!((reply.status, reply.field("allow")), (405, Some("GET, HEAD")));
    let can = kiln.get(&admin, "/audit/fhir/r4/metadata").await.json()["rest"][0].take();
    assert_eq!((&can["interaction"], &can["compartment"]), (&Value::Null, &Value::Null));
    assert!(!can.to_string().contains("\"create\""), "{can}");
    let operations = can["resource"][0]["operation"].as_array().unwrap();
    let operations: Vec<_> = operations.iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(operations, ["original", "proof"]);
    let first = found(&kiln, &admin, "").await;
    assert_eq!(first.len(), 1, "a read of the stream does not see itself");
    assert_eq!(found(&kiln, &admin, "").await.len(), 2, "the next one does");
    let id = first[0]["id"].as_str().unwrap();
    let proof = kiln.get(&admin, &format!("{AUDIT}/{id}/$proof")).await;
    let ours = kiln.get(&admin, "/audit/log/key").await.body;
    let theirs = kiln.get(&admin, "/log/key").await.body;
    let origin = ours.split('+').next().unwrap();
    assert!(proof.body.contains(origin) && !theirs.contains(origin), "{}", proof.body);
    assert_eq!(kiln.get(&admin, &format!("/fhir/r4/AuditEvent/{id}")).await.status, 404);
    let other = kiln.admin("ward-alpha");
    let theirs = kiln.get(&other, &format!("/t/ward-alpha{AUDIT}")).await;
    assert!(theirs.status == 404 || theirs.json()["entry"].is_null(), "{}", theirs.body);
    kiln.server.stop().await;
}

#[tokio::test]
async fn what_cannot_be_recorded_is_not_answered() {
    let folder = tempfile::tempdir().unwrap();
    let logs = folder.path().join("tenants");
    let settings = Settings::default();
    let store = Arc::new(open(&logs.join("default"), [1; 32]));
    // Nothing fits into a group.
    let tight = kiln_store::Settings { group_bytes_max: 1, ..kiln_store::Settings::default() };
    let audit = Arc::new(open_with(&logs.join("default/audit"), [1; 32], tight));
    let tenant = Tenant::new(TenantId::default(), Arc::clone(&store), &settings).unwrap();
    let tenant = tenant.with_audit(audit);
    let app = App::new(tenant, settings, Arc::new(SystemClock)).unwrap();
    let server = Server::of(folder, store, app).await;
    let created = server.post("/fhir/r4/AuditEvent", EVENT).await;
    assert_eq!(created.status, 201, "{}", created.body);
    let id = created.id();
    for path in ["/fhir/r4/AuditEvent", &format!("/fhir/r4/AuditEvent/{id}"), "/api/audit-events"] {
        let reply = server.get(path).await;
        assert_eq!(reply.status, 503, "{}", reply.body);
        assert!(!reply.body.contains("Patient/a") && reply.field("retry-after").is_some());
    }
    assert_eq!(server.get("/fhir/r4/metadata").await.status, 200);
    server.stop().await;
}

#[tokio::test]
async fn strangers_are_told_once_a_minute_and_counted() {
    let kiln = Identified::start(Settings::default()).await;
    let admin = kiln.admin("default");
    // The very first request counts.
    for _ in 0..20 {
        assert_eq!(kiln.server.get("/fhir/r4/AuditEvent?name=secret").await.status, 401);
    }
    let told = found(&kiln, &admin, "subtype=unauthenticated").await;
    assert!((1..=2).contains(&told.len()), "once for each minute: {}", told.len());
    let first = told.last().unwrap();
    assert_eq!(first["outcomeDesc"], "401 no-credential");
    assert_eq!(first["agent"][0]["network"]["address"], "127.0.0.1");
    // "GET /fhir/r4/AuditEvent", without what was behind it.
    assert_eq!(first["entity"][1]["query"], "R0VUIC9maGlyL3I0L0F1ZGl0RXZlbnQ=");
    kiln.server.stop().await;
}

#[tokio::test]
async fn what_another_tenant_asked_for_is_not_told_where_that_tenant_is_not_there() {
    let kiln = Identified::start(Settings::default()).await;
    let ghost = kiln.token("ghost", &json!({ "roles": ["admin"] }));
    assert_eq!(kiln.get(&ghost, "/fhir/r4/AuditEvent?name=secret").await.status, 404);
    let told = found(&kiln, &kiln.admin("default"), "outcome=4").await;
    assert_eq!(told.len(), 1);
    let entities = told[0]["entity"].as_array().unwrap().iter();
    let queries: Vec<_> = entities.filter_map(|entity| entity["query"].as_str()).collect();
    // "GET /fhir/r4/AuditEvent", without what was behind it.
    assert_eq!(queries, ["R0VUIC9maGlyL3I0L0F1ZGl0RXZlbnQ="]);
    kiln.server.stop().await;
}

#[tokio::test]
async fn a_credential_in_the_wrong_place_is_not_kept() {
    let kiln = Identified::start(Settings::default()).await;
    let admin = kiln.admin("default");
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    let search = "/fhir/r4/AuditEvent/_search";
    kiln.ask(&admin, "POST", search, form, "_count=1&access%5ftoken=secret").await;
    let get = json!({ "request": { "method": "GET", "url": "AuditEvent?access_token=secret" } });
    kiln.post(&admin, "/fhir/r4", &bundle("batch", &[get.to_string()])).await;
    let in_url = kiln.get(&admin, "/fhir/r4/AuditEvent?%61ccess_token=secret").await;
    assert_eq!(in_url.status, 400, "{}", in_url.body);
    let told = found(&kiln, &admin, "").await;
    assert_eq!(told.len(), 3);
    let entities = told.iter().flat_map(|event| event["entity"].as_array().unwrap());
    let queries: Vec<_> = entities.filter_map(|entity| entity["query"].as_str()).collect();
    // "GET /fhir/r4/AuditEvent", "GET AuditEvent", "POST /fhir/r4/AuditEvent/_search"
    assert_eq!(
        queries,
        [
            "R0VUIC9maGlyL3I0L0F1ZGl0RXZlbnQ=",
            "R0VUIEF1ZGl0RXZlbnQ=",
            "UE9TVCAvZmhpci9yNC9BdWRpdEV2ZW50L19zZWFyY2g=",
        ]
    );
    kiln.server.stop().await;
}

#[tokio::test]
async fn refusals_to_one_who_is_known_are_told_once_a_minute_and_counted() {
    let kiln = Identified::start(Settings::default()).await;
    let admin = kiln.admin("default");
    let rightless = kiln.token("default", &json!({}));
    let writer = kiln.token("default", &json!({ "scope": "system/AuditEvent.c", "sub": "w" }));
    let get = json!({ "request": { "method": "GET", "url": "AuditEvent?action=C" } }).to_string();
    for _ in 0..20 {
        let path = "/fhir/r4/AuditEvent?name=secret";
        assert_eq!(kiln.get(&rightless, path).await.status, 403);
        assert_eq!(kiln.get(&rightless, "/t/ward-7/fhir/r4/AuditEvent").await.status, 404);
        let entries = vec![get.clone(); 20];
        assert_eq!(kiln.post(&writer, "/fhir/r4", &bundle("batch", &entries)).await.status, 200);
    }
    let denied = found(&kiln, &admin, "outcome=8").await;
    let of = |who: &str| denied.iter().filter(|it| it["agent"][0]["altId"] == who).count();
    // A minute may end meanwhile; then what was counted in it may be told, too.
    assert!((1..=3).contains(&of("token:idp:somebody")), "{}", of("token:idp:somebody"));
    assert!((1..=3).contains(&of("token:idp:w")), "{}", of("token:idp:w"));
    let astray = found(&kiln, &admin, "outcome=4").await;
    assert!((1..=3).contains(&astray.len()), "{}", astray.len());
    let folder = kiln.server.stopped().await;
    let audit = open(&folder.path().join("tenants/default/audit"), [3; 32]);
    let snapshot = audit.snapshot();
    let events = (0..snapshot.size().0).map(|at| snapshot.read(LogIndex(at)).unwrap());
    let events: Vec<Value> = events.map(|it| serde_json::from_slice(&it.body).unwrap()).collect();
    let counted = |event: &&Value| event["outcomeDesc"].as_str() == Some(COUNTED);
    let counts = events.iter().filter(counted).map(|event| {
        assert!(event["period"]["start"].is_string(), "{event}");
        let who = event["agent"][0]["altId"].as_str().unwrap();
        let detail = &event["entity"][0]["detail"][0];
        assert_eq!(detail["type"], "count", "{event}");
        (who, detail["valueString"].as_str().unwrap().parse::<u64>().unwrap())
    });
    let counts: Vec<_> = counts.collect();
    let sum = |of: &str| counts.iter().filter(|it| it.0 == of).map(|it| it.1).sum::<u64>();
    // One of each minute is told in full.
    assert!((18..=19).contains(&sum("token:idp:somebody")), "{counts:?}");
    assert!((398..=399).contains(&sum("token:idp:w")), "{counts:?}");
}
