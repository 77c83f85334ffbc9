use super::broken;

#[test]
fn every_reason_names_an_element() {
    let check = "no agent[]; no source; no type; recorded missing/not instant:None";
    let elements =
        ["AuditEvent.agent", "AuditEvent.source", "AuditEvent.type", "AuditEvent.recorded"];
    assert_eq!(broken(check), elements);
    assert!(broken("ok").is_empty());
}
