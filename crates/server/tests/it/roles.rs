//! Every route, asked by everybody: with no credential, with a bad one, and in each role. What each
//! is answered stands in one table, and a route that does not stand there fails the test.
use crate::identified::Identified;
use kiln_identity::Role;
use kiln_server::{Settings, routes};
use serde_json::json;
use std::collections::BTreeSet;

/// Who asks, in the order of the answers of a row: nobody, a bad token, a good one without any
/// right, and the roles.
const WHO: [&str; 10] = [
    "nobody",
    "bad",
    "rightless",
    "writer",
    "reader",
    "patient",
    "auditor",
    "operator",
    "witness",
    "admin",
];

/// Method, path, and the answer to each of [`WHO`].
const TABLE: &[(&str, &str, [u16; 10])] = &[
    ("POST", "[base]/AuditEvent", CREATE),
    ("GET", "[base]/AuditEvent", READ),
    ("POST", "[base]/AuditEvent/_search", READ),
    ("GET", "[base]/{compartment}/{id}/AuditEvent", READ),
    ("POST", "[base]/{compartment}/{id}/AuditEvent/_search", READ),
    ("GET", "[base]/{compartment}/{id}/$access-report", READ),
    ("POST", "[base]/{compartment}/{id}/$access-report", READ),
    ("GET", "[base]/{compartment}/{id}/$disclosure-accounting", READ),
    ("POST", "[base]/{compartment}/{id}/$disclosure-accounting", READ),
    ("GET", "[base]/AuditEvent/_history", READ),
    ("GET", "[base]/AuditEvent/{id}", READ),
    ("GET", "[base]/AuditEvent/{id}/_history", READ),
    ("GET", "[base]/AuditEvent/{id}/_history/{version}", READ),
    ("GET", "[base]/AuditEvent/{id}/$original", WHOLE),
    ("GET", "[base]/AuditEvent/{id}/$proof", READ),
    ("GET", "[base]/AuditEvent/{id}/$verify", READ),
    ("GET", "[base]/AuditEvent/$verify", AUDIT),
    ("POST", "[base]/AuditEvent/$validate", CHECKED),
    ("GET", "[base]/AuditEvent/{id}/$validate", WHOLE),
    ("POST", "[base]/AuditEvent/{id}/$validate", WHOLE),
    ("POST", "[base]", CHECKED),
    ("GET", "[base]/metadata", ANYBODY),
    ("GET", "[base]/OperationDefinition/{id}", ANYBODY),
    ("GET", "[base]/.well-known/smart-configuration", ANYBODY),
    ("PUT", "[base]/AuditEvent", NEVER),
    ("PATCH", "[base]/AuditEvent", NEVER),
    ("DELETE", "[base]/AuditEvent", NEVER),
    ("PUT", "[base]/AuditEvent/{id}", NEVER),
    ("PATCH", "[base]/AuditEvent/{id}", NEVER),
    ("DELETE", "[base]/AuditEvent/{id}", NEVER),
    ("POST", "/api/audit-events", CREATE),
    ("GET", "/api/audit-events", READ),
    ("GET", "/api/audit-events/{id}", READ),
    ("GET", "/api/openapi.json", ANYBODY),
    ("PUT", "/api/audit-events", NEVER),
    ("PATCH", "/api/audit-events", NEVER),
    ("DELETE", "/api/audit-events", NEVER),
    ("PUT", "/api/audit-events/{id}", NEVER),
    ("PATCH", "/api/audit-events/{id}", NEVER),
    ("DELETE", "/api/audit-events/{id}", NEVER),
    ("GET", "/log/checkpoint", LOG),
    ("GET", "/log/witnessed-checkpoint", [401, 401, 403, 403, 403, 403, 404, 403, 404, 404]),
    ("GET", "/log/tile/{rest}", LOG),
    ("GET", "/log/key", LOG),
    ("GET", "[audit]/AuditEvent", AUDIT),
    ("POST", "[audit]/AuditEvent/_search", AUDIT),
    ("GET", "[audit]/AuditEvent/_history", AUDIT),
    ("GET", "[audit]/AuditEvent/{id}", AUDIT),
    ("GET", "[audit]/AuditEvent/{id}/_history", AUDIT),
    ("GET", "[audit]/AuditEvent/{id}/_history/{version}", AUDIT),
    ("GET", "[audit]/AuditEvent/{id}/$original", AUDIT),
    ("GET", "[audit]/AuditEvent/{id}/$proof", AUDIT),
    ("GET", "[audit]/metadata", ANYBODY),
    ("GET", "[audit]/OperationDefinition/{id}", ANYBODY),
    ("GET", "/audit/log/checkpoint", LOG),
    ("GET", "/audit/log/key", LOG),
    ("GET", "/audit/log/tile/{rest}", LOG),
    ("GET", "/verify.html", ANYBODY),
    ("GET", "/verify.js", ANYBODY),
    ("GET", "/", READ),
    ("POST", "/search", [401, 401, 403, 403, 303, 303, 303, 403, 403, 303]),
    ("GET", "/view/{id}", SEALED),
    ("GET", "/newer/{id}", SEALED),
    ("GET", "/reports", READ),
    ("POST", "/reports", READ),
    ("GET", "/event/{id}", READ),
    ("GET", "/event/{id}/evidence.zip", WHOLE),
    ("POST", "/user", [401, 401, 403, 403, 303, 303, 303, 403, 403, 303]),
    ("GET", "/user/{id}", SEALED),
    ("GET", "/review", AUDIT),
    ("POST", "/review/{id}", STATED),
    ("GET", "/saved", READ),
    ("POST", "/saved", STATED),
    ("POST", "/saved/new", READ),
    ("POST", "/saved/forget", STATED),
    ("GET", "/evidence", AUDIT),
    ("GET", "/operations", [401, 401, 403, 403, 403, 403, 403, 200, 403, 200]),
    ("GET", "/assets/{id}", ANYBODY),
    ("GET", "/health/live", ANYBODY),
    ("GET", "/health/ready", ANYBODY),
    ("GET", "/metrics", [401, 401, 403, 403, 403, 403, 403, 200, 403, 200]),
    ("GET", "/sign-in", ABSENT),
    ("GET", "/sign-in/callback", ABSENT),
    ("POST", "/sign-out", ABSENT),
];

const CREATE: [u16; 10] = [401, 401, 403, 201, 403, 403, 403, 403, 403, 201];
/// As [`CREATE`], where what is stored or not stands in the answer.
const CHECKED: [u16; 10] = [401, 401, 403, 200, 403, 403, 403, 403, 403, 200];
const READ: [u16; 10] = [401, 401, 403, 403, 200, 200, 200, 403, 403, 200];
/// As [`READ`], of what may name other patients.
const WHOLE: [u16; 10] = [401, 401, 403, 403, 200, 403, 200, 403, 403, 200];
/// What changes something takes a form that we gave, and this is none.
const STATED: [u16; 10] = [401, 401, 403, 403, 403, 403, 403, 403, 403, 403];
/// As [`READ`], of a token that nobody was given.
const SEALED: [u16; 10] = [401, 401, 403, 403, 404, 404, 404, 403, 403, 404];
const AUDIT: [u16; 10] = [401, 401, 403, 403, 403, 403, 200, 403, 403, 200];
const LOG: [u16; 10] = [401, 401, 403, 403, 403, 403, 200, 403, 200, 200];
const ANYBODY: [u16; 10] = [200; 10];
/// Audit events never change, whoever asks.
const NEVER: [u16; 10] = [405; 10];
/// Nobody signs in to this server.
const ABSENT: [u16; 10] = [404; 10];

pub(crate) const EVENT: &str = r#"{"resourceType":"AuditEvent","type":{"code":"x"},
    "recorded":"2024-06-15T08:30:00Z","agent":[{"requestor":true}],
    "source":{"observer":{"display":"d"}},"entity":[{"what":{"reference":"Patient/a"}}]}"#;

const PLAIN: &str = r#"{"type":"rest","recorded":"2024-06-15T08:30:00Z",
    "agent":[{"requestor":true}],"source":{"observer":"d"}}"#;

/// The token of each of [`WHO`].
fn tokens(kiln: &Identified) -> [Option<String>; 10] {
    let good = |claims| Some(kiln.token("default", &claims));
    WHO.map(|who| match who {
        "nobody" => None,
        "bad" => Some(format!("{}x", kiln.admin("default"))),
        "rightless" => good(json!({})),
        "patient" => Some(kiln.patient("default", "a")),
        role => {
            assert!(role.parse::<Role>().is_ok(), "{role} is a role");
            good(json!({ "roles": [role] }))
        }
    })
}

/// A path of the route, and a body where it takes one.
pub(crate) fn question(method: &str, pattern: &str, id: &str) -> (String, &'static str, String) {
    let id = match pattern {
        _ if pattern.contains("OperationDefinition") => "AuditEvent-original",
        _ if pattern.contains("{compartment}") => "a",
        "/assets/{id}" => "style.css",
        _ => id,
    };
    let path = pattern
        .replace("[base]", "/fhir/r4")
        .replace("[audit]", "/audit/fhir/r4")
        .replace("{compartment}", "Patient")
        .replace("{rest}", "0/000.p/1")
        .replace("{version}", "1")
        .replace("{id}", id);
    if method != "POST" || pattern == "/sign-out" {
        let fields = if pattern == "/" { "accept: text/html\r\n" } else { "" };
        return (path, fields, String::new());
    }
    let (fields, body) = match pattern {
        "/api/audit-events" => ("content-type: application/json\r\n", PLAIN.to_owned()),
        "[base]" => {
            let event: serde_json::Value = serde_json::from_str(EVENT).unwrap();
            let request = json!({ "method": "POST", "url": "AuditEvent" });
            let entry = json!([{ "resource": event, "request": request }]);
            let bundle = json!({ "resourceType": "Bundle", "type": "batch", "entry": entry });
            ("content-type: application/fhir+json\r\n", bundle.to_string())
        }
        "/reports" => {
            let fields = "content-type: application/x-www-form-urlencoded\r\naccept: text/html\r\n";
            (fields, "patient=a&report=access-report&_format=html".to_owned())
        }
        "/search" | "/user" | "/review/{id}" | "/saved" | "/saved/new" | "/saved/forget" => {
            ("content-type: application/x-www-form-urlencoded\r\n", "line=failed".to_owned())
        }
        _ if pattern.ends_with("_search") => {
            ("content-type: application/x-www-form-urlencoded\r\n", "_count=1".to_owned())
        }
        _ if pattern.contains("{compartment}") => {
            let language = json!([{ "name": "language", "valueCode": "de" }]);
            let parameters = json!({ "resourceType": "Parameters", "parameter": language });
            ("content-type: application/fhir+json\r\n", parameters.to_string())
        }
        _ => ("content-type: application/fhir+json\r\n", EVENT.to_owned()),
    };
    (path, fields, body)
}

#[test]
fn every_route_stands_in_the_table_once() {
    let served: BTreeSet<_> = routes().collect();
    let told: BTreeSet<_> = TABLE.iter().map(|(method, path, _)| (*method, *path)).collect();
    assert_eq!(served, told);
    assert_eq!(TABLE.len(), told.len());
    for role in Role::ALL {
        assert!(WHO.contains(&role.as_str()), "{role} is not asked");
    }
}

#[tokio::test]
async fn every_route_answers_everybody_as_the_table_says() {
    let kiln = Identified::start(Settings::default()).await;
    let admin = kiln.admin("default");
    let id = kiln.post(&admin, "/fhir/r4/AuditEvent", EVENT).await.id();
    // That it was read stands in the audit of the audit.
    kiln.get(&admin, &format!("/fhir/r4/AuditEvent/{id}")).await;
    let looks = kiln.get(&admin, "/audit/fhir/r4/AuditEvent").await.json();
    let look = looks["entry"][0]["resource"]["id"].as_str().unwrap().to_owned();
    let tokens = tokens(&kiln);
    let mut wrong = Vec::new();
    for (method, pattern, answers) in TABLE {
        let id = if pattern.starts_with("[audit]") { &look } else { &id };
        let (path, fields, body) = question(method, pattern, id);
        for ((who, token), answer) in WHO.iter().zip(&tokens).zip(answers) {
            let reply = match token {
                Some(token) => kiln.ask(token, method, &path, fields, &body).await,
                None => kiln.server.ask(method, &path, fields, &body).await,
            };
            if reply.status != *answer {
                let body = &reply.body;
                wrong.push(format!("{method} {path} by {who}: {} {body}", reply.status));
            }
            assert_eq!(
                reply.status == 401,
                reply.field("www-authenticate").is_some_and(|it| !it.contains("insufficient")),
                "{method} {path} by {who}"
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    kiln.server.stop().await;
}
