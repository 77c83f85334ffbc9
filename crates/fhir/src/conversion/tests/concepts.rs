//! Every two codings, in every slot of concepts and every identifier, by way of every release.
use super::*;
use crate::definition::{
    CODEABLE_CONCEPT, CODING, Element, Kind, REFERENCE, Slot, Type, audit_event,
};
use serde_json::{Map, Value, json};

/// Codes that all releases know, that only some know, and that moved; the URLs of every time.
const CODINGS: &[(&str, &str)] = &[
    ("urn:x", "a"),
    ("http://hl7.org/fhir/restful-interaction", "validate"),
    ("http://hl7.org/fhir/restful-interaction", "search-compartment"),
    ("http://hl7.org/fhir/issue-severity", "success"),
    ("http://hl7.org/fhir/resource-types", "ServiceRequest"),
    ("http://hl7.org/fhir/resource-types", "BodySite"),
    ("http://hl7.org/fhir/v3/ActCode", "SOC"),
    ("http://terminology.hl7.org/CodeSystem/v3-ActCode", "SOC"),
    ("http://hl7.org/fhir/v3/ActReason", "TREAT"),
    ("http://terminology.hl7.org/CodeSystem/v3-ActReason", "BTG"),
    ("http://terminology.hl7.org/CodeSystem/audit-event-type", "object"),
    ("http://nema.org/dicom/dicm", "110112"),
    ("http://terminology.hl7.org/CodeSystem/dicom-audit-lifecycle", "1"),
];

/// How two codings stand in a list of concepts.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Together {
    InOne,
    InTwo,
}

/// What every event has, and these codings wherever there can be any.
fn object(definition: &Type, release: Release, codings: &[Value; 2], how: Together) -> Value {
    let mut members = Map::new();
    let mut has_choice = false;
    for element in definition.elements(release) {
        if element.choice().is_some() && has_choice {
            continue;
        }
        if let Some(value) = value(element, release, codings, how) {
            has_choice |= element.choice().is_some();
            members.insert(element.name.to_owned(), value);
        }
    }
    Value::Object(members)
}

fn value(
    element: &Element,
    release: Release,
    codings: &[Value; 2],
    how: Together,
) -> Option<Value> {
    let one = match element.kind {
        Kind::ResourceType => json!("AuditEvent"),
        Kind::Complex(inner) if std::ptr::eq(inner, &raw const CODING) => {
            return Some(if element.many { json!(codings) } else { codings[0].clone() });
        }
        Kind::Complex(inner) if std::ptr::eq(inner, &raw const CODEABLE_CONCEPT) => {
            let concepts = json!([{"coding": [codings[0]]}, {"coding": [codings[1]]}]);
            match how {
                Together::InTwo if element.many => return Some(concepts),
                Together::InTwo => concepts[0].clone(),
                Together::InOne => json!({"coding": codings}),
            }
        }
        Kind::Complex(inner) if inner.is_backbone() => object(inner, release, codings, how),
        Kind::Complex(inner) if std::ptr::eq(inner, &raw const REFERENCE) => {
            inner.element("identifier", release)?;
            json!({"identifier": {"type": {"coding": codings}}, "display": "d"})
        }
        Kind::Complex(_) if element.slot == Slot::Meta => json!({"tag": codings}),
        Kind::Complex(_) if element.slot == Slot::ObserverIdentifier => {
            json!({"type": {"coding": codings}})
        }
        Kind::Complex(_) => return None,
        _ if element.slot == Slot::Recorded => json!("2024-06-15T08:30:00Z"),
        _ if element.slot == Slot::Requestor => json!(true),
        _ if element.is_mandatory() => json!("YWJj"),
        _ => return None,
    };
    let is_empty = one.as_object().is_some_and(Map::is_empty);
    (!is_empty).then(|| if element.many { json!([one]) } else { one })
}

fn comes_back(event: &Value, from: Release, to: Release) {
    let json = event.to_string();
    if let Err(outcome) = parse(json.as_bytes(), from, &Limits::default()) {
        panic!("{from:?}: {:?}\n{json}", outcome.issues);
    }
    let there = converted(&json, from, to);
    if let Err(outcome) = parse(there.as_bytes(), to, &Limits::default()) {
        panic!("{from:?} to {to:?}: {:?}\n{json}\n{there}", outcome.issues);
    }
    assert_eq!(codes::wrong(&there, from, to), None, "{from:?} to {to:?}\n{json}\n{there}");
    assert!(!there.contains("\\\"whole\\\""), "{from:?} to {to:?}\n{json}\n{there}");
    let back: Value = serde_json::from_str(&converted(&there, to, from)).expect("JSON");
    assert_eq!(back, *event, "{from:?} to {to:?}\n{json}\n{there}");
}

#[test]
fn every_two_codings_come_back_from_every_release() {
    let all = CODINGS.iter().map(|(system, code)| json!({"system": system, "code": code}));
    let all: Vec<Value> = all.collect();
    for from in ALL {
        for (at, first) in all.iter().enumerate() {
            for (other, second) in all.iter().enumerate() {
                // Each two stand in one concept one way round, in two the other.
                let how = if at < other { Together::InOne } else { Together::InTwo };
                let codings = [first.clone(), second.clone()];
                let event = object(audit_event(from), from, &codings, how);
                for to in ALL.into_iter().filter(|to| *to != from) {
                    comes_back(&event, from, to);
                }
            }
        }
    }
}
