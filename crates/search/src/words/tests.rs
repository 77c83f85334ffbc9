use super::{ASKED_MAX, INDEXED_MAX, TEXT_BYTES_MAX, WORD_BYTES_MAX};
use crate::tests::{concept, event, plain_search, plain_table, terms};
use kiln_fhir::{Agent, AuditEvent, CodeableConcept, Entity, Reference, Release, Source};

fn named(display: &'static str) -> Reference<'static> {
    Reference { display: Some(display.into()), ..Reference::default() }
}

fn text(text: &'static str) -> CodeableConcept<'static> {
    CodeableConcept { text: Some(text.into()), ..CodeableConcept::default() }
}

fn told() -> AuditEvent<'static> {
    let mut event = event(Release::R4);
    event.outcome_detail = vec![text("Access denied — insufficient privileges")];
    event.purpose = vec![text("Quality Reporting")];
    event.agents = vec![Agent {
        name: Some("Dr. José García-Müller".into()),
        role: vec![text("Nurse"), concept(None, "clerk")],
        ..Agent::default()
    }];
    event.entities = vec![Entity {
        name: Some("Patient Record".into()),
        description: Some("Exported 1,200 records (ward B/4)".into()),
        ..Entity::default()
    }];
    event
}

fn described(description: &str) -> AuditEvent<'_> {
    let mut event = event(Release::R4);
    let description = Some(description.into());
    event.entities = vec![Entity { description, ..Entity::default() }];
    event
}

#[test]
fn each_word_begins_a_word_of_the_event() {
    plain_table(
        &told(),
        &[
            ("text=garcia", true),
            ("text=MÜLL", true),
            ("text=ller", false),
            ("text=rec", true),
            ("text=denied", true),
            ("text=insufficient garcia 200 patient", true),
            ("text=insufficient nothing", false),
            ("text=garcia-muller", true),
            ("text=b/4", true),
            ("text=quality", true),
            ("text=nurse", true),
            ("text=clerk", false),
            ("text=dr.", true),
            ("text=export%", true),
            ("text=jose&text=ward", true),
            ("text=jose&text=wards", false),
            (r"text=1\,200", true),
        ],
    );
}

#[test]
fn names_beside_references_are_found_in_every_release() {
    for release in [Release::R4, Release::R5] {
        let mut event = event(release);
        event.agents = vec![Agent { who: Some(named("Ada Lovelace")), ..Agent::default() }];
        event.entities = vec![Entity { what: Some(named("Chart of Åsa")), ..Entity::default() }];
        event.source = Source { observer: Some(named("EHR Application")), ..Source::default() };
        plain_table(
            &event,
            &[
                ("text=lovelace", true),
                ("text=asa chart", true),
                ("text=application", true),
                ("text=ovelace", false),
            ],
        );
    }
    let mut failed = event(Release::R5);
    let mut coded = concept(None, "E17");
    coded.coding[0].display = Some("Consent withdrawn".into());
    failed.outcome = Some(concept(None, "8"));
    failed.outcome_detail = vec![concept(None, "E16"), coded, text("No such patient")];
    plain_table(
        &failed,
        &[
            ("text=such", true),
            ("text=e16", true),
            ("text=withdrawn", true),
            ("text=e17", false),
            ("text=8", false),
        ],
    );
}

#[test]
fn values_without_words_or_with_too_many_are_refused() {
    let words = |count: usize| {
        let words: Vec<String> = (0..count).map(|number| format!("w{number}")).collect();
        format!("text={}", words.join(" "))
    };
    assert!(plain_search(&words(ASKED_MAX)).is_ok());
    for text in ["text=-", "text= ", &words(ASKED_MAX + 1)] {
        let outcome = plain_search(text).expect_err(text);
        assert!(outcome.issues[0].diagnostics.starts_with("text takes "), "{outcome:?}");
    }
}

#[test]
fn long_words_are_told_apart_by_their_beginning() {
    let long = "ä".repeat(WORD_BYTES_MAX);
    let event = described(&long);
    plain_table(
        &event,
        &[
            (&format!("text={long}"), true),
            (&format!("text={}", "a".repeat(WORD_BYTES_MAX + 7)), true),
            (&format!("text={}b", "a".repeat(WORD_BYTES_MAX - 1)), false),
        ],
    );
}

#[test]
fn what_is_indexed_of_an_event_is_bounded() {
    let many: Vec<String> = (0..INDEXED_MAX + 5).map(|number| format!("w{number}")).collect();
    let many = many.join(" ");
    let event = described(&many);
    let none = terms(&described("-")).len();
    // And the whole, which is too long to stand beside its folded form.
    assert_eq!(terms(&event).len(), none + INDEXED_MAX + 1);
    let last = format!("text=w{}", INDEXED_MAX - 1);
    plain_table(&event, &[(&last, true), (&format!("text=w{INDEXED_MAX}"), false)]);
    let far = format!("near {}far", "-".repeat(TEXT_BYTES_MAX));
    plain_table(&described(&far), &[("text=near", true), ("text=far", false)]);
}
