//! The store of FHIR resources: what each interaction does, answers, and leaves in the log.
use crate::server::{Reply, Server};
use kiln_server::{ResourceSettings, Settings};
use kiln_store::{LogIndex, RecordKind};
use kiln_trail::Profile;
use serde_json::{Value, json};

pub(crate) const JSON: &str = "content-type: application/fhir+json\r\n";
pub(crate) const PATCH: &str = "content-type: application/json-patch+json\r\n";

pub(crate) fn settings() -> Settings {
    Settings { resources: Some(ResourceSettings::default()), ..Settings::default() }
}

/// With this trail.
pub(crate) fn told_as(profile: Profile) -> Settings {
    let release = profile.release();
    let resources = ResourceSettings { profile, release, ..ResourceSettings::default() };
    Settings { resources: Some(resources), ..Settings::default() }
}

pub(crate) fn task(id: &str, status: &str) -> String {
    json!({ "resourceType": "Task", "id": id, "status": status, "intent": "order",
        "identifier": [{ "system": "urn:orders", "value": id }],
        "code": { "coding": [{ "system": "urn:codes", "code": "genome" }] },
        "for": { "reference": "Patient/p1" } })
    .to_string()
}

pub(crate) async fn put(server: &Server, id: &str, status: &str) -> Reply {
    server.ask("PUT", &format!("/fhir/r4/Task/{id}"), JSON, &task(id, status)).await
}

/// The audit events that a search finds, oldest first.
pub(crate) async fn events(server: &Server, query: &str) -> Vec<Value> {
    let reply = server.get(&format!("/fhir/r4/AuditEvent?_sort=date&_count=100{query}")).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let entries = reply.json()["entry"].take();
    let entries = entries.as_array().cloned().unwrap_or_default();
    entries.into_iter().map(|mut entry| entry["resource"].take()).collect()
}

/// Interaction and outcome of each event.
pub(crate) async fn story(server: &Server) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of = |event: &Value| (text(&event["subtype"][0]["code"]), text(&event["outcome"]));
    events(server, "").await.iter().map(of).collect()
}

fn told(story: &[(String, String)]) -> Vec<(&str, &str)> {
    story.iter().map(|(code, outcome)| (&**code, &**outcome)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_is_created_read_changed_and_deleted() {
    let server = Server::with(settings()).await;
    let made = server.post("/fhir/r4/Patient", r#"{"resourceType":"Patient","id":"mine"}"#).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let id = made.id();
    assert_ne!(id, "mine", "a create gives the id");
    assert_eq!(made.field("etag"), Some("W/\"1\""));
    assert!(made.field("last-modified").is_some());
    let at = format!("/fhir/r4/Patient/{id}");
    let location = format!("http://localhost:{}{at}/_history/1", server.port);
    assert_eq!(made.field("location"), Some(&*location));
    let read = server.get(&at).await;
    assert_eq!((read.status, read.json()["id"].as_str()), (200, Some(&*id)));
    assert_eq!(read.json()["meta"]["versionId"], "1");
    assert_eq!(read.json()["meta"]["lastUpdated"], made.json()["meta"]["lastUpdated"]);
    let body = format!(r#"{{"resourceType":"Patient","id":"{id}","active":true}}"#);
    let changed = server.ask("PUT", &at, JSON, &body).await;
    assert_eq!((changed.status, changed.field("etag")), (200, Some("W/\"2\"")));
    let patch = r#"[{"op":"replace","path":"/active","value":false}]"#;
    let patched = server.ask("PATCH", &at, PATCH, patch).await;
    assert_eq!((patched.status, patched.json()["active"].as_bool()), (200, Some(false)));
    let vread = server.get(&format!("{at}/_history/2")).await;
    assert_eq!((vread.status, vread.json()["active"].as_bool()), (200, Some(true)));
    assert_eq!(server.get(&format!("{at}/_history/9")).await.status, 404);
    let deleted = server.ask("DELETE", &at, "", "").await;
    assert_eq!((deleted.status, deleted.field("etag")), (204, Some("W/\"4\"")));
    assert_eq!(server.get(&at).await.status, 410);
    assert_eq!(server.get(&format!("{at}/_history/4")).await.status, 410);
    assert_eq!(server.get(&format!("{at}/_history/3")).await.status, 200);
    assert_eq!(server.get("/fhir/r4/Patient/none").await.status, 404);
    assert_eq!(server.ask("PUT", &at, JSON, &body).await.status, 201, "it comes back");
    let story = story(&server).await;
    let expected = [
        ("create", "0"),
        ("read", "0"),
        ("update", "0"),
        ("patch", "0"),
        ("vread", "0"),
        ("vread", "4"),
        ("delete", "0"),
        ("read", "4"),
        ("vread", "4"),
        ("vread", "0"),
        ("read", "4"),
        ("update", "0"),
    ];
    assert_eq!(told(&story), expected);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_on_versions_hold() {
    let server = Server::with(settings()).await;
    let fields = |condition: &str| format!("{JSON}{condition}\r\n");
    let put = |fields: String| {
        let server = &server;
        async move {
            let body = task("t", "requested");
            server.ask("PUT", "/fhir/r4/Task/t", &fields, &body).await.status
        }
    };
    assert_eq!(put(fields("if-match: W/\"1\"")).await, 412, "there is none");
    assert_eq!(put(fields("if-none-match: *")).await, 201);
    assert_eq!(put(fields("if-none-match: *")).await, 412);
    assert_eq!(put(fields("if-match: W/\"1\"")).await, 200);
    assert_eq!(put(fields("if-match: W/\"1\"")).await, 412, "it is the second");
    let patch = r#"[{"op":"replace","path":"/status","value":"accepted"}]"#;
    let stale = format!("{PATCH}if-match: W/\"1\"\r\n");
    assert_eq!(server.ask("PATCH", "/fhir/r4/Task/t", &stale, patch).await.status, 412);
    let gone = server.ask("DELETE", "/fhir/r4/Task/t", "if-match: W/\"1\"\r\n", "").await;
    assert_eq!(gone.status, 412);
    let known = server.ask("GET", "/fhir/r4/Task/t", "if-none-match: W/\"2\"\r\n", "").await;
    assert_eq!((known.status, known.body.is_empty()), (304, true));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_a_rule_is_refused_and_leaves_no_version() {
    let server = Server::with(settings()).await;
    put(&server, "t", "requested").await;
    let cases = [
        ("PUT", "Task/t", JSON, task("other", "accepted"), 400),
        ("PUT", "Task/t", JSON, r#"{"resourceType":"Patient","id":"t"}"#.to_owned(), 400),
        ("PUT", "Task/t", JSON, "{".to_owned(), 400),
        ("PUT", "Task/t", "content-type: text/plain\r\n", task("t", "accepted"), 415),
        ("PUT", "Task/t", "content-type: application/fhir+xml\r\n", "<Task/>".to_owned(), 415),
        ("PATCH", "Task/t", JSON, "[]".to_owned(), 415),
        ("PATCH", "Task/t", PATCH, r#"[{"op":"remove","path":"/none"}]"#.to_owned(), 422),
        ("PATCH", "Task/none", PATCH, "[]".to_owned(), 404),
        ("DELETE", "Task/none", "", String::new(), 404),
        ("DELETE", "Task?status=requested", "", String::new(), 405),
        ("GET", "Nonsense/1", "", String::new(), 404),
        ("POST", "Nonsense", JSON, "{}".to_owned(), 404),
        ("GET", "Task/t/$everything", "", String::new(), 404),
    ];
    for (method, path, fields, body, status) in cases {
        let reply = server.ask(method, &format!("/fhir/r4/{path}"), fields, &body).await;
        assert!(reply.status == status, "{method} {path}: {} {}", reply.status, reply.body);
        assert_eq!(reply.json()["resourceType"], "OperationOutcome", "{method} {path}");
    }
    let large = task("t", &"x".repeat(2 << 20));
    assert_eq!(server.ask("PUT", "/fhir/r4/Task/t", JSON, &large).await.status, 413);
    let xml = server.ask("GET", "/fhir/r4/Task/t", "accept: application/fhir+xml\r\n", "").await;
    assert_eq!(xml.status, 406);
    assert_eq!(server.get("/fhir/r4/Task/t").await.json()["meta"]["versionId"], "1");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn prefer_return_says_what_a_change_answers() {
    let server = Server::with(settings()).await;
    for (prefer, r#type) in [
        ("", Some("Task")),
        ("prefer: return=representation\r\n", Some("Task")),
        ("prefer: return=OperationOutcome\r\n", Some("OperationOutcome")),
        ("prefer: return=minimal\r\n", None),
    ] {
        let fields = [JSON, prefer].concat();
        let reply = server.ask("PUT", "/fhir/r4/Task/t", &fields, &task("t", "requested")).await;
        let shown = (!reply.body.is_empty()).then(|| reply.json()["resourceType"].take());
        assert_eq!(shown, r#type.map(Value::from), "{prefer}");
        assert!(reply.field("etag").is_some() && reply.field("location").is_some());
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_are_answered_as_they_were_sent_but_for_what_the_server_sets() {
    let server = Server::with(settings()).await;
    let sent = concat!(
        r#"{"resourceType":"Observation","id":"o","status":"final", "#,
        r#""valueQuantity":{"value":1.50}}"#
    );
    let reply = server.ask("PUT", "/fhir/r4/Observation/o", JSON, sent).await;
    let after = reply.body.split_once(r#""status""#).unwrap().1;
    assert_eq!(after, sent.split_once(r#""status""#).unwrap().1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn histories_have_every_version_and_deletions() {
    let server = Server::with(settings()).await;
    put(&server, "a", "requested").await;
    put(&server, "b", "requested").await;
    put(&server, "a", "accepted").await;
    server.ask("DELETE", "/fhir/r4/Task/a", "", "").await;
    let of = |bundle: &Value| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let entries = bundle["entry"].as_array().unwrap();
        let entry =
            |entry: &Value| (text(&entry["request"]["method"]), text(&entry["response"]["etag"]));
        entries.iter().map(entry).collect()
    };
    let pair = |method: &str, tag: u8| (method.to_owned(), format!("W/\"{tag}\""));
    let one = server.get("/fhir/r4/Task/a/_history").await.json();
    assert_eq!(of(&one), [pair("DELETE", 3), pair("PUT", 2), pair("PUT", 1)]);
    assert_eq!((&one["total"], &one["type"]), (&json!(3), &json!("history")));
    assert!(one["entry"][0]["resource"].is_null());
    let first = server.get("/fhir/r4/Task/_history?_count=2").await.json();
    assert_eq!(of(&first), [pair("DELETE", 3), pair("PUT", 2)]);
    let next = first["link"][1]["url"].as_str().unwrap();
    let next = next.split_once(&server.port.to_string()).unwrap().1;
    let second = server.get(next).await.json();
    assert_eq!(of(&second), [pair("PUT", 1), pair("PUT", 1)]);
    let since = one["entry"][1]["response"]["lastModified"].as_str().unwrap();
    let later = server.get(&format!("/fhir/r4/Task/a/_history?_since={since}")).await.json();
    assert_eq!(later["total"], 2);
    assert_eq!(server.get("/fhir/r4/Task/none/_history").await.status, 404);
    assert_eq!(server.get("/fhir/r4/Task/_history?status=x").await.status, 400);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn searches_find_current_versions_by_each_parameter() {
    let server = Server::with(settings()).await;
    put(&server, "a", "requested").await;
    put(&server, "b", "requested").await;
    put(&server, "a", "accepted").await;
    put(&server, "c", "requested").await;
    server.ask("DELETE", "/fhir/r4/Task/c", "", "").await;
    let patient = r#"{"resourceType":"Patient","id":"p1"}"#;
    server.ask("PUT", "/fhir/r4/Patient/p1", JSON, patient).await;
    for (search, expected) in [
        ("Task", vec!["a", "b"]),
        ("Task?_id=a", vec!["a"]),
        ("Task?_id=a,b", vec!["a", "b"]),
        ("Task?_id=c", vec![]),
        ("Task?status=requested", vec!["b"]),
        ("Task?status=accepted&patient=Patient/p1", vec!["a"]),
        ("Task?patient=p1", vec!["a", "b"]),
        ("Task?subject=Patient/p1", vec!["a", "b"]),
        ("Task?subject:Patient=p1", vec!["a", "b"]),
        ("Task?subject=Group/p1", vec![]),
        ("Task?identifier=urn:orders%7Cb", vec!["b"]),
        ("Task?code=urn:codes%7Cgenome", vec!["a", "b"]),
        ("Task?code=other", vec![]),
        ("Task?_lastUpdated=gt2020-01-01", vec!["a", "b"]),
        ("Task?_lastUpdated=lt2020-01-01", vec![]),
        ("Patient?patient=Patient/p1", vec!["p1"]),
        ("Patient?_id=none", vec![]),
    ] {
        let reply = server.get(&format!("/fhir/r4/{search}")).await;
        assert_eq!(reply.status, 200, "{search}: {}", reply.body);
        let bundle = reply.json();
        let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
        let mut ids: Vec<_> =
            entries.iter().map(|entry| entry["resource"]["id"].as_str().unwrap()).collect();
        ids.sort_unstable();
        assert_eq!(ids, expected, "{search}");
        assert_eq!(bundle["total"], expected.len(), "{search}");
    }
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    let posted = server.ask("POST", "/fhir/r4/Task/_search", form, "status=accepted").await;
    assert_eq!(posted.json()["total"], 1, "{}", posted.body);
    for wrong in ["Task?status:not=x", "Task?patient:missing=true", "Task?_id="] {
        assert_eq!(server.get(&format!("/fhir/r4/{wrong}")).await.status, 400, "{wrong}");
    }
    let lenient = server.get("/fhir/r4/Task?nonsense=1").await.json();
    assert_eq!(lenient["entry"][2]["search"]["mode"], "outcome");
    let strict = "prefer: handling=strict\r\n";
    assert_eq!(server.ask("GET", "/fhir/r4/Task?nonsense=1", strict, "").await.status, 400);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_show_each_resource_once_though_they_change_meanwhile() {
    let server = Server::with(settings()).await;
    for id in 0..9 {
        put(&server, &format!("t{id}"), "requested").await;
    }
    let first = server.get("/fhir/r4/Task?_count=4&_sort=_lastUpdated").await.json();
    put(&server, "t0", "accepted").await;
    put(&server, "t6", "accepted").await;
    put(&server, "new", "requested").await;
    server.ask("DELETE", "/fhir/r4/Task/t7", "", "").await;
    let mut ids = Vec::new();
    let mut page = first;
    loop {
        for entry in page["entry"].as_array().unwrap() {
            ids.push(entry["resource"]["id"].as_str().unwrap().to_owned());
        }
        let links = page["link"].as_array().unwrap();
        let Some(next) = links.iter().find(|link| link["relation"] == "next") else { break };
        let next = next["url"].as_str().unwrap().split_once(&server.port.to_string()).unwrap().1;
        page = server.get(next).await.json();
    }
    let all: Vec<String> = (0..9).map(|id| format!("t{id}")).collect();
    assert_eq!(ids, all, "as it was at the first page");
    let counted = server.get("/fhir/r4/Task?_summary=count").await.json();
    assert_eq!(counted["total"], 9, "{counted}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conditional_creates_and_updates_come_to_one_resource() {
    let server = Server::with(settings()).await;
    let body = task("x", "requested");
    let fields = format!("{JSON}if-none-exist: identifier=urn:orders|x\r\n");
    let ask = || server.ask("POST", "/fhir/r4/Task", &fields, &body);
    let (a, b, c, d) = tokio::join!(ask(), ask(), ask(), ask());
    let mut statuses = [a.status, b.status, c.status, d.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 201]);
    let update = "/fhir/r4/Task?identifier=urn:orders%7Cx";
    let other = body.replace("\"id\":\"x\",", "").replace("requested", "accepted");
    let changed = server.ask("PUT", update, JSON, &other).await;
    assert_eq!((changed.status, changed.field("etag")), (200, Some("W/\"2\"")), "{}", changed.body);
    assert_eq!(server.ask("PUT", update, JSON, &body).await.status, 400, "another id");
    let fresh = server.ask("PUT", "/fhir/r4/Task?identifier=urn:orders%7Cy", JSON, &other).await;
    assert_eq!(fresh.status, 201);
    let many = server.ask("PUT", "/fhir/r4/Task?code=genome", JSON, &other).await;
    assert_eq!(many.status, 412, "{}", many.body);
    let wrong = format!("{JSON}if-none-exist: nonsense=1\r\n");
    assert_eq!(server.ask("POST", "/fhir/r4/Task", &wrong, &body).await.status, 400);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_never_collide_and_each_has_its_event() {
    let server = Server::with(settings()).await;
    let writes = (0..40).map(|n| {
        let server = &server;
        async move { put(server, &format!("t{}", n % 4), "requested").await.status }
    });
    let mut running = Vec::new();
    for write in writes {
        running.push(Box::pin(write));
    }
    let statuses = futures(running).await;
    assert!(statuses.iter().all(|status| matches!(status, 200 | 201)), "{statuses:?}");
    for id in 0..4 {
        let history = server.get(&format!("/fhir/r4/Task/t{id}/_history")).await.json();
        let entries = history["entry"].as_array().unwrap();
        let tags: Vec<_> = entries.iter().map(|entry| &entry["response"]["etag"]).collect();
        let expected: Vec<_> = (1..=10).rev().map(|n| json!(format!("W/\"{n}\""))).collect();
        assert_eq!(tags, expected.iter().collect::<Vec<_>>());
        let told = events(&server, &format!("&entity=Task/t{id}&action=C,U")).await;
        assert_eq!(told.len(), 10);
    }
    assert_paired(&server);
    server.stop().await;
}

/// Runs them all at once.
async fn futures<T>(all: Vec<std::pin::Pin<Box<impl Future<Output = T>>>>) -> Vec<T> {
    let mut all: Vec<_> = all.into_iter().map(|one| (one, None)).collect();
    std::future::poll_fn(|context| {
        for (one, done) in &mut all {
            if done.is_none()
                && let std::task::Poll::Ready(value) = one.as_mut().poll(context)
            {
                *done = Some(value);
            }
        }
        if all.iter().all(|(_, done)| done.is_some()) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    all.into_iter().filter_map(|(_, done)| done).collect()
}

/// Behind each version of a resource stands the event that tells of it.
pub(crate) fn assert_paired(server: &Server) {
    let snapshot = server.store.snapshot();
    let all: Vec<LogIndex> = (0..snapshot.size().0).map(LogIndex).collect();
    let records = snapshot.read_all(&all).unwrap();
    let mut pairs = 0;
    for pair in records.windows(2) {
        if pair[0].envelope.kind == RecordKind::Resource {
            assert_eq!(pair[1].envelope.kind, RecordKind::TrailEvent);
            pairs += 1;
        }
    }
    assert!(pairs > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn resources_are_there_after_a_restart_and_no_search_for_events_shows_them() {
    let server = Server::with(settings()).await;
    put(&server, "a", "requested").await;
    put(&server, "a", "accepted").await;
    put(&server, "b", "requested").await;
    server.ask("DELETE", "/fhir/r4/Task/b", "", "").await;
    let told = server.total().await;
    assert_eq!(told, 4);
    let server = Server::over(server.stopped().await, settings()).await;
    let read = server.get("/fhir/r4/Task/a").await.json();
    assert_eq!((&read["status"], &read["meta"]["versionId"]), (&json!("accepted"), &json!("2")));
    assert_eq!(server.get("/fhir/r4/Task/b").await.status, 410);
    let next = put(&server, "a", "completed").await;
    assert_eq!(next.field("etag"), Some("W/\"3\""));
    let history = server.get("/fhir/r4/AuditEvent/_history?_count=100").await.json();
    let entries = history["entry"].as_array().unwrap().iter();
    assert!(entries.clone().all(|entry| entry["resource"]["resourceType"] == "AuditEvent"));
    let snapshot = server.store.snapshot();
    for at in (0..snapshot.size().0).map(LogIndex) {
        let envelope = snapshot.read(at).unwrap().envelope;
        if envelope.kind == RecordKind::Resource {
            let id = envelope.id.0;
            assert_eq!(server.get(&format!("/fhir/r4/AuditEvent/{id}")).await.status, 404);
            assert_eq!(server.get(&format!("/api/audit-events/{id}")).await.status, 404);
            assert_eq!(server.get(&format!("/fhir/r4/AuditEvent/{id}/$proof")).await.status, 404);
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_lists_what_is_kept_where_it_is_kept() {
    let server = Server::with(settings()).await;
    let listed = |said: &Value| -> Vec<String> {
        let resources = said["rest"][0]["resource"].as_array().unwrap();
        resources.iter().map(|it| it["type"].as_str().unwrap().to_owned()).collect()
    };
    let said = server.get("/fhir/r4/metadata").await.json();
    let types = listed(&said);
    assert!(types.contains(&"Task".to_owned()));
    assert_eq!(types.iter().filter(|name| *name == "Patient").count(), 1);
    assert_eq!(types.iter().filter(|name| *name == "AuditEvent").count(), 1);
    let other = listed(&server.get("/fhir/r5/metadata").await.json());
    // Of a patient who is kept elsewhere one may ask who looked.
    assert_eq!(other, ["AuditEvent", "OperationDefinition", "Patient"]);
    assert_eq!(server.get("/fhir/r5/Task/a").await.status, 404, "in one release alone");
    let without = Server::start().await;
    assert_eq!(listed(&without.get("/fhir/r4/metadata").await.json()), other);
    assert_eq!(without.get("/fhir/r4/Task/a").await.status, 404);
    assert_eq!(put(&without, "a", "requested").await.status, 404);
    server.stop().await;
    without.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn audit_events_are_sent_and_read_as_ever() {
    let server = Server::with(settings()).await;
    let made = server.post("/fhir/r4/AuditEvent", &crate::events::r4("old", 1)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let read = server.get(&format!("/fhir/r4/AuditEvent/{}", made.id())).await;
    assert_eq!((read.status, read.field("etag")), (200, Some("W/\"1\"")));
    let batch = crate::events::bundle("batch", &[crate::events::post(&crate::events::r4("x", 2))]);
    assert_eq!(server.post("/fhir/r4", &batch).await.status, 200);
    assert_eq!(server.total().await, 2, "nothing is told of audit events in their own log");
    let put = server.ask("PUT", "/fhir/r4/AuditEvent/1", JSON, "{}").await;
    assert_eq!(put.status, 405);
    server.stop().await;
}
