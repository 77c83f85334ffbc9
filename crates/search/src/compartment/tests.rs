use super::compartment;
use crate::tests::{ENDPOINTS, event, find, logical, pairs, reference, terms, wants};
use crate::{Handling, Settings, parse_in};
use kiln_fhir::{Agent, AuditEvent, Entity, Release};

fn agent(who: &'static str) -> AuditEvent<'static> {
    let mut event = event(Release::R4);
    event.agents = vec![Agent { who: Some(reference(who)), ..Agent::default() }];
    event
}

fn entity(what: &'static str) -> AuditEvent<'static> {
    let mut event = event(Release::Dstu2);
    event.entities = vec![Entity { what: Some(reference(what)), ..Entity::default() }];
    event
}

fn is_in(event: &AuditEvent<'_>, r#type: &str, id: &str, search: &str) -> bool {
    let within = compartment(r#type, id).expect("a compartment");
    let settings = Settings::default();
    let found = ENDPOINTS.map(|at| {
        let search =
            parse_in(Some(&within), at, &pairs(search), Handling::Strict, &settings, &find)
                .expect("valid");
        assert!(search.applied.iter().all(|(name, _)| name == "date"), "{:?}", search.applied);
        wants(&search, event, &terms(event))
    });
    assert!(found.iter().all(|one| *one == found[0]), "{found:?}");
    found[0]
}

#[test]
fn a_patients_events_are_those_that_refer_to_it_anywhere() {
    let mut element = event(Release::R5);
    element.patient = Some(reference("Patient/1"));
    for event in [agent("Patient/1"), entity("http://a.org/Patient/1/_history/2"), element] {
        assert!(is_in(&event, "Patient", "1", ""));
        assert!(is_in(&event, "Patient", "1", "date=2024"));
        assert!(!is_in(&event, "Patient", "1", "date=2023"));
        assert!(!is_in(&event, "Patient", "2", ""));
        assert!(!is_in(&event, "Practitioner", "1", ""));
    }
    assert!(!is_in(&agent("Group/1"), "Patient", "1", ""));
}

#[test]
fn a_practitioners_and_a_devices_are_those_they_were_agents_of() {
    for (r#type, who, what) in [
        ("Practitioner", agent("Practitioner/a"), entity("Practitioner/a")),
        ("Device", agent("Device/a"), entity("Device/a")),
    ] {
        assert!(is_in(&who, r#type, "a", ""));
        assert!(!is_in(&who, r#type, "b", ""));
        assert!(!is_in(&what, r#type, "a", ""));
    }
}

#[test]
fn an_id_is_an_id_whatever_it_holds() {
    let mut event = event(Release::R4);
    event.agents =
        vec![Agent { who: Some(logical(Some("Patient"), None, "1")), ..Agent::default() }];
    for id in ["", "1", r"1\,2", "1|2", "a/b", "1,2"] {
        assert!(!is_in(&event, "Patient", id, ""), "{id}");
    }
}

#[test]
fn no_other_type_has_a_compartment_of_events() {
    for r#type in ["Encounter", "RelatedPerson", "Group", "patient", ""] {
        assert!(compartment(r#type, "1").is_none(), "{type}");
    }
}
