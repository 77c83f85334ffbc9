//! Two tenants, every route, every form of an id: nobody finds anything of the other's. The routes
//! are the router's own, so that none can be forgotten.
use crate::{
    identified::{Identified, TENANTS},
    server::Reply,
};
use kiln_server::{Settings, routes};
use serde_json::json;

/// It stands in everything that the other tenant has stored.
const CANARY: &str = "canary-4711";

fn event() -> String {
    json!({
        "resourceType": "AuditEvent",
        "type": { "code": CANARY },
        "recorded": "2024-06-15T08:30:00Z",
        "agent": [{ "requestor": true, "name": CANARY, "altId": CANARY,
            "who": { "reference": format!("Practitioner/{CANARY}") } }],
        "source": { "observer": { "display": CANARY } },
        "entity": [{ "what": { "reference": "Patient/shared", "display": CANARY } }],
    })
    .to_string()
}

/// What the other tenant has.
struct Theirs {
    id: String,
    key: String,
    checkpoint: String,
}

impl Theirs {
    async fn of(kiln: &Identified, tenant: &str) -> Self {
        let token = kiln.admin(tenant);
        let path = format!("/t/{tenant}/fhir/r4/AuditEvent");
        let created = kiln.post(&token, &path, &event()).await;
        assert_eq!(created.status, 201, "{}", created.body);
        let key = kiln.get(&token, &format!("/t/{tenant}/log/key")).await.body;
        let checkpoint = kiln.get(&token, &format!("/t/{tenant}/log/checkpoint")).await.body;
        Self { id: created.id(), key, checkpoint }
    }

    /// Whether an answer holds what it must not, but for the id that was asked for, which links
    /// repeat.
    fn leaks(&self, reply: &Reply, asked: &str) -> bool {
        let origin = self.key.split('+').next().unwrap();
        let root = self.checkpoint.lines().nth(2).unwrap();
        let asked = asked.replace("%2d", "-");
        let echo = [self.id.as_str(), CANARY].into_iter().find(|secret| asked.contains(secret));
        let text = format!("{}\n{}", reply.head, reply.body);
        let text = echo.map_or(text.clone(), |echo| text.replace(echo, ""));
        [CANARY, origin, root, &self.id].iter().any(|secret| text.contains(secret))
    }

    /// Everything that could be taken for the id of their event.
    fn ids(&self) -> Vec<String> {
        let id = &self.id;
        vec![
            id.clone(),
            id.to_uppercase(),
            id.replace('-', ""),
            format!("urn:uuid:{id}"),
            format!("%7B{id}%7D"),
            id.replacen('-', "%2d", 1),
            format!("..%2f..%2fward-alpha%2f{id}"),
            "0".to_owned(),
            "1".to_owned(),
            "2".to_owned(),
            "shared".to_owned(),
            CANARY.to_owned(),
        ]
    }
}

fn paths(pattern: &str, id: &str) -> Vec<String> {
    let bases: &[&str] = match pattern.split('/').next() {
        Some("[base]") => &["/fhir/r4", "/fhir/r5", "/fhir/dstu2", "/fhir/r6", "/fhir"],
        Some("[audit]") => &["/audit/fhir/r4", "/audit/fhir/r5", "/audit/fhir"],
        _ => &[""],
    };
    let rests = if pattern.contains("{rest}") {
        vec!["0/000", "0/000.p/1", "0/000.p/2", "entries/000.p/1", "entries/000.p/2"]
    } else {
        vec![""]
    };
    let compartments: &[&str] =
        if pattern.contains("{compartment}") { &["Patient", "Practitioner"] } else { &[""] };
    let mut paths = Vec::new();
    for base in bases {
        for rest in &rests {
            for compartment in compartments {
                let path = pattern.replace("[base]", base).replace("[audit]", base);
                let path = path.replace("{rest}", rest).replace("{compartment}", compartment);
                let path = path.replace("{version}", "1");
                assert!(!path.replace("{id}", "").contains(['{', '[']), "{pattern} is not known");
                paths.push(path.replace("{id}", id));
            }
        }
    }
    paths
}

/// A body for a route that takes one, which asks for the event with this id.
fn body(path: &str, id: &str) -> (&'static str, String) {
    if path.ends_with("_search") {
        return ("content-type: application/x-www-form-urlencoded\r\n", format!("_id={id}"));
    }
    if path.contains("/api/") {
        return ("content-type: application/json\r\n", "[]".to_owned());
    }
    let urls = [
        format!("AuditEvent/{id}"),
        format!("AuditEvent/{id}/_history/1"),
        format!("AuditEvent/{id}/_history"),
        format!("AuditEvent?_id={id}"),
        "AuditEvent?_count=100".to_owned(),
        "AuditEvent/_history".to_owned(),
        format!("/t/ward-alpha/fhir/r4/AuditEvent/{id}"),
        "/t/ward-alpha/fhir/r4/AuditEvent".to_owned(),
    ];
    let entry = |url: &String| json!({ "request": { "method": "GET", "url": url } });
    let entries: Vec<_> = urls.iter().map(entry).collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "batch", "entry": entries });
    ("content-type: application/fhir+json\r\n", bundle.to_string())
}

/// An answer as it would be if the path named another tenant.
fn unnamed(reply: &Reply, tenant: &str) -> (u16, String) {
    (reply.status, reply.body.replace(tenant, "TENANT"))
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tenants_every_route_every_form_of_an_id_and_no_leak() {
    let kiln = Identified::start(Settings::default()).await;
    let [alpha, beta] = TENANTS;
    let theirs = Theirs::of(&kiln, alpha).await;
    let token = kiln.admin(beta);
    let (mut asked, mut leaks) = (0, Vec::new());
    for (method, pattern) in routes() {
        for id in theirs.ids() {
            for path in paths(pattern, &id) {
                let (fields, body) =
                    if method == "POST" { body(&path, &id) } else { ("", String::new()) };
                let ask = |path: String| {
                    let (kiln, token, body) = (&kiln, &token, &body);
                    async move { kiln.ask(token, method, &path, fields, body).await }
                };
                let own = ask(format!("/t/{beta}{path}")).await;
                let foreign = ask(format!("/t/{alpha}{path}")).await;
                let nobodys = ask(format!("/t/ward-gamma{path}")).await;
                let default = ask(path.clone()).await;
                asked += 4;
                // One's own audit repeats what one has asked for oneself.
                let is_own_audit = |of| of == beta && path.starts_with("/audit");
                for (reply, of) in [(&own, beta), (&foreign, alpha), (&default, "default")] {
                    if theirs.leaks(reply, &id) && !is_own_audit(of) {
                        leaks.push(format!("{method} {path} of {of}: {}", reply.body));
                    }
                }
                let (foreign, nobodys) =
                    (unnamed(&foreign, alpha), unnamed(&nobodys, "ward-gamma"));
                if foreign != nobodys {
                    leaks.push(format!("{method} {path}: {foreign:?} is not {nobodys:?}"));
                }
            }
            if !pattern.contains("{id}") && method != "POST" {
                break;
            }
        }
    }
    assert!(leaks.is_empty(), "{} of {asked}:\n{}", leaks.len(), leaks.join("\n"));
    assert!(asked > 2_000, "only {asked} questions");
    let own = kiln.get(&kiln.admin(alpha), &format!("/t/{alpha}/fhir/r4/AuditEvent")).await;
    assert!(own.body.contains(CANARY), "the canary must be there to be looked for");
    kiln.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn searches_and_histories_of_one_tenant_hold_nothing_of_another() {
    let kiln = Identified::start(Settings::default()).await;
    let [alpha, beta] = TENANTS;
    let theirs = Theirs::of(&kiln, alpha).await;
    let token = kiln.admin(beta);
    for query in [
        "/fhir/r4/AuditEvent",
        "/fhir/r4/AuditEvent?patient=shared",
        "/fhir/r4/AuditEvent?agent-name=canary",
        "/fhir/r4/AuditEvent?_summary=count",
        "/fhir/r4/AuditEvent/_history",
        "/fhir/r4/Patient/shared/AuditEvent",
        "/api/audit-events?patient=shared",
        "/fhir/r4/AuditEvent/$verify?from=0",
    ] {
        let reply = kiln.get(&token, &format!("/t/{beta}{query}")).await;
        assert_eq!(reply.status, 200, "{query}: {}", reply.body);
        assert!(!theirs.leaks(&reply, "canary"), "{query}: {}", reply.body);
        if let Some(total) = reply.json()["total"].as_u64() {
            assert_eq!(total, 0, "{query}");
        }
    }
    kiln.server.stop().await;
}

#[tokio::test]
async fn who_looked_at_one_log_is_not_in_the_audit_of_another() {
    let kiln = Identified::start(Settings::default()).await;
    let [alpha, beta] = TENANTS;
    let theirs = kiln.token(alpha, &json!({ "roles": ["admin"], "sub": CANARY, "name": CANARY }));
    let asked = format!("/t/{alpha}/fhir/r4/AuditEvent?agent-name={CANARY}");
    assert_eq!(kiln.get(&theirs, &asked).await.status, 200);
    let own = kiln.get(&theirs, &format!("/t/{alpha}/audit/fhir/r4/AuditEvent")).await;
    assert!(own.body.contains(CANARY), "{}", own.body);
    for path in ["/audit/fhir/r4/AuditEvent", "/audit/fhir/r5/AuditEvent/_history"] {
        let other = kiln.get(&kiln.admin(beta), &format!("/t/{beta}{path}")).await;
        assert_eq!(other.status, 200, "{}", other.body);
        assert!(!other.body.contains(CANARY), "{}", other.body);
        let foreign = kiln.get(&kiln.admin(beta), &format!("/t/{alpha}{path}")).await;
        assert_eq!(foreign.status, 404, "{}", foreign.body);
    }
    kiln.server.stop().await;
}

#[tokio::test]
async fn what_operators_are_told_names_no_tenant() {
    let kiln = Identified::start(Settings::default()).await;
    let checkpoint = kiln.get(&kiln.admin("default"), "/log/checkpoint").await.body;
    let mut records = size(&checkpoint);
    for tenant in TENANTS {
        records += size(&Theirs::of(&kiln, tenant).await.checkpoint);
    }
    for path in ["/metrics", "/health/ready", "/health/live"] {
        let reply = kiln.get(&kiln.admin("default"), path).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        assert!(!TENANTS.iter().any(|tenant| reply.body.contains(tenant)), "{}", reply.body);
    }
    let metrics = kiln.get(&kiln.admin("default"), "/metrics").await.body;
    let told = metrics.lines().find_map(|line| line.strip_prefix("kiln_log_records "));
    assert_eq!(told, Some(records.to_string().as_str()), "those of all open logs");
    kiln.server.stop().await;
}

fn size(checkpoint: &str) -> u64 {
    checkpoint.lines().nth(1).unwrap().parse().unwrap()
}
