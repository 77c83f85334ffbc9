use super::{json, xml};

#[test]
fn a_bundle_gives_its_events_as_they_stand() {
    let bundle = r#"{"resourceType":"Bundle","entry":[
        {"resource":{"resourceType":"AuditEvent","id" : "1"}},
        {"resource":{"resourceType":"OperationOutcome"}},
        {"request":{}}]}"#;
    assert_eq!(json(bundle).unwrap(), [r#"{"resourceType":"AuditEvent","id" : "1"}"#]);
    assert!(json(r#"{"resourceType":"ValueSet"}"#).unwrap().is_empty());
}

#[test]
fn an_xml_bundle_gives_its_events() {
    let event = r#"<AuditEvent xmlns="http://hl7.org/fhir"><id value="1"/></AuditEvent>"#;
    let bundle = format!("<Bundle><entry>{event}</entry><entry>{event}</entry></Bundle>");
    assert_eq!(xml(&bundle), [event, event]);
    assert_eq!(xml(&format!("<!-- a comment -->{event}")), [format!("<!-- a comment -->{event}")]);
    assert!(xml("<AuditMessage/>").is_empty());
}
