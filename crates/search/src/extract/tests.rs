use crate::Settings;
use crate::tests::said::{plain_searches, searches};
use crate::tests::{ENDPOINTS, event, finds_pairs, finds_plainly, real, terms};
use kiln_fhir::{
    Agent, AuditEvent, CodeableConcept, Coding, Entity, Identifier, Limits, Reference, Release,
    Source,
};
use kiln_index::Terms;
use proptest::prelude::*;

/// Every official example and every event seen in the wild, of whatever release, is found by each
/// parameter of each release that it carries a value for when it is rendered there.
#[test]
fn real_events_are_found_by_everything_they_say_in_any_release() {
    let bodies = real::bodies();
    let mut accepted = 0;
    let mut missed = Vec::new();
    for (name, release, body) in &bodies {
        // What is not acceptable is the parser's to test.
        let Ok(parsed) = kiln_fhir::parse(body, *release, &Limits::default()) else { continue };
        let terms = terms(&parsed.event);
        for at in ENDPOINTS {
            let mut rendered = Vec::new();
            kiln_fhir::conversion::convert(body, *release, at, &mut rendered);
            let rendered = kiln_fhir::parse(&rendered, at, &Limits::default()).expect("acceptable");
            let searches = searches(&rendered.event, at);
            assert!(searches.len() > 8, "{name}");
            let silent = searches.iter().filter(|search| !finds(at, &parsed.event, &terms, search));
            missed.extend(silent.map(|search| format!("{name} at {at:?}: {search}")));
        }
        for search in plain_searches(&parsed.event) {
            assert!(finds_plainly(&parsed.event, &terms, &search), "{name} {search}");
        }
        accepted += 1;
    }
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
    assert!(accepted * 10 >= bodies.len() * 8, "{accepted} of {}", bodies.len());
}

/// Whether one parameter, whatever its value holds, finds the event.
fn finds(at: Release, event: &AuditEvent<'_>, terms: &Terms, search: &str) -> bool {
    let (name, value) = search.split_once('=').expect("name=value");
    finds_pairs(at, event, terms, &[(name.to_owned(), value.to_owned())], &Settings::default())
}

proptest! {
    /// Whatever texts an event holds, extracting does not panic, and searching for them finds it.
    #[test]
    fn any_texts_are_found(
        texts in prop::collection::vec(text(), 24),
        release in prop::sample::select(ENDPOINTS.to_vec()),
    ) {
        let event = filled(release, &texts);
        let terms = terms(&event);
        for at in ENDPOINTS {
            for search in searches(&event, at) {
                prop_assert!(finds(at, &event, &terms, &search), "{:?} {}", at, search);
            }
        }
        for search in plain_searches(&event) {
            prop_assert!(finds_plainly(&event, &terms, &search), "plain {}", search);
        }
    }
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[A-Za-z0-9_.-]{1,8}",
        2 => prop::sample::select(vec![
            "Patient/", "/_history/", "http://a.org/", "urn:uuid:", "|", "/", ",", "\\", "$", " ",
        ]).prop_map(str::to_owned),
        1 => "\\PC{1,6}",
    ];
    prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat())
}

/// An event with a text in every place that is searched.
fn filled(release: Release, texts: &[String]) -> AuditEvent<'_> {
    let text = |at: usize| texts[at].as_str().into();
    let concept = |at: usize| CodeableConcept {
        coding: vec![
            Coding { system: Some(text(at)), code: Some(text(at + 1)), display: None },
            Coding { system: None, code: Some(text(at + 2)), display: None },
        ],
        text: Some(text(at)),
    };
    let reference = |at: usize| Reference {
        reference: Some(text(at)),
        identifier: Some(Identifier {
            system: Some(text(at + 1)),
            value: Some(text(at + 2)),
            ..Identifier::default()
        }),
        display: Some(text(at + 2)),
        ..Reference::default()
    };
    let mut event = event(release);
    event.meta.source = Some(text(0));
    event.meta.profile = vec![text(1)];
    event.meta.tag = concept(2).coding;
    event.meta.security = concept(3).coding;
    event.r#type = vec![concept(4)];
    event.subtype = vec![concept(5), concept(6)];
    event.action = Some(text(7));
    event.agents = vec![Agent {
        who: Some(reference(8)),
        name: Some(text(9)),
        alt_id: Some(text(10)),
        network_address: Some(text(11)),
        policy: vec![text(12)],
        role: vec![concept(13)],
        purpose: vec![concept(14)],
        ..Agent::default()
    }];
    event.source =
        Source { site: Some(text(15)), observer: Some(reference(16)), r#type: Vec::new() };
    event.entities = vec![Entity {
        what: Some(reference(17)),
        r#type: concept(18).coding.pop(),
        role: Some(concept(19)),
        name: Some(text(20)),
        description: Some(text(22)),
        ..Entity::default()
    }];
    event.outcome_detail = vec![concept(18)];
    if matches!(release, Release::R5 | Release::R6) {
        event.patient = Some(reference(20));
        event.encounter = Some(reference(21));
        event.based_on = vec![reference(19)];
        event.purpose = vec![concept(20)];
        event.outcome = Some(concept(21));
    }
    event
}
