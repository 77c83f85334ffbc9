use super::*;

#[test]
fn a_program_is_named_and_whoever_has_a_token_is_not() {
    for (principal, shown) in [
        ("key:lab", "key:lab"),
        ("certificate:lab.example", "certificate:lab.example"),
        ("open", "open"),
        ("token:idp:mara.lindqvist", "token:idp"),
        ("token:idp:urn:mara", "token:idp"),
        ("token:", "token:"),
    ] {
        assert_eq!(from(principal), shown);
    }
}

#[test]
fn a_path_holds_no_name_that_its_sender_made_up() {
    for (path, shown) in [
        ("AuditEvent.agent[0].who.reference", "AuditEvent.agent[0].who.reference"),
        ("Bundle.entry[12].resource", "Bundle.entry[12].resource"),
        ("AuditEvent._recorded.extension[1]", "AuditEvent._recorded.extension[1]"),
        ("outcomeDesc", "outcomeDesc"),
        ("AuditEvent.Mara Lindqvist", "AuditEvent.…"),
        ("AuditEvent.Mara", "AuditEvent.…"),
        ("MaraLindqvist", "…"),
        ("AuditEvent.agent[0].204418", "AuditEvent.agent[0].…"),
        ("AuditEvent.agent[Mara]", "AuditEvent.…"),
        ("", ""),
    ] {
        assert_eq!(element(path), shown);
    }
}
