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
