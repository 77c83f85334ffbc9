//! What may be missing is said on the first page, and which element of what was refused was wrong;
//! to those alone who may see how the server does.
use crate::{
    identified::{Identified, by_issuer, token},
    people::{Forward, HTML, event, page},
    server::{Server, open},
};
use kiln_server::{App, Settings, Tenant};
use kiln_store::{TenantId, clock::SystemClock, disk::RealDisk, rejects::Shelf};
use serde_json::{Value, json};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

const DAY_MS: i64 = 86_400_000;
/// What no event may hold, and no page of an operator's.
const SECRET: &str = "canary8";
const FIRST: &str = "1 message was refused.";

/// A tenant over this log, with a shelf.
fn tenant(folder: &Path, store: &Arc<kiln_store::Store>) -> Tenant {
    let tenant = Tenant::new(TenantId::default(), Arc::clone(store), &Settings::default()).unwrap();
    let folder = folder.join("tenants/default");
    let shelf =
        Shelf::open(&folder, kiln_store::rejects::Settings::default(), Arc::new(RealDisk)).unwrap();
    tenant.with_shelf(shelf)
}

fn refused() -> String {
    let sent = json!({ "resourceType": "AuditEvent", "type": { "code": "rest" },
                       "recorded": SECRET, "agent": [{ "name": SECRET, "requestor": true }],
                       "entity": [{ "what": { "reference": format!("Patient/{SECRET}") } }] });
    sent.to_string()
}

/// The page, once it says this: a shelf is written beside the requests.
async fn until(server: &Server, fields: &str, path: &str, says: &str) -> String {
    let mut body = String::new();
    for _ in 0..500 {
        body = server.ask("GET", path, fields, "").await.body;
        if body.contains(says) {
            return body;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never {says}: {body}");
}

#[tokio::test]
async fn silence_and_refusals_are_told_and_listed_without_a_value() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(open(&folder.path().join("tenants/default"), [1; 32]));
    let clock = Arc::new(Forward(AtomicI64::new(0)));
    let tenant = tenant(folder.path(), &store);
    let app = App::new(tenant, Settings::default(), Arc::<Forward>::clone(&clock)).unwrap();
    let server = Server::of(folder, store, app).await;
    for _ in 0..20 {
        server.post("/fhir/r4/AuditEvent", &event("a", "chen", "0")).await;
    }
    let calm = page(&server, "/").await.body;
    assert!(!calm.contains("has sent nothing") && !calm.contains("refused."), "{calm}");
    assert_eq!(server.post("/fhir/r4/AuditEvent", &refused()).await.status, 400);
    let first = until(&server, HTML, "/", FIRST).await;
    assert!(first.contains("href=\"/operations\">See Operations"), "{first}");
    clock.0.store(4 * DAY_MS, Ordering::Relaxed);
    let silent = page(&server, "/").await.body;
    assert!(silent.contains("Device/his has sent nothing since 20"), "{silent}");
    assert!(silent.contains("(4 days ago)."), "{silent}");
    let german = server.ask("GET", "/", &format!("{HTML}accept-language: de\r\n"), "").await.body;
    assert!(german.contains("Device/his hat seit 20"), "{german}");
    let operations = page(&server, "/operations").await.body;
    let listed = operations.split("id=\"rejects\"").nth(1).unwrap();
    assert!(listed.contains("<code>AuditEvent.recorded</code>"), "{listed}");
    assert!(listed.contains("<td>open</td>") && listed.contains("<td>r4 json</td>"), "{listed}");
    for body in [&first, &silent, &operations] {
        assert!(!body.contains(SECRET), "{body}");
    }
    server.stop().await;
}

#[tokio::test]
async fn who_may_not_see_operations_is_told_nothing_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(open(&folder.path().join("tenants/default"), [1; 32]));
    let audit = Arc::new(open(&folder.path().join("tenants/default/audit"), [3; 32]));
    let tenant = tenant(folder.path(), &store).with_audit(audit);
    let app = App::new(tenant, Settings::default(), Arc::new(SystemClock)).unwrap();
    let disk: Arc<dyn kiln_store::disk::Disk> = Arc::new(RealDisk);
    let app = app.with_identity(by_issuer(folder.path()), &disk).unwrap();
    let server = Server::of(folder, store, app).await;
    let by = |claims| format!("{HTML}authorization: Bearer {}\r\n", token("default", &claims));
    let admin = by(json!({ "roles": ["admin"], "sub": "mara.canary8" }));
    let sent = format!("{admin}content-type: application/fhir+json\r\n");
    let sent = sent.replace(HTML, "");
    let reply = server.ask("POST", "/fhir/r4/AuditEvent", &sent, &refused()).await;
    assert_eq!(reply.status, 400, "{}", reply.body);
    until(&server, &admin, "/", FIRST).await;
    let operations = server.ask("GET", "/operations", &admin, "").await.body;
    assert!(operations.contains("<td>token:idp</td>"), "{operations}");
    let listed = operations.split("id=\"senders\"").nth(1).unwrap();
    assert!(!listed.contains(SECRET), "whoever has a token may be a patient: {listed}");
    for claims in [
        json!({ "roles": ["reader"], "sub": "r" }),
        json!({ "scope": "patient/AuditEvent.rs", "patient": "a" }),
        json!({ "roles": ["operator"], "scope": "patient/AuditEvent.rs", "patient": "a" }),
        json!({ "roles": ["operator"], "scope": "system/AuditEvent.rs?outcome=0" }),
    ] {
        let reply = server.ask("GET", "/", &by(claims.clone()), "").await;
        assert_eq!(reply.status, 200, "{claims} {}", reply.body);
        assert!(!reply.body.contains("refused."), "{claims} {}", reply.body);
    }
    server.stop().await;
}

/// Words of an outcome may be about anybody: a patient's view has none of them, wherever a row is.
#[tokio::test]
async fn a_patient_is_shown_no_reason() {
    let kiln = Identified::start(Settings::default()).await;
    let (admin, patient) = (kiln.admin("default"), kiln.patient("default", "mine"));
    let mut sent: Value = serde_json::from_str(&event("mine", "seen", "8")).unwrap();
    sent["outcomeDesc"] = json!(SECRET);
    let first = kiln.ask(&patient, "GET", "/", HTML, "").await.body;
    let newer = first.split("data-live=\"").nth(1).unwrap().split('"').next().unwrap();
    let id = kiln.post(&admin, "/fhir/r4/AuditEvent", &sent.to_string()).await.id();
    kiln.post(&admin, "/fhir/r4/AuditEvent", &sent.to_string()).await;
    for path in ["/", newer, &format!("/event/{id}")] {
        let officer = kiln.ask(&admin, "GET", path, HTML, "").await.body;
        let is_theirs = path.starts_with("/newer/");
        assert!(is_theirs || officer.contains(SECRET), "there to be looked for: {officer}");
        let reply = kiln.ask(&patient, "GET", path, HTML, "").await;
        assert!(reply.status == 200 && reply.body.contains("seen"), "{path} {}", reply.body);
        assert!(!reply.body.contains(SECRET), "{path} {}", reply.body);
    }
    kiln.server.stop().await;
}
