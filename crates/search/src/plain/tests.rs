use crate::tests::{concept, event, logical, plain_search, plain_table, reference};
use kiln_fhir::{Agent, AuditEvent, Coding, Entity, Reference, Release};

fn agent(who: Reference<'static>) -> AuditEvent<'static> {
    let mut event = event(Release::R5);
    event.agents = vec![Agent { who: Some(who), ..Agent::default() }];
    event
}

fn entity(what: Reference<'static>, r#type: Option<&'static str>) -> AuditEvent<'static> {
    let mut event = event(Release::R4);
    let r#type = r#type.map(|code| Coding { code: Some(code.into()), ..Coding::default() });
    event.entities = vec![Entity { what: Some(what), r#type, ..Entity::default() }];
    event
}

#[test]
fn events_of_every_release_are_found() {
    for release in [Release::R4, Release::R5] {
        let mut event = event(release);
        event.action = Some("R".into());
        event.r#type = vec![concept(Some("http://a.org/types"), "rest")];
        event.subtype = vec![concept(None, "read"), concept(Some("http://b.org"), "vread")];
        plain_table(
            &event,
            &[
                ("", true),
                ("action=R", true),
                ("action=C", false),
                ("type=rest", true),
                ("type=http://a.org/types|rest", true),
                ("type=http://b.org|rest", false),
                ("type=read", false),
                ("subtype=read&subtype=vread&type=rest", true),
                ("subtype=create", false),
                ("date=ge2024-06-15T08:30:00.250Z&date=lt2024-06-16T00:00:00Z", true),
                ("date=lt2024-06-15T08:30:00.250Z", false),
            ],
        );
    }
}

#[test]
fn outcomes_are_r4s_in_every_release() {
    let of = |system: Option<&'static str>, code| {
        let mut event = event(if system.is_some() { Release::R5 } else { Release::R4 });
        event.outcome = Some(concept(system, code));
        event
    };
    let rows = [
        (of(None, "0"), "0"),
        (of(Some("http://terminology.hl7.org/CodeSystem/audit-event-outcome"), "8"), "8"),
        (of(Some("http://hl7.org/fhir/issue-severity"), "success"), "0"),
        (of(Some("http://hl7.org/fhir/issue-severity"), "information"), "0"),
        (of(Some("http://hl7.org/fhir/issue-severity"), "warning"), "4"),
        (of(Some("http://hl7.org/fhir/issue-severity"), "error"), "8"),
        (of(Some("http://hl7.org/fhir/issue-severity"), "fatal"), "12"),
        (of(Some("http://a.org"), "success"), ""),
    ];
    for (event, code) in rows {
        for asked in ["0", "4", "8", "12"] {
            plain_table(&event, &[(&format!("outcome={asked}"), asked == code)]);
        }
    }
}

#[test]
fn parties_are_found_by_identifier() {
    for system in [None, Some("http://a.org/staff")] {
        plain_table(
            &agent(logical(None, system, "prac_dr456")),
            &[
                ("agent=prac_dr456", true),
                ("agent=PRAC_DR456", true),
                ("agent=prac_dr45", false),
                ("agent=Practitioner/prac_dr456", false),
                ("entity=prac_dr456", false),
                ("patient=prac_dr456", false),
            ],
        );
        plain_table(&entity(logical(None, system, "#7"), None), &[("entity=#7", true)]);
        let value = logical(None, system, "http://a.org/x|y");
        plain_table(&entity(value, None), &[(r"entity=http://a.org/x\|y", true)]);
    }
}

#[test]
fn parties_are_found_by_reference() {
    plain_table(
        &agent(reference("http://a.org/fhir/Practitioner/7/_history/2")),
        &[
            ("agent=7", true),
            ("agent=Practitioner/7", true),
            ("agent=http://a.org/fhir/Practitioner/7", true),
            ("agent=http://b.org/fhir/Practitioner/7", false),
            ("agent=Practitioner/7/_history/2", true),
            ("agent=Patient/7", false),
            ("agent=8", false),
        ],
    );
    let urn = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0";
    plain_table(&entity(reference(urn), None), &[(&format!("entity={urn}"), true)]);
}

#[test]
fn patients_are_found_by_reference_id_and_identifier() {
    let by_reference = [
        ("patient=Patient/pt_1", true),
        ("patient=pt_1", true),
        ("patient=Group/pt_1", false),
        ("patient=pt_2", false),
    ];
    plain_table(&agent(reference("Patient/pt_1")), &by_reference);
    plain_table(&entity(reference("http://a.org/Patient/pt_1"), None), &by_reference);
    let mut element = event(Release::R5);
    element.patient = Some(reference("Patient/pt_1"));
    plain_table(&element, &by_reference);
    plain_table(&agent(reference("Practitioner/pt_1")), &[("patient=pt_1", false)]);
    let by_identifier = [("patient=pt_1", true), ("patient=pt_2", false)];
    plain_table(&agent(logical(Some("Patient"), None, "pt_1")), &by_identifier);
    plain_table(
        &entity(logical(None, Some("http://a.org"), "pt_1"), Some("Patient")),
        &by_identifier,
    );
    plain_table(&entity(logical(None, None, "pt_1"), Some("Group")), &[("patient=pt_1", false)]);
}

#[test]
fn fhirs_names_and_modifiers_are_no_filters() {
    for text in ["agent-name=a", "_id=known", "agent:missing=true", "action:not=C", "x=y"] {
        let outcome = plain_search(text).expect_err(text);
        let name = text.split('=').next().expect("a name");
        let expected = format!("{name} is not a filter of audit events");
        assert_eq!(outcome.issues[0].diagnostics, expected);
    }
}
