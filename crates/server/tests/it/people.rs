//! Pages for people: what they show to whom, what of it is recorded, and with which header fields.
use crate::{
    events,
    identified::{Identified, by_issuer},
    server::{Reply, Server, open},
};
use kiln_evidence::{Policy, TlogProof, VerifierKey, verify_receipt};
use kiln_server::{App, Pages, Settings, SignInSettings, Tenant};
use kiln_store::{
    Millis, TenantId,
    clock::{Clock, OsRandom, SystemClock},
    disk::{Disk, RealDisk},
};
use serde_json::{Value, json};
use std::{
    io::{Cursor, Read as _},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

pub(crate) const HTML: &str = "accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8\r\n";
pub(crate) const FORM: &str =
    "content-type: application/x-www-form-urlencoded\r\naccept: text/html\r\n";
const AUDIT: &str = "/audit/fhir/r4/AuditEvent?_sort=-_lastUpdated";

/// An event about a patient.
pub(crate) fn event(patient: &str, agent: &str, outcome: &str) -> String {
    json!({
        "resourceType": "AuditEvent",
        "type": { "system": "http://t.example", "code": "rest" },
        "action": "R",
        "recorded": "2024-06-15T08:30:00Z",
        "outcome": outcome,
        "agent": [{ "who": { "reference": format!("Practitioner/{agent}") },
                    "name": format!("Dr {agent}"), "requestor": true }],
        "source": { "observer": { "reference": "Device/his" } },
        "entity": [{ "what": { "reference": format!("Patient/{patient}") } }],
    })
    .to_string()
}

pub(crate) async fn page(server: &Server, path: &str) -> Reply {
    server.ask("GET", path, HTML, "").await
}

/// Where the search line leads.
pub(crate) async fn searched(server: &Server, line: &str) -> String {
    let body = format!("line={}", line.replace(' ', "+"));
    let reply = server.ask("POST", "/search", FORM, &body).await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    reply.field("location").unwrap().to_owned()
}

#[tokio::test]
async fn a_search_leads_to_an_address_that_holds_none_of_it() {
    let server = Server::start().await;
    server.post("/fhir/r4/AuditEvent", &event("secret1", "berta", "0")).await;
    server.post("/fhir/r4/AuditEvent", &event("other2", "wong", "8")).await;
    let view = searched(&server, "patient secret1").await;
    assert!(view.starts_with("/view/v") && !view.contains("secret1"), "{view}");
    let reply = page(&server, &view).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert!(reply.body.contains("berta") && !reply.body.contains("wong"), "{}", reply.body);
    // Nor does any address on the page.
    for url in reply.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(!url.contains("secret1"), "{url}");
    }
    let narrowed = "line=patient+other2&add=outcome:8";
    let reply = server.ask("POST", "/search", FORM, narrowed).await;
    let reply = page(&server, reply.field("location").unwrap()).await;
    assert!(reply.body.contains("wong") && !reply.body.contains("berta"), "{}", reply.body);
    let nothing = server.ask("POST", "/search", FORM, "line=+").await;
    assert_eq!(nothing.field("location"), Some("/"));
    server.stop().await;
}

#[tokio::test]
async fn a_number_alone_and_a_patients_name_lead_to_the_patients_events() {
    let server = Server::start().await;
    let mut named: Value = serde_json::from_str(&event("204418", "berta", "0")).unwrap();
    named["entity"][0]["what"]["display"] = json!("Mara Lindqvist");
    server.post("/fhir/r4/AuditEvent", &named.to_string()).await;
    server.post("/fhir/r4/AuditEvent", &event("7", "wong", "0")).await;
    let nothing = page(&server, &searched(&server, "204418").await).await.body;
    let offered = "form=\"instead\" name=\"line\" value=\"patient 204418\"";
    assert!(nothing.contains("Nothing found") && nothing.contains(offered), "{nothing}");
    for line in ["patient 204418", "patient Mara Lindqvist", "patient:\"lindqvist\""] {
        let found = page(&server, &searched(&server, line).await).await.body;
        assert!(found.contains("berta") && !found.contains("wong"), "{line}: {found}");
        assert!(!found.contains("search for “"), "{line}: {found}");
    }
    server.stop().await;
}

#[tokio::test]
async fn every_page_has_its_header_fields() {
    let server = Server::start().await;
    let id = server.post("/fhir/r4/AuditEvent", &event("a", "chen", "0")).await.id();
    let view = searched(&server, "chen").await;
    let (event, nowhere) = (format!("/event/{id}"), "/view/vAAAA".to_owned());
    for path in ["/".to_owned(), view, event, nowhere, "/no/such/page".to_owned()] {
        let reply = page(&server, &path).await;
        let field = |name: &str| reply.field(name).unwrap_or_default();
        assert_eq!(field("content-type"), "text/html; charset=utf-8", "{path}");
        assert_eq!(
            field("content-security-policy"),
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
             connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "{path}"
        );
        assert_eq!(field("cache-control"), "no-store", "{path}");
        assert_eq!(field("referrer-policy"), "same-origin", "{path}");
        assert_eq!(field("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(field("content-language"), "en", "{path}");
        for inline in ["<script>", "style=\"", " onclick", "javascript:", "http-equiv"] {
            assert!(!reply.body.contains(inline), "{path}: {inline}");
        }
    }
    let german = server.ask("GET", "/", &format!("{HTML}accept-language: de-AT\r\n"), "").await;
    assert_eq!(german.field("content-language"), Some("de"));
    for (asset, r#type) in [("style.css", "text/css"), ("live.js", "text/javascript")] {
        let reply = server.get(&format!("/assets/{asset}")).await;
        assert!(reply.field("content-type").unwrap().starts_with(r#type), "{asset}");
        assert!(reply.field("content-security-policy").is_some());
    }
    server.stop().await;
}

#[tokio::test]
async fn programs_are_answered_as_ever() {
    let server = Server::start().await;
    for fields in ["", "accept: */*\r\n", "accept: application/json\r\n"] {
        let reply = server.ask("GET", "/", fields, "").await;
        assert_eq!(reply.status, 404);
        assert_eq!(reply.json()["resourceType"], "OperationOutcome", "{}", reply.body);
        assert!(reply.body.contains("try /fhir/r4/metadata"), "{}", reply.body);
    }
    // A browser that asks for FHIR has FHIR, or its refusal.
    let reply = page(&server, "/fhir/r4/AuditEvent").await;
    assert_eq!(reply.json()["resourceType"], "Bundle");
    assert_eq!(reply.field("referrer-policy"), Some("no-referrer"));
    let reply = page(&server, "/fhir/r4/AuditEvent/none").await;
    assert_eq!((reply.status, &reply.json()["resourceType"]), (404, &json!("OperationOutcome")));
    server.stop().await;
}

#[tokio::test]
async fn no_pages_where_the_settings_say_so() {
    let pages = Pages { enabled: false, ..Pages::default() };
    let server = Server::with(Settings { pages, ..Settings::default() }).await;
    for path in ["/", "/view/vAAAA", "/assets/style.css", "/nowhere"] {
        let reply = page(&server, path).await;
        assert_eq!(reply.status, 404, "{path}");
        assert_eq!(reply.json()["resourceType"], "OperationOutcome", "{}", reply.body);
    }
    server.stop().await;
}

#[tokio::test]
async fn an_address_leads_nowhere_after_its_time_or_for_somebody_else() {
    let pages = Pages { view_lifetime: Duration::ZERO, ..Pages::default() };
    let server = Server::with(Settings { pages, ..Settings::default() }).await;
    let view = searched(&server, "chen").await;
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert_eq!(page(&server, &view).await.status, 410);
    server.stop().await;

    let kiln = Identified::start(Settings::default()).await;
    let [one, other] = ["one", "other"]
        .map(|sub| kiln.token("default", &json!({ "roles": ["reader"], "sub": sub })));
    let reply = kiln.ask(&one, "POST", "/search", FORM, "line=patient+a").await;
    let view = reply.field("location").unwrap().to_owned();
    assert_eq!(kiln.ask(&one, "GET", &view, HTML, "").await.status, 200);
    let foreign = kiln.ask(&other, "GET", &view, HTML, "").await;
    assert_eq!(foreign.status, 404);
    assert!(!foreign.body.contains("patient a"), "{}", foreign.body);
    kiln.server.stop().await;
}

#[tokio::test]
async fn an_address_outlives_a_restart() {
    let server = Server::start().await;
    server.post("/fhir/r4/AuditEvent", &event("a", "chen", "0")).await;
    let view = searched(&server, "who:Practitioner/chen").await;
    let folder = server.stopped().await;
    let server = Server::over(folder, Settings::default()).await;
    let reply = page(&server, &view).await;
    assert_eq!(reply.status, 200);
    assert!(reply.body.contains("chen"), "{}", reply.body);
    server.stop().await;
}

#[tokio::test]
async fn older_events_are_a_page_further() {
    let server = Server::start().await;
    for minute in 0..120 {
        server.post("/fhir/r4/AuditEvent", &events::r4("a", minute % 60)).await;
    }
    let mut path = "/".to_owned();
    let mut shown = Vec::new();
    for _ in 0..3 {
        let reply = page(&server, &path).await;
        let ids = reply.body.split("/event/").skip(1).filter_map(|rest| rest.get(..36));
        let mut ids: Vec<String> = ids.map(str::to_owned).collect();
        ids.dedup();
        shown.extend(ids);
        let older = reply.body.split("rel=\"next\" href=\"").nth(1);
        let Some(older) = older else { break };
        path = older.split('"').next().unwrap().to_owned();
    }
    let all = shown.len();
    shown.sort();
    shown.dedup();
    assert_eq!((all, shown.len()), (120, 120));
    server.stop().await;
}

/// What of the audit of the audit is about this path.
async fn looks(kiln: &Identified, admin: &str) -> Vec<Value> {
    let reply = kiln.get(admin, AUDIT).await.json();
    let entries = reply["entry"].as_array().unwrap().iter();
    entries.map(|entry| entry["resource"].clone()).collect()
}

fn query(look: &Value) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let mut entities = look["entity"].as_array().unwrap().iter();
    let query = entities.find_map(|entity| entity["query"].as_str()).unwrap_or_default();
    String::from_utf8(STANDARD.decode(query).unwrap()).unwrap()
}

#[tokio::test]
async fn who_looks_at_a_page_is_recorded_with_what_was_searched() {
    let kiln = Identified::start(Settings::default()).await;
    let admin = kiln.admin("default");
    let id = kiln.post(&admin, "/fhir/r4/AuditEvent", &event("p7", "chen", "0")).await.id();
    kiln.post(&admin, "/fhir/r4/AuditEvent", &event("p7", "wong", "0")).await;
    let reply = kiln.ask(&admin, "POST", "/search", FORM, "line=patient+p7").await;
    let view = reply.field("location").unwrap().to_owned();
    kiln.ask(&admin, "GET", &view, HTML, "").await;
    let look = looks(&kiln, &admin).await.remove(0);
    let asked = query(&look);
    assert!(asked.starts_with("GET /view/v") && asked.contains("patient=p7"), "{asked}");
    assert_eq!(look["subtype"][0]["code"], "search-type", "{look}");
    let detail = look.to_string();
    assert!(detail.contains("count"), "{detail}");

    // The page of an event is a read of it, and each kind of neighbours a search.
    let before = looks(&kiln, &admin).await.len();
    let reply = kiln.ask(&admin, "GET", &format!("/event/{id}"), HTML, "").await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let mut all = looks(&kiln, &admin).await;
    all.truncate(all.len() - before);
    let read = all.iter().find(|look| look["subtype"][0]["code"] == "read").unwrap();
    assert!(read.to_string().contains(&format!("AuditEvent/{id}")), "{read}");
    let searches: Vec<String> = all
        .iter()
        .filter(|look| look["subtype"][0]["code"] == "search-type")
        .map(query)
        .filter(|asked| !asked.contains("/audit/"))
        .collect();
    assert!(searches.iter().any(|it| it.contains("agent=Practitioner/chen")), "{searches:?}");
    assert!(searches.iter().any(|it| it.contains("patient=Patient/p7")), "{searches:?}");
    kiln.server.stop().await;
}

#[tokio::test]
async fn a_patient_sees_no_other_patient_in_rows_facets_and_counts() {
    let kiln = Identified::start(Settings::default()).await;
    let admin = kiln.admin("default");
    let mut theirs = String::new();
    for number in 0..6 {
        let id = kiln.post(&admin, "/fhir/r4/AuditEvent", &event("mine", "seen", "0")).await.id();
        theirs = id;
        let other = event(&format!("canary{number}"), &format!("canaryagent{number}"), "8");
        kiln.post(&admin, "/fhir/r4/AuditEvent", &other).await;
    }
    let of_others =
        kiln.post(&admin, "/fhir/r4/AuditEvent", &event("canary9", "x", "0")).await.id();
    let patient = kiln.patient("default", "mine");
    let officer = kiln.ask(&admin, "GET", "/", HTML, "").await;
    assert!(officer.body.contains("canary5"), "the canary must be there to be looked for");
    let mut paths = vec!["/".to_owned(), format!("/event/{theirs}")];
    for line in ["failed", "who:Practitioner/canaryagent1", "seen", "canary3"] {
        let body = format!("line={line}");
        let reply = kiln.ask(&patient, "POST", "/search", FORM, &body).await;
        paths.push(reply.field("location").unwrap().to_owned());
    }
    for path in &paths {
        let reply = kiln.ask(&patient, "GET", path, HTML, "").await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        let body = reply.body.replace("canaryagent1", "ASKED").replace("canary3", "ASKED");
        assert!(!body.contains("canary"), "{path}: {body}");
    }
    // Six events are theirs, and no count says more.
    let reply = kiln.ask(&patient, "GET", "/", HTML, "").await;
    let total = reply.body.split("class=\"total\">").nth(1).unwrap();
    assert!(total.starts_with("6 "), "{total}");
    let facets = reply.body.split("class=\"facets\"").nth(1).unwrap();
    let counts = facets.split("class=\"number\">").skip(1);
    let counts: Vec<&str> = counts.filter_map(|it| it.split('<').next()).collect();
    assert!(!counts.is_empty() && counts.iter().all(|count| *count == "6"), "{counts:?}");
    let reply = kiln.ask(&patient, "GET", &format!("/event/{of_others}"), HTML, "").await;
    assert_eq!(reply.status, 404);
    let reply = kiln.ask(&patient, "POST", "/search", FORM, "line=patient+canary1").await;
    let view = reply.field("location").unwrap().to_owned();
    assert_eq!(kiln.ask(&patient, "GET", &view, HTML, "").await.status, 403);
    let bundle = format!("/event/{theirs}/evidence.zip");
    assert_eq!(kiln.ask(&patient, "GET", &bundle, HTML, "").await.status, 403);
    kiln.server.stop().await;
}

#[tokio::test]
async fn a_granular_scope_holds_for_pages() {
    let kiln = Identified::start(Settings::default()).await;
    let admin = kiln.admin("default");
    kiln.post(&admin, "/fhir/r4/AuditEvent", &event("a", "chen", "0")).await;
    kiln.post(&admin, "/fhir/r4/AuditEvent", &event("canary", "canary", "8")).await;
    let scope = json!({ "scope": "system/AuditEvent.rs?outcome=0" });
    let token = kiln.token("default", &scope);
    let reply = kiln.ask(&token, "GET", "/", HTML, "").await;
    assert_eq!(reply.status, 200);
    assert!(reply.body.contains("chen") && !reply.body.contains("canary"), "{}", reply.body);
    kiln.server.stop().await;
}

#[tokio::test]
async fn what_is_newer_is_asked_for_and_bounded() {
    let server = Server::start().await;
    server.post("/fhir/r4/AuditEvent", &event("a", "chen", "0")).await;
    let view = searched(&server, "failed").await;
    let reply = page(&server, &view).await;
    let newer = live(&reply.body);
    let none = server.get(&newer).await;
    assert_eq!((none.status, none.body.as_str()), (204, ""));
    // One that the search finds, and one that it does not.
    server.post("/fhir/r4/AuditEvent", &event("b", "wong", "8")).await;
    server.post("/fhir/r4/AuditEvent", &event("c", "quiet", "0")).await;
    let next = none.field("kiln-newer").unwrap().to_owned();
    let came = server.get(&next).await;
    assert_eq!(came.status, 200);
    assert!(came.body.contains("wong"), "{}", came.body);
    assert!(!came.body.contains("quiet") && !came.body.contains("chen"), "{}", came.body);
    let next = came.field("kiln-newer").unwrap().to_owned();
    assert_eq!(server.get(&next).await.status, 204);
    server.stop().await;
}

/// What comes between two questions is on the page, or is said to be more and found by one link.
#[tokio::test]
async fn more_than_a_page_of_what_is_newer_is_counted_and_found() {
    let server = Server::start().await;
    server.post("/fhir/r4/AuditEvent", &event("a", "before", "8")).await;
    let view = searched(&server, "failed").await;
    let body = page(&server, &view).await.body;
    for number in 0..60 {
        let outcome = if number % 20 == 19 { "0" } else { "8" };
        let came = event("b", &format!("came{number}"), outcome);
        server.post("/fhir/r4/AuditEvent", &came).await;
    }
    let came = server.get(&live(&body)).await;
    assert_eq!(came.body.matches("<li").count(), 50);
    assert_eq!(came.field("kiln-more"), Some("7"), "{}", came.head);
    let next = server.get(came.field("kiln-newer").unwrap()).await;
    assert_eq!(next.status, 204, "they are told of once");
    let all = body.split("data-live-more").nth(1).unwrap();
    let mut all = all.split("href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let mut shown = Vec::new();
    loop {
        let reply = page(&server, &all).await;
        assert!(reply.body.contains(">57 events<"), "{}", reply.body);
        assert!(reply.body.contains("Only what came after") && !reply.body.contains("Dr before"));
        assert!(!reply.body.contains("class=\"facet"), "a click would show more than it counts");
        shown.extend(
            reply
                .body
                .split("Dr came")
                .skip(1)
                .map(|it| it.chars().take_while(char::is_ascii_digit).collect::<String>()),
        );
        let Some(older) = reply.body.split("rel=\"next\" href=\"").nth(1) else { break };
        all = older.split('"').next().unwrap().to_owned();
    }
    shown.sort();
    shown.dedup();
    assert_eq!(shown.len(), 57);
    server.stop().await;
}

/// Where the page asks for what is newer.
fn live(body: &str) -> String {
    let at = body.find("/newer/").unwrap_or_else(|| panic!("no live tail: {body}"));
    body[at..].split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn another_sites_form_is_refused() {
    let server = Server::start().await;
    for origin in ["http://evil.example", "null"] {
        let fields = format!("{FORM}origin: {origin}\r\n");
        let reply = server.ask("POST", "/search", &fields, "line=a").await;
        assert_eq!(reply.status, 403, "{origin}");
        assert_eq!(reply.field("content-type"), Some("text/html; charset=utf-8"));
    }
    server.stop().await;
}

#[tokio::test]
async fn a_person_without_credential_is_told_what_to_do() {
    let kiln = Identified::start(Settings::default()).await;
    let reply = kiln.server.ask("GET", "/", HTML, "").await;
    assert_eq!(reply.status, 401);
    assert_eq!(reply.field("content-type"), Some("text/html; charset=utf-8"));
    assert!(reply.field("www-authenticate").is_some());
    kiln.server.stop().await;
}

#[tokio::test]
async fn a_person_who_is_not_signed_in_is_sent_there_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(open(&folder.path().join("tenants/default"), [1; 32]));
    let audit = Arc::new(open(&folder.path().join("tenants/default/audit"), [3; 32]));
    let settings = Settings::default();
    let tenant = Tenant::new(TenantId::default(), Arc::clone(&store), &settings).unwrap();
    let tenant = tenant.with_audit(Arc::clone(&audit));
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let app = App::new(tenant, settings, Arc::new(SystemClock)).unwrap();
    let app = app.with_identity(by_issuer(folder.path()), &disk).unwrap();
    let app = app.with_sign_in(sign_in(), Arc::new(OsRandom)).unwrap();
    let server = Server::of(folder, store, app).await;
    let before = audit.snapshot().size();

    let reply = page(&server, "/event/01900000-0000-7000-8000-000000000000").await;
    assert_eq!(reply.status, 303);
    let to = reply.field("location").unwrap();
    assert_eq!(to, "/sign-in?then=/event/01900000-0000-7000-8000-000000000000");
    let reply = page(&server, to).await;
    let location = reply.field("location").unwrap();
    assert!(location.starts_with("http://localhost:3000/auth?"), "{location}");
    // Nobody was refused anything: they were asked who they are.
    assert_eq!(audit.snapshot().size(), before);

    // Who shows a credential that is not good is no person at the door; programs are told why.
    let bad = format!("{HTML}authorization: Bearer nonsense\r\n");
    assert_eq!(server.ask("GET", "/", &bad, "").await.status, 401);
    let programs = server.get("/fhir/r4/AuditEvent").await;
    assert_eq!(
        (programs.status, &programs.json()["resourceType"]),
        (401, &json!("OperationOutcome"))
    );
    // What was typed is not carried through a sign-in.
    assert_eq!(server.ask("POST", "/search", FORM, "line=patient+a").await.status, 401);
    drop(audit);
    server.stop().await;
}

fn sign_in() -> SignInSettings {
    SignInSettings {
        issuer: "idp".to_owned(),
        authorize_url: "http://localhost:3000/auth".to_owned(),
        token_url: "http://localhost:3000/token".to_owned(),
        client_id: "kiln".to_owned(),
        client_secret: None,
        scopes: Vec::new(),
        base_url: "http://localhost:8080".to_owned(),
        idle: Duration::from_mins(1),
        whole: Duration::from_hours(1),
        sessions_max: 1,
        timeout: Duration::from_secs(1),
    }
}

#[tokio::test]
async fn the_bundle_of_an_event_proves_it() {
    let server = Server::start().await;
    let sent = event("a", "berta", "0");
    let id = server.post("/fhir/r4/AuditEvent", &sent).await.id();
    server.post("/fhir/r4/AuditEvent", &event("b", "wong", "0")).await;
    let reply = server.get(&format!("/event/{id}/evidence.zip")).await;
    assert_eq!(reply.field("content-type"), Some("application/zip"));
    let mut zip = zip::ZipArchive::new(Cursor::new(reply.bytes)).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    let name_of = |end: &str| names.iter().find(|name| name.ends_with(end)).unwrap().clone();
    let mut read = |name: &str| {
        let mut text = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let manifest: Value = serde_json::from_str(&read("manifest.json")).unwrap();
    assert_eq!(manifest["events"][0]["id"], id);
    let file = manifest["events"][0]["file"].as_str().unwrap();
    let (bytes, receipt) = (read(file), read(&name_of(".tlog-proof")));
    assert_eq!(bytes, sent);
    let key: VerifierKey = read("log.vkey").trim().parse().unwrap();
    let policy = Policy::of_key(key);
    let proof: TlogProof = receipt.parse().unwrap();
    assert!(verify_receipt(sent.as_bytes(), &proof, &policy).is_ok());
    assert!(verify_receipt(b"{}", &proof, &policy).is_err());
    server.stop().await;
}

/// The machine's clock, put forward.
pub(crate) struct Forward(pub(crate) AtomicI64);

impl Clock for Forward {
    fn now(&self) -> Millis {
        Millis(SystemClock.now().0 + self.0.load(Ordering::Relaxed))
    }
}

/// Whoever has gone home leaves a page open: it must not keep them signed in.
#[tokio::test]
async fn a_page_follows_the_log_for_a_quarter_of_an_hour() {
    const MINUTE: i64 = 60_000;
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(open(&folder.path().join("tenants/default"), [1; 32]));
    let settings = Settings::default();
    let tenant = Tenant::new(TenantId::default(), Arc::clone(&store), &settings).unwrap();
    let clock = Arc::new(Forward(AtomicI64::new(0)));
    let app = App::new(tenant, settings, Arc::<Forward>::clone(&clock)).unwrap();
    let server = Server::of(folder, store, app).await;
    server.post("/fhir/r4/AuditEvent", &event("a", "berta", "0")).await;
    let view = searched(&server, "berta").await;
    let mut newer = live(&page(&server, &view).await.body);
    // However often it asks, its time is that of the page.
    for minutes in [5, 10, 14] {
        clock.0.store(minutes * MINUTE, Ordering::Relaxed);
        let reply = server.get(&newer).await;
        assert_eq!(reply.status, 204, "{minutes}");
        newer = reply.field("kiln-newer").unwrap().to_owned();
    }
    clock.0.store(16 * MINUTE, Ordering::Relaxed);
    assert_eq!(server.get(&newer).await.status, 410);
    assert_eq!(page(&server, &view).await.status, 200);
    clock.0.store(25 * 60 * MINUTE, Ordering::Relaxed);
    assert_eq!(page(&server, &view).await.status, 410);
    server.stop().await;
}
