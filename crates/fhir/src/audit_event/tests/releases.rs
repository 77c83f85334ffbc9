//! What each release says in its own words, and what it refuses.
use super::*;
use IssueType::{CodeInvalid, Invariant, Required, Structure, Value as BadValue};

/// The smallest events of the other releases.
pub(super) fn smallest(release: Release) -> Value {
    let coding = json!({"system": "urn:types", "code": "rest"});
    let recorded = "2024-06-15T08:30:00Z";
    let mut event = match release {
        Release::Dstu2 => json!({
            "event": {"type": coding, "dateTime": recorded},
            "participant": [{"requestor": true}],
            "source": {"identifier": {"value": "here"}}
        }),
        Release::Stu3 => json!({
            "type": coding, "recorded": recorded, "agent": [{"requestor": true}],
            "source": {"identifier": {"value": "here"}}
        }),
        Release::R4 | Release::R4b | Release::R5Draft => r4(),
        Release::R5 => r5(),
        Release::R6 => json!({
            "type": {"coding": [coding]}, "recorded": recorded,
            "agent": [{"who": {"display": "someone"}}],
            "source": {"observer": {"display": "here"}}
        }),
    };
    event["resourceType"] = json!("AuditEvent");
    event
}

pub(super) const RELEASES: [Release; 7] = [
    Release::Dstu2,
    Release::Stu3,
    Release::R4,
    Release::R4b,
    Release::R5Draft,
    Release::R5,
    Release::R6,
];

/// The document of this release with one member, by its pointer, set or removed (null).
fn changed(release: Release, pointer: &str, value: Value) -> Value {
    let mut document = smallest(release);
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let parent = document.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
    if value.is_null() {
        parent.remove(name).expect("was there");
    } else {
        parent.insert(name.to_owned(), value);
    }
    document
}

fn view(release: Release, document: &Value) -> AuditEvent<'static> {
    let body = serde_json::to_vec(document).expect("JSON").leak();
    parse(body, release, &Limits::default()).expect("accepted").event
}

#[test]
fn the_smallest_event_of_each_release_is_accepted() {
    for release in RELEASES {
        assert_eq!(issues(&smallest(release), release), [], "{release:?}");
    }
}

#[test]
fn what_is_mandatory_is_missed_by_its_name() {
    for (release, pointers) in [
        (Release::Dstu2, &["event", "event/type", "event/dateTime", "participant", "source"][..]),
        (Release::Stu3, &["type", "recorded", "agent", "source", "source/identifier"]),
        (Release::R4b, &["type", "recorded", "agent", "source", "source/observer"]),
        (Release::R5Draft, &["type", "recorded", "agent", "source", "source/observer"]),
        (Release::R6, &["type", "recorded", "agent", "source"]),
    ] {
        for pointer in pointers {
            let mut document = changed(release, &format!("/{pointer}"), Value::Null);
            if let Some(source) = document.get_mut("source") {
                source["site"] =
                    if release == Release::R6 { json!({"display": "x"}) } else { json!("x") };
            }
            let path = format!("AuditEvent.{}", pointer.replace('/', "."));
            let missed = vec![(Severity::Error, Required, path)];
            assert_eq!(issues(&document, release), missed, "{release:?} {pointer}");
        }
    }
}

#[test]
fn rules_are_each_releases_own() {
    for (release, pointer, value, code, path) in [
        (Release::Dstu2, "/event/action", json!("X"), CodeInvalid, "event.action"),
        (Release::Dstu2, "/event/outcome", json!("1"), CodeInvalid, "event.outcome"),
        (Release::Dstu2, "/event/dateTime", json!("2024-06"), BadValue, "event.dateTime"),
        (
            Release::Dstu2,
            "/event/purposeOfEvent",
            json!({"code": "x"}),
            Structure,
            "event.purposeOfEvent",
        ),
        (
            Release::Dstu2,
            "/object",
            json!([{"name": "x", "query": "YQ=="}]),
            Invariant,
            "object[0]",
        ),
        (
            Release::Dstu2,
            "/object",
            json!([{"detail": [{"type": "x"}]}]),
            Required,
            "object[0].detail[0].value",
        ),
        (
            Release::Dstu2,
            "/object",
            json!([{"detail": [{"type": "x", "value": "?"}]}]),
            BadValue,
            "object[0].detail[0].value",
        ),
        (
            Release::Dstu2,
            "/source/identifier",
            json!({"use": "old"}),
            CodeInvalid,
            "source.identifier.use",
        ),
        (
            Release::Stu3,
            "/source/identifier",
            json!({"use": "old"}),
            CodeInvalid,
            "source.identifier.use",
        ),
        (Release::Stu3, "/entity", json!([{"name": "x", "query": "YQ=="}]), Invariant, "entity[0]"),
        (Release::Stu3, "/outcome", json!({"text": "x"}), BadValue, "outcome"),
        (Release::R4b, "/outcome", json!({"text": "x"}), BadValue, "outcome"),
        (Release::R5Draft, "/outcome", json!("0"), Structure, "outcome"),
        (Release::R5Draft, "/severity", json!("bad"), CodeInvalid, "severity"),
        (
            Release::R5Draft,
            "/entity",
            json!([{"name": "x", "query": "YQ=="}]),
            Invariant,
            "entity[0]",
        ),
        (Release::R6, "/type", json!("rest"), Structure, "type"),
        (Release::R6, "/outcome", json!({"detail": [{"text": "x"}]}), Required, "outcome.code"),
        (Release::R6, "/subtype", json!({"text": "x"}), Structure, "subtype"),
    ] {
        let document = changed(release, pointer, value);
        let wrong = vec![(Severity::Error, code, format!("AuditEvent.{path}"))];
        assert_eq!(issues(&document, release), wrong, "{release:?} {path}");
    }
    let old = changed(Release::R4, "/source/observer", json!({"identifier": {"use": "old"}}));
    assert_eq!(issues(&old, Release::R4), []);
}

#[test]
fn dstu2_keeps_comments_anywhere() {
    let comments = json!(["what XML said here"]);
    let mut document = smallest(Release::Dstu2);
    document["fhir_comments"] = comments.clone();
    document["event"]["type"]["fhir_comments"] = comments.clone();
    document["event"]["_dateTime"] = json!({"fhir_comments": comments});
    document["participant"][0]["fhir_comments"] = comments.clone();
    document["participant"][0]["policy"] = json!(["urn:p"]);
    document["participant"][0]["_policy"] = json!([{"fhir_comments": comments}]);
    assert_eq!(issues(&document, Release::Dstu2), []);
    let document = changed(Release::R4, "/fhir_comments", comments);
    let unknown = vec![(Severity::Warning, Structure, "AuditEvent.fhir_comments".to_owned())];
    assert_eq!(issues(&document, Release::R4), unknown);
}

#[test]
fn what_may_change_the_meaning_is_kept_and_marked() {
    let extension = json!([{"url": "urn:not", "valueBoolean": true}]);
    for release in RELEASES {
        let mark = |at: &str| vec![(Severity::Warning, Structure, format!("AuditEvent.{at}"))];
        let document = changed(release, "/modifierExtension", extension.clone());
        assert_eq!(issues(&document, release), mark("modifierExtension"));
        let document = changed(release, "/implicitRules", json!("urn:rules"));
        assert_eq!(issues(&document, release), mark("implicitRules"));
        let document = changed(release, "/source/modifierExtension", extension.clone());
        assert_eq!(issues(&document, release), mark("source.modifierExtension"));
    }
}

#[test]
fn identifiers_beside_references_are_one_reference() {
    for (release, agents, entities) in
        [(Release::Dstu2, "participant", "object"), (Release::Stu3, "agent", "entity")]
    {
        let (reference, identifier) = (
            json!({"reference": "Patient/1", "display": "P"}),
            json!({"system": "urn:i", "value": "7"}),
        );
        let mut document = smallest(release);
        document[agents] = json!([
            {"requestor": true, "reference": reference, "userId": identifier},
            {"requestor": true, "userId": identifier, "reference": reference},
            {"requestor": true, "userId": identifier},
        ]);
        document[entities] = json!([{"identifier": identifier, "reference": reference}]);
        document["source"]["identifier"] = identifier;
        let event = view(release, &document);
        let told = |reference: Option<&Reference<'_>>| {
            let reference = reference.expect("a reference").clone();
            let value = reference.identifier.and_then(|identifier| identifier.value);
            (reference.reference.map(Str::into_owned), value.map(Str::into_owned))
        };
        let (patient, seven) = (Some("Patient/1".to_owned()), Some("7".to_owned()));
        assert_eq!(told(event.agents[0].who.as_ref()), (patient.clone(), seven.clone()));
        assert_eq!(told(event.agents[1].who.as_ref()), (patient.clone(), seven.clone()));
        assert_eq!(told(event.agents[2].who.as_ref()), (None, seven.clone()));
        assert_eq!(told(event.entities[0].what.as_ref()), (patient, seven.clone()));
        assert_eq!(told(event.source.observer.as_ref()), (None, seven));
    }
}

#[test]
fn dstu2_fills_the_view() {
    let mut document = smallest(Release::Dstu2);
    document["event"] = json!({
        "type": {"code": "rest"}, "subtype": [{"code": "a"}, {"code": "b"}], "action": "R",
        "dateTime": "2024-06-15T08:30:00+02:00", "outcome": "4", "outcomeDesc": "partly",
        "purposeOfEvent": [{"code": "TREAT"}, {"code": "HPAYMT"}]
    });
    document["participant"][0]["network"] = json!({"address": "h", "type": "1"});
    document["participant"][0]["purposeOfUse"] = json!([{"code": "ETREAT"}]);
    document["object"] = json!([{"type": {"code": "1"}, "name": "n", "description": "d"}]);
    let event = view(Release::Dstu2, &document);
    assert_eq!(event.release, Release::Dstu2);
    assert_eq!(Some(event.recorded), Instant::parse("2024-06-15T06:30:00Z"));
    let code = |concept: &CodeableConcept<'_>| concept.coding[0].code.clone().map(Str::into_owned);
    let some = |code: &str| Some(code.to_owned());
    assert_eq!(event.r#type.iter().map(code).collect::<Vec<_>>(), [some("rest")]);
    assert_eq!(event.subtype.iter().map(code).collect::<Vec<_>>(), [some("a"), some("b")]);
    assert_eq!(event.purpose.iter().map(code).collect::<Vec<_>>(), [some("TREAT"), some("HPAYMT")]);
    assert_eq!(event.outcome.as_ref().and_then(code), some("4"));
    assert_eq!(event.outcome_detail[0].text.as_deref(), Some("partly"));
    let agent = &event.agents[0];
    assert_eq!(
        (agent.network_address.as_deref(), agent.network_type.as_deref()),
        (Some("h"), Some("1"))
    );
    assert_eq!(agent.purpose.iter().map(code).collect::<Vec<_>>(), [some("ETREAT")]);
    let entity = &event.entities[0];
    assert_eq!((entity.name.as_deref(), entity.description.as_deref()), (Some("n"), Some("d")));
}

#[test]
fn the_draft_and_the_ballot_fill_the_view() {
    let mut document = smallest(Release::R5Draft);
    document["outcome"] = json!({"coding": [{"system": "urn:o", "code": "8"}], "text": "no"});
    document["severity"] = json!("alert");
    document["basedOn"] = json!([{"reference": "ServiceRequest/1"}]);
    document["encounter"] = json!({"reference": "Encounter/1"});
    let event = view(Release::R5Draft, &document);
    let outcome = event.outcome.expect("an outcome");
    assert_eq!(outcome.coding[0].code.as_deref(), Some("8"));
    assert_eq!(outcome.text.as_deref(), Some("no"));
    assert_eq!(event.severity.as_deref(), Some("alert"));
    assert_eq!(event.based_on[0].reference.as_deref(), Some("ServiceRequest/1"));
    assert!(event.encounter.is_some());
    let mut document = smallest(Release::R6);
    document["subtype"] = json!([{"text": "a"}, {"text": "b"}]);
    document["outcome"] = json!({"code": {"code": "0"}});
    document["entity"] = json!([{"description": "d", "query": "YQ=="}]);
    let event = view(Release::R6, &document);
    assert_eq!(event.r#type[0].coding[0].code.as_deref(), Some("rest"));
    assert_eq!(event.subtype[1].text.as_deref(), Some("b"));
    assert_eq!(event.outcome.expect("an outcome").coding[0].code.as_deref(), Some("0"));
    assert_eq!(event.entities[0].description.as_deref(), Some("d"));
}

#[test]
fn an_event_of_r6_is_not_taken_for_one_of_r4_and_the_other_way_round() {
    let at = |document: &Value, at| {
        let body = serde_json::to_vec(document).expect("JSON");
        receive(&body, Some(at), &Limits::default()).map(|parsed| parsed.warnings)
    };
    let mut r6 = smallest(Release::R6);
    r6["agent"][0]["requestor"] = json!(true);
    let mut r4 = r4();
    r4["agent"][0]["who"] = json!({"display": "x"});
    for (document, other, says) in [
        (&r6, Release::R4, "this looks like FHIR 6.0.0-ballot2: send it to /fhir/r6"),
        (&r6, Release::R4b, "this looks like FHIR 6.0.0-ballot2: send it to /fhir/r6"),
        (&r4, Release::R6, "this looks like FHIR 4.0.1: send it to /fhir/r4"),
    ] {
        let issue = &at(document, other).expect_err("refused").issues[0];
        assert_eq!((issue.severity, issue.diagnostics.as_str()), (Severity::Error, says));
    }
    // What could be either is taken where it was sent to, with a warning.
    r6["purposeOfEvent"] = json!([{"text": "x"}]);
    assert!(!at(&r6, Release::R4).expect("taken").is_empty());
}
