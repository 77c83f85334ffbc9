//! What the view says of an event.
use super::*;

fn coding<'e>(code: &'e CodeableConcept<'_>) -> (Option<&'e str>, Option<&'e str>) {
    (code.coding[0].system.as_deref(), code.coding[0].code.as_deref())
}

fn target<'e>(reference: Option<&'e Reference<'_>>) -> Option<&'e str> {
    reference.and_then(|one| one.reference.as_deref())
}

/// The document with these members set.
fn with(mut document: Value, members: &Value) -> Vec<u8> {
    let members = members.as_object().expect("an object").clone();
    document.as_object_mut().expect("an object").extend(members);
    serde_json::to_vec(&document).expect("JSON")
}

#[test]
fn r4_fills_the_event() {
    let body = with(
        r4(),
        &json!({
            "id": "theirs",
            "meta": {"source": "urn:s", "profile": ["urn:p"], "tag": [{"code": "t"}],
                "security": [{"system": "urn:x", "code": "HTEST"}]},
            "subtype": [{"code": "read"}, {"code": "vread"}],
            "action": "R", "outcome": "4", "outcomeDesc": "not \"now\"",
            "purposeOfEvent": [{"coding": [{"code": "TREAT"}]}],
            "source": {"observer": {"display": "here"}, "site": "ward", "type": [{"code": "4"}]},
            "category": [{"text": "R5's, unknown to R4"}]
        }),
    );
    let event = parse(&body, Release::R4, &Limits::default()).expect("accepted").event;
    assert_eq!(event.id.as_deref(), Some("theirs"));
    assert_eq!(event.meta.source.as_deref(), Some("urn:s"));
    assert_eq!(event.meta.profile, ["urn:p"]);
    assert_eq!(event.meta.tag[0].code.as_deref(), Some("t"));
    assert_eq!(event.meta.security[0].system.as_deref(), Some("urn:x"));
    assert_eq!(event.r#type.len(), 1, "an unknown element says nothing");
    assert_eq!(coding(&event.r#type[0]).1, Some("rest"));
    assert_eq!(event.subtype.len(), 2);
    assert_eq!(event.action.as_deref(), Some("R"));
    assert_eq!(Some(event.recorded), Instant::parse("2024-06-15T06:30:00Z"));
    assert_eq!(event.outcome.as_ref().map(coding), Some((None, Some("4"))));
    assert_eq!(event.outcome_detail[0].text.as_deref(), Some("not \"now\""));
    assert_eq!(coding(&event.purpose[0]).1, Some("TREAT"));
    assert_eq!(event.source.site.as_deref(), Some("ward"));
    let observer = event.source.observer.as_ref().expect("an observer");
    assert_eq!(observer.display.as_deref(), Some("here"));
    assert_eq!(coding(&event.source.r#type[0]).1, Some("4"));
}

#[test]
fn r4_fills_agents() {
    let agent = json!({
        "type": {"text": "human"}, "role": [{"coding": [{"system": "urn:r", "code": "doc"}]}],
        "who": {"identifier": {"system": "urn:i", "value": "7", "type": {"text": "MR"}}},
        "altId": "alt", "name": "Dr. \u{dc}", "requestor": false,
        "location": {"reference": "Location/1"}, "policy": ["urn:a", "urn:b"],
        "media": {"code": "110030"}, "network": {"address": "10.0.0.1", "type": "2"},
        "purposeOfUse": [{"text": "care"}]
    });
    let body = with(r4(), &json!({"agent": [agent, {"requestor": true}]}));
    let event = parse(&body, Release::R4, &Limits::default()).expect("accepted").event;
    assert_eq!(event.agents.len(), 2);
    let agent = &event.agents[0];
    assert_eq!(agent.r#type.as_ref().and_then(|kind| kind.text.as_deref()), Some("human"));
    assert_eq!(coding(&agent.role[0]), (Some("urn:r"), Some("doc")));
    let who = agent.who.as_ref().and_then(|who| who.identifier.as_ref()).expect("who");
    assert_eq!((who.system.as_deref(), who.value.as_deref()), (Some("urn:i"), Some("7")));
    assert_eq!(who.r#type.text.as_deref(), Some("MR"));
    assert_eq!((agent.alt_id.as_deref(), agent.name.as_deref()), (Some("alt"), Some("Dr. Ü")));
    assert_eq!((agent.requestor, event.agents[1].requestor), (Some(false), Some(true)));
    assert_eq!(target(agent.location.as_ref()), Some("Location/1"));
    assert_eq!(agent.policy, ["urn:a", "urn:b"]);
    assert_eq!(agent.media.as_ref().and_then(|media| media.code.as_deref()), Some("110030"));
    assert_eq!(agent.network_address.as_deref(), Some("10.0.0.1"));
    assert_eq!(agent.network_type.as_deref(), Some("2"));
    assert_eq!(agent.purpose[0].text.as_deref(), Some("care"));
}

#[test]
fn r4_fills_entities() {
    let entity = json!({
        "what": {"reference": "Patient/1/_history/5", "type": "Patient"},
        "type": {"system": "urn:t", "code": "1"}, "role": {"code": "1"},
        "lifecycle": {"code": "6"}, "securityLabel": [{"code": "R"}],
        "name": "chart", "description": "all of it"
    });
    let body = with(r4(), &json!({"entity": [entity, {"query": "YQ=="}]}));
    let event = parse(&body, Release::R4, &Limits::default()).expect("accepted").event;
    let entity = &event.entities[0];
    assert_eq!(target(entity.what.as_ref()), Some("Patient/1/_history/5"));
    assert_eq!(entity.what.as_ref().and_then(|what| what.r#type.as_deref()), Some("Patient"));
    assert_eq!(entity.r#type.as_ref().and_then(|code| code.system.as_deref()), Some("urn:t"));
    assert_eq!(entity.role.as_ref().map(coding), Some((None, Some("1"))));
    assert_eq!(entity.lifecycle.as_ref().and_then(|code| code.code.as_deref()), Some("6"));
    assert_eq!(coding(&entity.security_label[0]).1, Some("R"));
    assert_eq!(entity.name.as_deref(), Some("chart"));
    assert_eq!(entity.description.as_deref(), Some("all of it"));
    assert_eq!(event.entities[1].query.as_deref(), Some("YQ=="));
}

#[test]
fn r5_fills_the_view() {
    let body = with(
        r5(),
        &json!({
            "category": [{"coding": [{"code": "rest"}]}, {"text": "b"}], "severity": "alert",
            "outcome": {"code": {"system": "urn:o", "code": "0"}, "detail": [{"text": "fine"}]},
            "authorization": [{"text": "care"}], "basedOn": [{"reference": "ServiceRequest/1"}],
            "patient": {"reference": "Patient/1"}, "encounter": {"reference": "Encounter/1"},
            "agent": [
                {"who": {"display": "a"}, "networkString": "h", "authorization": [{"text": "x"}]},
                {"who": {"display": "b"}, "networkUri": "http://n"},
                {"who": {"display": "c"}, "networkReference": {"reference": "Endpoint/1"}}
            ],
            "source": {"observer": {"display": "here"}, "site": {"display": "ward"}},
            "entity": [{"query": "YQ==", "what": {"display": "both are fine"},
                "agent": [{"who": {"reference": "Device/1"}}]}]
        }),
    );
    let event = parse(&body, Release::R5, &Limits::default()).expect("accepted").event;
    assert_eq!(event.r#type.len(), 2);
    assert_eq!(event.subtype[0].text.as_deref(), Some("read"));
    assert_eq!(event.severity.as_deref(), Some("alert"));
    assert_eq!(event.outcome.as_ref().map(coding), Some((Some("urn:o"), Some("0"))));
    assert_eq!(event.outcome_detail[0].text.as_deref(), Some("fine"));
    assert_eq!(event.purpose[0].text.as_deref(), Some("care"));
    assert_eq!(target(event.based_on.first()), Some("ServiceRequest/1"));
    assert_eq!(target(event.patient.as_ref()), Some("Patient/1"));
    assert_eq!(target(event.encounter.as_ref()), Some("Encounter/1"));
    let networks: Vec<_> = event.agents.iter().map(|a| a.network_address.as_deref()).collect();
    assert_eq!(networks, [Some("h"), Some("http://n"), Some("Endpoint/1")]);
    assert_eq!(event.agents[0].purpose[0].text.as_deref(), Some("x"));
    assert_eq!(event.source.site.as_deref(), Some("ward"));
    assert_eq!(event.entities[0].query.as_deref(), Some("YQ=="));
    assert_eq!(target(event.entities[0].agents[0].who.as_ref()), Some("Device/1"));
}

#[test]
fn text_is_borrowed_unless_escaped() {
    let body = br#"{"resourceType":"AuditEvent","type":{"code":"rest","display":"a\u0062"},
        "recorded":"2024-06-15T08:30:00Z","agent":[{"requestor":true}],
        "source":{"observer":{"display":"here"}}}"#;
    let event = parse(body, Release::R4, &Limits::default()).expect("accepted").event;
    let coding = &event.r#type[0].coding[0];
    assert!(matches!(coding.code, Some(Str::Borrowed("rest"))));
    assert!(matches!(&coding.display, Some(Str::Owned(text)) if text == "ab"));
}

/// An extension of the name that HL7 gives for an element of a release.
fn foreign(element: &str, value: &str, said: &Value) -> Value {
    let (release, path) = element.split_once('/').expect("a release");
    let url =
        format!("http://hl7.org/fhir/{release}/StructureDefinition/extension-AuditEvent.{path}");
    json!({"url": url, value: said})
}

#[test]
fn elements_that_a_release_lacks_are_read_from_extensions() {
    let to = |what: &str| json!({"reference": what});
    let of_event = [
        foreign("5.0/encounter", "valueReference", &to("Encounter/1")),
        foreign("6.0/basedOn", "valueReference", &to("Task/1")),
        foreign("6.0/basedOn", "valueReference", &to("Task/2")),
        foreign("5.0/patient", "valueReference", &to("Patient/1")),
        foreign("7.0/encounter", "valueReference", &to("Encounter/2")),
        foreign("5.0/recorded", "valueInstant", &json!("2020-01-01T00:00:00Z")),
    ];
    let body = with(r4(), &json!({"extension": of_event}));
    let event = parse(&body, Release::R4, &Limits::default()).expect("accepted").event;
    assert_eq!(target(event.encounter.as_ref()), Some("Encounter/1"));
    assert_eq!(target(event.patient.as_ref()), Some("Patient/1"));
    let orders: Vec<_> = event.based_on.iter().map(|order| target(Some(order))).collect();
    assert_eq!(orders, [Some("Task/1"), Some("Task/2")]);

    let of_agent = [
        foreign("1.0/participant.name", "valueString", &json!("Ann")),
        foreign("4.3/agent.altId", "valueString", &json!("ann")),
    ];
    let of_entity = [
        foreign("4.0/entity.name", "valueString", &json!("chart")),
        foreign("1.0/object.description", "valueString", &json!("whole")),
        foreign("4.6/entity.type", "valueCoding", &json!({"code": "2"})),
    ];
    let members = json!({
        "agent": [{"who": to("Device/1"), "extension": of_agent}],
        "entity": [{"what": to("List/1"), "extension": of_entity}],
    });
    let body = with(r5(), &members);
    let event = parse(&body, Release::R5, &Limits::default()).expect("accepted").event;
    let (agent, entity) = (&event.agents[0], &event.entities[0]);
    assert_eq!((agent.name.as_deref(), agent.alt_id.as_deref()), (Some("Ann"), Some("ann")));
    assert_eq!(entity.name.as_deref(), Some("chart"));
    assert_eq!(entity.description.as_deref(), Some("whole"));
    assert_eq!(entity.r#type.as_ref().and_then(|one| one.code.as_deref()), Some("2"));
}

#[test]
fn an_element_goes_before_the_extension_of_its_name() {
    let own = json!({"reference": "Encounter/1"});
    let other = json!({"reference": "Encounter/2"});
    let extension = json!([foreign("6.0/encounter", "valueReference", &other)]);
    let body = String::from_utf8(with(r5(), &json!({"encounter": own}))).expect("UTF-8");
    let members = format!("\"extension\":{extension}");
    for body in
        [format!("{{{members},{}", &body[1..]), format!("{},{members}}}", &body[..body.len() - 1])]
    {
        let event = parse(body.as_bytes(), Release::R5, &Limits::default());
        let event = event.expect("accepted").event;
        assert_eq!(target(event.encounter.as_ref()), Some("Encounter/1"));
    }
}
