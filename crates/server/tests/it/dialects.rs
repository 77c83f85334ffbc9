//! Events of every release as a sender of that release writes them, in JSON and in XML.
use kiln_fhir::{Limits, MediaType, Release, xml};
use serde_json::{Value, json};

pub(crate) const ALL: [Release; 7] = [
    Release::Dstu2,
    Release::Stu3,
    Release::R4,
    Release::R4b,
    Release::R5Draft,
    Release::R5,
    Release::R6,
];

/// An event about `Patient/{patient}` by `Practitioner/7`.
pub(crate) fn event(release: Release, patient: &str) -> Value {
    match release {
        Release::Dstu2 => dstu2(patient),
        Release::Stu3 => stu3(patient),
        Release::R4 | Release::R4b => r4(patient),
        Release::R5Draft => draft(patient),
        Release::R5 => r5(patient),
        Release::R6 => r6(patient),
    }
}

/// The same as text, in a form.
pub(crate) fn text(release: Release, media: MediaType, patient: &str) -> String {
    let json = event(release, patient).to_string();
    match media {
        MediaType::Json => json,
        MediaType::Xml => in_xml(release, &json),
    }
}

/// As others write it: with line ends, which must be there in the end.
fn in_xml(release: Release, json: &str) -> String {
    let mut out = Vec::new();
    xml::from_json(json.as_bytes(), release, &mut out).unwrap();
    String::from_utf8(out).unwrap().replace("><", ">\n<") + "\n"
}

/// The URL that takes events of a release.
pub(crate) fn url(release: Release) -> String {
    let release = if release == Release::R5Draft { Release::R5 } else { release };
    format!("/fhir/{}/AuditEvent", release.path())
}

/// What answers of a release say that they are.
pub(crate) fn content_type(release: Release, media: MediaType) -> String {
    let name = match media {
        MediaType::Json => "json",
        MediaType::Xml => "xml",
    };
    let version = match release {
        Release::Dstu2 => return format!("application/{name}+fhir"),
        Release::Stu3 => "3.0",
        Release::R4 => "4.0",
        Release::R4b => "4.3",
        Release::R5Draft => "4.6",
        Release::R5 => "5.0",
        Release::R6 => "6.0",
    };
    format!("application/fhir+{name}; fhirVersion={version}")
}

/// An answer's resource as JSON, which must be XML where it says so.
pub(crate) fn read(release: Release, media: MediaType, body: &str) -> Value {
    let json = match media {
        MediaType::Json => body.as_bytes().to_vec(),
        MediaType::Xml => {
            assert!(body.starts_with("<?xml "), "{body}");
            let limits = Limits { body_bytes_max: usize::MAX, ..Limits::default() };
            xml::to_json(body.as_bytes(), release, &limits).unwrap()
        }
    };
    serde_json::from_slice(&json).unwrap()
}

/// The event must be one of this release, and what its own checks say is nothing at all.
pub(crate) fn check(release: Release, event: &Value) {
    let json = event.to_string();
    let parsed = kiln_fhir::parse(json.as_bytes(), release, &Limits::default());
    let parsed = parsed.unwrap_or_else(|outcome| panic!("{outcome:?} in {release:?}: {json}"));
    assert_eq!(parsed.event.release, release);
}

const WHEN: &str = "2024-06-15T08:30:00.120+02:00";
const RECEIVED: &str = "http://hl7.org/fhir/restful-interaction";

fn dstu2(patient: &str) -> Value {
    json!({
        "resourceType": "AuditEvent",
        "event": {
            "type": {"system": "http://hl7.org/fhir/audit-event-type", "code": "rest"},
            "subtype": [{"system": RECEIVED, "code": "read"}],
            "action": "R",
            "dateTime": WHEN,
            "outcome": "0",
            "outcomeDesc": "found",
        },
        "participant": [{
            "reference": {"reference": "Practitioner/7"},
            "userId": {"value": "obi"},
            "altId": "601847123",
            "requestor": true,
            "network": {"address": "192.0.2.17", "type": "2"},
        }],
        "source": {"site": "North", "identifier": {"value": "ward-desktop"}},
        "object": [{
            "reference": {"reference": format!("Patient/{patient}")},
            "type": {"system": "http://hl7.org/fhir/object-type", "code": "1"},
            "role": {"system": "http://hl7.org/fhir/object-role", "code": "1"},
            "lifecycle": {"system": "http://hl7.org/fhir/object-lifecycle", "code": "6"},
        }],
    })
}

fn stu3(patient: &str) -> Value {
    json!({
        "resourceType": "AuditEvent",
        "type": {"system": "http://hl7.org/fhir/audit-event-type", "code": "rest"},
        "subtype": [{"system": RECEIVED, "code": "read"}],
        "action": "R",
        "recorded": WHEN,
        "outcome": "0",
        "agent": [{
            "reference": {"reference": "Practitioner/7"},
            "userId": {"value": "obi"},
            "requestor": true,
        }],
        "source": {"site": "North", "identifier": {"value": "ward-desktop"}},
        "entity": [{"reference": {"reference": format!("Patient/{patient}")}}],
    })
}

fn r4(patient: &str) -> Value {
    json!({
        "resourceType": "AuditEvent",
        "type": {
            "system": "http://terminology.hl7.org/CodeSystem/audit-event-type",
            "code": "rest",
        },
        "subtype": [{"system": RECEIVED, "code": "read"}],
        "action": "R",
        "period": {"start": "2024-06-15"},
        "recorded": WHEN,
        "outcome": "0",
        "outcomeDesc": "found",
        "agent": [{"who": {"reference": "Practitioner/7"}, "requestor": true}],
        "source": {"site": "North", "observer": {"display": "ward-desktop"}},
        "entity": [{"what": {"reference": format!("Patient/{patient}")}, "name": "chart"}],
    })
}

fn draft(patient: &str) -> Value {
    let mut event = r4(patient);
    event["outcome"] = json!({"coding": [{
        "system": "http://terminology.hl7.org/CodeSystem/audit-event-outcome",
        "code": "0",
    }]});
    event["severity"] = "informational".into();
    event.as_object_mut().unwrap().remove("outcomeDesc");
    event
}

fn r5(patient: &str) -> Value {
    json!({
        "resourceType": "AuditEvent",
        "category": [{"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/audit-event-type",
            "code": "rest",
        }]}],
        "code": {"coding": [{"system": RECEIVED, "code": "read"}]},
        "action": "R",
        "severity": "notice",
        "occurredDateTime": "2024-06-15",
        "recorded": WHEN,
        "patient": {"reference": format!("Patient/{patient}")},
        "agent": [{"who": {"reference": "Practitioner/7"}, "requestor": true}],
        "source": {"observer": {"display": "ward-desktop"}},
    })
}

fn r6(patient: &str) -> Value {
    let mut event = r5(patient);
    let members = event.as_object_mut().unwrap();
    let category = members.remove("category").unwrap();
    let code = members.remove("code").unwrap();
    members.insert("type".to_owned(), category[0].clone());
    members.insert("subtype".to_owned(), json!([code]));
    event
}
