use super::FILTERS;
use crate::tests::{concept, event, page_finds, reference};
use kiln_fhir::{Agent, Release};
use std::collections::BTreeSet;

#[test]
fn names_are_unique() {
    let names: BTreeSet<_> = FILTERS.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), FILTERS.len());
}

/// What the chips of a search line search by, in whatever release an event is.
#[test]
fn a_search_line_finds_events_of_every_release() {
    for release in [Release::R4, Release::R5] {
        let mut event = event(release);
        event.action = Some("R".into());
        event.r#type = vec![concept(Some("http://a.org/types"), "rest")];
        event.purpose = vec![concept(None, "TREAT")];
        let who = Some(reference("Practitioner/7"));
        event.agents = vec![Agent { who, ..Agent::default() }];
        for (text, expected) in [
            ("action=R&type=rest&purpose=TREAT", true),
            ("action:not=R", false),
            ("purpose:not=ETREAT", true),
            ("purpose:missing=true", false),
            ("agent=Practitioner/7", true),
            ("agent=7", true),
            ("agent=8", false),
            ("date=ge2024-06-15", true),
            ("date=lt2024-06-15", false),
        ] {
            assert_eq!(page_finds(&event, text), expected, "{text} {release:?}");
        }
    }
}
