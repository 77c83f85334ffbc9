//! A client of the plain API that holds every answer against `openapi.json`.
use crate::{
    schema,
    server::{Reply, Server},
};
use serde_json::{Value, json};
use std::{sync::LazyLock, time::Duration};
use tokio::time::sleep;

/// The document, as it is in the source.
pub(crate) static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../src/openapi.json")).unwrap());

pub(crate) const EVENTS: &str = "/api/audit-events";

/// An event with every member of the plain shape, recorded at `minute` of an hour.
pub(crate) fn event(patient: &str, minute: u32) -> Value {
    json!({
        "type": "rest",
        "subtype": ["read"],
        "action": "R",
        "recorded": format!("2024-06-15T08:{minute:02}:00Z"),
        "outcome": "0",
        "outcomeDesc": "found",
        "purposeOfEvent": ["Treatment", "Ward round"],
        "agent": [{
            "who": "Practitioner/7",
            "name": "Dr. Amara Obi",
            "requestor": true,
            "role": "Practitioner",
            "networkAddress": "192.0.2.17",
        }],
        "source": {"observer": "Ward Desktop", "site": "North", "type": "Application Server"},
        "entity": [{
            "what": format!("Patient/{patient}"),
            "type": "1",
            "role": "1",
            "name": "Patient record",
            "description": "Opened the medication list",
        }],
    })
}

impl Server {
    /// One request to the plain API; its answer is one that the document knows.
    pub(crate) async fn api(&self, method: &str, path: &str, fields: &str, body: &str) -> Reply {
        let reply = self.ask(method, path, fields, body).await;
        check(method, path, &reply);
        reply
    }

    pub(crate) async fn api_get(&self, path: &str) -> Reply {
        self.api("GET", path, "", "").await
    }

    /// On a server that has no time for searches: asks until there is something to search.
    pub(crate) async fn api_too_costly(&self, path: &str) -> Reply {
        for _ in 0..200 {
            let reply = self.api_get(path).await;
            if reply.status != 200 {
                return reply;
            }
            sleep(Duration::from_millis(20)).await;
        }
        panic!("{path} always has its time");
    }

    pub(crate) async fn api_post(&self, body: &Value) -> Reply {
        self.api_post_with("", body).await
    }

    /// With more header fields.
    pub(crate) async fn api_post_with(&self, fields: &str, body: &Value) -> Reply {
        let fields = format!("content-type: application/json\r\n{fields}");
        self.api("POST", EVENTS, &fields, &body.to_string()).await
    }
}

impl Reply {
    /// The status, with the first issue's code and path.
    pub(crate) fn refused(&self) -> (u16, String, String) {
        let issue = &self.json()["error"]["issues"][0];
        let text = |name: &str| issue[name].as_str().unwrap_or_default().to_owned();
        (self.status, text("code"), text("path"))
    }

    pub(crate) fn data(&self) -> Value {
        self.json()["data"].take()
    }
}

/// Statuses, fields and bodies that the document does not know end the test. What is no operation
/// (an unknown path, PUT) is refused in the one shape that refusals have.
pub(crate) fn check(method: &str, path: &str, reply: &Reply) {
    let place = format!("{method} {path}: {} {}", reply.status, reply.body);
    assert_eq!(reply.field("content-type"), Some("application/json"), "{place}");
    assert!(reply.field("x-request-id").is_some(), "{place}");
    let document = &*DOCUMENT;
    let refusal = json!({"$ref": "#/components/schemas/ErrorAnswer"});
    let schema = match operation(method, path) {
        Some(operation) => {
            let response = &operation["responses"][reply.status.to_string()];
            assert!(response.is_object(), "the document does not know the answer to {place}");
            let response = schema::resolved(document, response);
            let named = response["headers"].as_object().unwrap();
            for name in ["location", "retry-after", "accept-encoding"] {
                let knows = named.keys().any(|known| known.eq_ignore_ascii_case(name));
                assert!(knows || reply.field(name).is_none(), "{name} of {place}");
            }
            &response["content"]["application/json"]["schema"]
        }
        None => &refusal,
    };
    if method == "HEAD" {
        return assert_eq!(reply.body, "", "{place}");
    }
    let errors = schema::errors(document, schema, &reply.json(), true);
    assert!(errors.is_empty(), "{errors:?} in the answer to {place}");
}

/// The document's operation for a request.
fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let path = path.split('?').next().unwrap();
    let template = match path.strip_prefix("/api/audit-events/") {
        Some(id) if !id.contains('/') => "/api/audit-events/{id}",
        _ => path,
    };
    let method = if method == "HEAD" { "GET" } else { method };
    DOCUMENT["paths"].get(template)?.get(method.to_lowercase())
}
