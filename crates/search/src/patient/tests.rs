use crate::tests::{concept, event, finds, logical, reference, table};
use kiln_fhir::{Agent, AuditEvent, Coding, Entity, Reference, Release};

fn agent(who: Reference<'static>) -> AuditEvent<'static> {
    let mut event = event(Release::R4);
    event.agents = vec![Agent { who: Some(who), ..Agent::default() }];
    event
}

fn entity(r#type: Option<&'static str>, role: &'static str) -> AuditEvent<'static> {
    let mut event = event(if r#type.is_some() { Release::R4 } else { Release::R5 });
    event.entities = vec![Entity {
        what: Some(logical(None, Some("mrn"), "77")),
        r#type: r#type.map(|code| Coding { code: Some(code.into()), ..Coding::default() }),
        role: Some(concept(None, role)),
        ..Entity::default()
    }];
    event
}

#[test]
fn a_patient_is_found_as_agent_entity_and_element() {
    let as_agent = agent(reference("Patient/1"));
    let mut as_entity = event(Release::R5);
    let what = Some(reference("http://a.org/Patient/1/_history/3"));
    as_entity.entities = vec![Entity { what, ..Entity::default() }];
    let mut as_element = event(Release::R5);
    as_element.patient = Some(reference("Patient/1"));
    for event in [as_agent, as_entity, as_element] {
        table(
            &event,
            &[
                ("patient=Patient/1", true),
                ("patient=1", true),
                ("patient:Patient=1", true),
                ("patient=2,1", true),
                ("patient=Patient/2", false),
                ("patient=Group/1", false),
                ("patient:missing=false", true),
                ("patient:missing=true", false),
            ],
        );
    }
}

#[test]
fn versions_and_urls_narrow() {
    table(
        &agent(reference("http://a.org/Patient/1/_history/3")),
        &[
            ("patient=http://a.org/Patient/1", true),
            ("patient=http://b.org/Patient/1", false),
            ("patient=Patient/1/_history/3", true),
            ("patient=Patient/1/_history/4", false),
            ("patient=http://a.org/Group/1", false),
        ],
    );
}

#[test]
fn other_types_are_no_patient() {
    table(
        &agent(reference("Practitioner/1")),
        &[("patient=1", false), ("patient=Practitioner/1", false), ("patient:missing=true", true)],
    );
}

#[test]
fn a_type_beside_the_reference_counts() {
    let typed = |text| Reference {
        r#type: Some("http://hl7.org/fhir/StructureDefinition/Patient".into()),
        ..reference(text)
    };
    assert!(finds(&agent(typed("urn:uuid:5")), "patient=urn:uuid:5"));
    assert!(finds(&agent(typed("pt_5")), "patient=pt_5"));
    assert!(finds(&agent(typed("urn:uuid:5")), "patient:missing=false"));
    assert!(!finds(&agent(reference("urn:uuid:5")), "patient=urn:uuid:5"));
}

#[test]
fn an_element_that_repeats_an_entity_is_found_all_the_same() {
    let mut event = event(Release::R5);
    let what = Some(reference("Patient/1"));
    event.entities = vec![Entity { what, ..Entity::default() }];
    event.patient =
        Some(Reference { reference: Some("Patient/1".into()), ..logical(None, None, "9") });
    table(
        &event,
        &[
            ("patient=Patient/1", true),
            ("patient=1", true),
            ("patient.identifier=9", true),
            ("patient:missing=false", true),
        ],
    );
}

#[test]
fn identifiers_of_patients_are_found() {
    table(
        &agent(logical(Some("Patient"), Some("mrn"), "77")),
        &[
            ("patient.identifier=mrn|77", true),
            ("patient:identifier=77", true),
            ("patient.identifier=other|77", false),
            ("patient:missing=false", true),
        ],
    );
    assert!(!finds(&agent(logical(Some("Group"), Some("mrn"), "77")), "patient.identifier=77"));
    assert!(finds(&entity(Some("1"), "1"), "patient.identifier=mrn|77"));
    assert!(finds(&entity(None, "1"), "patient.identifier=mrn|77"));
    assert!(!finds(&entity(Some("2"), "1"), "patient.identifier=mrn|77"));
    assert!(!finds(&entity(Some("1"), "4"), "patient.identifier=mrn|77"));
}
