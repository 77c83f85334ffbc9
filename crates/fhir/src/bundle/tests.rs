use super::*;
use crate::{IssueType, Release};
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
    written_in(Release::R4, kind, fill)
}

fn written_in(release: Release, kind: Outgoing, fill: impl FnOnce(&mut Writer<'_>)) -> Value {
    let mut out = Vec::new();
    let mut writer = Writer::of(release, &mut out, kind);
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

/// One answer with an outcome.
fn answered(release: Release, full_url: Option<&str>, resource: Option<&[u8]>) -> Value {
    let outcome = OperationOutcome::error(IssueType::Deleted, "gone");
    written_in(release, Outgoing::BatchResponse, |bundle| {
        for _ in 0..2 {
            bundle.entry(|entry| {
                if let Some(url) = full_url {
                    entry.full_url(url);
                }
                if let Some(resource) = resource {
                    entry.resource(|out| out.extend_from_slice(resource));
                }
                let outcome = Some(&outcome);
                entry.response(&Response { status: "410", outcome, ..Response::default() });
            });
        }
    })
}

#[test]
fn an_outcome_is_dstu2s_resource() {
    for (release, code) in [(Release::Stu3, "not-found"), (Release::R5, "deleted")] {
        let entry = answered(release, None, None)["entry"][0].clone();
        assert_eq!(entry["response"]["outcome"]["issue"][0]["code"], code);
        assert!(entry.get("resource").is_none());
    }
    let bundle = answered(Release::Dstu2, None, None);
    let entry = &bundle["entry"][0];
    assert_eq!(entry["response"], json!({"status": "410"}));
    assert_eq!(entry["resource"]["issue"][0]["code"], "not-found");
    assert!(entry["fullUrl"].as_str().is_some_and(|url| url.starts_with("urn:uuid:")));
    assert_ne!(entry["fullUrl"], bundle["entry"][1]["fullUrl"]);
    let bundle = answered(Release::Dstu2, Some("http://h/AuditEvent/1"), Some(b"{\"a\":1}"));
    assert_eq!(bundle["entry"][0]["resource"], json!({"a": 1}), "there is one place");
    assert_eq!(bundle["entry"][0]["fullUrl"], "http://h/AuditEvent/1");
}

#[test]
fn dstu2_has_no_url_of_no_resource() {
    let bundle = |release| {
        written_in(release, Outgoing::BatchResponse, |bundle| {
            bundle.entry(|entry| {
                entry.full_url("http://h/AuditEvent/1");
                entry.response(&Response { status: "201", ..Response::default() });
            });
        })
    };
    assert!(bundle(Release::Dstu2)["entry"][0].get("fullUrl").is_none());
    assert_eq!(bundle(Release::Stu3)["entry"][0]["fullUrl"], "http://h/AuditEvent/1");
}

#[test]
fn histories_have_no_responses_before_r4() {
    for (release, has) in [(Release::Dstu2, false), (Release::Stu3, false), (Release::R4b, true)] {
        let bundle = written_in(release, Outgoing::History, |bundle| {
            bundle.entry(|entry| {
                entry.full_url("http://h/AuditEvent/1");
                entry.resource(|out| out.extend_from_slice(b"{\"resourceType\":\"AuditEvent\"}"));
                entry.request("POST", "AuditEvent");
                entry.response(&Response { status: "201", ..Response::default() });
            });
        });
        assert_eq!(bundle["entry"][0].get("response").is_some(), has, "{release:?}");
        assert_eq!(bundle["entry"][0]["request"]["method"], "POST");
    }
}

#[test]
fn outcomes_of_a_search_are_each_releases_own() {
    let outcome: OperationOutcome =
        crate::Issue::error(IssueType::NotSupported, "no").at("AuditEvent.agent[0]").into();
    let bundle = written_in(Release::Dstu2, Outgoing::Searchset, |bundle| {
        bundle.entry(|entry| {
            entry.outcome(&outcome);
            entry.search(SearchMode::Outcome);
        });
    });
    let location = &bundle["entry"][0]["resource"]["issue"][0]["location"];
    assert_eq!(*location, json!(["/f:AuditEvent/f:agent[1]"]));
    assert!(bundle["entry"][0].get("fullUrl").is_some());
}

#[test]
fn comments_of_dstu2_may_stand_in_a_bundle() {
    let body = r#"{"resourceType":"Bundle","fhir_comments":["a"],"type":"batch","entry":[
        {"fhir_comments":["b"],"resource":{"resourceType":"AuditEvent","fhir_comments":["c"]},
         "request":{"fhir_comments":["d"],"method":"POST","url":"AuditEvent",
                    "_url":{"fhir_comments":["e"]}}}]}"#;
    let bundle = parse(body.as_bytes(), &limits()).expect("a Bundle");
    assert!(bundle.entries[0].error.is_none());
    assert_eq!(bundle.entries[0].url.as_deref(), Some("AuditEvent"));
}
