//! Events for tests.
use serde_json::json;

/// An acceptable R4 event about `patient`, recorded at `minute` of an hour.
pub(crate) fn r4(patient: &str, minute: u32) -> String {
    json!({
        "resourceType": "AuditEvent",
        "type": {
            "system": "http://terminology.hl7.org/CodeSystem/audit-event-type",
            "code": "rest",
        },
        "action": "R",
        "recorded": format!("2024-06-15T08:{minute:02}:00Z"),
        "agent": [{"who": {"reference": "Practitioner/7"}, "requestor": true}],
        "source": {"observer": {"reference": "Device/1"}},
        "entity": [{"what": {"reference": format!("Patient/{patient}")}}],
    })
    .to_string()
}

/// A Bundle of these entries.
pub(crate) fn bundle(kind: &str, entries: &[String]) -> String {
    format!(r#"{{"resourceType":"Bundle","type":"{kind}","entry":[{}]}}"#, entries.join(","))
}

/// An entry that creates the resource.
pub(crate) fn post(resource: &str) -> String {
    format!(r#"{{"resource":{resource},"request":{{"method":"POST","url":"AuditEvent"}}}}"#)
}
