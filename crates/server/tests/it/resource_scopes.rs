//! Who may do what with which resources: SMART's scopes of other types than `AuditEvent`.
use crate::{
    identified::Identified,
    resources::{JSON, settings, task},
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_gives_its_letters_of_its_type_and_no_more() {
    let server = Identified::start(settings()).await;
    let admin = server.admin("default");
    let made = server.ask(&admin, "PUT", "/fhir/r4/Task/t", JSON, &task("t", "requested")).await;
    assert_eq!(made.status, 201, "{}", made.body);
    for (scope, allowed) in [
        ("user/Task.rs", "rs"),
        ("system/Task.cruds", "crus"),
        ("user/*.read", "rs"),
        ("user/Task.c", "c"),
        ("user/Task.u", "u"),
        ("user/Patient.cruds", ""),
        ("user/AuditEvent.cruds", ""),
        ("user/Task.rs?status=requested", ""),
        ("openid", ""),
    ] {
        let token = server.token("default", &json!({ "scope": scope }));
        for (letter, method, path, body) in [
            ('c', "POST", "/fhir/r4/Task", task("n", "requested")),
            ('r', "GET", "/fhir/r4/Task/t", String::new()),
            ('r', "GET", "/fhir/r4/Task/t/_history", String::new()),
            ('u', "PUT", "/fhir/r4/Task/t", task("t", "accepted")),
            ('s', "GET", "/fhir/r4/Task", String::new()),
        ] {
            let reply = server.ask(&token, method, path, JSON, &body).await;
            let is_let_in = reply.status != 403;
            assert_eq!(is_let_in, allowed.contains(letter), "{scope} {letter}: {}", reply.body);
        }
    }
    let none = server.server.get("/fhir/r4/Task/t").await;
    assert_eq!(none.status, 401);
    let denied = server.get(&admin, "/fhir/r4/AuditEvent?outcome=8&_count=100").await.json();
    assert!(denied["total"].as_u64().unwrap() > 0, "a denial is told in the log");
    server.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_of_the_log_give_no_resources() {
    let server = Identified::start(settings()).await;
    for role in ["writer", "reader", "auditor", "operator", "witness"] {
        let token = server.token("default", &json!({ "roles": [role] }));
        assert_eq!(server.get(&token, "/fhir/r4/Task").await.status, 403, "{role}");
    }
    server.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patients_scope_gives_what_is_about_the_patient() {
    let server = Identified::start(settings()).await;
    let admin = server.admin("default");
    let others = task("theirs", "requested").replace("Patient/p1", "Patient/p2");
    server.ask(&admin, "PUT", "/fhir/r4/Task/mine", JSON, &task("mine", "requested")).await;
    server.ask(&admin, "PUT", "/fhir/r4/Task/theirs", JSON, &others).await;
    let claims = json!({ "scope": "patient/Task.cruds patient/Patient.r", "patient": "p1" });
    let token = server.token("default", &claims);
    assert_eq!(server.get(&token, "/fhir/r4/Task/mine").await.status, 200);
    assert_eq!(server.get(&token, "/fhir/r4/Task/theirs").await.status, 404);
    let found = server.get(&token, "/fhir/r4/Task").await.json();
    assert_eq!(
        (&found["total"], &found["entry"][0]["resource"]["id"]),
        (&json!(1), &json!("mine"))
    );
    let history = server.get(&token, "/fhir/r4/Task/_history").await.json();
    assert_eq!(history["total"], 1);
    for (path, body, status) in [
        ("Task/mine", task("mine", "accepted"), 200),
        ("Task/mine", task("mine", "accepted").replace("Patient/p1", "Patient/p2"), 403),
        ("Task/theirs", task("theirs", "accepted"), 403),
        ("Task/new", others.replace("theirs", "new"), 403),
    ] {
        let reply = server.ask(&token, "PUT", &format!("/fhir/r4/{path}"), JSON, &body).await;
        assert_eq!(reply.status, status, "{path}: {}", reply.body);
    }
    let deleted = server.ask(&token, "DELETE", "/fhir/r4/Task/theirs", "", "").await;
    assert_eq!(deleted.status, 404);
    server.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenants_resources_are_its_own() {
    let server = Identified::start(settings()).await;
    let (admin, other) = (server.admin("default"), server.admin("ward-alpha"));
    server.ask(&admin, "PUT", "/fhir/r4/Task/t", JSON, &task("t", "requested")).await;
    assert_eq!(server.get(&other, "/t/ward-alpha/fhir/r4/Task/t").await.status, 404);
    assert_eq!(server.get(&other, "/fhir/r4/Task/t").await.status, 404);
    server.server.stop().await;
}
