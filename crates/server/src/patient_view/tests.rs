//! What a patient's view may be searched by.
use super::*;

#[test]
fn only_what_is_shown_of_every_event_is_searched_by() {
    for (name, value) in [
        ("date", "ge2024"),
        ("type", "http://x|y"),
        ("_id", "1"),
        ("_count", "10"),
        ("agent", "Practitioner/1"),
        ("agent", "Practitioner/1,Device/2"),
        ("source", "Device/a-b.c"),
    ] {
        assert!(is_safe(name, value), "{name}={value}");
    }
    for (name, value) in [
        ("entity", "Patient/b"),
        ("entity-name", "b"),
        ("agent", "Patient/b"),
        ("agent", "Practitioner/1,Patient/b"),
        ("agent", "b"),
        ("agent", "https://x.example/Patient/b"),
        ("agent", "Practitioner/1/_history/2"),
        ("agent", "practitioner/1"),
        ("agent", ""),
        ("agent:identifier", "b"),
        ("agent:Practitioner", "1"),
        ("agent.identifier", "b"),
        ("agent-name", "b"),
        ("agent-name:contains", "b"),
        ("type:text", "b"),
        ("type:missing", "true"),
        ("entity:missing", "false"),
        ("patient:Patient", "b"),
        ("patient.identifier", "b"),
        ("_tag", "b"),
        ("_security", "b"),
        ("_text", "b"),
        ("text", "b"),
        ("_has:x", "b"),
    ] {
        assert!(!is_safe(name, value), "{name}={value}");
    }
}
