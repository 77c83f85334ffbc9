//! Bundles of every release, in JSON and in XML: each event is kept as it stood.
use crate::{
    dialects::{ALL, check, content_type, event, read, text, url},
    events,
    server::Server,
};
use kiln_fhir::{
    MediaType::{self, Json, Xml},
    Release,
};
use serde_json::Value;

/// A Bundle whose entries create these resources.
fn bundle(media: MediaType, kind: &str, resources: &[&str]) -> String {
    match media {
        Json => {
            let entries: Vec<String> = resources.iter().map(|text| events::post(text)).collect();
            events::bundle(kind, &entries)
        }
        Xml => {
            let entry = |resource: &&str| {
                format!(
                    "<entry>\n<resource>{}</resource><request><method value=\"POST\"/>\
                     <url value=\"AuditEvent\"/></request></entry>",
                    bare(resource)
                )
            };
            let entries: String = resources.iter().map(entry).collect();
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Bundle \
                 xmlns=\"http://hl7.org/fhir\"><type value=\"{kind}\"/>{entries}</Bundle>"
            )
        }
    }
}

/// As an element of a Bundle stands: without a declaration, in the Bundle's namespace.
fn bare(resource: &str) -> String {
    let start = resource.find("<AuditEvent").unwrap_or(0);
    resource[start..].trim_end().replace(" xmlns=\"http://hl7.org/fhir\"", "")
}

fn base(release: Release) -> String {
    url(release).trim_end_matches("/AuditEvent").to_owned()
}

async fn send(server: &Server, release: Release, media: MediaType, body: &str) -> Value {
    let kind = content_type(release, media);
    let fields = format!("content-type: {kind}\r\naccept: {kind}\r\n");
    let reply = server.ask("POST", &base(release), &fields, body).await;
    assert_eq!(reply.status, 200, "{release:?} {media:?}: {}", reply.body);
    assert_eq!(reply.field("content-type"), Some(kind.as_str()));
    read(release, media, &reply.body)
}

fn statuses(answer: &Value) -> Vec<&str> {
    let entries = answer["entry"].as_array().unwrap();
    entries.iter().map(|entry| &entry["response"]["status"].as_str().unwrap()[..3]).collect()
}

fn location(answer: &Value, entry: usize) -> &str {
    let location = answer["entry"][entry]["response"]["location"].as_str().unwrap();
    let (_, path) = location.split_once("/fhir").unwrap();
    path.strip_suffix("/_history/1").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn bundles_of_every_release_are_stored_and_answered_in_it() {
    let server = Server::start().await;
    for release in ALL {
        for media in [Json, Xml] {
            let event = text(release, media, "1");
            let bad = match media {
                Json => r#"{"resourceType":"AuditEvent"}"#,
                Xml => "<AuditEvent/>",
            };
            let other = match media {
                Json => r#"{"resourceType":"Patient"}"#,
                Xml => "<Patient/>",
            };
            let body = bundle(media, "batch", &[&event, bad, &event, other]);
            let answer = send(&server, release, media, &body).await;
            assert_eq!(answer["type"], "batch-response");
            assert_eq!(statuses(&answer), ["201", "400", "201", "422"], "{answer}");
            let outcome = match release {
                Release::Dstu2 => &answer["entry"][1]["resource"],
                _ => &answer["entry"][1]["response"]["outcome"],
            };
            assert_eq!(outcome["resourceType"], "OperationOutcome", "{answer}");
            let kept = format!("/fhir{}/$original", location(&answer, 2));
            let original = server.get(&kept).await;
            let kind = content_type(release, media);
            assert_eq!(original.field("content-type"), Some(kind.as_str()));
            match media {
                Json => assert_eq!(original.body, event),
                Xml => assert_eq!(original.body, with_namespace(&bare(&event))),
            }
            let read = server.get(&format!("/fhir{}", location(&answer, 0))).await;
            let release = if release == Release::R5Draft { Release::R5 } else { release };
            check(release, &read.json());

            let whole = bundle(media, "transaction", &[&event, bad]);
            let kind = content_type(release, media);
            let fields = format!("content-type: {kind}\r\naccept: {kind}\r\n");
            let refused = server.ask("POST", &base(release), &fields, &whole).await;
            assert_eq!(refused.status, 400, "{}", refused.body);
            let outcome = self::read(release, media, &refused.body);
            let place = match release {
                Release::Dstu2 => &outcome["issue"][0]["location"][0],
                _ => &outcome["issue"][0]["expression"][0],
            };
            let place = place.as_str().unwrap();
            assert!(place.contains("entry[1]") || place.contains("entry[2]"), "{place}");
        }
    }
    let stored = ALL.len() as u64 * 4;
    assert_eq!(server.total().await, stored);
    server.stop().await;
}

fn with_namespace(bare: &str) -> String {
    bare.replacen("<AuditEvent", "<AuditEvent xmlns=\"http://hl7.org/fhir\"", 1)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_xml_batch_reads_and_searches() {
    let server = Server::start().await;
    let id = server.post("/fhir/r4/AuditEvent", &events::r4("1", 1)).await.id();
    let get = |url: &str| {
        format!("<entry><request><method value=\"GET\"/><url value=\"{url}\"/></request></entry>")
    };
    let body = format!(
        "<Bundle xmlns=\"http://hl7.org/fhir\"><type value=\"batch\"/>{}{}{}{}</Bundle>",
        get(&format!("AuditEvent/{id}")),
        get("AuditEvent?patient=Patient/1&amp;_count=5"),
        get("Patient/1/AuditEvent"),
        get("AuditEvent/none"),
    );
    for release in [Release::Dstu2, Release::Stu3, Release::R4b, Release::R5, Release::R6] {
        let answer = send(&server, release, Xml, &body).await;
        assert_eq!(statuses(&answer), ["200", "200", "200", "404"], "{answer}");
        check(release, &answer["entry"][0]["resource"]);
        for search in [1, 2] {
            let found = &answer["entry"][search]["resource"];
            assert_eq!((&found["resourceType"], &found["total"]), (&"Bundle".into(), &1.into()));
            check(release, &found["entry"][0]["resource"]);
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_xml_bundle_at_the_types_url_is_taken_as_one_at_the_base() {
    let server = Server::start().await;
    let body = bundle(Xml, "collection", &[&text(Release::R4, Xml, "1")]);
    let fields = "content-type: application/xml\r\n";
    let reply = server.ask("POST", "/fhir/r4/AuditEvent", fields, &body).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(statuses(&reply.json()), ["201"]);
    // Without a release each event says which it is.
    let mixed: Vec<String> = ALL.iter().map(|release| text(*release, Xml, "1")).collect();
    let mixed: Vec<&str> = mixed.iter().map(String::as_str).collect();
    let reply = server.ask("POST", "/fhir", fields, &bundle(Xml, "batch", &mixed)).await;
    assert_eq!(statuses(&reply.json()), ["201"; 7], "{}", reply.body);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_representation_comes_in_the_form_of_the_answer() {
    let server = Server::start().await;
    let body = bundle(Xml, "batch", &[&text(Release::Stu3, Xml, "1")]);
    let fields = "content-type: application/fhir+xml\r\naccept: application/fhir+json\r\n\
        prefer: return=representation\r\n";
    let reply = server.ask("POST", "/fhir/stu3", fields, &body).await;
    let entry = &reply.json()["entry"][0];
    check(Release::Stu3, &entry["resource"]);
    assert_eq!(entry["resource"]["recorded"], event(Release::Stu3, "1")["recorded"]);
    server.stop().await;
}
