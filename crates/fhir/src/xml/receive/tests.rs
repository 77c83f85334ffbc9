use super::*;
use crate::IssueType;

fn event(inside: &str) -> String {
    let rest = "<type><code value=\"rest\"/></type><recorded value=\"2024-06-15T08:30:00Z\"/>\
        <agent><requestor value=\"true\"/></agent>\
        <source><observer><display value=\"x\"/></observer></source>";
    format!("<AuditEvent xmlns=\"http://hl7.org/fhir\">{inside}{rest}</AuditEvent>")
}

fn refused(inside: &str, limits: &Limits) -> (IssueType, String, String) {
    let body = event(inside);
    let outcome = receive(body.as_bytes(), Some(Release::R4), limits).expect_err("refused");
    let issue = outcome.issues.into_iter().next().expect("one");
    (issue.code, issue.expression.unwrap_or_default(), issue.diagnostics)
}

#[test]
fn an_event_says_in_xml_what_its_json_says() {
    let body = event("<id value=\"a\"/><new value=\"1\"/><action value=\"R\"/>");
    let limits = Limits::default();
    for at in [None, Some(Release::R4)] {
        let parsed = receive(body.as_bytes(), at, &limits).expect("accepted");
        let (release, json) = crate::xml::to_json_at(body.as_bytes(), at, &limits).expect("XML");
        let of_json = crate::receive(&json, Some(release), &limits).expect("accepted");
        assert_eq!(format!("{parsed:?}"), format!("{of_json:?}"));
        assert_eq!(parsed.event.action.as_deref(), Some("R"));
        assert_eq!(parsed.warnings.len(), 1);
    }
}

#[test]
fn what_breaks_base_fhir_is_refused_or_kept() {
    let body = event("<action value=\"X\"/>");
    let limits = Limits::default();
    let (code, at, _) = refused("<action value=\"X\"/>", &limits);
    assert_eq!((code, at.as_str()), (IssueType::CodeInvalid, "AuditEvent.action"));
    let kept = keep(body.as_bytes(), Some(Release::R4), &limits).expect("kept");
    assert_eq!(kept.warnings[0].code, IssueType::CodeInvalid);
    assert!(keep(b"<AuditEvent", Some(Release::R4), &limits).is_err());
}

#[test]
fn the_limits_of_json_hold() {
    let limits = Limits { depth_max: 5, ..Limits::default() };
    let [open, close] = ["<extension url=\"u\">".repeat(3), "</extension>".repeat(3)];
    let deep = &format!("{open}{close}");
    let (code, at, says) = refused(deep, &limits);
    assert_eq!((code, says.as_str()), (IssueType::TooLong, "too deep: nest less"));
    assert_eq!(at, "AuditEvent.extension[0].extension[0].extension");
    // Each is two nodes in XML, and a key and a value in JSON; the rest of the event is more there.
    let limits = Limits { nodes_max: 20, ..Limits::default() };
    let (code, _, says) = refused("<id value=\"a\"/><language value=\"en\"/>", &limits);
    assert_eq!((code, says.as_str()), (IssueType::TooLong, "too many values: send less"));
    let number = "<extension url=\"u\"><valueDecimal value=\"1e999\"/></extension>";
    let (code, at, says) = refused(number, &Limits::default());
    assert_eq!((code, says.as_str()), (IssueType::Structure, "number out of range"));
    assert_eq!(at, "AuditEvent.extension[0].valueDecimal");
}

#[test]
fn an_element_stands_there_once_by_any_name() {
    let limits = Limits::default();
    let (code, at, says) = refused("<_x0061_ction value=\"R\"/><action value=\"R\"/>", &limits);
    assert_eq!((code, at.as_str()), (IssueType::Structure, "AuditEvent.action"));
    assert_eq!(says, "this element is there twice: send it once");
    let beside = "<extension url=\"u\"><valueCode value=\"x\"/></extension>";
    let twice = format!("<action value=\"R\">{beside}</action><_x005F_action value=\"R\"/>");
    assert_eq!(refused(&twice, &limits).1, "AuditEvent._action");
}

#[test]
fn comments_of_dstu2_are_kept_without_a_path() {
    let body = "<AuditEvent xmlns=\"http://hl7.org/fhir\"><!--c--><event><type>\
        <code value=\"rest\"/></type><dateTime value=\"2024-06-15T08:30:00Z\"/></event>\
        <participant><requestor value=\"true\"/></participant><source><identifier>\
        <value value=\"x\"/></identifier></source></AuditEvent>";
    let told = Told::of(body.as_bytes(), None, &Limits::default()).expect("XML");
    assert_eq!(told.release, Release::Dstu2);
    let tape = tape_of(&told.document, told.release, &Limits::default()).expect("a tape");
    assert!(tape.member(0, "fhir_comments").is_some());
}
