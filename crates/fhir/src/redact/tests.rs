//! What a patient sees of an event that names another one, too.
use super::*;
use crate::{conversion, parse};
use serde_json::{Value as Json, json};

const RELEASES: [Release; 7] = [
    Release::Dstu2,
    Release::Stu3,
    Release::R4,
    Release::R4b,
    Release::R5Draft,
    Release::R5,
    Release::R6,
];

fn is_theirs(reference: &str) -> bool {
    reference == "Patient/a"
}

fn limits() -> Limits {
    Limits { body_bytes_max: usize::MAX, depth_max: 100, nodes_max: usize::MAX }
}

fn redacted(event: &Json, release: Release) -> Json {
    let mut out = Vec::new();
    redact(event.to_string().as_bytes(), release, &is_theirs, &mut out).unwrap();
    parse(&out, release, &limits()).unwrap_or_else(|outcome| {
        panic!("{release:?}: {outcome:?}\n{}", String::from_utf8_lossy(&out))
    });
    serde_json::from_slice(&out).unwrap()
}

/// An event of R4 that names A and B; what must not be seen says so.
fn of_two() -> Json {
    json!({
        "resourceType": "AuditEvent", "id": "hidden",
        "meta": {
            "source": "urn:hidden", "profile": ["http://hidden.example"],
            "tag": [{ "code": "hidden" }],
            "security": [{ "system": "urn:s", "code": "R", "extension":
                [{ "url": "http://x", "valueString": "hidden" }] }]
        },
        "text": { "status": "generated",
            "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">hidden</div>" },
        "contained": [{ "resourceType": "Patient", "id": "hidden",
            "name": [{ "text": "hidden" }] }],
        "extension": [{ "url": "http://x", "valueString": "hidden" }],
        "type": { "system": "urn:t", "code": "rest", "display": "REST" },
        "subtype": [{ "system": "urn:t", "code": "read", "id": "hidden" }],
        "action": "R",
        "_action": { "extension": [{ "url": "http://x", "valueString": "hidden" }] },
        "period": { "start": "2024-01-01", "extension":
            [{ "url": "http://x", "valueString": "hidden" }] },
        "recorded": "2024-01-01T00:00:00Z",
        "outcome": "0", "outcomeDesc": "hidden",
        "purposeOfEvent": [{ "coding": [{ "code": "TREAT" }], "text": "hidden" }],
        "agent": [
            { "who": { "reference": "Practitioner/1", "display": "Dr One" }, "name": "One",
              "requestor": true, "policy": ["http://hidden.example"],
              "network": { "address": "hidden", "type": "2" },
              "location": { "display": "hidden" },
              "role": [{ "coding": [{ "code": "doctor" }], "text": "hidden" }] },
            { "who": { "reference": "Patient/hidden", "display": "hidden" }, "name": "hidden",
              "altId": "hidden", "requestor": false },
            { "who": { "reference": "#hidden", "display": "hidden" }, "requestor": false },
            { "who": { "type": "Patient", "identifier": { "value": "hidden" } },
              "requestor": false },
            { "role": [{ "coding": [{ "code": "PAT" }] }], "name": "hidden", "requestor": false }
        ],
        "source": { "site": "here", "observer": { "display": "EHR" },
            "extension": [{ "url": "http://x", "valueString": "hidden" }] },
        "entity": [
            { "what": { "reference": "Patient/a", "display": "hidden" },
              "role": { "code": "1" }, "name": "hidden", "description": "hidden",
              "detail": [{ "type": "hidden", "valueString": "hidden" }] },
            { "what": { "reference": "Patient/hidden" }, "name": "hidden" },
            { "what": { "reference": "https://other.example/Patient/a" }, "name": "hidden" },
            { "what": { "identifier": { "value": "hidden" } }, "role": { "code": "1" } },
            { "query": "aGlkZGVu", "description": "hidden" }
        ]
    })
}

#[test]
fn the_list_is_shown_and_nothing_else() {
    let masked = json!({ "requestor": false });
    let shown = json!({
        "resourceType": "AuditEvent",
        "meta": { "security": [
            { "system": "urn:s", "code": "R" },
            serde_json::from_str::<Json>(REDACTED).unwrap(),
        ] },
        "type": { "system": "urn:t", "code": "rest", "display": "REST" },
        "subtype": [{ "system": "urn:t", "code": "read" }],
        "action": "R",
        "period": { "start": "2024-01-01" },
        "recorded": "2024-01-01T00:00:00Z",
        "outcome": "0",
        "purposeOfEvent": [{ "coding": [{ "code": "TREAT" }] }],
        "agent": [
            { "who": { "reference": "Practitioner/1", "display": "Dr One" }, "name": "One",
              "requestor": true, "role": [{ "coding": [{ "code": "doctor" }] }] },
            masked, masked, masked,
            { "role": [{ "coding": [{ "code": "PAT" }] }], "requestor": false },
        ],
        "source": { "site": "here", "observer": { "display": "EHR" } },
        "entity": [{ "what": { "reference": "Patient/a" }, "role": { "code": "1" } }]
    });
    assert_eq!(redacted(&of_two(), Release::R4), shown);
}

/// The same, without the agents that only R4 calls patients: elsewhere they are just somebody.
fn of_two_anywhere() -> Vec<u8> {
    let mut event = of_two();
    event["agent"].as_array_mut().unwrap().drain(2..4);
    event.to_string().into_bytes()
}

#[test]
fn every_release_hides_what_was_converted_to_it() {
    for release in RELEASES {
        let mut event = Vec::new();
        conversion::convert(&of_two_anywhere(), Release::R4, release, &mut event);
        let event: Json = serde_json::from_slice(&event).unwrap();
        assert!(event.to_string().contains("hidden"), "{release:?}");
        let shown = redacted(&event, release).to_string();
        assert!(!shown.contains("hidden") && !shown.contains("aGlkZGVu"), "{release:?}: {shown}");
        for text in ["Patient/a", "Practitioner/1", "REDACTED", "TREAT", "here", "EHR"] {
            assert!(shown.contains(text), "{release:?} lacks {text}: {shown}");
        }
    }
}

#[test]
fn what_is_shown_can_be_written_in_every_release() {
    for from in RELEASES {
        let mut event = Vec::new();
        conversion::convert(&of_two_anywhere(), Release::R4, from, &mut event);
        let shown = redacted(&serde_json::from_slice(&event).unwrap(), from).to_string();
        for to in RELEASES {
            let mut out = Vec::new();
            conversion::convert(shown.as_bytes(), from, to, &mut out);
            let text = String::from_utf8(out).unwrap();
            assert!(parse(text.as_bytes(), to, &limits()).is_ok(), "{from:?} {to:?}: {text}");
            assert!(!text.contains("hidden"), "{from:?} {to:?}: {text}");
            assert!(text.contains("REDACTED"), "{from:?} {to:?}: {text}");
        }
    }
}

#[test]
fn elements_that_only_r5_has_are_hidden_or_theirs() {
    let event = |patient: &str| {
        json!({
            "resourceType": "AuditEvent",
            "category": [{ "text": "hidden" }],
            "code": { "text": "hidden" },
            "recorded": "2024-01-01T00:00:00Z",
            "outcome": { "code": { "code": "0" }, "detail": [{ "text": "hidden" }] },
            "basedOn": [{ "reference": "ServiceRequest/hidden" }],
            "patient": { "reference": patient, "display": "hidden" },
            "encounter": { "reference": "Encounter/hidden" },
            "agent": [{ "who": { "reference": "Patient/hidden" },
                "networkString": "hidden" }],
            "source": { "site": { "reference": "Patient/hidden", "display": "hidden" },
                "observer": { "reference": "Patient/hidden" } },
            "entity": [{ "what": { "reference": "Patient/a" },
                "agent": [{ "who": { "display": "hidden" } }] }]
        })
    };
    for release in [Release::R5, Release::R6] {
        let mut theirs = event("Patient/a");
        if release == Release::R6 {
            let code = theirs.as_object_mut().unwrap().remove("code").unwrap();
            theirs["type"] = code;
            theirs.as_object_mut().unwrap().remove("category");
        }
        let shown = redacted(&theirs, release);
        assert!(!shown.to_string().contains("hidden"), "{shown}");
        assert_eq!(shown["patient"], json!({ "reference": "Patient/a" }));
        assert_eq!(shown["outcome"], json!({ "code": { "code": "0" } }));
    }
    let shown = redacted(&event("Patient/hidden"), Release::R5);
    assert!(!shown.to_string().contains("hidden") && shown.get("patient").is_none());
}

#[test]
fn what_is_no_event_is_no_event_afterwards() {
    let mut out = Vec::new();
    redact(b"[\"hidden\"]", Release::R4, &is_theirs, &mut out).unwrap();
    assert!(!String::from_utf8(out).unwrap().contains("hidden"));
    assert!(redact(b"hidden", Release::R4, &is_theirs, &mut Vec::new()).is_err());
}
