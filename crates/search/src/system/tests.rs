use super::System;
use crate::tests::{coding, concept, event, finds, finds_at, logical};
use kiln_fhir::{Agent, Entity, Release};

fn folded(url: &str) -> String {
    let mut out = String::new();
    System::of(url).push(&mut out);
    out
}

#[test]
fn a_system_is_one_whatever_its_url() {
    let tho = "http://terminology.hl7.org/codesystem";
    for (url, expected) in [
        ("http://hl7.org/fhir/audit-event-type", format!("{tho}/audit-event-type")),
        ("http://hl7.org/fhir/audit-event-outcome", format!("{tho}/audit-event-outcome")),
        ("http://hl7.org/fhir/object-type", format!("{tho}/audit-entity-type")),
        ("http://hl7.org/fhir/audit-entity-type", format!("{tho}/audit-entity-type")),
        ("http://hl7.org/fhir/object-role", format!("{tho}/object-role")),
        ("http://hl7.org/fhir/extra-security-role-type", format!("{tho}/extra-security-role-type")),
        ("http://hl7.org/fhir/v3/ActReason", format!("{tho}/v3-actreason")),
        ("HTTP://HL7.ORG/FHIR/V3/ACTREASON", format!("{tho}/v3-actreason")),
        ("http://nema.org/dicom/dicm", "http://dicom.nema.org/resources/ontology/dcm".to_owned()),
        ("http://NEMA.org/dicom/DICM", "http://dicom.nema.org/resources/ontology/dcm".to_owned()),
    ] {
        assert_eq!(folded(url), expected, "{url}");
        assert_eq!(folded(&expected), expected, "{url}");
    }
}

#[test]
fn any_other_url_is_itself_without_case() {
    for url in [
        "",
        "http://",
        "http://h",
        "http://hl7.org/fhir/",
        "http://hl7.org/fhir/v3/",
        "http://hl7.org/fhir/object-types",
        "http://hl7.org/fhir/restful-interaction",
        "http://hl7.org/fhir/issue-severity",
        "http://nema.org/dicom/dicm/x",
        "http://nörd.org",
        "urn:oid:1.2.3",
    ] {
        assert_eq!(folded(url), url, "{url}");
    }
    assert_eq!(folded("http://Hospital.example/Roles"), "http://hospital.example/roles");
}

#[test]
fn codes_of_old_systems_are_found_by_new_ones_and_the_other_way_round() {
    let old = "http://hl7.org/fhir/object-role";
    let new = "http://terminology.hl7.org/CodeSystem/object-role";
    for (sent, release) in [(old, Release::Stu3), (new, Release::R4)] {
        let mut event = event(release);
        event.meta.security = vec![coding(Some(sent), "x")];
        event.entities = vec![Entity { role: Some(concept(Some(sent), "4")), ..Entity::default() }];
        for asked in [old, new] {
            for at in [Release::Stu3, Release::R4, Release::R6] {
                assert!(finds_at(at, &event, &format!("entity-role={asked}|4")), "{sent} {asked}");
                assert!(finds_at(at, &event, &format!("entity-role={asked}|")), "{sent} {asked}");
                assert!(!finds_at(at, &event, &format!("entity-role={asked}|1")));
                assert!(finds_at(at, &event, &format!("_security={asked}|x")));
            }
        }
    }
}

#[test]
fn systems_of_identifiers_are_as_sent() {
    let sent = "http://hl7.org/fhir/object-role";
    let mut event = event(Release::R4);
    event.agents = vec![Agent { who: Some(logical(None, Some(sent), "1")), ..Agent::default() }];
    assert!(finds(&event, &format!("agent:identifier={sent}|1")));
    let other = "http://terminology.hl7.org/CodeSystem/object-role";
    assert!(!finds(&event, &format!("agent:identifier={other}|1")));
}
