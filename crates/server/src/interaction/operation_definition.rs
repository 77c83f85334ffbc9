//! The definition of `$original`, at the URL that `metadata` names
//! (<https://hl7.org/fhir/R4/operationdefinition.html>).
use crate::{answer::Answer, exchange::Exchange, router::ORIGINAL_DEFINITION};
use hyper::StatusCode;
use serde_json::json;

/// Where it is.
pub(super) fn url(base: &str) -> String {
    ORIGINAL_DEFINITION.replacen("[base]", base, 1)
}

/// Answers it.
pub(crate) fn original(exchange: &Exchange) -> Answer {
    let definition = json!({
        "resourceType": "OperationDefinition",
        "id": "AuditEvent-original",
        "url": url(&exchange.base),
        "name": "Original",
        "title": "The exact bytes of an audit event",
        "status": "active",
        "kind": "operation",
        "affectsState": false,
        "code": "original",
        "description": "Answers the bytes of the event exactly as they were received: its white \
            space, the order of its elements, its numbers and escapes, and the id and meta that \
            its sender gave it.",
        "resource": ["AuditEvent"],
        "system": false,
        "type": false,
        "instance": true,
        "parameter": [{
            "name": "return", "use": "out", "min": 1, "max": "1", "type": "AuditEvent",
            "documentation": "The event as it was received.",
        }],
    });
    Answer::fhir(StatusCode::OK, exchange.form, definition.to_string().into_bytes())
}
