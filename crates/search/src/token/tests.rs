use crate::tests::{coding, concept, event, refused, table};
use kiln_fhir::{Agent, Coding, Entity, Release, Source};

#[test]
fn codings_match_by_code_and_system_without_case() {
    let mut event = event(Release::R4);
    event.r#type = vec![concept(Some("http://x.org/Types"), "Rest")];
    event.subtype = vec![concept(None, "Vread"), concept(Some("http://x.org/other"), "read")];
    table(
        &event,
        &[
            ("type=rest", true),
            ("type=REST", true),
            ("type=res", false),
            ("type=http://x.org/types|rEST", true),
            ("type=http://x.org/Types|", true),
            ("type=http://x.org/other|", false),
            ("type=http://x.org/other|rest", false),
            ("type=|rest", false),
            ("type=a,rest", true),
            ("type=a,b", false),
            ("type=rest&subtype=read", true),
            ("type=rest&subtype=none", false),
            ("subtype=vread&subtype=read", true),
            ("subtype=|vread", true),
            ("subtype=|read", false),
            ("subtype=http://x.org/other|vread", false),
        ],
    );
}

#[test]
fn letters_of_any_alphabet_lose_their_case() {
    let mut event = event(Release::R4);
    event.r#type = vec![concept(None, "ΟΔΟΣ"), concept(None, "Straße")];
    table(&event, &[("type=οδος", true), ("type=STRASSE", true), ("type=straẞe", true)]);
}

#[test]
fn not_takes_records_without_the_element_and_excludes_every_alternative() {
    let mut event = event(Release::R4);
    event.r#type = vec![concept(Some("s"), "a"), concept(Some("s"), "b")];
    table(
        &event,
        &[
            ("type:not=a", false),
            ("type:not=c", true),
            ("type:not=c,b", false),
            ("type:not=s|", false),
            ("type:not=c&type:not=a", false),
            ("subtype:not=a", true),
        ],
    );
}

#[test]
fn missing_asks_for_the_element() {
    let mut event = event(Release::R4);
    event.outcome = Some(concept(None, "0"));
    event.entities = vec![Entity { role: Some(concept(None, "4")), ..Entity::default() }];
    table(
        &event,
        &[
            ("outcome:missing=false", true),
            ("outcome:missing=true", false),
            ("action:missing=true", true),
            ("action:missing=false", false),
            ("entity-role:missing=false", true),
            ("entity-type:missing=true", true),
            ("agent-role:missing=true", true),
            ("date:missing=false", true),
            ("date:missing=true", false),
        ],
    );
}

#[test]
fn plain_codes_match_with_the_system_their_definition_implies() {
    let mut event = event(Release::R4);
    event.action = Some("R".into());
    event.outcome = Some(concept(None, "0"));
    table(
        &event,
        &[
            ("action=R", true),
            ("action=r", true),
            ("action=|R", true),
            ("action=http://hl7.org/fhir/audit-event-action|R", true),
            ("action=http://hl7.org/fhir/audit-event-action|", true),
            ("action=http://hl7.org/fhir/audit-event-outcome|R", false),
            ("action=E,R", true),
            ("action:not=http://hl7.org/fhir/audit-event-action|R", false),
            ("action:not=other|R", true),
            ("outcome=0", true),
            ("outcome=http://hl7.org/fhir/audit-event-outcome|0", true),
            ("outcome=http://hl7.org/fhir/audit-event-outcome|4", false),
        ],
    );
}

#[test]
fn r5_outcome_is_a_coding() {
    let mut event = event(Release::R5);
    let system = "http://terminology.hl7.org/CodeSystem/audit-event-outcome";
    event.outcome = Some(concept(Some(system), "0"));
    event.r#type = vec![concept(Some("s"), "rest")];
    event.subtype = vec![concept(Some("s"), "vread")];
    event.purpose = vec![concept(Some("s"), "TREAT")];
    event.agents = vec![Agent { purpose: vec![concept(None, "ETREAT")], ..Agent::default() }];
    table(
        &event,
        &[
            ("outcome=0", true),
            ("outcome=http://terminology.hl7.org/CodeSystem/audit-event-outcome|0", true),
            ("outcome=http://hl7.org/fhir/audit-event-outcome|0", true),
            ("category=rest", true),
            ("code=s|vread", true),
            ("purpose=treat", true),
            ("purpose=ETREAT", true),
            ("purpose=|etreat", true),
            ("purpose:missing=false", true),
        ],
    );
}

#[test]
fn texts_searched_as_tokens_match_whole() {
    let mut event = event(Release::R4);
    event.agents = vec![Agent { alt_id: Some("601 A|b".into()), ..Agent::default() }];
    event.source = Source { site: Some("Cloud".into()), ..Source::default() };
    table(
        &event,
        &[
            (r"altid=601 a\|B", true),
            ("altid=601", false),
            ("altid=x|601", false),
            ("site=cloud", true),
            ("site=|cloud", true),
            ("site=clou", false),
            ("site:not=other", true),
        ],
    );
}

#[test]
fn meta_tags_and_labels_are_tokens() {
    let mut event = event(Release::R5);
    event.meta.tag = vec![coding(Some("t"), "one")];
    event.meta.security = vec![Coding { system: Some("only".into()), ..Coding::default() }];
    table(
        &event,
        &[
            ("_tag=t|one", true),
            ("_tag=|one", false),
            ("_security=only|", true),
            ("_security:missing=false", true),
            ("_profile:missing=true", true),
        ],
    );
}

#[test]
fn escapes_stand_for_the_characters_themselves() {
    let mut event = event(Release::R4);
    event.r#type = vec![concept(Some("a|b"), r"x,y$z\")];
    table(
        &event,
        &[
            (r"type=a\|b|x\,y\$z\\", true),
            (r"type=a\|b|x\,y$z\", true),
            (r"type=q,a\|b|x\,y\$z\\", true),
            ("type=x,y", false),
        ],
    );
}

#[test]
fn modifiers_that_are_not_built_or_not_of_tokens_are_refused() {
    refused(
        Release::R4,
        &[
            "type:text=x",
            "type:in=x",
            "type:not-in=x",
            "type:above=x",
            "type:below=x",
            "type:exact=x",
            "type:Not=x",
            "type:=x",
            "type:Patient=x",
            "type:identifier=x",
            "type:missing=yes",
            "type:missing:not=true",
            "type=|",
            "action=|",
            "type:text=",
        ],
    );
}
