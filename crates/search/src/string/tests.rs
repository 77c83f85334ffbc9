use super::TEXT_BYTES_MAX;
use crate::tests::{event, finds, refused, table};
use kiln_fhir::{Agent, Entity, Release};

fn named(name: &str) -> kiln_fhir::AuditEvent<'_> {
    let mut event = event(Release::R4);
    event.agents = vec![Agent { name: Some(name.into()), ..Agent::default() }];
    event
}

#[test]
fn names_match_by_their_beginning_without_case_and_accents() {
    table(
        &named("José  García-Müller"),
        &[
            ("agent-name=jos", true),
            ("agent-name=JOSE GARCIA", true),
            ("agent-name=josé garcía-müller", true),
            ("agent-name=garcia", false),
            ("agent-name=x,jos", true),
            ("agent-name=josef", false),
            ("agent-name:missing=false", true),
            ("address:missing=true", true),
        ],
    );
}

#[test]
fn exact_matches_the_text_as_sent() {
    table(
        &named("José  García"),
        &[
            ("agent-name:exact=José  García", true),
            ("agent-name:exact=José García", false),
            ("agent-name:exact=jose garcia", false),
            ("agent-name:exact=José", false),
            ("agent-name:exact=x,José  García", true),
        ],
    );
    table(&named("a,b"), &[(r"agent-name:exact=a\,b", true), (r"agent-name=a\,b", true)]);
    assert!(finds(&named("plain"), "agent-name:exact=plain"));
}

#[test]
fn contains_finds_the_inside_without_case_and_accents() {
    table(
        &named("José  García-Müller"),
        &[
            ("agent-name:contains=garcia", true),
            ("agent-name:contains=É GARC", true),
            ("agent-name:contains=arci", true),
            ("agent-name:contains=jose", true),
            ("agent-name:contains=muller", true),
            ("agent-name:contains=josegarcia", false),
            ("agent-name:contains=x,ller", true),
            ("agent-name:contains=x", false),
            ("address:contains=garcia", false),
        ],
    );
    // Only the folded text is looked at, not the text as sent behind it.
    table(&named("AB"), &[("agent-name:contains=bA", false), ("agent-name:contains=b", true)]);
    table(&named("a,b"), &[(r"agent-name:contains=\,", true)]);
}

#[test]
fn contains_looks_at_the_first_bytes_of_a_long_text() {
    let text = format!("{}b{}c", "a".repeat(TEXT_BYTES_MAX - 1), "a".repeat(10));
    let event = named(&text);
    assert!(finds(&event, "agent-name:contains=ab"));
    assert!(!finds(&event, "agent-name:contains=ac"));
}

#[test]
fn long_texts_are_found_by_their_beginning_and_whole() {
    let long = "Ä b".repeat(400);
    let event = named(&long);
    assert!(long.len() > TEXT_BYTES_MAX && finds(&event, &format!("agent-name={long}")));
    assert!(finds(&event, &format!("agent-name={}", "ä b".repeat(300))));
    assert!(finds(&event, &format!("agent-name:exact={long}")));
    assert!(!finds(&event, &format!("agent-name:exact={long}b")));
    assert!(!finds(&event, "agent-name=ä c"));
}

#[test]
fn texts_at_the_limit_are_found_both_ways() {
    for length in TEXT_BYTES_MAX - 2..=TEXT_BYTES_MAX + 2 {
        for letter in ["a", "é", "ﷺ"] {
            let text = letter.repeat(length / letter.len());
            assert!(finds(&named(&text), &format!("agent-name={text}")), "{length} {letter}");
            assert!(finds(&named(&text), &format!("agent-name:exact={text}")), "{length} {letter}");
        }
    }
}

#[test]
fn addresses_and_entity_names_are_strings() {
    let mut event = event(Release::R4);
    event.agents = vec![Agent { network_address: Some("127.0.0.1".into()), ..Agent::default() }];
    event.entities = vec![Entity { name: Some("Grace Hopper".into()), ..Entity::default() }];
    table(
        &event,
        &[("address=127.0", true), ("address=0.0.1", false), ("entity-name=grace h", true)],
    );
}

#[test]
fn modifiers_that_are_not_built_or_not_of_strings_are_refused() {
    refused(Release::R4, &["agent-name:not=a", "agent-name:text=a", "address:below=a"]);
}
