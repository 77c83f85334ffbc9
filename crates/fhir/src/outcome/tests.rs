use super::*;
use serde_json::{Value, json};

fn json(outcome: &OperationOutcome) -> Value {
    serde_json::from_slice(&outcome.to_json()).expect("an outcome is JSON")
}

#[test]
fn an_issue_says_what_and_where() {
    let outcome: OperationOutcome = Issue::error(IssueType::Required, "say \"who\"\n")
        .at("AuditEvent.agent[0].requestor")
        .into();
    assert_eq!(
        json(&outcome),
        json!({"resourceType": "OperationOutcome", "issue": [{
            "severity": "error", "code": "required", "diagnostics": "say \"who\"\n",
            "expression": ["AuditEvent.agent[0].requestor"]}]})
    );
}

#[test]
fn no_issue_is_still_a_valid_outcome() {
    let issues = json(&OperationOutcome::default());
    assert_eq!(issues["issue"][0]["severity"], "information");
    assert_eq!(issues["issue"].as_array().map(Vec::len), Some(1));
}

#[test]
fn more_than_a_hundred_are_counted() {
    let issues = (0..250).map(|at| Issue::error(IssueType::Value, at.to_string())).collect();
    let listed = json(&OperationOutcome { issues });
    let listed = listed["issue"].as_array().expect("an array");
    assert_eq!(listed.len(), OperationOutcome::ISSUES_MAX);
    assert_eq!(listed[98]["diagnostics"], "98");
    assert_eq!(listed[99]["diagnostics"], "151 more issues are not listed");
}

#[test]
fn the_collector_makes_only_what_it_lists() {
    let mut issues = Issues::default();
    let mut made = 0;
    for _ in 0..1000 {
        issues.push(|| {
            made += 1;
            Issue::information("one")
        });
    }
    let issues = issues.into_vec();
    assert_eq!((made, issues.len()), (99, 100));
    assert_eq!(issues[99].diagnostics, "901 more issues are not listed");
}

#[test]
fn dstu2_says_where_by_xpath() {
    let outcome = |at: &str| -> OperationOutcome {
        Issue::error(IssueType::Required, "say who").at(at).into()
    };
    let written = |outcome: &OperationOutcome, release| -> Value {
        serde_json::from_slice(&outcome.to_json_in(release)).expect("JSON")
    };
    for (at, xpath) in [
        ("AuditEvent", "/f:AuditEvent"),
        ("AuditEvent.participant[0].requestor", "/f:AuditEvent/f:participant[1]/f:requestor"),
        ("AuditEvent.event._dateTime", "/f:AuditEvent/f:event/f:dateTime"),
        ("Bundle.entry[10].request.url", "/f:Bundle/f:entry[11]/f:request/f:url"),
    ] {
        let outcome = outcome(at);
        let dstu2 = written(&outcome, Release::Dstu2);
        assert_eq!(dstu2["issue"][0]["location"], json!([xpath]));
        assert!(dstu2["issue"][0].get("expression").is_none());
        for release in [Release::Stu3, Release::R4, Release::R5, Release::R6] {
            let later = written(&outcome, release);
            assert_eq!(later["issue"][0]["expression"], json!([at]));
            assert!(later["issue"][0].get("location").is_none());
        }
    }
}

/// `issue-type` of DSTU2 and STU3 (<https://hl7.org/fhir/DSTU2/valueset-issue-type.html>).
const EARLY: &str = "invalid structure required value invariant security login unknown expired \
    forbidden suppressed processing not-supported duplicate not-found too-long code-invalid \
    extension too-costly business-rule conflict incomplete transient lock-error no-store exception \
    timeout throttled informational";

#[test]
fn early_releases_get_their_own_codes() {
    use IssueType::{
        BusinessRule, CodeInvalid, Deleted, Duplicate, Exception, Forbidden, Informational,
        Invalid, Invariant, Login, MultipleMatches, NoStore, NotFound, NotSupported, Required,
        Structure, Throttled, TooCostly, TooLong, Transient, Value,
    };
    for code in [
        Structure,
        Required,
        Value,
        Invariant,
        CodeInvalid,
        NotSupported,
        NotFound,
        Deleted,
        TooLong,
        TooCostly,
        Duplicate,
        MultipleMatches,
        BusinessRule,
        Login,
        Forbidden,
        Invalid,
        Exception,
        NoStore,
        Throttled,
        Transient,
        Informational,
    ] {
        for release in [Release::Dstu2, Release::Stu3] {
            let code = code.code_in(release);
            assert!(EARLY.split(' ').any(|known| known == code), "{code} of {release:?}");
        }
        assert_eq!(code.code_in(Release::R4), code.code());
    }
    assert_eq!(Deleted.code_in(Release::Stu3), "not-found");
    assert_eq!(Deleted.code_in(Release::R5), "deleted");
}

#[test]
fn errors_are_read_as_they_were_written_and_nothing_else() {
    let refused = Issue::error(IssueType::Value, "is no instant").at("AuditEvent.recorded");
    let issues = vec![refused, Issue::information("kept"), Issue::error(IssueType::Value, "bad")];
    let json = OperationOutcome { issues }.to_json();
    let error = |expression: Option<&str>, diagnostics: &str| WrittenError {
        expression: expression.map(str::to_owned),
        diagnostics: diagnostics.to_owned(),
    };
    let errors = [error(Some("AuditEvent.recorded"), "is no instant"), error(None, "bad")];
    assert_eq!(OperationOutcome::written_errors(&json), errors);
    assert_eq!(OperationOutcome::written_errors(b"no outcome"), []);
}
