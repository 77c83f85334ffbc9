//! `request.url` in the forms that senders use.
use super::*;

const BASE: &str = "http://localhost:8080/fhir/r4";

#[test]
fn urls_are_relative_or_of_this_server() {
    for (url, below) in [
        ("AuditEvent", "AuditEvent"),
        ("/AuditEvent", "AuditEvent"),
        ("/fhir/r4/AuditEvent/1", "AuditEvent/1"),
        ("http://localhost:8080/fhir/r4/AuditEvent", "AuditEvent"),
        (
            "http://localhost:8080/fhir/r4/AuditEvent?entity=http://x/1",
            "AuditEvent?entity=http://x/1",
        ),
        ("AuditEvent?entity=http://x/1", "AuditEvent?entity=http://x/1"),
        ("http://localhost:8080/fhir/r4", ""),
        ("", ""),
    ] {
        assert_eq!(below_base(url, BASE), Some(below), "{url}");
    }
}

#[test]
fn urls_of_other_servers_are_not_taken() {
    for url in [
        "http://evil.example/fhir/r4/AuditEvent",
        "http://localhost:8080/fhir/r5/AuditEvent",
        "http://localhost:8080/fhir/r4x/AuditEvent",
        "https://localhost:8080/fhir/r4/AuditEvent",
        "http://evil.example/fhir/r4/AuditEvent?x=1",
        "//evil.example/AuditEvent",
    ] {
        assert_eq!(below_base(url, BASE), None, "{url}");
    }
}

#[test]
fn issues_point_into_the_bundle() {
    let outcome = Issue::error(IssueType::Required, "missing").at("AuditEvent.agent[0].requestor");
    let refusal = at_entry(kiln_fhir::OperationOutcome::from(outcome).into(), 3);
    let place = refusal.outcome.issues[0].expression.as_deref();
    assert_eq!(place, Some("Bundle.entry[3].resource.agent[0].requestor"));
    let refusal = at_entry(Refusal::not_found("x"), 0);
    assert_eq!(refusal.outcome.issues[0].expression.as_deref(), Some("Bundle.entry[0]"));
}
