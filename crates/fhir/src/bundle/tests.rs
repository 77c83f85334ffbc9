use super::*;
use crate::IssueType;
use serde_json::{Value, json};

fn limits() -> BundleLimits {
    BundleLimits { entries_max: 5, ..BundleLimits::default() }
}

fn refused(body: &str) -> (IssueType, String) {
    let outcome = parse(body.as_bytes(), &limits()).expect_err("refused");
    let issue = &outcome.issues[0];
    (issue.code, issue.expression.clone().unwrap_or_default())
}

#[test]
fn entries_keep_the_exact_bytes_of_their_resource() {
    let resource = "{ \"resourceType\" : \"AuditEvent\",\n \"x\": 1.0 }";
    let body = format!(
        r#"{{"resourceType":"Bundle","type":"transaction","entry":[{{"fullUrl":"urn:uuid:1",
        "resource": {resource} ,"request":{{"method":"POST","url":"AuditEvent",
        "ifNoneExist":"entity=Patient/1"}}}}]}}"#
    );
    let bundle = parse(body.as_bytes(), &limits()).expect("a Bundle");
    assert_eq!(bundle.r#type, BundleType::Transaction);
    let entry = &bundle.entries[0];
    assert_eq!(entry.resource, Some(resource.as_bytes()));
    assert_eq!(entry.resource_type.as_deref(), Some("AuditEvent"));
    assert_eq!(entry.method.as_deref(), Some("POST"));
    assert_eq!(entry.url.as_deref(), Some("AuditEvent"));
    assert_eq!(entry.if_none_exist.as_deref(), Some("entity=Patient/1"));
    assert!(entry.error.is_none());
}

#[test]
fn what_is_wrong_with_an_entry_stands_in_the_entry() {
    let body = r#"{"type":"batch","entry":[
        {"resource":{"a":{"resourceType":"No"},"resourceType":"Patient"},
         "request":{"method":"POST","url":"Patient"}},
        {"resource":{"resourceType":"AuditEvent"}},
        {"resource":{},"request":{"method":7,"url":"AuditEvent"}},
        {"resource":{},"resource":{},"request":{"method":"POST","url":"AuditEvent"}},
        {"resource":[],"request":{"method":"POST","url":"AuditEvent"}}
        ],"resourceType":"Bundle"}"#;
    let bundle = parse(body.as_bytes(), &limits()).expect("a Bundle");
    let errors: Vec<_> = bundle
        .entries
        .iter()
        .map(|entry| entry.error.as_ref().and_then(|error| error.issues[0].expression.as_deref()))
        .collect();
    assert_eq!(bundle.entries[0].resource_type.as_deref(), Some("Patient"));
    assert_eq!(
        errors,
        [
            None,
            Some("Bundle.entry[1].request.method"),
            Some("Bundle.entry[2].request.method"),
            Some("Bundle.entry[3]"),
            Some("Bundle.entry[4].resource"),
        ]
    );
}

#[test]
fn what_is_wrong_with_the_bundle_refuses_it() {
    let at = |code, path: &str| (code, path.to_owned());
    for kind in ["document", "searchset", "history", "message", "batch-response", "x"] {
        let body = format!(r#"{{"resourceType":"Bundle","type":"{kind}"}}"#);
        assert_eq!(refused(&body), at(IssueType::Value, "Bundle.type"));
    }
    assert_eq!(refused(r#"{"resourceType":"Bundle"}"#), at(IssueType::Required, "Bundle.type"));
    assert_eq!(
        refused(r#"{"resourceType":"AuditEvent","type":{"code":"rest"}}"#),
        at(IssueType::Value, "Bundle.resourceType")
    );
    assert_eq!(refused(r#"{"type":"batch"}"#), at(IssueType::Required, "Bundle.resourceType"));
    assert_eq!(
        refused(r#"{"resourceType":"Bundle","type":"batch","type":"batch"}"#),
        at(IssueType::Structure, "Bundle.type")
    );
    assert_eq!(
        refused(r#"{"resourceType":"Bundle","type":"batch","entry":{}}"#),
        at(IssueType::Structure, "Bundle.entry")
    );
    assert_eq!(
        refused(r#"{"resourceType":"Bundle","type":"batch","entry":[{},7]}"#),
        at(IssueType::Structure, "Bundle.entry[1]")
    );
    assert_eq!(
        refused(r#"{"resourceType":"Bundle","type":"batch","entry":[{},{"resource":{"a":}}]}"#),
        at(IssueType::Structure, "Bundle.entry[1]")
    );
    let many = "{},".repeat(5);
    assert_eq!(
        refused(&format!(r#"{{"resourceType":"Bundle","type":"batch","entry":[{many}{{}}]}}"#)),
        at(IssueType::TooLong, "Bundle.entry[5]")
    );
    assert_eq!(refused("[]").0, IssueType::Structure);
    let small = BundleLimits { body_bytes_max: 10, ..limits() };
    let outcome = parse(b"{\"resourceType\":1}", &small).expect_err("refused");
    assert_eq!(outcome.issues[0].code, IssueType::TooLong);
}

#[test]
fn no_entries_are_none() {
    let bundle = parse(br#"{"resourceType":"Bundle","type":"collection"}"#, &limits());
    assert!(bundle.expect("a Bundle").entries.is_empty());
    let bundle = parse(br#"{"resourceType":"Bundle","type":"collection","entry":[{}]}"#, &limits());
    let bundle = bundle.expect("a Bundle");
    let error = bundle.entries[0].error.as_ref().expect("an error");
    assert_eq!(error.issues[0].expression.as_deref(), Some("Bundle.entry[0].resource"));
}

fn written(kind: Outgoing, fill: impl FnOnce(&mut Writer<'_>)) -> Value {
    let mut out = Vec::new();
    let mut writer = Writer::new(&mut out, kind);
    fill(&mut writer);
    writer.finish();
    serde_json::from_slice(&out).expect("JSON")
}

#[test]
fn a_bundle_goes_out_without_what_it_has_not() {
    assert_eq!(
        written(Outgoing::Searchset, |_| {}),
        json!({"resourceType": "Bundle", "type": "searchset"})
    );
    assert_eq!(
        written(Outgoing::History, |bundle| bundle.total(0)),
        json!({"resourceType": "Bundle", "type": "history", "total": 0})
    );
}

#[test]
fn a_searchset_goes_out() {
    let outcome = OperationOutcome::error(IssueType::NotSupported, "no \"_has\"");
    let bundle = written(Outgoing::Searchset, |bundle| {
        bundle.link("self", "http://h/fhir/r4/AuditEvent?agent-name=\"x\"");
        bundle.link("next", "http://h/n");
        bundle.total(12);
        bundle.entry(|entry| {
            entry.full_url("http://h/fhir/r4/AuditEvent/1");
            entry.resource(|out| out.extend_from_slice(b"{\"resourceType\":\"AuditEvent\"}"));
            entry.search(SearchMode::Match);
        });
        bundle.entry(|entry| {
            entry.resource(|out| outcome.write_json(out));
            entry.search(SearchMode::Outcome);
        });
    });
    assert_eq!(bundle["total"], 12);
    assert_eq!(bundle["link"][0]["url"], "http://h/fhir/r4/AuditEvent?agent-name=\"x\"");
    assert_eq!(bundle["link"][1], json!({"relation": "next", "url": "http://h/n"}));
    assert_eq!(bundle["entry"][0]["search"], json!({"mode": "match"}));
    assert_eq!(bundle["entry"][0]["resource"], json!({"resourceType": "AuditEvent"}));
    assert_eq!(bundle["entry"][1]["resource"]["issue"][0]["diagnostics"], "no \"_has\"");
}

#[test]
fn answers_go_out() {
    let outcome = OperationOutcome::error(IssueType::Required, "missing");
    let bundle = written(Outgoing::BatchResponse, |bundle| {
        bundle.entry(|entry| {
            entry.request("POST", "AuditEvent");
            entry.response(&Response {
                status: "201",
                location: Some("AuditEvent/1/_history/1"),
                etag: Some("W/\"1\""),
                last_modified: Some("2026-11-22T07:00:00.000Z"),
                outcome: None,
            });
        });
        bundle.entry(|entry| {
            let response =
                Response { status: "400", outcome: Some(&outcome), ..Response::default() };
            entry.response(&response);
        });
    });
    assert_eq!(bundle["type"], "batch-response");
    assert_eq!(bundle["entry"][0]["request"], json!({"method": "POST", "url": "AuditEvent"}));
    assert_eq!(
        bundle["entry"][0]["response"],
        json!({"status": "201", "location": "AuditEvent/1/_history/1", "etag": "W/\"1\"",
               "lastModified": "2026-11-22T07:00:00.000Z"})
    );
    assert_eq!(bundle["entry"][1]["response"]["outcome"]["issue"][0]["code"], "required");
}
