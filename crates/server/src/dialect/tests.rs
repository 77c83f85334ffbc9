//! Which paths speak plainly, and how a refusal is said there.
use super::*;
use kiln_fhir::IssueType;
use serde_json::{Value, json};

#[test]
fn only_what_is_below_api_speaks_plainly() {
    for path in ["/api", "/api/", "/api/audit-events/1", "/%61pi/x", "/api%2Fx"] {
        assert_eq!(Dialect::of(path), Dialect::Plain, "{path}");
    }
    for path in ["/", "/apis", "/API/x", "/fhir/api", "/fhir/r4/AuditEvent", "/%ff"] {
        let form = Form::json(Release::R4);
        assert_eq!(Dialect::of(path), Dialect::Fhir(form), "{path}");
    }
}

#[test]
fn a_path_speaks_its_release() {
    for (path, release) in [
        ("/fhir/dstu2", Release::Dstu2),
        ("/fhir/stu3/", Release::Stu3),
        ("/fhir/r4b/Patient/1", Release::R4b),
        ("/fhir/r5/AuditEvent", Release::R5),
        ("/fhir/r%36/nowhere", Release::R6),
        ("/fhir/r5-draft/AuditEvent", Release::R4),
    ] {
        assert_eq!(Dialect::of(path), Dialect::Fhir(Form::json(release)), "{path}");
    }
}

#[test]
fn the_first_issue_stands_for_all_of_them() {
    let issues = vec![
        Issue::error(IssueType::Required, "is \"missing\"").at("[1].recorded"),
        Issue::error(IssueType::Value, "limit is no number").at("http.limit"),
        Issue::error(IssueType::Invalid, "and more"),
    ];
    let said: Value = serde_json::from_slice(&plain_error(&OperationOutcome { issues })).unwrap();
    let (placed, message) = ("[1].recorded: is \"missing\"", "is \"missing\"");
    let expected = json!({"error": {"code": "required", "message": placed, "issues": [
        {"code": "required", "message": message, "path": "[1].recorded"},
        {"code": "value", "message": "limit is no number", "path": "limit"},
        {"code": "invalid", "message": "and more"},
    ]}});
    assert_eq!(said, expected);
}

#[test]
fn a_message_that_names_its_place_is_left_as_it_is() {
    let said = |message: &str, path: &str| {
        let outcome = Issue::error(IssueType::Value, message).at(path).into();
        let said: Value = serde_json::from_slice(&plain_error(&outcome)).unwrap();
        said["error"]["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(said("limit is no number", "http.limit"), "limit is no number");
    assert_eq!(said("is no zone", "http.timeZone"), "timeZone: is no zone");
}

#[test]
fn what_is_not_listed_is_counted() {
    let issue = Issue::error(IssueType::Value, "wrong");
    let issues = |count: usize| {
        let outcome = OperationOutcome { issues: vec![issue.clone(); count] };
        let said: Value = serde_json::from_slice(&plain_error(&outcome)).unwrap();
        said["error"]["issues"].as_array().unwrap().clone()
    };
    assert_eq!(issues(100).len(), 100);
    assert_eq!(issues(100)[99]["code"], "value");
    assert_eq!(issues(101).len(), 100);
    let more = "2 more issues are not listed";
    assert_eq!(issues(101)[99], json!({"code": "informational", "message": more}));
}
