//! One rule each: what stands where in the target, and that the source comes back.
use super::*;
use serde_json::{Value, json};

/// An event of a release with these members beside what it must have.
pub(super) fn event(release: Release, members: &Value) -> Value {
    let dicom = "http://dicom.nema.org/resources/ontology/DCM";
    let coding = json!({"system": dicom, "code": "110112"});
    let mut event = match release {
        Release::Dstu2 => json!({
            "event": {"type": coding, "dateTime": "2024-06-15T08:30:00Z"},
            "participant": [{"requestor": true}],
            "source": {"identifier": {"value": "s"}},
        }),
        Release::Stu3 => json!({
            "type": coding, "recorded": "2024-06-15T08:30:00Z",
            "agent": [{"requestor": true}], "source": {"identifier": {"value": "s"}},
        }),
        Release::R5 => json!({
            "category": [{"coding": [coding]}], "code": {"coding": [coding]},
            "recorded": "2024-06-15T08:30:00Z",
            "agent": [{"who": {"reference": "Device/1"}, "requestor": true}],
            "source": {"observer": {"reference": "Device/1"}},
        }),
        Release::R6 => json!({
            "type": {"coding": [coding]}, "recorded": "2024-06-15T08:30:00Z",
            "agent": [{"who": {"reference": "Device/1"}, "requestor": true}],
            "source": {"observer": {"reference": "Device/1"}},
        }),
        Release::R4 | Release::R4b | Release::R5Draft => json!({
            "type": coding, "recorded": "2024-06-15T08:30:00Z",
            "agent": [{"requestor": true}], "source": {"observer": {"identifier": {"value": "s"}}},
        }),
    };
    event["resourceType"] = json!("AuditEvent");
    merge(&mut event, members);
    event
}

fn merge(event: &mut Value, members: &Value) {
    match (event, members) {
        (Value::Object(event), Value::Object(members)) => {
            for (name, member) in members {
                merge(event.entry(name.clone()).or_insert(Value::Null), member);
            }
        }
        (Value::Array(items), Value::Array(members)) if items.len() == members.len() => {
            items.iter_mut().zip(members).for_each(|(item, member)| merge(item, member));
        }
        (event, members) => *event = members.clone(),
    }
}

/// Converts an event with these members, and checks that it is valid there and comes back.
fn there(from: Release, to: Release, members: &Value) -> Value {
    let json = event(from, members).to_string();
    let limits = Limits::default();
    assert!(parse(json.as_bytes(), from, &limits).is_ok(), "{json}");
    let there = converted(&json, from, to);
    if let Err(outcome) = parse(there.as_bytes(), to, &limits) {
        panic!("{:?}\n{there}", outcome.issues);
    }
    let back: Value = serde_json::from_str(&converted(&there, to, from)).expect("JSON");
    assert_eq!(back, event(from, members), "{there}");
    serde_json::from_str(&there).expect("JSON")
}

/// Extensions of an object, by the end of their names.
fn carried<'v>(object: &'v Value, name: &str) -> Vec<&'v Value> {
    let extensions = object["extension"].as_array().into_iter().flatten();
    extensions.filter(|own| own["url"].as_str().is_some_and(|url| url.ends_with(name))).collect()
}

fn is_derived(object: &Value) -> bool {
    !carried(object, "/derived").is_empty()
}

const OUTCOME: &str = "http://terminology.hl7.org/CodeSystem/audit-event-outcome";
const REST: &str = "http://terminology.hl7.org/CodeSystem/audit-event-type";

#[test]
fn several_subtypes_are_one_code_and_none_is_made_from_the_type() {
    let subtypes = json!({"subtype": [{"code": "a"}, {"code": "b"}]});
    let r5 = there(Release::R4, Release::R5, &subtypes);
    assert_eq!(r5["code"], json!({"coding": [{"code": "a"}, {"code": "b"}]}));
    let r5 = there(Release::R4, Release::R5, &json!({}));
    assert!(is_derived(&r5["code"]));
    assert_eq!(r5["code"]["coding"][0]["code"], "110112");
    let text = json!({"code": {"coding": [{"code": "a"}], "text": "t"}});
    let r4 = there(Release::R5, Release::R4, &text);
    assert_eq!(r4["subtype"][0]["code"], "a");
    assert_eq!(carried(&r4, "5.0/StructureDefinition/extension-AuditEvent.code").len(), 1);
    let r5 = there(Release::R6, Release::R5, &json!({"subtype": [{"text": "x"}, {"text": "y"}]}));
    assert_eq!(carried(&r5, "6.0/StructureDefinition/extension-AuditEvent.subtype").len(), 2);
}

#[test]
fn without_a_category_the_type_is_made_from_the_code() {
    let mut json = event(Release::R5, &json!({"code": {"coding": [{"code": "vread"}]}}));
    json.as_object_mut().expect("an object").remove("category");
    let r4 = converted(&json.to_string(), Release::R5, Release::R4);
    let back: Value =
        serde_json::from_str(&converted(&r4, Release::R4, Release::R5)).expect("JSON");
    let r4: Value = serde_json::from_str(&r4).expect("JSON");
    assert!(is_derived(&r4["type"]) && r4["type"]["code"] == "vread");
    assert_eq!(back, json);
}

#[test]
fn who_is_the_reference_with_its_identifier_the_name_is_shown() {
    let split = json!({"agent": [{
        "reference": {"reference": "Patient/1"}, "userId": {"value": "u"}, "name": "Anna",
    }]});
    let r5 = there(Release::Stu3, Release::R5, &split);
    let agent = &r5["agent"][0];
    assert_eq!(agent["who"]["reference"], "Patient/1");
    assert_eq!(agent["who"]["identifier"]["value"], "u");
    assert_eq!(agent["who"]["display"], "Anna");
    assert!(agent["who"].get("_display").is_none());
    assert_eq!(carried(agent, "3.0/StructureDefinition/extension-AuditEvent.agent.name").len(), 1);
    assert!(carried(&r5, "/residue").is_empty());
    let own = json!({"agent": [{
        "reference": {"reference": "Patient/1", "display": "Anna"}, "name": "Anna",
    }]});
    let r5 = there(Release::Stu3, Release::R5, &own);
    assert_eq!(r5["agent"][0]["who"]["display"], "Anna");
    assert_eq!(carried(&r5, "/residue").len(), 1);
    let both = json!({"agent": [{"reference": {"identifier": {"value": "inner"}}}]});
    let r4 = there(Release::Stu3, Release::R4, &both);
    assert_eq!(r4["agent"][0]["who"]["identifier"]["value"], "inner");
    let typed = json!({"agent": [{"who": {"reference": "Patient/1", "type": "Patient"}}]});
    let stu3 = there(Release::R4, Release::Stu3, &typed);
    assert_eq!(stu3["agent"][0]["reference"], json!({"reference": "Patient/1"}));
    assert_eq!(carried(&stu3, "/residue").len(), 1);
}

#[test]
fn who_is_made_from_names_or_unknown() {
    let names = json!({"agent": [{"name": "Anna", "altId": "a1"}]});
    let agent = &there(Release::R4, Release::R5, &names)["agent"][0];
    assert!(is_derived(&agent["who"]));
    assert_eq!(agent["who"]["display"], "Anna");
    assert_eq!(agent["who"]["identifier"]["value"], "a1");
    let other = carried(agent, "auditevent-AlternativeUserID");
    assert_eq!(other[0]["valueIdentifier"], json!({"value": "a1"}));
    let agent = &there(Release::R4, Release::R5, &json!({}))["agent"][0];
    assert_eq!(carried(&agent["who"], "data-absent-reason")[0]["valueCode"], "unknown");
}

#[test]
fn nobody_is_the_requestor_who_does_not_say_so() {
    let mut json = event(Release::R5, &json!({}));
    json["agent"][0].as_object_mut().expect("an object").remove("requestor");
    let r4 = converted(&json.to_string(), Release::R5, Release::R4);
    let back: Value =
        serde_json::from_str(&converted(&r4, Release::R4, Release::R5)).expect("JSON");
    let r4: Value = serde_json::from_str(&r4).expect("JSON");
    assert_eq!(r4["agent"][0]["requestor"], false);
    assert!(is_derived(&r4["agent"][0]["_requestor"]));
    assert_eq!(back, json);
}

#[test]
fn outcomes_keep_code_and_text() {
    let coded = json!({"outcome": "8", "outcomeDesc": "no"});
    let r5 = there(Release::R4, Release::R5, &coded);
    assert_eq!(
        r5["outcome"],
        json!({
            "code": {"system": OUTCOME, "code": "8"}, "detail": [{"text": "no"}],
        })
    );
    let draft = there(Release::R4, Release::R5Draft, &coded);
    assert_eq!(
        draft["outcome"],
        json!({"coding": [{"system": OUTCOME, "code": "8"}], "text": "no"})
    );
    for (severity, code) in
        [("fatal", "12"), ("error", "8"), ("warning", "4"), ("information", "0")]
    {
        let coding = json!({"system": "http://hl7.org/fhir/issue-severity", "code": severity});
        let r4 = there(Release::R5, Release::R4, &json!({"outcome": {"code": coding}}));
        assert_eq!(r4["outcome"], code);
        assert_eq!(
            carried(&r4, "5.0/StructureDefinition/extension-AuditEvent.outcome.code").len(),
            1
        );
    }
    let odd = json!({"outcome": {
        "id": "o", "code": {"code": "maybe"},
        "detail": [{"text": "a"}, {"coding": [{"code": "b"}]}],
    }});
    let r4 = there(Release::R5, Release::R4, &odd);
    assert_eq!((&r4["outcome"], &r4["outcomeDesc"]), (&Value::Null, &json!("a")));
    assert_eq!(r4["_outcome"]["id"], "o");
    assert_eq!(carried(&r4, "extension-AuditEvent.outcome.detail").len(), 2);
    let only_text = there(Release::R4, Release::R5, &json!({"outcomeDesc": "no"}));
    assert!(is_derived(&only_text["outcome"]["code"]));
}

#[test]
fn what_only_r5_has_is_carried() {
    let members = json!({
        "severity": "alert", "basedOn": [{"reference": "CarePlan/1"}],
        "patient": {"reference": "Patient/1"}, "encounter": {"reference": "Encounter/1"},
        "occurredDateTime": "2024-06",
        "entity": [{"agent": [{"who": {"reference": "Device/2"}, "networkUri": "http://h/"}]}],
    });
    let r4 = there(Release::R5, Release::R4, &members);
    for name in ["severity", "basedOn", "patient", "encounter", "occurred"] {
        let name = format!("5.0/StructureDefinition/extension-AuditEvent.{name}");
        assert_eq!(carried(&r4, &name).len(), 1, "{name}");
    }
    assert_eq!(r4["period"], json!({"start": "2024-06", "end": "2024-06"}));
    let agent = carried(&r4["entity"][0], "extension-AuditEvent.entity.agent");
    assert_eq!(carried(agent[0], "network")[0]["valueUri"], "http://h/");
    let draft = there(Release::R5, Release::R5Draft, &members);
    assert_eq!(draft["severity"], "alert");
    let dstu2 = there(Release::R4, Release::Dstu2, &json!({"period": {"start": "2024"}}));
    let period = carried(&dstu2, "4.0/StructureDefinition/extension-AuditEvent.period");
    assert_eq!(period[0]["valuePeriod"]["start"], "2024");
}

#[test]
fn the_only_patient_is_filled_in() {
    let one = json!({"entity": [{"what": {"reference": "Patient/1"}}]});
    let r5 = there(Release::R4, Release::R5, &one);
    assert!(is_derived(&r5["patient"]) && r5["patient"]["reference"] == "Patient/1");
    let two = json!({"entity": [
        {"what": {"reference": "Patient/1"}}, {"what": {"reference": "Patient/2"}},
    ]});
    assert_eq!(there(Release::R4, Release::R5, &two)["patient"], Value::Null);
    // R5 had none, so none is filled on the way back.
    there(Release::R5, Release::R4, &one);
}

#[test]
fn networks_keep_address_and_type() {
    let network = |network: Value| json!({"agent": [{"network": network}]});
    let uri = network(json!({"address": "http://h/", "type": "5"}));
    assert_eq!(there(Release::R4, Release::R5, &uri)["agent"][0]["networkUri"], "http://h/");
    let bare = network(json!({"address": "h"}));
    let agent = &there(Release::R4, Release::R5, &bare)["agent"][0];
    assert_eq!((&agent["networkString"], agent.get("extension")), (&json!("h"), None));
    let typed = network(json!({"address": "1.2.3.4", "type": "2"}));
    let agent = &there(Release::R4, Release::R5, &typed)["agent"][0];
    assert_eq!(agent["networkString"], "1.2.3.4");
    let carried_network =
        carried(agent, "4.0/StructureDefinition/extension-AuditEvent.agent.network");
    assert_eq!(carried(carried_network[0], "type")[0]["valueCode"], "2");
    // The type stays, though nothing of the address can.
    let comments = json!({"_address": {"fhir_comments": ["c"]}, "type": "5"});
    let comments = json!({"participant": [{"network": comments}]});
    for to in [Release::R5, Release::R6] {
        there(Release::Dstu2, to, &comments);
    }
    let reference = json!({"agent": [{"networkReference": {"reference": "Endpoint/1"}}]});
    let agent = &there(Release::R5, Release::R4, &reference)["agent"][0];
    assert_eq!(agent["network"], json!({"address": "Endpoint/1"}));
}

#[test]
fn sites_and_observers() {
    let r5 = there(Release::R4, Release::R5, &json!({"source": {"site": "Ward 3"}}));
    assert_eq!(r5["source"]["site"], json!({"display": "Ward 3"}));
    let site = json!({"source": {"site": {"reference": "Location/1", "display": "Ward"}}});
    let r4 = there(Release::R5, Release::R4, &site);
    assert_eq!(r4["source"]["site"], "Ward");
    let stu3 = there(Release::R5, Release::Stu3, &json!({}));
    assert!(is_derived(&stu3["source"]["identifier"]));
    assert_eq!(stu3["source"]["identifier"]["value"], "Device/1");
    assert_eq!(
        there(Release::Dstu2, Release::R6, &json!({}))["source"]["observer"],
        json!({"identifier": {"value": "s"}})
    );
}

#[test]
fn entities_keep_what_r5_has_not_and_a_name_never_stands_beside_a_query() {
    let role = json!({"code": "6"});
    let members = json!({"entity": [{
        "what": {"reference": "Patient/1"}, "type": {"code": "1"}, "role": role,
        "lifecycle": {"code": "6"}, "name": "N", "description": "D",
    }]});
    let r5 = there(Release::R4, Release::R5, &members);
    let entity = &r5["entity"][0];
    assert_eq!(entity["role"], json!({"coding": [role]}));
    assert_eq!(entity["what"]["display"], "N");
    let lifecycle = carried(entity, "auditevent-Lifecycle");
    assert_eq!(lifecycle[0]["valueCodeableConcept"], json!({"coding": [{"code": "6"}]}));
    for name in ["type", "name", "description"] {
        let name = format!("4.0/StructureDefinition/extension-AuditEvent.entity.{name}");
        assert_eq!(carried(entity, &name).len(), 1, "{name}");
    }
    assert_eq!(there(Release::R4, Release::R6, &members)["entity"][0]["description"], "D");
    let shown = json!({"entity": [{"what": {"display": "N"}, "query": "YQ=="}]});
    let r4 = there(Release::R5, Release::R4, &shown);
    assert_eq!(r4["entity"][0].get("name"), None);
}

#[test]
fn details_keep_their_type() {
    let detail = |detail: Value| json!({"entity": [{"detail": [detail]}]});
    let text = detail(json!({"type": "MSH-10", "valueString": "x"}));
    let stu3 = there(Release::R4, Release::Stu3, &text);
    assert_eq!(stu3["entity"][0]["detail"][0]["value"], "eA==");
    let r5 = there(Release::R4, Release::R5, &text);
    assert_eq!(
        r5["entity"][0]["detail"][0],
        json!({"type": {"text": "MSH-10"}, "valueString": "x"})
    );
    for (name, value, shown) in [
        ("valueQuantity", json!({"value": 5, "unit": "mg"}), "5 mg"),
        ("valueCodeableConcept", json!({"coding": [{"code": "c", "display": "C"}]}), "C"),
        ("valueBoolean", json!(true), "true"),
        ("valueInteger", json!(7), "7"),
        ("valueRange", json!({"low": {"value": 1}, "high": {"value": 2}}), "1 - 2"),
        ("valueTime", json!("08:30:00"), "08:30:00"),
        ("valuePeriod", json!({"start": "2024", "end": "2025"}), "2024 / 2025"),
    ] {
        let members = detail(json!({"type": {"coding": [{"code": "k"}]}, name: value}));
        let r4 = there(Release::R5, Release::R4, &members);
        let own = &r4["entity"][0]["detail"][0];
        assert_eq!((&own["type"], &own["valueString"]), (&json!("k"), &json!(shown)));
    }
}

#[test]
fn systems_that_moved_move_in_their_slots_only() {
    let rest = json!({"type": {"system": REST, "code": "rest"}});
    let stu3 = there(Release::R4, Release::Stu3, &rest);
    assert_eq!(stu3["type"]["system"], "http://hl7.org/fhir/audit-event-type");
    let dstu2 = there(Release::R4, Release::Dstu2, &json!({}));
    assert_eq!(dstu2["event"]["type"]["system"], "http://nema.org/dicom/dicm");
    // Already STU3's: the way back would make R4's of it.
    let old = json!({"type": {"system": "http://hl7.org/fhir/audit-event-type", "code": "rest"}});
    let stu3 = there(Release::R4, Release::Stu3, &old);
    assert_eq!(carried(&stu3, "4.0/StructureDefinition/extension-AuditEvent.type").len(), 1);
    let label = json!({"outcome": "0", "meta": {"tag": [{"system": REST, "code": "rest"}]}});
    assert_eq!(there(Release::R4, Release::Stu3, &label)["meta"]["tag"][0]["system"], REST);
}

#[test]
fn texts_of_purposes_are_carried_to_dstu2() {
    let reason = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
    let purpose = json!({"purposeOfEvent": [{
        "coding": [{"system": reason, "code": "TREAT"}], "text": "treatment",
    }]});
    let dstu2 = there(Release::R4, Release::Dstu2, &purpose);
    let coding = json!([{"system": "http://hl7.org/fhir/v3/ActReason", "code": "TREAT"}]);
    assert_eq!(dstu2["event"]["purposeOfEvent"], coding);
    let name = "4.0/StructureDefinition/extension-AuditEvent.purposeOfEvent";
    assert_eq!(carried(&dstu2, name)[0]["valueCodeableConcept"]["text"], "treatment");
}

#[test]
fn media_is_carried_by_path_of_its_release() {
    let media = json!({"participant": [{"media": {"code": "110010"}}]});
    let r5 = there(Release::Dstu2, Release::R5, &media);
    let name = "1.0/StructureDefinition/extension-AuditEvent.participant.media";
    assert_eq!(carried(&r5["agent"][0], name)[0]["valueCoding"]["code"], "110010");
}

#[test]
fn what_is_contained_and_what_is_unknown_is_residue() {
    let members = json!({
        "contained": [{"resourceType": "Device", "id": "d"}],
        "agent": [{"who": {"reference": "#d", "display": "D"}}],
        "unheard": {"of": [1]},
    });
    let r5 = there(Release::R4, Release::R5, &members);
    assert_eq!(r5.get("contained").or(r5.get("unheard")), None);
    assert_eq!(r5["agent"][0]["who"], json!({"display": "D"}));
    let residue = carried(&r5, "/residue")[0]["valueString"].as_str().expect("text");
    let residue: Value = serde_json::from_str(residue).expect("JSON");
    assert_eq!(residue["release"], "4.0.1");
    assert_eq!(residue["pieces"][0], json!([["agent", 0, "who", "reference"], "#d"]));
    assert_eq!(residue["pieces"].as_array().map(Vec::len), Some(3));
}

#[test]
fn comments_of_dstu2_are_residue() {
    let comments = json!({"event": {"fhir_comments": ["c"]}, "fhir_comments": ["r"]});
    assert_eq!(carried(&there(Release::Dstu2, Release::R4, &comments), "/residue").len(), 1);
}

#[test]
fn a_sender_may_write_our_extensions() {
    let url = "http://hl7.org/fhir/StructureDefinition/auditevent-AlternativeUserID";
    let alternative = json!({"agent": [{"extension": [
        {"url": url, "valueIdentifier": {"value": "a"}},
    ]}]});
    assert_eq!(there(Release::R5, Release::R4, &alternative)["agent"][0]["altId"], "a");
    there(Release::R4, Release::R5, &alternative);
    let severity = "http://hl7.org/fhir/5.0/StructureDefinition/extension-AuditEvent.severity";
    let r5 = there(
        Release::R4,
        Release::R5,
        &json!({
            "extension": [{"url": severity, "valueCode": "alert"}],
        }),
    );
    assert_eq!(r5["severity"], "alert");
}

#[test]
fn nothing_panics_on_what_is_no_event() {
    for json in ["", "{", "[]", "null", "\"x\"", "{}", "{\"agent\":3}", "{\"agent\":[null,{}]}"] {
        for to in ALL {
            converted(json, Release::R4, to);
        }
    }
    let escaped = r#"{"resourceType":"AuditEvent","\u0074ype":{"code":"a"},
        "recorded":"2024-06-15T08:30:00Z","agent":[{"requestor":true}],
        "source":{"observer":{"display":"d"}}}"#;
    let r5 = converted(escaped, Release::R4, Release::R5);
    assert!(r5.contains(r#""category":[{"coding":[{"code":"a"}]}]"#), "{r5}");
}
