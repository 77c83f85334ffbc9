//! Events that came as FHIR, read plainly. Paths come in the order of the document, which
//! `serde_json` sorts by name.
use super::*;

/// What is read of an event, without what the server gives and what was not asked about.
fn read_as(fhir: &Json, release: Release) -> Json {
    let mut read = plain(fhir, release);
    let members = read.as_object_mut().expect("an object");
    members.remove("id");
    members.remove("received");
    read
}

/// The smallest event of R4, with these members beside or instead.
fn r4(more: Json) -> Json {
    let mut event = json!({
        "resourceType": "AuditEvent",
        "type": { "system": REST, "code": "rest" },
        "recorded": "2024-06-15T08:30:00Z",
        "agent": [{ "requestor": true }],
        "source": { "observer": { "display": "EHR" } },
    });
    let Json::Object(more) = more else { panic!("members") };
    event.as_object_mut().expect("an object").extend(more);
    event
}

/// One member of the smallest event, and what is left out.
#[track_caller]
fn assert_reads(member: &str, fhir: impl Into<Json>, expected: impl Into<Json>, left: &[&str]) {
    let read = read_as(&r4(json!({ member: fhir.into() })), Release::R4);
    assert_eq!(read.get(member).unwrap_or(&Json::Null), &expected.into());
    let left_out = read.get("leftOut").cloned().unwrap_or_else(|| json!([]));
    assert_eq!(left_out, json!(left));
}

const REST: &str = "http://terminology.hl7.org/CodeSystem/audit-event-type";
const DICOM: &str = "http://dicom.nema.org/resources/ontology/DCM";

#[test]
fn types_read_by_their_codes() {
    let coding = |system: &str, code: &str| json!({ "system": system, "code": code });
    assert_reads("type", coding(REST, "rest"), json!("rest"), &[]);
    assert_reads("type", coding(DICOM, "110106"), json!("export"), &[]);
    assert_reads("type", coding(DICOM, "110114"), json!("110114"), &[]);
    assert_reads("type", coding(DICOM, "110112"), json!("110112"), &[]);
    assert_reads("type", coding("urn:x", "110112"), json!("110112"), &["AuditEvent.type.system"]);
    assert_reads("type", json!({ "code": "login" }), json!("login"), &[]);
    assert_reads(
        "type",
        json!({ "system": REST, "code": "rest", "display": "Restful operation", "version": "1" }),
        json!("rest"),
        &["AuditEvent.type.version"],
    );
    assert_reads(
        "type",
        json!({ "system": REST, "code": "rest", "display": "REST call", "userSelected": true }),
        json!("rest"),
        &["AuditEvent.type.display", "AuditEvent.type.userSelected"],
    );
    assert_reads("type", json!({ "display": "Called" }), json!("Called"), &[]);
}

#[test]
fn a_login_folds_one_subtype() {
    let login = json!({ "system": DICOM, "code": "110122", "display": "Login" });
    let read = |subtypes: Json| {
        let kind = json!({ "system": DICOM, "code": "110114" });
        let read = read_as(&r4(json!({ "type": kind, "subtype": subtypes })), Release::R4);
        (read["type"].clone(), read["subtype"].clone(), read["leftOut"].clone())
    };
    assert_eq!(read(json!([login])), (json!("login"), Json::Null, Json::Null));
    assert_eq!(
        read(json!([{ "code": "x" }, login, login])),
        (json!("login"), json!(["x", "110122"]), Json::Null)
    );
    let elsewhere = json!({ "system": "urn:x", "code": "110122" });
    assert_eq!(
        read(json!([elsewhere])),
        (json!("110114"), json!(["110122"]), json!(["AuditEvent.subtype[0].system"]))
    );
}

#[test]
fn a_mark_is_believed_as_far_as_the_code_bears_it_out() {
    let marked = |text: &str, code: &str| {
        json!({
            "extension": [{ "url": crate::mark::PLAIN, "valueString": text }],
            "code": code,
        })
    };
    // As a table before this one may have written it.
    assert_reads("type", marked(" our  code", "our code"), json!(" our  code"), &[]);
    assert_reads("type", marked("sent", "stored"), json!("sent"), &["AuditEvent.type.code"]);
    // The mark of another element is nothing here.
    let derived = json!({
        "extension": [{ "url": crate::mark::DERIVED, "valueBoolean": true }],
        "code": "x",
    });
    assert_reads("type", derived, json!("x"), &["AuditEvent.type.extension"]);
    let requestor = |value: bool, mark: bool| {
        let extension = json!([{ "url": crate::mark::DERIVED, "valueBoolean": mark }]);
        json!([{ "requestor": value, "_requestor": { "extension": extension }, "name": "x" }])
    };
    assert_reads("agent", requestor(false, true), json!([{ "name": "x" }]), &[]);
    for (value, mark) in [(true, true), (false, false)] {
        assert_reads(
            "agent",
            requestor(value, mark),
            json!([{ "name": "x", "requestor": value }]),
            &["AuditEvent.agent[0]._requestor"],
        );
    }
}

#[test]
fn parties_read_by_reference_then_identifier_then_name() {
    let agent = |who: Json| json!([{ "who": who, "requestor": true }]);
    let read = |who: &str| json!([{ "who": who, "requestor": true }]);
    assert_reads(
        "agent",
        agent(json!({ "reference": "Device/1", "type": "Device" })),
        read("Device/1"),
        &[],
    );
    assert_reads(
        "agent",
        agent(
            json!({ "reference": "urn:uuid:1", "type": "Device", "identifier": { "value": "1" } }),
        ),
        read("urn:uuid:1"),
        &["AuditEvent.agent[0].who.identifier", "AuditEvent.agent[0].who.type"],
    );
    assert_reads(
        "agent",
        agent(json!({ "identifier": { "system": "urn:x", "value": "dr-1" } })),
        read("dr-1"),
        &["AuditEvent.agent[0].who.identifier.system"],
    );
    assert_reads(
        "agent",
        agent(json!({ "display": "Dr. Who" })),
        json!([{ "name": "Dr. Who", "requestor": true }]),
        &[],
    );
    assert_reads(
        "agent",
        json!([{ "who": { "display": "Who" }, "name": "Dr. Who", "requestor": true }]),
        json!([{ "name": "Dr. Who", "requestor": true }]),
        &["AuditEvent.agent[0].who"],
    );
    assert_reads(
        "source",
        json!({ "observer": { "identifier": { "value": "1" }, "display": "EHR" } }),
        json!({ "observer": "EHR" }),
        &["AuditEvent.source.observer.identifier"],
    );
}

#[test]
fn roles_and_purposes_read_by_text_then_display_then_code() {
    let coding = json!({ "system": "urn:x", "code": "c", "display": "Called" });
    let purpose = |concept: Json| json!([concept]);
    assert_reads(
        "purposeOfEvent",
        purpose(json!({ "coding": [coding], "text": "Said" })),
        json!(["Said"]),
        &["AuditEvent.purposeOfEvent[0].coding"],
    );
    assert_reads(
        "purposeOfEvent",
        purpose(json!({ "coding": [coding] })),
        json!(["Called"]),
        &[
            "AuditEvent.purposeOfEvent[0].coding[0].code",
            "AuditEvent.purposeOfEvent[0].coding[0].system",
        ],
    );
    let reasons = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
    assert_reads(
        "purposeOfEvent",
        json!([
            { "coding": [{ "system": reasons, "code": "TREAT" }] },
            { "coding": [coding, coding] },
        ]),
        json!(["TREAT", "Called"]),
        &[
            "AuditEvent.purposeOfEvent[1].coding[0].code",
            "AuditEvent.purposeOfEvent[1].coding[0].system",
            "AuditEvent.purposeOfEvent[1].coding[1]",
        ],
    );
}

#[test]
fn what_reads_as_nothing_keeps_its_place() {
    assert_reads(
        "entity",
        json!([{ "query": "eA==" }, { "name": "x" }]),
        json!([{}, { "name": "x" }]),
        &["AuditEvent.entity[0]"],
    );
    let source = json!({ "observer": { "identifier": { "system": "urn:x" } } });
    assert_reads("source", source, json!({}), &["AuditEvent.source"]);
}

#[test]
fn what_the_server_gives_is_not_left_out() {
    let meta = json!({ "versionId": "1", "lastUpdated": "2024-06-15T08:30:00Z" });
    let read = read_as(&r4(json!({ "id": "sent", "meta": meta })), Release::R4);
    assert_eq!(read.get("leftOut"), None);
    let meta = json!({ "versionId": "1", "profile": ["http://example.org"] });
    let read = read_as(&r4(json!({ "meta": meta, "odd name": 1 })), Release::R4);
    assert_eq!(read["leftOut"], json!(["AuditEvent.meta.profile", "AuditEvent.\u{2026}"]));
}

/// An event of R5 with a value in each place that the plain shape has, and some it has not.
fn r5() -> Json {
    let reasons = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
    let interaction = "http://hl7.org/fhir/restful-interaction";
    let severity = "http://hl7.org/fhir/issue-severity";
    json!({
        "resourceType": "AuditEvent",
        "category": [{ "coding": [
            { "system": REST, "code": "rest", "display": "RESTful Operation" },
        ] }],
        "code": { "coding": [{ "system": interaction, "code": "read" }], "text": "read" },
        "action": "R",
        "severity": "notice",
        "recorded": "2024-06-15T08:30:00Z",
        "outcome": {
            "code": { "system": severity, "code": "error", "display": "Error" },
            "detail": [{ "text": "No such patient" }, { "text": "more" }],
        },
        "authorization": [{ "coding": [
            { "system": reasons, "code": "TREAT", "display": "treatment" },
        ] }],
        "patient": { "reference": "Patient/1" },
        "agent": [{
            "role": [{ "text": "Nurse" }, { "text": "second" }],
            "who": { "reference": "Practitioner/1", "display": "Nurse Joy" },
            "networkString": "10.0.0.1",
        }, {
            "who": { "identifier": { "value": "app" } },
            "requestor": false,
            "networkUri": "https://example.org",
        }],
        "source": {
            "site": { "display": "Cloud" },
            "observer": { "reference": "Device/1" },
            "type": [{ "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/security-source-type",
                "code": "4",
                "display": "Application Server",
            }] }],
        },
        "entity": [{
            "what": { "reference": "Patient/1", "type": "Patient", "display": "Jane" },
            "role": { "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/object-role",
                "code": "1",
            }] },
        }],
    })
}

#[test]
fn an_event_of_r5_reads_by_the_same_names() {
    let fhir = r5();
    kiln_fhir::parse(&serde_json::to_vec(&fhir).expect("JSON"), Release::R5, &Limits::default())
        .expect("an event of R5");
    assert_eq!(
        read_as(&fhir, Release::R5),
        json!({
            "type": "rest",
            "subtype": ["read"],
            "action": "R",
            "recorded": "2024-06-15T08:30:00Z",
            "outcome": "8",
            "outcomeDesc": "No such patient",
            "purposeOfEvent": ["treatment"],
            "agent": [
                {
                    "who": "Practitioner/1",
                    "name": "Nurse Joy",
                    "role": "Nurse",
                    "networkAddress": "10.0.0.1",
                },
                { "who": "app", "requestor": false, "networkAddress": "https://example.org" },
            ],
            "source": { "observer": "Device/1", "site": "Cloud", "type": "Application Server" },
            "entity": [{ "what": "Patient/1", "role": "1", "name": "Jane" }],
            "leftOut": [
                "AuditEvent.agent[0].role[1]",
                "AuditEvent.outcome.detail[1]",
                "AuditEvent.patient",
                "AuditEvent.severity",
            ],
        })
    );
}

#[test]
fn outcomes_of_r5_read_as_those_of_r4() {
    let old = "http://terminology.hl7.org/CodeSystem/audit-event-outcome";
    let severity = "http://hl7.org/fhir/issue-severity";
    for (system, code, expected, left) in [
        (old, "0", Some("0"), false),
        (old, "12", Some("12"), false),
        (severity, "success", Some("0"), false),
        (severity, "warning", Some("4"), false),
        (severity, "error", Some("8"), false),
        (severity, "fatal", Some("12"), false),
        (severity, "information", Some("0"), true),
        (severity, "8", None, true),
        ("urn:x", "8", None, true),
    ] {
        let fhir = json!({ "outcome": { "code": { "system": system, "code": code } } });
        let read = read_as(&fhir, Release::R5);
        assert_eq!(read["outcome"].as_str(), expected, "{system}|{code}");
        assert_eq!(read.get("leftOut").is_some(), left, "{system}|{code}");
    }
}

#[test]
fn an_event_of_r5_without_a_category_is_of_the_type_of_its_code() {
    let code = json!({ "coding": [{ "system": REST, "code": "rest" }], "text": "A call" });
    let read = read_as(&json!({ "code": code }), Release::R5);
    assert_eq!(read["type"], "rest");
    assert_eq!(read["leftOut"], json!(["AuditEvent.code.text"]));
}

#[test]
fn paths_are_bounded() {
    let entities: Vec<_> =
        (0..300).map(|_| json!({ "type": { "code": "1" }, "query": "eA==" })).collect();
    let read = read_as(&r4(json!({ "entity": entities })), Release::R4);
    let left = read["leftOut"].as_array().expect("paths");
    assert_eq!(left.len(), crate::stored::LEFT_OUT_MAX);
    assert_eq!(left[0], "AuditEvent.entity[0].query");
    assert_eq!(left.last(), Some(&json!("AuditEvent")));
}

#[test]
fn what_is_no_event_is_left_out_whole() {
    let mut out = b"[".to_vec();
    from_fhir(b"{", Release::R4, &SERVED, &mut out);
    let text = String::from_utf8(out).expect("UTF-8");
    let expected =
        format!(r#"[{{"id":"the-id","received":"{}","leftOut":["AuditEvent"]}}"#, SERVED.received);
    assert_eq!(text, expected);
}
