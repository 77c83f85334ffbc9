//! The pages of those who watch over the log: users, review, saved searches, evidence, operations.
use crate::{
    events,
    identified::Identified,
    server::{Reply, Server},
};
use jiff::tz::TimeZone;
use kiln_pages::review::SIGN_INS_MAX;
use kiln_server::{Pages, Settings};
use serde_json::{Value, json};

const HTML: &str = "accept: text/html\r\n";
const FORM: &str = "content-type: application/x-www-form-urlencoded\r\naccept: text/html\r\n";

/// An event of a user about a patient, with a purpose of v3-ActReason.
fn event(user: &str, patient: &str, outcome: &str, purpose: &str) -> String {
    let reason = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
    json!({
        "resourceType": "AuditEvent",
        "type": { "system": "http://t.example", "code": "rest" },
        "action": "R",
        "recorded": "2024-06-15T08:30:00Z",
        "outcome": outcome,
        "agent": [{ "who": { "reference": format!("Practitioner/{user}") },
                    "name": format!("Dr {user}"), "requestor": true,
                    "purposeOfUse": [{ "coding": [{ "system": reason, "code": purpose }] }] }],
        "source": { "observer": { "reference": "Device/his", "display": "The <HIS>" } },
        "entity": [{ "what": { "reference": format!("Patient/{patient}") } }],
    })
    .to_string()
}

/// The value of the hidden field that marks a form as ours.
fn form_token(reply: &Reply) -> String {
    let value = reply.body.split("name=\"form\" value=\"").nth(1).unwrap();
    value.split('"').next().unwrap().to_owned()
}

async fn page(kiln: &Identified, token: &str, path: &str) -> Reply {
    kiln.ask(token, "GET", path, HTML, "").await
}

fn auditor(kiln: &Identified, sub: &str) -> String {
    kiln.token("default", &json!({ "roles": ["auditor"], "sub": sub, "name": format!("Ms {sub}") }))
}

#[tokio::test]
async fn a_mark_is_a_record_with_who_when_and_note_and_takes_the_case_off_the_queue() {
    let settings = Settings { audit_reads: false, ..Settings::default() };
    let kiln = Identified::start(settings).await;
    let admin = kiln.admin("default");
    let urgent = kiln.post(&admin, "/fhir/r4/AuditEvent", &event("reuter", "a", "0", "BTG")).await;
    kiln.post(&admin, "/fhir/r4/AuditEvent", &event("wong", "b", "8", "TREAT")).await;
    kiln.post(&admin, "/fhir/r4/AuditEvent", &event("usual", "c", "0", "TREAT")).await;
    let officer = auditor(&kiln, "vera");
    let queue = page(&kiln, &officer, "/review").await;
    assert_eq!(queue.status, 200, "{}", queue.body);
    assert!(queue.body.contains("reuter") && queue.body.contains("wong"), "{}", queue.body);
    assert!(!queue.body.contains("usual") && queue.body.contains("0 of 2 have been looked at."));
    let id = urgent.id();
    let form = form_token(&queue);
    let sent = format!("form={form}&show=open&mark=done&note=it+was+%3Cright%3E");
    let marked = kiln.ask(&officer, "POST", &format!("/review/{id}"), FORM, &sent).await;
    assert_eq!(marked.status, 303, "{}", marked.body);
    let open = page(&kiln, &officer, "/review").await;
    assert!(!open.body.contains("reuter") && open.body.contains("1 of 2"), "{}", open.body);
    let done = page(&kiln, &officer, "/review?show=done").await;
    assert!(done.body.contains("it was &#60;right&#62;"), "{}", done.body);
    assert!(done.body.contains("Ms vera") && !done.body.contains("wong"), "{}", done.body);
    // It is a record of the log of those who look, though nothing else is recorded here.
    let path = format!("/audit/fhir/r4/AuditEvent?entity=AuditEvent/{id}");
    let records = kiln.get(&admin, &path).await.json();
    let entries = records["entry"].as_array().unwrap();
    assert_eq!(entries.len(), 1, "{records}");
    let subtypes = entries[0]["resource"]["subtype"].as_array().unwrap();
    assert!(subtypes.iter().any(|it| it["code"] == "review"), "{records}");
    let sent = sent.replace("mark=done", "mark=open");
    assert_eq!(kiln.ask(&officer, "POST", &format!("/review/{id}"), FORM, &sent).await.status, 303);
    let open = page(&kiln, &officer, "/review").await;
    assert!(open.body.contains("reuter") && open.body.contains("Opened again by Ms vera"));
    kiln.server.stop().await;
}

/// However many passwords are mistyped, they take no case off the queue.
#[tokio::test]
async fn failed_sign_ins_wait_beside_the_other_cases_with_the_reason() {
    let kiln = Identified::start(Settings::default()).await;
    let admin = kiln.admin("default");
    let wrong = "no <such> role";
    let failed = |user: &str, kind: &str| {
        let mut sent: Value = serde_json::from_str(&event(user, "a", "8", "TREAT")).unwrap();
        sent["type"] = json!({ "system": "http://dicom.nema.org/resources/ontology/DCM",
                               "code": kind });
        sent["outcomeDesc"] = json!(wrong);
        sent.to_string()
    };
    kiln.post(&admin, "/fhir/r4/AuditEvent", &failed("first", "110110")).await;
    let sign_ins: Vec<String> =
        (0..=SIGN_INS_MAX).map(|at| events::post(&failed(&format!("u{at}x"), "110114"))).collect();
    let bundle = events::bundle("batch", &sign_ins);
    assert_eq!(kiln.post(&admin, "/fhir/r4", &bundle).await.status, 200);
    let officer = auditor(&kiln, "vera");
    let queue = page(&kiln, &officer, "/review").await.body;
    assert!(queue.contains(&format!("of {} have", SIGN_INS_MAX + 1)), "{queue}");
    assert_eq!(queue.matches(">failed sign-in<").count(), SIGN_INS_MAX);
    assert!(queue.contains("Dr first") && queue.contains("Dr u200x") && !queue.contains("Dr u0x"));
    assert!(queue.contains("There are more"));
    assert!(queue.contains("reason: no &#60;such&#62; role"), "{queue}");
    // The timeline says it as well, of what failed.
    let timeline = page(&kiln, &officer, "/").await.body;
    assert!(timeline.contains("reason: no &#60;such&#62; role"), "{timeline}");
    kiln.server.stop().await;
}

#[tokio::test]
async fn nobody_marks_without_our_form_a_note_the_right_or_an_event() {
    let kiln = Identified::start(Settings::default()).await;
    let admin = kiln.admin("default");
    let id =
        kiln.post(&admin, "/fhir/r4/AuditEvent", &event("reuter", "a", "8", "TREAT")).await.id();
    let [officer, other] = ["vera", "mallory"].map(|sub| auditor(&kiln, sub));
    let form = form_token(&page(&kiln, &officer, "/review").await);
    let reader = kiln.token("default", &json!({ "roles": ["reader"], "sub": "r" }));
    let good = format!("form={form}&mark=done&note=x");
    let credential = format!("form={form}&mark=done&note=kiln_abcdefghijklmnop_secret");
    let there = format!("/review/{id}");
    let nowhere = "/review/01900000-0000-7000-8000-000000000000";
    for (who, path, sent, status) in [
        (&officer, &*there, "mark=done&note=x", 403),
        (&officer, &*there, "form=vAAAA&mark=done&note=x", 403),
        (&other, &*there, &*good, 403),
        (&reader, &*there, &*good, 403),
        (&officer, nowhere, &*good, 404),
        (&officer, &*there, &*format!("form={form}&mark=done&note=+"), 400),
        (&officer, &*there, &*format!("form={form}&mark=gone&note=x"), 400),
        (&officer, &*there, &*credential, 400),
    ] {
        let reply = kiln.ask(who, "POST", path, FORM, sent).await;
        assert_eq!(reply.status, status, "{sent} {}", reply.body);
    }
    assert_eq!(page(&kiln, &reader, "/review").await.status, 403);
    let queue = page(&kiln, &officer, "/review").await;
    assert!(queue.body.contains("0 of 1"), "{}", queue.body);
    kiln.server.stop().await;
}

#[tokio::test]
async fn what_one_saves_is_theirs_alone_until_they_forget_it() {
    let kiln = Identified::start(Settings::default()).await;
    let [vera, other] = ["vera", "other"].map(|sub| auditor(&kiln, sub));
    let named = kiln.ask(&vera, "POST", "/saved/new", FORM, "line=patient+secret1").await;
    assert!(named.status == 200 && named.body.contains(r#"value="patient secret1""#));
    let form = form_token(&named);
    let sent = format!("form={form}&name=my+%3Cone%3E&line=patient+secret1");
    let kept = kiln.ask(&vera, "POST", "/saved", FORM, &sent).await;
    assert_eq!((kept.status, kept.field("location")), (303, Some("/saved")), "{}", kept.body);
    let list = page(&kiln, &vera, "/saved").await;
    assert!(list.body.contains("my &#60;one&#62;") && list.body.contains("patient secret1"));
    // A subject is another one in other letters (OpenID Connect Core 1.0 §5.7).
    for other in [other, auditor(&kiln, "VERA")] {
        let others = page(&kiln, &other, "/saved").await;
        assert!(others.status == 200 && !others.body.contains("secret1"), "{}", others.body);
    }
    let sent = format!("form={form}&name=my+%3Cone%3E");
    assert_eq!(kiln.ask(&vera, "POST", "/saved/forget", FORM, &sent).await.status, 303);
    assert!(!page(&kiln, &vera, "/saved").await.body.contains("secret1"));
    kiln.server.stop().await;
}

#[tokio::test]
async fn a_user_s_page_counts_their_events_alone_and_its_address_names_nobody() {
    let server = Server::start().await;
    for patient in ["p1", "p2", "p2"] {
        server.post("/fhir/r4/AuditEvent", &event("secret7", patient, "0", "TREAT")).await;
    }
    server.post("/fhir/r4/AuditEvent", &event("secret7", "p3", "8", "TREAT")).await;
    server.post("/fhir/r4/AuditEvent", &event("wong", "p4", "0", "TREAT")).await;
    let asked = server.ask("POST", "/user", FORM, "line=by+Practitioner/secret7").await;
    let path = asked.field("location").unwrap().to_owned();
    assert!(path.starts_with("/user/v") && !path.contains("secret7"), "{path}");
    let user = server.ask("GET", &path, HTML, "").await;
    assert!(user.body.contains("What Dr secret7 did"), "{}", user.body);
    assert!(user.body.contains("<dd>4</dd>") && user.body.contains("<dd>1</dd>"));
    assert!(user.body.contains("At most 3 different patients in a day, on 2024-06-15"));
    assert!(!user.body.contains("wong"), "{}", user.body);
    let asked = server.ask("POST", "/user", FORM, "line=failed").await;
    let nobody = server.ask("GET", asked.field("location").unwrap(), HTML, "").await;
    assert!(nobody.status == 200 && nobody.body.contains("not about one user"), "{}", nobody.body);
    server.stop().await;
}

/// 18:10 in Kolkata, where the clock is five and a half hours ahead, is 12:40 in UTC.
#[tokio::test]
async fn a_user_s_hours_are_those_of_the_zone_s_own_clock() {
    let zone = TimeZone::get("Asia/Kolkata").unwrap();
    let pages = Pages { zone, ..Pages::default() };
    let server = Server::with(Settings { pages, ..Settings::default() }).await;
    let late = event("chen", "p1", "0", "TREAT").replace("08:30:00Z", "12:40:00Z");
    server.post("/fhir/r4/AuditEvent", &late).await;
    let asked = server.ask("POST", "/user", FORM, "line=by+Practitioner/chen").await;
    let user = server.ask("GET", asked.field("location").unwrap(), HTML, "").await;
    assert!(user.body.contains("Saturdays from 18:00"), "{}", user.body);
    // Once a page, whose zone that is.
    for path in ["/", asked.field("location").unwrap(), "/operations", "/review"] {
        let page = server.ask("GET", path, HTML, "").await.body;
        assert_eq!(page.matches("Times are those of <b>Asia/Kolkata</b>").count(), 1, "{page}");
    }
    server.stop().await;
}

#[tokio::test]
async fn operations_tells_senders_and_clocks_to_operators_and_shows_no_event() {
    let kiln = Identified::start(Settings::default()).await;
    let admin = kiln.admin("default");
    kiln.post(&admin, "/fhir/r4/AuditEvent", &event("secret7", "secret8", "0", "TREAT")).await;
    let mut nameless: Value = serde_json::from_str(&events::r4("x", 1)).unwrap();
    nameless["source"] = json!({ "observer": { "display": "Only a name" } });
    kiln.post(&admin, "/fhir/r4/AuditEvent", &nameless.to_string()).await;
    // A patient's own app may name the patient as who observes.
    let theirs = json!({ "reference": "Patient/secret9", "display": "secret6" });
    nameless["source"] = json!({ "observer": theirs });
    kiln.post(&admin, "/fhir/r4/AuditEvent", &nameless.to_string()).await;
    let operator = kiln.token("default", &json!({ "roles": ["operator"], "sub": "o" }));
    let reply = page(&kiln, &operator, "/operations").await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    for says in ["The &#60;HIS&#62;", "Only a name", "behind, or late", "create", "index files"] {
        assert!(reply.body.contains(says), "{says} {}", reply.body);
    }
    for hides in ["secret6", "secret7", "secret8", "secret9"] {
        assert!(!reply.body.contains(hides), "{hides}");
    }
    let reader = kiln.token("default", &json!({ "roles": ["reader"], "sub": "r" }));
    assert_eq!(page(&kiln, &reader, "/operations").await.status, 403);
    kiln.server.stop().await;
}

#[tokio::test]
async fn evidence_walks_from_a_record_to_the_signed_root_and_shows_no_event() {
    let server = Server::start().await;
    for _ in 0..5 {
        server.post("/fhir/r4/AuditEvent", &event("secret7", "secret8", "0", "TREAT")).await;
    }
    let reply = server.ask("GET", "/evidence", HTML, "").await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let key = server.get("/log/key").await.body;
    assert!(reply.body.contains(&html(key.trim())), "{key} {}", reply.body);
    assert!(reply.body.contains("Self-signed only") && !reply.body.contains("secret"));
    let other = server.ask("GET", "/evidence?record=1", HTML, "").await;
    assert!(other.body.contains("Record 1 of "), "{}", other.body);
    for wrong in ["/evidence?record=99999", "/evidence?record=x"] {
        assert_eq!(server.ask("GET", wrong, HTML, "").await.status, 400, "{wrong}");
    }
    server.stop().await;
}

fn html(text: &str) -> String {
    text.replace('&', "&#38;").replace('<', "&#60;")
}
