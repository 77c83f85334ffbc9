//! `$validate` in every release and format, and that it stores nothing.
use crate::{
    events,
    server::{Reply, Server},
};
use kiln_server::Settings;
use serde_json::{Value, json};

const RELEASES: [&str; 6] = ["dstu2", "stu3", "r4", "r4b", "r5", "r6"];
const JSON: &str = "content-type: application/fhir+json\r\n";
const XML: &str = "content-type: application/fhir+xml\r\n";

/// The severities of an outcome.
fn severities(reply: &Reply) -> Vec<String> {
    assert_eq!(reply.status, 200, "{}", reply.body);
    let outcome = reply.json();
    assert_eq!(outcome["resourceType"], "OperationOutcome");
    let issues = outcome["issue"].as_array().unwrap().clone();
    issues.iter().map(|issue| issue["severity"].as_str().unwrap().to_owned()).collect()
}

fn parameters(event: &str, mode: &str) -> String {
    let event: Value = serde_json::from_str(event).unwrap();
    json!({ "resourceType": "Parameters", "parameter": [
        { "name": "resource", "resource": event },
        { "name": "mode", "valueCode": mode },
    ]})
    .to_string()
}

#[tokio::test]
async fn a_good_event_is_good_in_every_release_and_format_and_not_stored() {
    let server = Server::start().await;
    let id = server.post("/fhir/r4/AuditEvent", &events::r4("1", 0)).await.id();
    for path in RELEASES {
        let base = format!("/fhir/{path}/AuditEvent");
        let url = format!("{base}/$validate");
        let event = server.get(&format!("{base}/{id}")).await.body;
        assert_eq!(severities(&server.ask("POST", &url, JSON, &event).await), ["information"]);
        let sent = parameters(&event, "create");
        assert_eq!(severities(&server.ask("POST", &url, JSON, &sent).await), ["information"]);
        let xml = server.get(&format!("{base}/{id}?_format=xml")).await.body;
        let fields = format!("{XML}accept: application/fhir+json\r\n");
        assert_eq!(severities(&server.ask("POST", &url, &fields, &xml).await), ["information"]);
        let element = xml.strip_prefix(r#"<?xml version="1.0" encoding="UTF-8"?>"#).unwrap();
        let sent = format!(
            "<Parameters xmlns=\"http://hl7.org/fhir\"><parameter><name value=\"resource\"/>\
             <resource>{element}</resource></parameter></Parameters>"
        );
        assert_eq!(severities(&server.ask("POST", &url, &fields, &sent).await), ["information"]);
        let answered = server.ask("POST", &url, XML, &sent).await;
        assert_eq!(answered.status, 200);
        let answered = server.ask("POST", &format!("{url}?_format=xml"), XML, &sent).await;
        assert!(answered.body.contains("<severity value=\"information\"/>"), "{}", answered.body);
    }
    assert_eq!(server.total().await, 1);
}

#[tokio::test]
async fn a_bad_event_is_told_where_in_every_release() {
    let server = Server::start().await;
    let id = server.post("/fhir/r4/AuditEvent", &events::r4("1", 0)).await.id();
    for path in RELEASES {
        let base = format!("/fhir/{path}/AuditEvent");
        let event = server.get(&format!("{base}/{id}")).await.body;
        let bad = event.replacen("2024-06-15T08:00:00Z", "yesterday", 1);
        assert_ne!(bad, event, "{path}");
        let reply = server.ask("POST", &format!("{base}/$validate"), JSON, &bad).await;
        assert_eq!(severities(&reply), ["error"], "{path}");
        let issue = &reply.json()["issue"][0];
        let place = if path == "dstu2" { "location" } else { "expression" };
        assert!(issue[place][0].as_str().unwrap().contains("AuditEvent"), "{path}: {issue}");
        assert_eq!(server.ask("POST", &base, JSON, &bad).await.status, 400, "{path}");
    }
    assert_eq!(server.total().await, 1);
}

#[tokio::test]
async fn a_stored_event_is_looked_at_as_sent_and_as_answered() {
    let server = Server::start().await;
    let id = server.post("/fhir/r4/AuditEvent", &events::r4("1", 0)).await.id();
    for path in RELEASES {
        let url = format!("/fhir/{path}/AuditEvent/{id}/$validate");
        let severities = severities(&server.get(&url).await);
        let renditions = if path == "r4" { 1 } else { 2 };
        assert_eq!(severities, vec!["information"; renditions], "{path}");
        let none = r#"{"resourceType":"Parameters"}"#;
        assert_eq!(server.ask("POST", &url, JSON, none).await.body, server.get(&url).await.body);
        // Without a body there is nothing whose type could be told.
        assert_eq!(server.ask("POST", &url, "", "").await.body, server.get(&url).await.body);
        assert_eq!(server.ask("POST", &url, "", none).await.status, 415, "{path}");
    }
    let unknown = "/fhir/r4/AuditEvent/0190a1b2-0000-7000-8000-000000000000/$validate";
    assert_eq!(server.get(unknown).await.status, 404);
    let changed = events::r4("2", 1).replace("2024", "then");
    let url = format!("/fhir/r4/AuditEvent/{id}/$validate");
    assert_eq!(severities(&server.ask("POST", &url, JSON, &changed).await), ["error"]);
}

#[tokio::test]
async fn an_event_of_another_release_is_told_so() {
    let server = Server::start().await;
    let id = server.post("/fhir/r4/AuditEvent", &events::r4("1", 0)).await.id();
    let dstu2 = server.get(&format!("/fhir/dstu2/AuditEvent/{id}")).await.body;
    let reply = server.ask("POST", "/fhir/r4/AuditEvent/$validate", JSON, &dstu2).await;
    assert_eq!(severities(&reply)[0], "error");
    let says = reply.json()["issue"][0]["diagnostics"].as_str().unwrap().to_owned();
    assert!(says.contains("FHIR 1.0.2"), "{says}");
    let reply = server.ask("POST", "/fhir/AuditEvent/$validate", JSON, &dstu2).await;
    assert_eq!(severities(&reply), ["information"]);
}

#[tokio::test]
async fn limits_are_those_of_a_create() {
    let mut settings = Settings::default();
    settings.bundle.entry.body_bytes_max = 1000;
    let server = Server::with(settings).await;
    let url = "/fhir/r4/AuditEvent/$validate";
    let mut large: Value = serde_json::from_str(&events::r4("1", 0)).unwrap();
    large["outcomeDesc"] = "x".repeat(1000).into();
    let large = large.to_string();
    assert_eq!(server.ask("POST", url, JSON, &large).await.status, 413);
    assert_eq!(server.ask("POST", url, JSON, &parameters(&large, "create")).await.status, 413);
    let around = parameters(&events::r4("1", 0), &"x".repeat(70 << 10));
    assert_eq!(server.ask("POST", url, JSON, &around).await.status, 413);
    let xml = format!("<AuditEvent xmlns=\"http://hl7.org/fhir\"><!--{large}--></AuditEvent>");
    assert_eq!(server.ask("POST", url, XML, &xml).await.status, 413);
    assert_eq!(
        severities(&server.ask("POST", url, JSON, &events::r4("1", 0)).await),
        ["information"]
    );
}

/// What was kept though it breaks base FHIR is told so.
#[tokio::test]
async fn a_kept_event_has_its_errors() {
    let mut settings = Settings::default();
    settings.validation.keeps = true;
    let server = Server::with(settings).await;
    let bad = events::r4("1", 0).replacen("\"R\"", "\"X\"", 1);
    let url = "/fhir/r4/AuditEvent";
    let reply = server.ask("POST", &format!("{url}/$validate"), JSON, &bad).await;
    assert_eq!(severities(&reply), ["error"]);
    let id = server.post(url, &bad).await.id();
    assert_eq!(severities(&server.get(&format!("{url}/{id}/$validate")).await), ["error"]);
    let reply = server.get(&format!("/fhir/r5/AuditEvent/{id}/$validate")).await;
    assert_eq!(severities(&reply)[0], "error");
}
