//! What is made up, when an event is rendered in a release that must have it, is found by it.
use super::{ENDPOINTS, concept, event, finds_at, logical, reference, refused};
use kiln_fhir::{Agent, AuditEvent, Entity, Identifier, Reference, Release, Source};

fn observed(observer: Reference<'static>) -> AuditEvent<'static> {
    let mut event = event(Release::R4);
    event.source = Source { observer: Some(observer), ..Source::default() };
    event
}

fn table_at(at: Release, event: &AuditEvent<'_>, rows: &[(&str, bool)]) {
    for (text, expected) in rows {
        assert_eq!(finds_at(at, event, text), *expected, "{at:?} {text}");
    }
}

#[test]
fn r5_has_the_general_type_as_code_where_there_is_no_other() {
    let mut general = event(Release::R4);
    general.r#type = vec![concept(Some("s"), "rest")];
    let rows = [
        ("code=rest", true),
        ("code=s|rest", true),
        ("code=read", false),
        ("code:not=rest", false),
        ("code:missing=true", false),
        ("category=rest", true),
    ];
    table_at(Release::R5, &general, &rows);
    for at in [Release::Dstu2, Release::Stu3, Release::R4, Release::R6] {
        table_at(at, &general, &[("type=rest", true), ("subtype=rest", false)]);
        table_at(at, &general, &[("subtype:missing=true", true)]);
    }
    general.subtype = vec![concept(None, "read")];
    table_at(Release::R5, &general, &[("code=rest", false), ("code:not=rest", true)]);
}

#[test]
fn other_releases_have_r5s_code_as_type_where_there_is_no_category() {
    let mut specific = event(Release::R5);
    specific.subtype = vec![concept(Some("s"), "read")];
    for at in [Release::Dstu2, Release::Stu3, Release::R4, Release::R4b, Release::R6] {
        let rows = [("type=read", true), ("type:missing=true", false), ("subtype=read", true)];
        table_at(at, &specific, &rows);
    }
    let rows = [("category=read", false), ("category:missing=true", true), ("code=read", true)];
    table_at(Release::R5, &specific, &rows);
    table_at(Release::R4, &event(Release::R6), &[("type:missing=true", true)]);
}

#[test]
fn a_source_without_an_identifier_has_its_reference_or_display_as_one_before_r4() {
    let gateway = Reference { display: Some("Gateway  Nörd".into()), ..Reference::default() };
    for at in [Release::Dstu2, Release::Stu3] {
        let rows = [
            ("source=Device/1", true),
            ("source=|Device/1", true),
            ("source=x|Device/1", false),
            ("source=1", false),
            ("source=Device/2", false),
            ("source:not=Device/1", false),
            ("source:missing=false", true),
        ];
        table_at(at, &observed(reference("Device/1")), &rows);
        let rows = [("source=gateway nörd", true), ("source=gateway", false)];
        table_at(at, &observed(gateway.clone()), &rows);
        let absolute = observed(reference("http://a.org/Device/1/_history/2"));
        let rows = [("source=http://a.org/Device/1/_history/2", true), ("source=Device/1", false)];
        table_at(at, &absolute, &rows);
        let versioned = observed(reference("Device/1/_history/2"));
        table_at(at, &versioned, &[("source=Device/1/_history/2", true)]);
    }
    let by_display = [("source=gateway nörd", false), ("source:identifier=gateway nörd", false)];
    table_at(Release::R4, &observed(gateway), &by_display);
}

#[test]
fn an_agents_other_id_is_one_of_who_it_is_since_r5() {
    let mut event = event(Release::R4);
    event.agents = vec![Agent { alt_id: Some("J.Doe".into()), ..Agent::default() }];
    for at in [Release::R5, Release::R6] {
        let rows = [
            ("agent:identifier=j.doe", true),
            ("agent.identifier=|j.doe", true),
            ("agent:identifier=s|j.doe", false),
            ("agent:identifier=j", false),
        ];
        table_at(at, &event, &rows);
    }
    table_at(Release::R4, &event, &[("agent:identifier=j.doe", false), ("altid=j.doe", true)]);
    table_at(Release::Stu3, &event, &[("user=j.doe", false), ("altid=j.doe", true)]);
}

#[test]
fn what_r5_shows_beside_a_reference_is_a_name_before() {
    let shown = |release| {
        let named =
            |name: &'static str| Some(Reference { display: Some(name.into()), ..reference("#x") });
        let mut event = event(release);
        event.agents = vec![Agent { who: named("José"), ..Agent::default() }];
        event.entities = vec![Entity { what: named("Chart"), ..Entity::default() }];
        event
    };
    for (of, expected) in [(Release::R5, true), (Release::R6, true), (Release::R4, false)] {
        let rows = [
            ("agent-name=jose", expected),
            ("agent-name:exact=José", expected),
            ("agent-name:missing=true", !expected),
            ("entity-name:contains=har", expected),
            ("entity-name:missing=false", expected),
        ];
        table_at(Release::R4, &shown(of), &rows);
        super::plain_table(&shown(of), &[("text=jose chart", true)]);
    }
}

#[test]
fn resource_types_of_r5s_references_are_entity_types_before() {
    let of = |release| {
        let mut event = event(release);
        let uri = "http://hl7.org/fhir/StructureDefinition/Patient";
        event.entities =
            vec![Entity { what: Some(logical(Some(uri), None, "1")), ..Entity::default() }];
        event
    };
    let rows = |found| {
        [
            ("entity-type=Patient", found),
            ("entity-type=http://hl7.org/fhir/resource-types|Patient", found),
            ("entity-type=Group", false),
            ("entity-type:missing=true", !found),
        ]
    };
    table_at(Release::R4, &of(Release::R5), &rows(true));
    table_at(Release::R4, &of(Release::R4), &rows(false));
}

#[test]
fn identifiers_before_r4_may_be_missing_beside_a_reference() {
    let who = |who| {
        let mut event = event(Release::R4);
        event.agents = vec![Agent { who: Some(who), ..Agent::default() }];
        event
    };
    let empty = Reference { identifier: Some(Identifier::default()), ..Reference::default() };
    for (event, missing) in [
        (who(reference("Practitioner/1")), true),
        (who(logical(None, None, "1")), false),
        (who(empty), false),
        (event(Release::R4), true),
    ] {
        for at in [Release::Dstu2, Release::Stu3] {
            let rows = [("user:missing=true", missing), ("user:missing=false", !missing)];
            table_at(at, &event, &rows);
        }
        table_at(Release::Stu3, &event, &[("entity-id:missing=true", true)]);
        table_at(Release::Dstu2, &event, &[("identity:missing=true", true)]);
    }
}

#[test]
fn modifiers_are_those_of_the_release() {
    refused(Release::Stu3, &["agent:identifier=1", "patient:identifier=1", "agent:CareTeam=1"]);
    refused(Release::Stu3, &["source:Device=1", "entity-id:exact=1", "user:identifier=1"]);
    refused(Release::Dstu2, &["participant:identifier=1", "reference:identifier=1"]);
    refused(Release::Dstu2, &["address:contains=1", "participant:PractitionerRole=1"]);
    refused(Release::R4, &["agent:CareTeam=1", "site:contains=x"]);
    refused(Release::R5, &["agent:Group=1", "based-on:Encounter=1"]);
    refused(Release::R6, &["source:Group=1", "encounter:Patient=1"]);
    for (at, text) in [
        (Release::Stu3, "agent.identifier=1"),
        (Release::R4, "agent:PractitionerRole=1"),
        (Release::R5, "agent:CareTeam=1"),
        (Release::R6, "agent:Group=1&based-on:Encounter=1"),
    ] {
        assert!(!finds_at(at, &event(Release::R4), text), "{text}");
    }
}

#[test]
fn what_another_release_calls_so_is_no_parameter() {
    let known = |at, name: &str| crate::parameters(at).iter().any(|row| row.name == name);
    for at in ENDPOINTS {
        assert_eq!(
            known(at, "agent-name"),
            matches!(at, Release::Stu3 | Release::R4 | Release::R4b)
        );
        assert_eq!(known(at, "outcome"), at != Release::Dstu2);
        assert_eq!(known(at, "entity-desc"), at == Release::R6);
        assert_eq!(known(at, "code"), at == Release::R5);
    }
}
