//! Seed 003 over HTTP: the audit trail of `LifeOmic`'s FHIR service, in STU3.
use crate::{
    resources::{JSON, PATCH, assert_paired, told_as},
    server::{Reply, Server},
};
use kiln_trail::{Lifeomic, Profile, Source};
use serde_json::{Value, json};

const DATASET: &str = "http://lifeomic.com/fhir/dataset";

fn profile() -> Lifeomic {
    let source =
        Source { site: Some("Cloud".into()), identifier: Some("fhir.us.lifeomic.com".into()) };
    Lifeomic { source, ..Lifeomic::default() }
}

async fn start() -> Server {
    Server::with(told_as(Profile::Lifeomic(profile()))).await
}

fn patient(id: &str, active: bool) -> String {
    let tag =
        json!([{ "system": DATASET, "code": "ec41bb27" }, { "system": "urn:x", "code": "y" }]);
    json!({ "resourceType": "Patient", "id": id, "active": active, "meta": { "tag": tag } })
        .to_string()
}

async fn put(server: &Server, id: &str, active: bool) -> Reply {
    server.ask("PUT", &format!("/fhir/stu3/Patient/{id}"), JSON, &patient(id, active)).await
}

async fn trail(server: &Server, query: &str) -> Vec<Value> {
    let reply = server.get(&format!("/fhir/stu3/AuditEvent?_sort=date{query}")).await;
    let entries = reply.json()["entry"].take();
    let entries = entries.as_array().cloned().unwrap_or_default();
    entries.into_iter().map(|mut entry| entry["resource"].take()).collect()
}

fn version(reply: &Reply) -> String {
    reply.json()["meta"]["versionId"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_of_an_update_is_told_field_by_field() {
    let server = start().await;
    let old = version(&put(&server, "8d5db8df", false).await);
    let new = version(&put(&server, "8d5db8df", true).await);
    let told = trail(&server, "&action=U").await;
    let mut event = told.last().unwrap().clone();
    let (meta, recorded) = (event["meta"].clone(), event["recorded"].clone());
    assert_eq!(meta["versionId"], new.as_str(), "the event's own version is the new one");
    let members = event.as_object_mut().unwrap();
    assert!(members.remove("id").is_some() && members.remove("meta").is_some());
    assert_eq!(meta["tag"], json!([{ "system": DATASET, "code": "ec41bb27" }]));
    let lifecycle = "http://terminology.hl7.org/CodeSystem/dicom-audit-lifecycle";
    let expected = json!({
        "resourceType": "AuditEvent",
        "type": { "system": "http://terminology.hl7.org/CodeSystem/audit-event-type",
            "code": "rest", "display": "Restful Operation" },
        "subtype": [{ "system": "http://hl7.org/fhir/restful-interaction", "code": "update",
            "display": "update" }],
        "action": "U",
        "recorded": recorded,
        "agent": [{ "requestor": true, "userId": { "value": "anonymous" },
            "network": { "address": "127.0.0.1", "type": "2" } }],
        "source": { "site": "Cloud", "identifier": { "value": "fhir.us.lifeomic.com" },
            "type": [{ "system": "http://hl7.org/fhir/security-source-type", "code": "3",
                "display": "Web Server" }] },
        "entity": [
            { "reference": { "reference": format!("Patient/8d5db8df/_history/{old}") },
                "lifecycle": { "system": lifecycle, "code": "2", "display": "Import / Copy" } },
            { "reference": { "reference": format!("Patient/8d5db8df/_history/{new}") },
                "lifecycle": { "system": lifecycle, "code": "3", "display": "Amendment" } },
        ],
    });
    assert_eq!(event, expected);
    assert_paired(&server);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_produced_when_a_resource_is_created_edited_or_deleted() {
    let server = start().await;
    let id = server.post("/fhir/stu3/Patient", &patient("x", false)).await.id();
    put(&server, &id, true).await;
    let (at, patch) = (format!("/fhir/stu3/Patient/{id}"), r#"[{"op":"remove","path":"/active"}]"#);
    assert_eq!(server.ask("PATCH", &at, PATCH, patch).await.status, 200);
    server.ask("DELETE", &at, "", "").await;
    let told = trail(&server, "").await;
    let actions: Vec<_> = told.iter().map(|event| event["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["C", "U", "U", "D"]);
    let lifecycles = |event: &Value| -> Vec<String> {
        let entities = event["entity"].as_array().unwrap().iter();
        entities.map(|it| it["lifecycle"]["code"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(lifecycles(&told[0]), ["1"], "a create");
    assert_eq!(lifecycles(&told[1]), ["2", "3"], "an update");
    assert_eq!(lifecycles(&told[3]), ["14"], "a deletion");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_event_references_the_version_that_was_manipulated() {
    let server = start().await;
    let mut versions = Vec::new();
    for active in [true, false, true] {
        versions.push(version(&put(&server, "p", active).await));
    }
    let told = trail(&server, "&entity=Patient/p").await;
    assert_eq!(told.len(), 3, "though entities name versions");
    for (event, version) in told.iter().zip(&versions) {
        let last = event["entity"].as_array().unwrap().last().unwrap();
        let reference = format!("Patient/p/_history/{version}");
        assert_eq!(last["reference"]["reference"], reference);
        let vread = server.get(&format!("/fhir/stu3/{reference}")).await;
        assert_eq!(vread.status, 200, "{}", vread.body);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_its_second_since_1970_and_unique() {
    let server = start().await;
    let mut versions = Vec::new();
    for active in [true, false, true, false] {
        versions.push(version(&put(&server, "p", active).await).parse::<i64>().unwrap());
    }
    let told = server.get("/fhir/stu3/Patient/p/_history").await.json();
    let modified = told["entry"][3]["resource"]["meta"]["lastUpdated"].as_str().unwrap();
    let modified = kiln_fhir::Instant::parse(modified).unwrap().millis / 1000;
    assert!((versions[0] - modified).abs() <= 1, "{} at {modified}", versions[0]);
    assert!(versions.windows(2).all(|pair| pair[0] < pair[1]), "{versions:?}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_leave_no_event() {
    let server = start().await;
    put(&server, "p", true).await;
    for path in ["Patient/p", "Patient/none", "Patient?_id=p", "Patient/p/_history", "Patient"] {
        server.get(&format!("/fhir/stu3/{path}")).await;
    }
    assert_eq!(trail(&server, "").await.len(), 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_an_event_in_stu3_returns_it_as_it_was_made() {
    let server = start().await;
    put(&server, "p", true).await;
    let told = trail(&server, "").await;
    let id = told[0]["id"].as_str().unwrap();
    let at = format!("/fhir/stu3/AuditEvent/{id}");
    let read = server.get(&at).await;
    let original = server.get(&format!("{at}/$original")).await;
    let (mut read_json, mut made) = (read.json(), original.json());
    let version = made["meta"]["versionId"].take();
    assert_eq!(read_json["meta"]["versionId"], version);
    assert_eq!(read.field("etag"), Some(&*format!("W/\"{}\"", version.as_str().unwrap())));
    made["meta"]["versionId"] = version.clone();
    made["meta"]["lastUpdated"] = read_json["meta"]["lastUpdated"].take();
    read_json["meta"]["lastUpdated"] = made["meta"]["lastUpdated"].clone();
    made["id"] = json!(id);
    assert_eq!(read_json, made);
    let version = version.as_str().unwrap();
    assert_eq!(server.get(&format!("{at}/_history/{version}")).await.status, 200);
    assert_eq!(server.get(&format!("{at}/_history/1")).await.status, 404);
    let found = server.get(&format!("/fhir/stu3/AuditEvent/{id}/_history")).await.json();
    assert_eq!(found["entry"][0]["resource"]["meta"]["versionId"], version);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trail_can_be_off_for_a_type() {
    let profile = Lifeomic { without: vec!["Observation".into()], ..profile() };
    let server = Server::with(told_as(Profile::Lifeomic(profile))).await;
    let observation = r#"{"resourceType":"Observation","id":"o","status":"final"}"#;
    let made = server.ask("PUT", "/fhir/stu3/Observation/o", JSON, observation).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(trail(&server, "").await.len(), 0);
    put(&server, "p", true).await;
    assert_eq!(trail(&server, "").await.len(), 1);
    server.stop().await;
}
