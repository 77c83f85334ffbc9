//! The two reports: what they tell, of whom, in which form, and that each is recorded.
use crate::{
    identified::Identified,
    server::{Reply, Server},
};
use kiln_server::{Pages, Settings};
use serde_json::{Value, json};

const REPORT: &str = "/fhir/r4/Patient/1/$access-report";
const DISCLOSURES: &str = "/fhir/r4/Patient/1/$disclosure-accounting?start=2024";

/// An event about a patient, by somebody of an organisation, recorded by a system.
fn event(patient: &str, who: &str, system: &str, minute: u32) -> Value {
    json!({
        "resourceType": "AuditEvent",
        "type": { "system": "http://x.example/type", "code": "rest" },
        "action": "R",
        "recorded": format!("2024-06-15T08:{minute:02}:00Z"),
        "outcome": "0",
        "agent": [
            { "who": { "reference": format!("Practitioner/{who}") }, "name": format!("Dr {who}"),
              "role": [{ "coding": [{ "code": "doctor" }] }], "requestor": true },
            { "who": { "reference": "Organization/o", "display": "Clinic \u{00fc}" },
              "requestor": false },
        ],
        "source": { "observer": { "reference": format!("Device/{system}"), "display": system } },
        "entity": [
            { "what": { "reference": patient } },
            { "what": { "reference": "Observation/7" } },
        ],
    })
}

fn purpose(code: &str) -> Value {
    let system = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
    json!([{ "coding": [{ "system": system, "code": code }] }])
}

async fn store(server: &Server, event: &Value) {
    let reply = server.post("/fhir/r4/AuditEvent", &event.to_string()).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
}

async fn get(server: &Server, path: &str, accept: &str) -> Reply {
    let reply = server.ask("GET", path, &format!("accept: {accept}\r\n"), "").await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.body);
    reply
}

/// The lines of a CSV without its headings.
async fn lines(server: &Server, path: &str) -> Vec<String> {
    let reply = get(server, path, "text/csv").await;
    assert_eq!(reply.field("content-type"), Some("text/csv; charset=utf-8; header=present"));
    reply.body.split("\r\n").skip(1).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[tokio::test]
async fn who_looked_is_told_with_what_for_and_by_whom_it_is_recorded() {
    let server = Server::start().await;
    store(&server, &event("Patient/1", "chen", "HIS", 1)).await;
    let mut urgent = event("Patient/1/_history/3", "wong", "HIS", 2);
    urgent["purposeOfEvent"] = purpose("BTG");
    urgent["outcome"] = json!("8");
    store(&server, &urgent).await;
    store(&server, &event("Patient/2", "other", "HIS", 3)).await;
    let told = lines(&server, REPORT).await;
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("Dr wong,doctor,read,measurements and laboratory values"), "{told:?}");
    assert!(told[0].contains("break the glass),yes,failed,HIS"), "{told:?}");
    assert!(told[1].contains("Clinic \u{00fc},Dr chen"), "{told:?}");
    assert!(told[1].contains(",not stated,no,success,HIS"), "{told:?}");
    let page = get(&server, REPORT, "text/html").await;
    assert_eq!(page.field("content-type"), Some("text/html; charset=utf-8"));
    for said in ["Events that were never sent", "Dr chen", "1 access in an emergency", "HIS"] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    assert!(!page.body.contains("Dr other"), "{}", page.body);
    let german = get(&server, &format!("{REPORT}?language=de"), "text/html").await;
    assert!(german.body.contains("Messwerte und Laborwerte"), "{}", german.body);
    assert!(german.body.contains("lang=\"de\""), "{}", german.body);
    let pdf = get(&server, REPORT, "application/pdf").await;
    assert!(pdf.bytes.starts_with(b"%PDF-1.7"));
    assert_eq!(
        pdf.field("content-disposition"),
        Some("attachment; filename=\"access-report.pdf\"")
    );
    server.stop().await;
}

#[tokio::test]
async fn the_same_number_in_two_systems_is_said_and_split() {
    let server = Server::start().await;
    store(&server, &event("Patient/1", "chen", "HIS", 1)).await;
    let alone = get(&server, REPORT, "text/html").await.body;
    assert!(!alone.contains("In the numbering of"), "{alone}");
    store(&server, &event("Patient/1", "wong", "LAB", 2)).await;
    store(&server, &event("https://elsewhere.example/fhir/Patient/1", "far", "HIS", 3)).await;
    let page = get(&server, REPORT, "text/html").await.body;
    for said in [
        "Patient/1 is used by 2 systems",
        "In the numbering of HIS",
        "In the numbering of LAB",
        "1 event names the same number at https://elsewhere.example/fhir",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("Dr far"), "{page}");
    // Whoever says that it is the same person is told of both.
    let with = format!("{REPORT}?identifier=https://elsewhere.example/fhir/Patient/1");
    let told = lines(&server, &with).await;
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].contains("Dr far") && told[0].contains("surely yours"), "{told:?}");
    server.stop().await;
}

#[tokio::test]
async fn several_identifiers_of_one_person_are_one_report() {
    let server = Server::start().await;
    store(&server, &event("Patient/1", "chen", "HIS", 1)).await;
    store(&server, &event("Patient/77", "wong", "HIS", 2)).await;
    let mut by_number = event("Patient/x", "lang", "HIS", 3);
    by_number["entity"][0]["what"] =
        json!({ "type": "Patient", "identifier": { "system": "urn:mrn", "value": "4711" } });
    store(&server, &by_number).await;
    let parameters = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "identifier", "valueString": "Patient/77" },
        { "name": "identifier", "valueIdentifier": { "system": "urn:mrn", "value": "4711" } },
        { "name": "end", "valueDate": "2024-06-15" },
        { "name": "_format", "valueString": "csv" },
    ] });
    let fields = "content-type: application/fhir+json\r\n";
    let reply = server.ask("POST", REPORT, fields, &parameters.to_string()).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    for who in ["Dr chen", "Dr wong", "Dr lang"] {
        assert!(reply.body.contains(who), "{who}: {}", reply.body);
    }
    for (period, count) in [("start=2024-06-16", 0), ("start=2024-06-15T08:01:30Z", 0), ("", 1)] {
        let told = lines(&server, &format!("{REPORT}?{period}")).await;
        assert_eq!(told.len(), count, "{period}: {told:?}");
    }
    for wrong in ["start=soon", "start=2025&end=2024", "language=fr", "identifier=x", "whose=2"] {
        let reply = server.get(&format!("{REPORT}?{wrong}")).await;
        assert_eq!(reply.status, 400, "{wrong}: {}", reply.body);
    }
    let reply = server.ask("GET", REPORT, "accept: image/png\r\n", "").await;
    assert_eq!(reply.status, 406, "{}", reply.body);
    assert_eq!(server.get("/fhir/r4/Device/1/$access-report").await.status, 404);
    server.stop().await;
}

#[tokio::test]
async fn an_accounting_tells_disclosures_alone() {
    let server = Server::start().await;
    store(&server, &event("Patient/1", "chen", "HIS", 1)).await;
    for (minute, code, outcome) in [(2, "HRESCH", "0"), (3, "TREAT", "0"), (4, "HMARKT", "8")] {
        let mut export = event("Patient/1", "wong", "HIS", minute);
        export["type"] = json!({ "system": "http://dicom.nema.org/resources/ontology/DCM",
            "code": "110106" });
        export["outcome"] = json!(outcome);
        export["purposeOfEvent"] = purpose(code);
        export["agent"].as_array_mut().unwrap().push(json!({
            "type": { "coding": [{ "code": "110152" }] },
            "who": { "display": "=Registry, \"West\"" }, "requestor": false,
            "network": { "address": "+1 555 0100", "type": "3" },
        }));
        store(&server, &export).await;
    }
    let told = lines(&server, DISCLOSURES).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains(",research,"), "{told:?}");
    assert!(told[0].contains("\"'=Registry, \"\"West\"\"\",'+1 555 0100,"), "{told:?}");
    let page = get(&server, DISCLOSURES, "text/html").await.body;
    assert!(page.contains("1 disclosure for treatment, payment, operations"), "{page}");
    assert!(page.contains("1 attempt failed, and disclosed nothing"), "{page}");
    server.stop().await;
}

#[tokio::test]
async fn a_document_holds_the_first_page_and_the_events_as_a_patient_may_see_them() {
    let server = Server::start().await;
    let mut event = event("Patient/1", "chen", "HIS", 1);
    event["entity"][1]["name"] = json!("a name that is not shown");
    store(&server, &event).await;
    for (release, subject) in [("r4", "/subject"), ("r5", "/subject/0")] {
        let path = format!("/fhir/{release}/Patient/1/$access-report");
        let bundle = get(&server, &path, "application/fhir+json").await.json();
        assert_eq!(bundle["type"], "document");
        let entries = bundle["entry"].as_array().unwrap();
        let (composition, told) = (&entries[0]["resource"], &entries[1]);
        assert_eq!(composition["resourceType"], "Composition");
        // Who is referred to must be in the document (R4 §3.3.1), and the Patient is elsewhere.
        let subject = composition.pointer(subject).unwrap();
        assert_eq!(subject["identifier"]["value"], "1", "{subject}");
        assert!(subject.get("reference").is_none(), "{subject}");
        let first_page = composition["section"][0]["text"]["div"].as_str().unwrap();
        assert!(first_page.contains("Events that were never sent"), "{first_page}");
        assert_eq!(composition["section"][1]["entry"][0]["reference"], told["fullUrl"]);
        assert_eq!(told["resource"]["resourceType"], "AuditEvent");
        assert!(told.to_string().contains("REDACTED") && !bundle.to_string().contains("not shown"));
    }
    server.stop().await;
}

#[tokio::test]
async fn a_document_without_events_says_so_in_words() {
    let server = Server::start().await;
    let bundle = get(&server, REPORT, "application/fhir+json").await.json();
    let empty = &bundle["entry"][0]["resource"]["section"][1];
    assert!(empty["emptyReason"].is_object() && empty.get("entry").is_none(), "{empty}");
    // cmp-1: a section has text, entries or sections.
    assert!(empty["text"]["div"].as_str().is_some_and(|div| div.len() > 60), "{empty}");
    server.stop().await;
}

#[tokio::test]
async fn each_report_is_recorded_and_tells_who_looked_at_the_log() {
    let pages = Pages { who_looked: true, ..Pages::default() };
    let kiln = Identified::start(Settings { pages, ..Settings::default() }).await;
    let admin = kiln.admin("default");
    let stored = event("Patient/1", "chen", "HIS", 1).to_string();
    let id = kiln.post(&admin, "/fhir/r4/AuditEvent", &stored).await.id();
    let officer = json!({ "roles": ["reader"], "sub": "officer", "name": "Olga Officer" });
    let officer = kiln.token("default", &officer);
    let report = |token: String| {
        let kiln = &kiln;
        async move { kiln.ask(&token, "GET", REPORT, "accept: text/html\r\n", "").await.body }
    };
    let first = report(officer.clone()).await;
    assert!(first.contains("Nobody has looked at your log in this period"), "{first}");
    let look = kiln.get(&admin, "/audit/fhir/r4/AuditEvent?subtype=access-report").await.json();
    assert_eq!(look["entry"].as_array().unwrap().len(), 1, "{look}");
    assert!(look.to_string().contains("Patient/1"), "{look}");
    let searcher = kiln.token("default", &json!({ "roles": ["reader"], "sub": "searcher" }));
    kiln.get(&searcher, "/fhir/r4/AuditEvent?patient=Patient/1").await;
    kiln.get(
        &kiln.token("default", &json!({ "roles": ["reader"], "sub": "nosy" })),
        &format!("/fhir/r4/AuditEvent/{id}"),
    )
    .await;
    let second = report(officer.clone()).await;
    for who in ["Olga Officer", "nosy", "searcher"] {
        assert!(second.contains(who), "{who}: {second}");
    }
    // By another id of the same person, too.
    let other = kiln.token("default", &json!({ "roles": ["reader"], "sub": "elsewhere" }));
    kiln.get(&other, "/fhir/r4/AuditEvent?patient=Patient/2").await;
    let both = format!("{REPORT}?identifier=Patient/2");
    let both = kiln.ask(&officer, "GET", &both, "accept: text/html\r\n", "").await.body;
    assert!(both.contains("elsewhere"), "{both}");
    kiln.server.stop().await;
}

#[tokio::test]
async fn the_form_asks_for_a_report_without_an_address_that_names_anybody() {
    let kiln = Identified::start(Settings::default()).await;
    let admin = kiln.admin("default");
    for (patient, who) in [("Patient/1", "chen"), ("Patient/77", "wong"), ("Patient/2", "other")] {
        let stored = event(patient, who, "HIS", 1).to_string();
        assert_eq!(kiln.post(&admin, "/fhir/r4/AuditEvent", &stored).await.status, 201);
    }
    let form = kiln.ask(&admin, "GET", "/reports", "accept: text/html\r\n", "").await;
    assert_eq!(form.status, 200);
    assert!(form.body.contains("name=\"identifier\"") && form.body.contains("action=\"/reports\""));
    // What is no id is stopped before it is sent.
    let rule = "pattern=\"\\s*(Patient\\/)?[A-Za-z0-9\\-._]{1,64}\\s*\"";
    assert!(form.body.contains(rule), "{}", form.body);
    let fields = "content-type: application/x-www-form-urlencoded\r\naccept: text/html\r\n";
    let ask = |token: String, form: &'static str| {
        let kiln = &kiln;
        async move { kiln.ask(&token, "POST", "/reports", fields, form).await }
    };
    let body = "patient=1&identifier=Patient%2F77%0D%0A%0D%0A&report=access-report&start=&end=\
                &language=de&_format=html";
    let page = ask(admin.clone(), body).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("Dr chen") && page.body.contains("Dr wong"), "{}", page.body);
    assert!(!page.body.contains("Dr other") && page.body.contains("Zugriffsbericht"));
    let pdf = ask(admin.clone(), "patient=1&report=disclosure-accounting&_format=pdf").await;
    assert_eq!(pdf.field("content-type"), Some("application/pdf"));
    let looks = kiln.get(&admin, "/audit/fhir/r4/AuditEvent?entity=Patient/1").await.json();
    assert_eq!(looks["entry"].as_array().unwrap().len(), 2, "{looks}");
    // In a patient's view the form names them alone, and whoever sends another is refused.
    let patient = kiln.patient("default", "1");
    let form = kiln.ask(&patient, "GET", "/reports", "accept: text/html\r\n", "").await;
    assert!(form.body.contains("name=\"patient\" value=\"1\""), "{}", form.body);
    assert!(!form.body.contains("identifier"), "{}", form.body);
    assert_eq!(ask(patient.clone(), "patient=1&_format=csv").await.status, 200);
    for other in ["patient=2&_format=csv", "patient=1&identifier=Patient/77&_format=csv"] {
        assert_eq!(ask(patient.clone(), other).await.status, 403, "{other}");
    }
    // FHIR's ids have no `_`; those of senders have.
    assert_eq!(ask(admin.clone(), "patient=pt_abc123&_format=csv").await.status, 200);
    for wrong in ["patient=&_format=csv", "patient=Mara+Lindqvist", "patient=urn:mrn%7C4711"] {
        let refused = ask(admin.clone(), wrong).await;
        assert_eq!(refused.status, 400, "{wrong}");
        assert!(refused.body.contains("take the id from an event"), "{wrong}: {}", refused.body);
    }
    kiln.server.stop().await;
}

#[tokio::test]
async fn a_report_of_an_id_that_no_event_names_says_that_it_is_not_known() {
    let server = Server::start().await;
    store(&server, &event("Patient/1", "chen", "HIS", 1)).await;
    store(&server, &event("https://elsewhere.example/fhir/Patient/9", "far", "HIS", 2)).await;
    let unknown = "This id is not known here";
    for report in ["$access-report", "$disclosure-accounting"] {
        for id in ["2", "9"] {
            let path = format!("/fhir/r4/Patient/{id}/{report}");
            let page = get(&server, &path, "text/html").await.body;
            let says = page.find(unknown).unwrap_or_else(|| panic!("{path}: {page}"));
            assert!(says < page.find("<dl").unwrap(), "not said first: {page}");
            assert!(!page.contains("recorded in this period"), "{page}");
            let german = get(&server, &format!("{path}?language=de"), "text/html").await.body;
            assert!(german.contains("Diese Kennung ist hier nicht bekannt"), "{german}");
            let bundle = get(&server, &path, "application/fhir+json").await.body;
            assert!(bundle.contains(unknown), "{bundle}");
        }
        // Events of another time name it: it is the period that holds none.
        let path = format!("/fhir/r4/Patient/1/{report}?start=2025&end=2025");
        let page = get(&server, &path, "text/html").await.body;
        assert!(!page.contains(unknown) && page.contains("recorded in this period"), "{page}");
    }
    let refused = server.get("/fhir/r4/Patient/Mara%20Lindqvist/$access-report").await;
    assert_eq!(refused.status, 400, "{}", refused.body);
    server.stop().await;
}
