//! Seed 004 over HTTP: the audit events of NHS England's Genomic Medicine Service, R4. Each test is
//! a sentence or a row of it.
use crate::{
    events as sent,
    identified::Identified,
    resources::{JSON, PATCH, assert_paired, events, put, task, told_as},
    server::Server,
};
use kiln_trail::{Gms, Profile};
use serde_json::{Value, json};

async fn start() -> Server {
    Server::with(told_as(Profile::Gms(Gms::default()))).await
}

fn detail(entity: &Value, name: &str) -> Option<String> {
    let details = entity["detail"].as_array()?;
    let found = details.iter().find(|detail| detail["type"] == name)?;
    Some(found["valueString"].as_str()?.to_owned())
}

/// Version and status of each event's first entity.
fn told(events: &[Value]) -> Vec<(String, String)> {
    let of = |event: &Value| {
        let entity = &event["entity"][0];
        (detail(entity, "versionId").unwrap(), detail(entity, "status").unwrap_or_default())
    };
    events.iter().map(of).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_events_of_a_task_are_its_history_in_order_status_and_version() {
    let server = start().await;
    for status in ["draft", "requested", "received", "accepted", "in-progress", "completed"] {
        assert!(matches!(put(&server, "t", status).await.status, 200 | 201));
    }
    let patch = r#"[{"op":"replace","path":"/status","value":"failed"}]"#;
    assert_eq!(server.ask("PATCH", "/fhir/r4/Task/t", PATCH, patch).await.status, 200);
    let by_events = told(&events(&server, "&entity=Task/t").await);
    let history = server.get("/fhir/r4/Task/t/_history").await.json();
    let entries = history["entry"].as_array().unwrap().iter().rev();
    let by_history: Vec<(String, String)> = entries
        .map(|entry| &entry["resource"])
        .map(|task| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            (text(&task["meta"]["versionId"]), text(&task["status"]))
        })
        .collect();
    assert_eq!(by_events, by_history);
    assert_eq!(by_events.len(), 7);
    assert_paired(&server);
    // The history was a read, and is told as one.
    let changes = told(&events(&server, "&entity=Task/t&action=C,U").await);
    assert_eq!(changes, by_history);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_created_for_any_crud_event_on_resources_that_are_there() {
    let server = start().await;
    let id = server.post("/fhir/r4/Task", &task("x", "requested")).await.id();
    let at = format!("/fhir/r4/Task/{id}");
    server.get(&at).await;
    put(&server, &id, "accepted").await;
    server.ask("DELETE", &at, "", "").await;
    let all = events(&server, "").await;
    let actions: Vec<_> = all.iter().map(|event| event["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["C", "R", "U", "D"], "action SHALL be present");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_searchset_and_a_failed_post_leave_no_event() {
    let server = start().await;
    assert_eq!(server.get("/fhir/r4/Task?status=none").await.json()["total"], 0);
    assert_eq!(server.post("/fhir/r4/Task", "{").await.status, 400);
    assert_eq!(server.post("/fhir/r4/Task", r#"{"resourceType":"Patient"}"#).await.status, 400);
    assert_eq!(server.get("/fhir/r4/Task/none").await.status, 404);
    assert_eq!(events(&server, "").await.len(), 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_update_leaves_an_event_that_says_so() {
    let server = start().await;
    put(&server, "t", "requested").await;
    let stale = format!("{JSON}if-match: W/\"9\"\r\n");
    let failed = server.ask("PUT", "/fhir/r4/Task/t", &stale, &task("t", "accepted")).await;
    assert_eq!(failed.status, 412);
    let all = events(&server, "&entity=Task/t").await;
    assert_eq!(all.len(), 2);
    assert_eq!((&all[0]["outcome"], &all[1]["outcome"]), (&json!("0"), &json!("4")));
    assert_eq!(all[1]["action"], "U");
    assert_eq!(detail(&all[1]["entity"][0], "status"), None, "it was never accepted");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_is_one_event_with_an_entity_for_each_match() {
    let server = start().await;
    for id in ["a", "b", "c"] {
        put(&server, id, "requested").await;
    }
    server.get("/fhir/r4/Task?status=requested&_id=a,b").await;
    let all = events(&server, "&action=R").await;
    assert_eq!(all.len(), 1);
    let entities = all[0]["entity"].as_array().unwrap();
    let mut whats: Vec<_> =
        entities.iter().filter_map(|entity| entity["what"]["reference"].as_str()).collect();
    whats.sort_unstable();
    assert_eq!(whats, ["Task/a", "Task/b"]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_entity_is_the_resource_its_type_its_role_and_its_status() {
    let server = start().await;
    let mut body: Value = serde_json::from_str(&task("t", "rejected")).unwrap();
    body["businessStatus"] = json!({ "coding": [{ "code": "sample-lost" }] });
    server.ask("PUT", "/fhir/r4/Task/t", JSON, &body.to_string()).await;
    let entity = events(&server, "").await[0]["entity"][0].clone();
    assert_eq!(entity["what"], json!({ "reference": "Task/t" }), "without a version");
    let types = "http://hl7.org/fhir/resource-types";
    let r#type = json!({ "system": types, "code": "Task", "display": "Task" });
    assert_eq!(entity["type"], r#type);
    let role = json!({ "system": "http://terminology.hl7.org/CodeSystem/object-role", "code": "20",
        "display": "Job" });
    assert_eq!(entity["role"], role);
    assert_eq!(detail(&entity, "versionId").as_deref(), Some("1"));
    assert_eq!(detail(&entity, "status").as_deref(), Some("rejected"));
    assert_eq!(detail(&entity, "businessStatus").as_deref(), Some("sample-lost"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_agent_is_who_the_token_says() {
    let server = Identified::start(told_as(Profile::Gms(Gms::default()))).await;
    let user = "PractitionerRole/PractitionerRole-TestClinicalScientist-Example";
    let claims = json!({ "scope": "user/Task.cruds user/AuditEvent.rs", "fhirUser": user,
        "name": "Test Clinical Scientist", "sub": "9999999997" });
    let token = server.token("default", &claims);
    let made = server.ask(&token, "PUT", "/fhir/r4/Task/t", JSON, &task("t", "requested")).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let found = server.get(&token, "/fhir/r4/AuditEvent").await.json();
    let agent = &found["entry"][0]["resource"]["agent"][0];
    let r#type = json!({ "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
        "code": "AUT", "display": "author (originator)" });
    assert_eq!(agent["type"]["coding"][0], r#type);
    let identifier =
        json!({ "system": "https://fhir.nhs.uk/Id/sds-user-id", "value": "9999999997" });
    assert_eq!(agent["who"], json!({ "reference": user, "identifier": identifier }));
    assert_eq!(agent["name"], "Test Clinical Scientist");
    assert_eq!(agent["requestor"], true);
    server.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_neither_post_nor_change_events() {
    let server = start().await;
    put(&server, "t", "requested").await;
    let id = events(&server, "").await[0]["id"].as_str().unwrap().to_owned();
    let event = sent::r4("x", 1);
    for (method, path, allow) in [
        ("POST", "/fhir/r4/AuditEvent".to_owned(), "GET, HEAD"),
        ("PUT", format!("/fhir/r4/AuditEvent/{id}"), "GET, HEAD"),
        ("PATCH", format!("/fhir/r4/AuditEvent/{id}"), "GET, HEAD"),
        ("DELETE", format!("/fhir/r4/AuditEvent/{id}"), "GET, HEAD"),
        ("POST", "/api/audit-events".to_owned(), "GET, HEAD"),
    ] {
        let reply = server.ask(method, &path, JSON, &event).await;
        assert_eq!((reply.status, reply.field("allow")), (405, Some(allow)), "{method} {path}");
    }
    let batch = sent::bundle("batch", &[sent::post(&event)]);
    assert_eq!(server.post("/fhir/r4", &batch).await.status, 405);
    let said = server.get("/fhir/r4/metadata").await.json();
    let of_events = &said["rest"][0]["resource"][0];
    let codes: Vec<_> = of_events["interaction"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["code"].as_str().unwrap())
        .collect();
    for code in ["create", "update", "patch", "delete"] {
        assert!(!codes.contains(&code), "{codes:?}");
    }
    assert!(codes.contains(&"read") && codes.contains(&"search-type"));
    assert_eq!(server.total().await, 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_read_only_is_told_405_too_for_nobody_may_write_events() {
    let server = Identified::start(told_as(Profile::Gms(Gms::default()))).await;
    let token = server.token("default", &json!({ "scope": "user/AuditEvent.rs" }));
    let reply = server.post(&token, "/fhir/r4/AuditEvent", &sent::r4("x", 1)).await;
    assert_eq!(reply.status, 405);
    let denied = server.ask(&token, "PUT", "/fhir/r4/Task/t", JSON, &task("t", "x")).await;
    assert_eq!(denied.status, 403, "what others may");
    server.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_of_events_leave_none_in_this_log() {
    let server = start().await;
    put(&server, "t", "requested").await;
    let id = events(&server, "").await[0]["id"].as_str().unwrap().to_owned();
    server.get(&format!("/fhir/r4/AuditEvent/{id}")).await;
    server.get("/fhir/r4/AuditEvent?entity=Task/t").await;
    assert_eq!(server.total().await, 1);
    server.stop().await;
}
