use super::Parts;
use crate::tests::{event, finds, finds_with, logical, reference, refused, table};
use crate::{Sender, Settings};
use kiln_fhir::{Agent, AuditEvent, Entity, Reference, Release, Source};
use proptest::prelude::*;

fn entity(what: Reference<'_>) -> AuditEvent<'_> {
    let mut event = event(Release::R4);
    event.entities = vec![Entity { what: Some(what), ..Entity::default() }];
    event
}

/// Which of the searches find a reference that was sent so.
fn sent(text: &str, rows: &[(&str, bool)]) {
    table(&entity(reference(text)), rows);
}

#[test]
fn a_relative_reference_is_found_by_id_type_and_modifier() {
    sent(
        "Patient/1",
        &[
            ("entity=Patient/1", true),
            ("entity=1", true),
            ("entity:Patient=1", true),
            ("entity:Patient=Patient/1", true),
            ("entity:Group=1", false),
            ("entity=Group/1", false),
            ("entity=patient/1", false),
            ("entity=Patient/12", false),
            ("entity=x,Patient/1", true),
            ("entity=http://a.org/fhir/Patient/1", false),
            ("entity=Patient/1/_history/1", false),
            ("entity:missing=false", true),
            ("agent:missing=true", true),
            ("source=Patient/1", false),
        ],
    );
}

#[test]
fn a_versioned_reference_is_found_with_and_without_its_version() {
    sent(
        "Patient/1/_history/5",
        &[
            ("entity=Patient/1", true),
            ("entity=1", true),
            ("entity:Patient=1", true),
            ("entity=Patient/1/_history/5", true),
            ("entity:Patient=Patient/1/_history/5", true),
            ("entity=Patient/1/_history/6", false),
            ("entity=5", false),
        ],
    );
}

#[test]
fn an_absolute_reference_is_found_relative_and_whole() {
    sent(
        "https://a.org/fhir/Patient/1/_history/5",
        &[
            ("entity=Patient/1", true),
            ("entity=1", true),
            ("entity:Patient=1", true),
            ("entity=https://a.org/fhir/Patient/1", true),
            ("entity=https://a.org/fhir/Patient/1/_history/5", true),
            ("entity:Patient=https://a.org/fhir/Patient/1", true),
            ("entity=https://a.org/fhir/Patient/1/_history/6", false),
            ("entity=Patient/1/_history/5", true),
            ("entity=https://b.org/fhir/Patient/1", false),
        ],
    );
}

#[test]
fn ids_are_found_as_sent() {
    sent("Patient/pt_abc123", &[("entity=Patient/pt_abc123", true), ("entity=pt_abc123", true)]);
    sent("pt_abc 123", &[("entity=pt_abc 123", true), ("entity:Patient=pt_abc 123", false)]);
    sent("Patient/a,b", &[(r"entity=Patient/a\,b", true), ("entity=Patient/a,b", false)]);
    sent("Thing/Other/x", &[("entity=Other/x", true), ("entity=x", true)]);
    sent("foo/bar", &[("entity=foo/bar", true), ("entity=bar", false)]);
    sent("Patient?name=x", &[("entity=Patient?name=x", true)]);
}

#[test]
fn urns_and_other_urls_are_found_whole() {
    sent("urn:uuid:1", &[("entity=urn:uuid:1", true), ("entity=1", false)]);
    let odd = "Practitioner/urn:uuid:1";
    sent(odd, &[("entity=urn:uuid:1", true), ("entity:Practitioner=urn:uuid:1", true)]);
    sent("http://Patient/1", &[("entity=http://Patient/1", true), ("entity=Patient/1", false)]);
    sent("http://a.org/x", &[("entity=http://a.org/x", true), ("entity=x", false)]);
}

#[test]
fn contained_resources_are_only_there() {
    sent("#x", &[("entity:missing=false", true), ("entity=x", false)]);
    refused(Release::R4, &["entity=#x", "patient=#x"]);
}

#[test]
fn logical_references_are_found_by_their_identifier() {
    table(
        &entity(logical(None, Some("urn:oid:1"), "A7")),
        &[
            ("entity:identifier=a7", true),
            ("entity:identifier=urn:oid:1|A7", true),
            ("entity:identifier=|A7", false),
            ("entity:identifier=urn:oid:1|", true),
            ("entity.identifier=urn:oid:1|A7", true),
            ("entity.identifier=urn:oid:2|A7", false),
            ("agent.identifier=A7", false),
            ("entity=A7", false),
            ("entity:missing=false", true),
        ],
    );
}

#[test]
fn agents_sources_orders_and_encounters_are_references() {
    let mut event = event(Release::R5);
    event.agents = vec![Agent { who: Some(reference("Practitioner/9")), ..Agent::default() }];
    event.source = Source { observer: Some(logical(None, Some("s"), "x")), ..Source::default() };
    event.based_on = vec![reference("ServiceRequest/3")];
    event.encounter = Some(reference("Encounter/4"));
    table(
        &event,
        &[
            ("agent=Practitioner/9", true),
            ("agent:CareTeam=9", false),
            ("source.identifier=s|x", true),
            ("source:identifier=x", true),
            ("based-on=ServiceRequest/3", true),
            ("based-on:ServiceRequest=3", true),
            ("encounter=4", true),
            ("encounter=Encounter/4", true),
            ("encounter:missing=false", true),
        ],
    );
}

#[test]
fn a_known_sender_makes_its_relative_references_absolute() {
    let settings = Settings {
        senders: vec![
            Sender { observer: "Device/a".into(), base_url: "http://a.org/fhir".into() },
            Sender { observer: "urn:oid:1|b".into(), base_url: "http://b.org".into() },
        ],
        ..Settings::default()
    };
    let mut event = entity(reference("Patient/1/_history/2"));
    let mut check = |observer: Reference<'static>, rows: &[(&str, bool)]| {
        event.source = Source { observer: Some(observer), ..Source::default() };
        for (text, expected) in rows {
            assert_eq!(finds_with(&event, text, &settings), *expected, "{text}");
        }
    };
    let rows = [
        ("entity=http://a.org/fhir/Patient/1", true),
        ("patient=http://a.org/fhir/Patient/1", true),
        ("entity=http://a.org/fhir/Patient/1/_history/2", true),
        ("entity=http://a.org/fhir/Patient/1/_history/3", false),
        ("entity=http://a.org/fhir/Patient/2", false),
        ("entity=http://a.org/fhirPatient/1", false),
        ("entity=http://b.org/Patient/1", false),
    ];
    check(reference("Device/a"), &rows);
    check(reference("http://any.org/Device/a"), &rows);
    check(logical(None, Some("urn:oid:1"), "b"), &[("entity=http://b.org/Patient/1", true)]);
    check(reference("Device/c"), &[("entity=http://a.org/fhir/Patient/1", false)]);
    let foreign = entity(reference("http://c.org/Patient/1"));
    assert!(!finds_with(&foreign, "entity=http://a.org/fhir/Patient/1", &settings));
}

#[test]
fn modifiers_that_are_not_built_or_not_of_the_parameter_are_refused() {
    refused(
        Release::R4,
        &[
            "entity:Patients=1",
            "entity:Identifier=1",
            "entity:not=1",
            "entity:contains=1",
            "entity:above=1",
            "entity:Patient=Group/1",
            "agent:Observation=1",
            "agent:CareTeam=1",
            "agent.identifier:not=1",
            "patient:Group=1",
        ],
    );
    assert!(!finds(&event(Release::R5), "agent:CareTeam=1"));
}

#[test]
fn texts_are_taken_apart_without_losing_any() {
    let parts = Parts::of("http://a.org/fhir/Patient/1/_history/5").expect("a reference");
    assert_eq!(parts.unversioned, "http://a.org/fhir/Patient/1");
    assert_eq!(
        (parts.typed, parts.r#type, parts.id),
        (Some("Patient/1"), Some("Patient"), Some("1"))
    );
    assert_eq!(parts.version, Some("Patient/1/_history/5"));
    for odd in ["/", "//", "Patient/", "/Patient/1", "://", "urn:", "/_history/", "a/_history/1"] {
        assert!(Parts::of(odd).is_some(), "{odd}");
    }
}

proptest! {
    #[test]
    fn the_short_way_agrees_with_the_long(
        pieces in prop::collection::vec(
            prop::sample::select(vec!["Patient", "/", "_history", "1", "a", "A", ":", "#", "urn:"]),
            0..8,
        )
    ) {
        let text = pieces.concat();
        if let Some(parts) = Parts::of_plain(&text) {
            prop_assert_eq!(parts, Parts::of_any(&text));
        }
    }
}
