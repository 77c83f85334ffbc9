//! JSON at the door.
use crate::{MADE, RELEASES, outcome::assert_told};
use kiln_fhir::bundle::{self, BundleLimits};
use kiln_fhir::render::{ServerElements, with_server_elements};
use kiln_fhir::{Limits, Release, json, parse, shape};

/// Bytes as JSON, as an event of every release, as a Bundle: nothing panics; what is taken is JSON
/// for others too, and still an event with the server's elements in it; what is refused is told.
pub fn json(bytes: &[u8]) {
    let limits = Limits::default();
    if json::read(bytes, &limits, "AuditEvent").is_ok() {
        let others = serde_json::from_slice::<serde::de::IgnoredAny>(bytes);
        others.expect("what is taken for JSON is JSON");
    }
    // Nothing is said of it but that it comes back.
    let _ = shape(bytes);
    for release in RELEASES {
        match parse(bytes, release, &limits) {
            Ok(_) => assert_rendered(bytes, release),
            Err(outcome) => assert_told(&outcome, release),
        }
    }
    match bundle::parse(bytes, &BundleLimits::default()) {
        Ok(read) => {
            for resource in read.entries.iter().filter_map(|entry| entry.resource) {
                serde_json::from_slice::<serde::de::IgnoredAny>(resource).expect("JSON in JSON");
            }
        }
        Err(outcome) => assert_told(&outcome, Release::R4),
    }
}

fn assert_rendered(event: &[u8], release: Release) {
    let elements =
        ServerElements { id: "a-1", version_id: "1", last_updated: "2026-11-22T10:00:00Z" };
    let mut rendered = Vec::new();
    with_server_elements(event, &elements, &mut rendered);
    let read = parse(&rendered, release, &MADE);
    let read = read.unwrap_or_else(|outcome| {
        panic!("{release:?}: {outcome:?}\n{}", String::from_utf8_lossy(&rendered))
    });
    assert_eq!(read.event.id.as_deref(), Some("a-1"));
}
