//! `metadata` is true: whatever it names is asked for, in every release.
use crate::{
    events,
    server::{Reply, Server},
};
use serde_json::{Value, json};

const RELEASES: [&str; 6] = ["dstu2", "stu3", "r4", "r4b", "r5", "r6"];

/// A server with one event, and what it says of a release.
struct Asked {
    server: Server,
    path: &'static str,
    id: String,
    rest: Value,
}

impl Asked {
    async fn of(path: &'static str) -> Self {
        let server = Server::start().await;
        let id = server.post("/fhir/r4/AuditEvent", &events::r4("1", 0)).await.id();
        let said = server.get(&format!("/fhir/{path}/metadata")).await.json();
        Self { server, path, id, rest: said["rest"][0].clone() }
    }

    async fn ask(&self, method: &str, below: &str, fields: &str, body: &str) -> Reply {
        self.server.ask(method, &format!("/fhir/{}{below}", self.path), fields, body).await
    }

    async fn get(&self, below: &str) -> Reply {
        self.ask("GET", below, "", "").await
    }

    fn event(&self) -> &Value {
        &self.rest["resource"][0]
    }

    /// The operations, wherever the release names them, with their definitions.
    async fn operations(&self) -> Vec<Value> {
        let mut definitions = Vec::new();
        let of_patient = &self.rest["resource"][2]["operation"];
        for from in [&self.rest["operation"], &self.event()["operation"], of_patient] {
            for operation in from.as_array().into_iter().flatten() {
                let link = &operation["definition"];
                let url = link.as_str().or_else(|| link["reference"].as_str()).unwrap();
                let below = url.split_once(self.path).unwrap().1;
                let definition = self.get(below).await.json();
                assert_eq!(definition["url"], url);
                assert_eq!(definition["code"], operation["name"]);
                let xml = self.get(&format!("{below}?_format=xml")).await;
                assert!(xml.body.contains("<OperationDefinition xmlns="), "{}", xml.body);
                definitions.push(definition);
            }
        }
        definitions
    }
}

const JSON: &str = "content-type: application/fhir+json\r\n";

#[tokio::test]
async fn every_interaction_that_is_named_is_served() {
    for path in RELEASES {
        let asked = Asked::of(path).await;
        let id = &asked.id;
        let event = asked.get(&format!("/AuditEvent/{id}")).await.body;
        let mut codes = 0;
        for interaction in asked.event()["interaction"].as_array().unwrap() {
            let code = interaction["code"].as_str().unwrap();
            let reply = match code {
                "create" => asked.ask("POST", "/AuditEvent", JSON, &event).await,
                "read" => asked.get(&format!("/AuditEvent/{id}")).await,
                "vread" => asked.get(&format!("/AuditEvent/{id}/_history/1")).await,
                "history-instance" => asked.get(&format!("/AuditEvent/{id}/_history")).await,
                "history-type" => asked.get("/AuditEvent/_history").await,
                "search-type" => asked.get("/AuditEvent").await,
                _ => panic!("{path} names {code}"),
            };
            assert!(matches!(reply.status, 200 | 201), "{path} {code}: {}", reply.body);
            codes += 1;
        }
        assert_eq!(codes, 6, "{path}");
    }
}

#[tokio::test]
async fn every_search_parameter_and_compartment_that_is_named_is_searched() {
    for path in RELEASES {
        let asked = Asked::of(path).await;
        let strict = "prefer: handling=strict\r\n";
        for parameter in asked.event()["searchParam"].as_array().unwrap() {
            let name = parameter["name"].as_str().unwrap();
            let value = match parameter["type"].as_str().unwrap() {
                "date" => "2024",
                "reference" => "Patient/1",
                "token" | "string" => "x",
                "uri" => "urn:x",
                other => panic!("{path} {name}: {other}"),
            };
            let reply = asked.ask("GET", &format!("/AuditEvent?{name}={value}"), strict, "").await;
            assert_eq!(reply.status, 200, "{path} {name}: {}", reply.body);
            let says = &reply.json()["link"][0]["url"];
            assert!(says.as_str().unwrap().contains(&format!("{name}=")), "{path} {name}");
        }
        let compartments = asked.rest["compartment"].as_array().unwrap();
        assert_eq!(compartments.len(), 3, "{path}");
        for compartment in compartments {
            let name = compartment.as_str().unwrap().rsplit('/').next().unwrap();
            let name = name[..1].to_uppercase() + &name[1..];
            let reply = asked.get(&format!("/{name}/1/AuditEvent")).await;
            assert_eq!(reply.status, 200, "{path} {name}: {}", reply.body);
        }
    }
}

#[tokio::test]
async fn every_operation_that_is_named_has_a_definition_and_is_served() {
    for path in RELEASES {
        let asked = Asked::of(path).await;
        let event = asked.get(&format!("/AuditEvent/{}", asked.id)).await.body;
        let (definitions, of_patients): (Vec<_>, Vec<_>) = asked
            .operations()
            .await
            .into_iter()
            .partition(|it| it["id"].as_str().unwrap().starts_with("AuditEvent-"));
        assert_eq!((definitions.len(), of_patients.len()), (4, 2), "{path}");
        for definition in of_patients {
            let code = definition["code"].as_str().unwrap();
            for method in ["GET", "POST"] {
                let reply = asked.ask(method, &format!("/Patient/1/${code}"), "", "").await;
                assert_eq!(reply.status, 200, "{path} {code}: {}", reply.body);
            }
            assert_eq!(asked.get(&format!("/Patient/${code}")).await.status, 404, "{path}");
        }
        for definition in definitions {
            let code = definition["code"].as_str().unwrap();
            let reply = asked.get(&format!("/AuditEvent/{}/${code}", asked.id)).await;
            assert_eq!(reply.status, 200, "{path} {code}: {}", reply.body);
            let reply = asked.ask("POST", &format!("/AuditEvent/${code}"), JSON, &event).await;
            let is_read = code == "verify";
            let asked_of_type = code == "validate" || is_read;
            if path != "dstu2" {
                assert_eq!(definition["type"], asked_of_type, "{path} {code}");
            }
            let expected = if is_read {
                405
            } else if asked_of_type {
                200
            } else {
                404
            };
            assert_eq!(reply.status, expected, "{path} {code}");
            if is_read {
                assert_eq!(asked.get(&format!("/AuditEvent/${code}")).await.status, 200, "{path}");
            }
            let reply = asked.ask("POST", &format!("/${code}"), JSON, &event).await;
            assert_eq!((reply.status, definition["system"].clone()), (404, json!(false)));
        }
        let reply = asked.get("/OperationDefinition/AuditEvent-erase").await;
        assert_eq!(reply.status, 404);
    }
}

#[tokio::test]
async fn what_is_said_of_versions_and_conditions_is_so() {
    for path in RELEASES {
        let asked = Asked::of(path).await;
        let one = format!("/AuditEvent/{}", asked.id);
        let said = asked.event();
        assert_eq!(
            (&said["versioning"], &said["readHistory"]),
            (&json!("versioned"), &json!(true))
        );
        let event = asked.get(&one).await.body;
        assert_eq!(said["conditionalCreate"], true);
        let fields = format!("{JSON}if-none-exist: _id={}\r\n", asked.id);
        assert_eq!(asked.ask("POST", "/AuditEvent", &fields, &event).await.status, 200, "{path}");
        if path != "dstu2" {
            assert_eq!(said["conditionalRead"], "not-match");
        }
        let known = asked.ask("GET", &one, "if-none-match: W/\"1\"\r\n", "").await;
        assert_eq!(known.status, 304, "{path}");
        let later = "if-modified-since: Fri, 01 Jan 2100 00:00:00 GMT\r\n";
        assert_eq!(asked.ask("GET", &one, later, "").await.status, 200, "{path}");
        for (member, value) in [
            ("updateCreate", json!(false)),
            ("conditionalUpdate", json!(false)),
            ("conditionalDelete", json!("not-supported")),
        ] {
            assert_eq!(said[member], value, "{path} {member}");
        }
        for (method, below) in [
            ("PUT", "/AuditEvent/new"),
            ("PUT", "/AuditEvent?action=R"),
            ("PATCH", "/AuditEvent?action=R"),
            ("DELETE", "/AuditEvent?action=R"),
        ] {
            assert_eq!(asked.ask(method, below, JSON, &event).await.status, 405, "{path}");
        }
    }
}

#[tokio::test]
async fn bundles_are_taken_as_it_says() {
    for path in RELEASES {
        let asked = Asked::of(path).await;
        let codes: Vec<&str> = asked.rest["interaction"]
            .as_array()
            .unwrap()
            .iter()
            .map(|interaction| interaction["code"].as_str().unwrap())
            .collect();
        if path == "dstu2" {
            assert_eq!(
                (codes, &asked.rest["transactionMode"]),
                (vec!["transaction"], &json!("both"))
            );
        } else {
            assert_eq!(codes, ["batch", "transaction"], "{path}");
        }
        for kind in ["batch", "transaction"] {
            let bundle = json!({ "resourceType": "Bundle", "type": kind }).to_string();
            let reply = asked.ask("POST", "", JSON, &bundle).await;
            assert_eq!(reply.status, 200, "{path} {kind}: {}", reply.body);
        }
    }
}

#[tokio::test]
async fn every_format_that_is_named_is_answered_and_metadata_too() {
    for path in RELEASES {
        let server = Server::start().await;
        let said = server.get(&format!("/fhir/{path}/metadata")).await;
        let name = if path == "dstu2" { "Conformance" } else { "CapabilityStatement" };
        assert_eq!(said.json()["resourceType"], name);
        assert!(said.field("content-type").unwrap().contains("json"), "{path}");
        let formats = said.json()["format"].as_array().unwrap().clone();
        assert_eq!(formats.len(), 4, "{path}");
        for format in formats {
            let format = format.as_str().unwrap().replace('+', "%2B");
            let reply = server.get(&format!("/fhir/{path}/metadata?_format={format}")).await;
            assert_eq!(reply.status, 200, "{path} {format}");
            let kind = if format.contains("xml") { "xml" } else { "json" };
            assert!(reply.field("content-type").unwrap().contains(kind), "{path} {format}");
            let starts = if kind == "xml" { "<?xml" } else { "{" };
            assert!(reply.body.starts_with(starts), "{path} {format}");
            assert!(reply.body.contains(name), "{path} {format}");
        }
    }
}

/// Without a release in the URL, and as the R4-shaped draft of R5.
#[tokio::test]
async fn metadata_is_of_the_release_that_is_asked_for() {
    let server = Server::start().await;
    assert_eq!(server.get("/fhir/metadata").await.json()["fhirVersion"], "4.0.1");
    let draft = "accept: application/fhir+json; fhirVersion=4.6\r\n";
    let said = server.ask("GET", "/fhir/r5/metadata", draft, "").await.json();
    assert_eq!(said["fhirVersion"], "4.6.0");
    let stu3 = "accept: application/fhir+json; fhirVersion=3.0\r\n";
    let said = server.ask("GET", "/fhir/metadata", stu3, "").await.json();
    assert_eq!((&said["fhirVersion"], &said["acceptUnknown"]), (&json!("3.0.2"), &json!("both")));
}
