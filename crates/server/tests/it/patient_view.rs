//! What a patient is shown of events that name them and another one: 1,000 words that tell of the
//! other, and no answer has any of them.
use crate::{identified::Identified, server::Reply};
use kiln_server::Settings;
use serde_json::{Value, json};

const BASE_URL: &str = "https://kiln.example";
const CANARIES: usize = 1000;

fn settings() -> Settings {
    Settings { base_url: Some(BASE_URL.to_owned()), ..Settings::default() }
}

/// Words that tell of the other patient, each used once.
struct Canaries(usize);

impl Canaries {
    fn next(&mut self) -> String {
        self.0 += 1;
        format!("canary{:04}x", self.0)
    }

    fn encoded(&mut self) -> String {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        STANDARD.encode(format!("name={}", self.next()))
    }
}

/// An entity that is the other patient, or tells of them.
fn entity(c: &mut Canaries, form: usize) -> Value {
    match form % 5 {
        0 => json!({
            "what": { "reference": format!("Patient/{}", c.next()), "display": c.next() },
            "role": { "code": "1" }, "name": c.next(), "description": c.next(),
            "detail": [{ "type": c.next(), "valueString": c.next() }],
        }),
        1 => json!({ "query": c.encoded(), "description": c.next() }),
        2 => json!({ "what": { "identifier": { "system": "urn:mrn", "value": c.next() } } }),
        3 => {
            json!({ "what": { "reference": format!("https://other.example/Patient/{}", c.next()) },
            "name": c.next() })
        }
        _ => json!({ "what": { "reference": format!("Observation/{}", c.next()),
            "display": c.next() } }),
    }
}

/// An event of R4 about `mine`, in one of the forms of its reference, and about somebody else.
fn event(c: &mut Canaries, number: usize) -> Value {
    let mine = [
        "Patient/a".to_owned(),
        "Patient/a/_history/2".to_owned(),
        format!("{BASE_URL}/t/ward-alpha/fhir/r4/Patient/a"),
    ];
    let mut entities: Vec<Value> = (0..5).map(|form| entity(c, form)).collect();
    entities.insert(
        number % 5,
        json!({
            "what": { "reference": mine[number % 3], "display": c.next() },
            "role": { "code": "1" }, "name": c.next(), "description": c.next(),
            "detail": [{ "type": c.next(), "valueBase64Binary": c.encoded() }],
        }),
    );
    let div = format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{}</div>", c.next());
    json!({
        "resourceType": "AuditEvent",
        "meta": { "tag": [{ "code": c.next() }], "source": format!("urn:{}", c.next()) },
        "text": { "status": "generated", "div": div },
        "contained": [{ "resourceType": "Patient", "id": "p", "name": [{ "text": c.next() }] }],
        "extension": [{ "url": "http://x.example/e", "valueString": c.next() }],
        "type": { "system": "http://t.example", "code": "rest" },
        "action": "R",
        "recorded": format!("2024-06-15T08:{:02}:00Z", number % 60),
        "outcome": "0", "outcomeDesc": c.next(),
        "purposeOfEvent": [{ "coding": [{ "code": "TREAT" }], "text": c.next() }],
        "agent": [
            { "who": { "reference": "Practitioner/seen" }, "name": "Dr Seen", "requestor": true,
              "network": { "address": c.next() },
              "_name": { "extension": [
                  { "url": "http://x.example/e", "valueString": c.next() }] } },
            { "who": { "reference": format!("Patient/{}", c.next()), "display": c.next() },
              "name": c.next(), "altId": c.next(), "requestor": false },
            { "who": { "reference": "#p", "display": c.next() }, "requestor": false },
        ],
        "source": { "observer": { "reference": "Device/seen" } },
        "entity": entities,
    })
}

/// As it would be sent in another form.
struct Form {
    path: &'static str,
    accept: &'static str,
}

const FORMS: [Form; 6] = [
    Form { path: "/fhir/r4", accept: "application/fhir+json" },
    Form { path: "/fhir/r4", accept: "application/fhir+xml" },
    Form { path: "/fhir/r5", accept: "application/fhir+json" },
    Form { path: "/fhir/r6", accept: "application/fhir+json" },
    Form { path: "/fhir/dstu2", accept: "application/fhir+json" },
    Form { path: "/fhir/stu3", accept: "application/fhir+xml" },
];

struct Shown {
    kiln: Identified,
    ids: Vec<String>,
    used: usize,
}

impl Shown {
    async fn new() -> Self {
        let kiln = Identified::start(settings()).await;
        let (mut c, mut ids) = (Canaries(0), Vec::new());
        let admin = kiln.admin("ward-alpha");
        while c.0 < CANARIES {
            let event = event(&mut c, ids.len()).to_string();
            let stored = kiln.post(&admin, "/t/ward-alpha/fhir/r4/AuditEvent", &event).await;
            assert_eq!(stored.status, 201, "{}", stored.body);
            ids.push(stored.id());
        }
        for other in ["Patient/canary9999x", "https://other.example/fhir/r4/Patient/a"] {
            let mut event = event(&mut c, 0);
            event["entity"] = json!([{ "what": { "reference": other } }]);
            let stored =
                kiln.post(&admin, "/t/ward-alpha/fhir/r4/AuditEvent", &event.to_string()).await;
            assert_eq!(stored.status, 201, "{}", stored.body);
        }
        Self { kiln, ids, used: c.0 }
    }

    async fn ask(&self, method: &str, path: &str, accept: &str, body: &str) -> Reply {
        let token = self.kiln.patient("ward-alpha", "a");
        let content = if path.ends_with("_search") {
            "application/x-www-form-urlencoded"
        } else {
            "application/fhir+json"
        };
        let fields = format!("accept: {accept}\r\ncontent-type: {content}\r\n");
        self.kiln.ask(&token, method, &format!("/t/ward-alpha{path}"), &fields, body).await
    }
}

/// That nothing of the other patient is in it, not even encoded.
fn assert_clean(reply: &Reply, asked: &str) {
    let text = format!("{}\n{}", reply.head, reply.body);
    assert!(!text.contains("canary"), "{asked}: {text}");
    // `name=canary`, at each of the three places where base64 may begin.
    for encoded in ["Y2FuYXJ5", "NhbmFye", "jYW5hcn"] {
        assert!(!text.contains(encoded), "{asked}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_words_about_another_patient_are_in_no_answer() {
    let shown = Shown::new().await;
    assert!(shown.used >= CANARIES);
    let count = shown.ids.len();
    let mut answers = 0;
    for Form { path, accept } in FORMS {
        let mut paths = vec![
            format!("{path}/AuditEvent?_count=1000"),
            format!("{path}/AuditEvent?patient=Patient/a&_count=1000"),
            format!("{path}/AuditEvent?_summary=count"),
            format!("{path}/AuditEvent?_summary=text&_elements=entity"),
            format!("{path}/AuditEvent?_count=3"),
            format!("{path}/AuditEvent/_history?_count=1000"),
            format!("{path}/Patient/a/AuditEvent?_count=1000"),
            format!("{path}/Practitioner/seen/AuditEvent?_count=1000"),
        ];
        for id in &shown.ids {
            let event = format!("{path}/AuditEvent/{id}");
            let below = ["", "/_history", "/_history/1", "/$original", "/$proof", "/$verify"];
            paths.extend(below.iter().map(|below| format!("{event}{below}")));
            paths.push(format!("{event}/$validate"));
        }
        for asked in paths {
            let reply = shown.ask("GET", &asked, accept, "").await;
            assert_clean(&reply, &asked);
            let is_withheld = asked.ends_with("$original") || asked.ends_with("$validate");
            assert_eq!(reply.status, if is_withheld { 403 } else { 200 }, "{asked} {}", reply.body);
            answers += 1;
            let is_event = asked.ends_with("_count=1000") || asked.ends_with("/_history/1");
            if is_event {
                assert!(reply.body.contains("REDACTED"), "{asked}: {}", reply.body);
                assert!(reply.body.contains("Practitioner/seen"), "{asked}: {}", reply.body);
            }
            if asked.ends_with("AuditEvent?_count=1000") && accept.ends_with("json") {
                assert_eq!(reply.json()["entry"].as_array().unwrap().len(), count, "{asked}");
            }
        }
    }
    for asked in ["/api/audit-events", "/api/audit-events?patient=a&limit=1000"] {
        let reply = shown.ask("GET", asked, "application/json", "").await;
        assert_eq!(reply.status, 200, "{asked}: {}", reply.body);
        assert_clean(&reply, asked);
        assert!(reply.body.contains("Practitioner/seen"), "{}", reply.body);
        assert!(reply.body.contains("\"redacted\":true"), "{}", reply.body);
    }
    let asked = format!("/api/audit-events/{}", shown.ids[0]);
    let reply = shown.ask("GET", &asked, "application/json", "").await;
    assert_eq!(reply.status, 200);
    assert_clean(&reply, &asked);
    assert!(answers > 200, "only {answers} answers");
    shown.kiln.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_another_patient_is_in_a_report_whoever_asks() {
    let shown = Shown::new().await;
    let (patient, admin) = (shown.kiln.patient("ward-alpha", "a"), shown.kiln.admin("ward-alpha"));
    for token in [&patient, &admin] {
        for operation in ["$access-report", "$disclosure-accounting?start=2000"] {
            for accept in ["text/html", "text/csv", "application/fhir+json", "application/pdf"] {
                let path = format!("/t/ward-alpha/fhir/r4/Patient/a/{operation}");
                let fields = format!("accept: {accept}\r\n");
                let reply = shown.kiln.ask(token, "GET", &path, &fields, "").await;
                assert_eq!(reply.status, 200, "{path} {}", reply.body);
                assert_clean(&reply, &path);
                if accept != "application/pdf" && operation == "$access-report" {
                    assert!(reply.body.contains("Dr Seen"), "{path} {accept}: {}", reply.body);
                }
            }
        }
    }
    // A patient's is their own, by their own id.
    for path in ["b/$access-report", "a/$access-report?identifier=Patient/b"] {
        let path = format!("/t/ward-alpha/fhir/r4/Patient/{path}");
        let reply = shown.kiln.get(&patient, &path).await;
        assert_eq!(reply.status, 403, "{path}: {}", reply.body);
    }
    shown.kiln.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_clean_and_holds_what_is_theirs_alone() {
    let shown = Shown::new().await;
    let mut next = Some("/fhir/r4/AuditEvent?_count=4".to_owned());
    let mut found = Vec::new();
    while let Some(asked) = next {
        let reply = shown.ask("GET", &asked, "application/json", "").await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert_clean(&reply, &asked);
        let page = reply.json();
        for entry in page["entry"].as_array().unwrap() {
            found.push(entry["resource"]["id"].as_str().unwrap().to_owned());
            assert_eq!(entry["resource"]["entity"].as_array().unwrap().len(), 1);
        }
        let links = page["link"].as_array().unwrap();
        let link = links.iter().find(|link| link["relation"] == "next");
        let prefix = format!("{BASE_URL}/t/ward-alpha");
        next = link.map(|link| link["url"].as_str().unwrap().replace(&prefix, ""));
    }
    let mut ids = shown.ids.clone();
    found.sort();
    ids.sort();
    assert_eq!(found, ids);
    shown.kiln.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn searching_for_what_is_hidden_tells_nothing() {
    let shown = Shown::new().await;
    // Those that are in an event of theirs, and those that are in none, are answered alike.
    for (there, not) in [
        ("entity=Patient/canary0001x", "entity=Patient/nobody"),
        ("entity-name=canary0003x", "entity-name=nobody"),
        ("agent-name=canary", "agent-name=nobody"),
        ("agent-name:contains=canary", "agent-name:contains=nobody"),
        ("agent=Patient/canary0001x", "agent=Patient/nobody"),
        ("agent=canary0001x", "agent=nobody"),
        ("altid=canary0001x", "altid=nobody"),
        ("address=canary", "address=nobody"),
        ("_tag=canary0001x", "_tag=nobody"),
        ("_source=urn:canary0001x", "_source=urn:nobody"),
        ("agent.identifier=canary0001x", "agent.identifier=nobody"),
        ("entity:identifier=urn:mrn|canary0001x", "entity:identifier=urn:mrn|nobody"),
        ("patient=Patient/canary0001x", "patient=Patient/nobody"),
        ("patient=canary0001x", "patient=nobody"),
        ("patient:identifier=canary0001x", "patient:identifier=nobody"),
        ("type:text=canary", "type:text=nobody"),
    ] {
        for handling in ["strict", "lenient"] {
            let token = shown.kiln.patient("ward-alpha", "a");
            let ask = |query: String| {
                let (shown, token) = (&shown, &token);
                let fields = format!("prefer: handling={handling}\r\n");
                let path = format!("/t/ward-alpha/fhir/r4/AuditEvent?_count=2&{query}");
                async move { shown.kiln.ask(token, "GET", &path, &fields, "").await }
            };
            let (found, other) = (ask(there.to_owned()).await, ask(not.to_owned()).await);
            assert_eq!((found.status, &found.body), (other.status, &other.body), "{there}");
            assert_clean(&found, there);
            if handling == "strict" {
                assert_eq!(found.status, 403, "{there}");
            }
        }
    }
    for there in ["Patient/canary0001x", "Patient/b"] {
        let reply = shown.ask("GET", &format!("/fhir/r4/{there}/AuditEvent"), "*/*", "").await;
        assert_eq!(reply.status, 403, "{}", reply.body);
        assert_clean(&reply, there);
    }
    for filter in ["entity=canary", "agent=canary", "text=canary", "patient=canary0001x"] {
        let asked = format!("/api/audit-events?{filter}");
        let reply = shown.ask("GET", &asked, "*/*", "").await;
        assert_eq!(reply.status, 403, "{filter}: {}", reply.body);
        assert_clean(&reply, filter);
    }
    shown.kiln.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_searched_by_finds() {
    let shown = Shown::new().await;
    let all = shown.ids.len();
    for query in [
        "date=2024-06-15",
        "action=R",
        "agent=Practitioner/seen",
        "source=Device/seen",
        "patient=a",
        "patient=Patient/a&type=http://t.example|rest",
    ] {
        let asked = format!("/fhir/r4/AuditEvent?_summary=count&{query}");
        let reply = shown.ask("GET", &asked, "*/*", "").await;
        assert_eq!(reply.json()["total"], all, "{query}: {}", reply.body);
    }
    let asked = format!("/fhir/r4/AuditEvent?_id={}", shown.ids[0]);
    assert_eq!(shown.ask("GET", &asked, "*/*", "").await.json()["total"], 1);
    let form = "_count=1000&agent=Practitioner/seen";
    let reply = shown.ask("POST", "/fhir/r4/AuditEvent/_search", "*/*", form).await;
    assert_eq!(reply.json()["entry"].as_array().unwrap().len(), all);
    assert_clean(&reply, form);
    shown.kiln.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_patients_events_are_not_there() {
    let shown = Shown::new().await;
    let kiln = &shown.kiln;
    let admin = kiln.admin("ward-alpha");
    let all = kiln.get(&admin, "/t/ward-alpha/fhir/r4/AuditEvent?_count=1000").await.json();
    let all = all["entry"].as_array().unwrap();
    let others: Vec<&str> = all
        .iter()
        .map(|entry| entry["resource"]["id"].as_str().unwrap())
        .filter(|id| !shown.ids.iter().any(|own| own == id))
        .collect();
    assert_eq!(others.len(), 2);
    for id in others {
        for below in ["", "/_history", "/_history/1", "/$proof", "/$verify"] {
            let there =
                shown.ask("GET", &format!("/fhir/r4/AuditEvent/{id}{below}"), "*/*", "").await;
            assert_eq!(there.status, 404, "{below}: {}", there.body);
        }
        let found = shown.ask("GET", &format!("/fhir/r4/AuditEvent?_id={id}"), "*/*", "").await;
        assert_eq!(found.json()["total"], 0);
    }
    let whole = shown.ask("GET", "/fhir/r4/AuditEvent/$verify", "*/*", "").await;
    assert_eq!(whole.status, 403, "{}", whole.body);
    let nobody = kiln.token("ward-alpha", &json!({ "scope": "patient/AuditEvent.rs" }));
    let found = kiln.get(&nobody, "/t/ward-alpha/fhir/r4/AuditEvent").await;
    assert_eq!(found.status, 403, "without a patient there is nothing: {}", found.body);
    shown.kiln.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_shows_the_leaf_and_says_what_that_is_worth() {
    let shown = Shown::new().await;
    let asked = format!("/fhir/r4/AuditEvent/{}/$proof", shown.ids[0]);
    let reply = shown.ask("GET", &asked, "*/*", "").await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert!(reply.body.contains("does not show"), "{}", reply.body);
    let (words, proof) = reply.body.split_once("\n\nc2sp.org/").unwrap();
    let proof = format!("c2sp.org/{proof}");
    let proof = kiln_evidence::TlogProof::parse(proof.as_bytes()).unwrap();
    assert!(proof.extra.is_none(), "salt and envelope are withheld");
    let leaf = words.lines().last().unwrap().strip_prefix("leaf ").unwrap();
    let leaf = {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        STANDARD.decode(leaf).unwrap()
    };
    let checkpoint = kiln_evidence::Checkpoint::parse(&proof.checkpoint.text).unwrap();
    let leaf = kiln_evidence::leaf_hash(&leaf);
    kiln_evidence::verify_inclusion(
        proof.index,
        checkpoint.size,
        &leaf,
        &proof.hashes,
        &checkpoint.root,
    )
    .unwrap();
    shown.kiln.server.stop().await;
}
