//! Resources leave a Bundle as they stand, and read alone as they did inside.
use super::*;
use crate::bundle::{BundleType, parse};

const OPEN: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <Bundle xmlns=\"http://hl7.org/fhir\"><type value=\"batch\"/>";
const REQUEST: &str = "<request><method value=\"POST\"/><url value=\"AuditEvent\"/></request>";

fn apart(body: &str) -> Apart {
    take_apart(body.as_bytes(), Release::R4, &BundleLimits::default()).expect("a Bundle")
}

fn texts(apart: &Apart) -> Vec<(usize, &str)> {
    let text = |bytes| std::str::from_utf8(bytes).expect("UTF-8");
    apart.resources.iter().map(|(entry, bytes)| (*entry, text(bytes))).collect()
}

fn refused(body: &str) -> Issue {
    let outcome = take_apart(body.as_bytes(), Release::R4, &BundleLimits::default());
    outcome.expect_err("refused").issues.remove(0)
}

#[test]
fn resources_are_cut_out_as_they_stand_with_the_namespaces_around_them() {
    let body = format!(
        "{OPEN}<entry><resource>\n <AuditEvent ><id value = 'a'/> <!-- x --></AuditEvent>\n\
        </resource>{REQUEST}</entry><entry>{REQUEST}</entry><entry xmlns:f='urn:f'><resource>\
        <Patient xmlns=\"http://hl7.org/fhir\"/></resource></entry></Bundle>"
    );
    let apart = apart(&body);
    let first =
        "<AuditEvent xmlns=\"http://hl7.org/fhir\" ><id value = 'a'/> <!-- x --></AuditEvent>";
    let third = "<Patient xmlns:f=\"urn:f\" xmlns=\"http://hl7.org/fhir\"/>";
    assert_eq!(texts(&apart), [(0, first), (2, third)]);
    let bundle = parse(&apart.json, &BundleLimits::default()).expect("a Bundle");
    assert_eq!(bundle.r#type, BundleType::Batch);
    let types: Vec<_> = bundle.entries.iter().map(|entry| entry.resource_type.as_deref()).collect();
    assert_eq!(types, [Some("AuditEvent"), None, Some("Patient")]);
    assert_eq!(bundle.entries[1].method.as_deref(), Some("POST"));
}

#[test]
fn prefixes_stay_what_they_are() {
    let body = "<f:Bundle xmlns:f=\"http://hl7.org/fhir\"><f:type value=\"batch\"/><f:entry>\
        <f:resource><f:AuditEvent><f:id value=\"a\"/></f:AuditEvent></f:resource></f:entry>\
        </f:Bundle>";
    let apart = apart(body);
    let expected =
        "<f:AuditEvent xmlns:f=\"http://hl7.org/fhir\"><f:id value=\"a\"/></f:AuditEvent>";
    assert_eq!(texts(&apart), [(0, expected)]);
    let json = to_json(expected.as_bytes(), Release::R4, &Limits::default()).expect("XML");
    assert_eq!(json, br#"{"resourceType":"AuditEvent","id":"a"}"#);
}

#[test]
fn only_resources_of_entries_are_taken() {
    let inner = "<Bundle><entry><resource><AuditEvent/></resource></entry></Bundle>";
    let body = format!("{OPEN}<entry><resource>{inner}</resource></entry></Bundle>");
    let apart = apart(&body);
    assert_eq!(apart.resources.len(), 1);
    assert!(apart.resources[0].1.starts_with(b"<Bundle xmlns="));
}

#[test]
fn what_is_wrong_with_the_bundle_is_refused() {
    for body in [
        "<!DOCTYPE Bundle><Bundle xmlns=\"http://hl7.org/fhir\"/>".to_owned(),
        format!("{OPEN}<entry><resource><AuditEvent></resource></entry></Bundle>"),
        format!("{OPEN}<entry><resource><AuditEvent>"),
        format!("{OPEN}<entry><resource>&x;<AuditEvent/></resource></entry></Bundle>"),
        format!("{OPEN}<entry><resource><a/><b/></resource></entry></Bundle>"),
        "<Bundle><entry><resource><AuditEvent/></resource></entry></Bundle>".to_owned(),
        "{}".to_owned(),
        String::new(),
    ] {
        refused(&body);
    }
    let latin = take_apart(b"<Bundle>\xE9</Bundle>", Release::R4, &BundleLimits::default());
    assert!(latin.expect_err("refused").issues[0].diagnostics.contains("UTF-8"));
}

#[test]
fn namespaces_that_would_be_repeated_on_every_resource_are_bounded() {
    let long = "x".repeat(3000);
    let entry = "<entry><resource><AuditEvent/></resource></entry>";
    let body = format!(
        "<Bundle xmlns=\"http://hl7.org/fhir\" xmlns:a=\"{long}\"><type value=\"batch\"/>{entry}\
        </Bundle>"
    );
    assert_eq!(refused(&body).code, crate::IssueType::TooLong);
}

#[test]
fn the_root_tells_what_it_is() {
    for (body, name) in [
        ("<Bundle/>", Some("Bundle")),
        ("\u{FEFF}<?xml version=\"1.0\"?><!-- a --><f:Bundle xmlns:f='x'>", Some("Bundle")),
        ("<AuditEvent><Bundle/>", Some("AuditEvent")),
        ("{}", None),
        ("<", None),
        ("", None),
    ] {
        assert_eq!(root_name(body.as_bytes()), name, "{body}");
    }
}
