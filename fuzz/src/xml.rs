//! XML at the door, and on the way out.
use crate::{MADE, RELEASES, outcome::assert_told, same::assert_same};
use kiln_fhir::bundle::BundleLimits;
use kiln_fhir::{Limits, Parsed, Release, json, parse, xml};

/// Bytes as XML of every release, as a Bundle in XML, and as JSON that goes out as XML: nothing
/// panics; what is taken becomes JSON; events come back the same; what is refused is told.
pub fn xml(bytes: &[u8]) {
    let limits = Limits::default();
    let _ = xml::root_name(bytes);
    for release in RELEASES {
        match xml::to_json(bytes, release, &limits) {
            Ok(made) => {
                json::read(&made, &MADE, "AuditEvent").unwrap_or_else(|issue| {
                    panic!("{release:?}: {issue:?}\n{}", String::from_utf8_lossy(&made))
                });
                assert_returns(&made, release, &MADE);
            }
            Err(outcome) => assert_told(&outcome, release),
        }
        assert_returns(bytes, release, &limits);
    }
    match xml::take_apart(bytes, Release::R4, &BundleLimits::default()) {
        Ok(apart) => {
            json::read(&apart.json, &MADE, "Bundle").expect("a Bundle becomes JSON");
        }
        Err(outcome) => assert_told(&outcome, Release::R4),
    }
}

/// An event in JSON is the same after XML.
fn assert_returns(event: &[u8], release: Release, limits: &Limits) {
    if !parse(event, release, limits).is_ok_and(|read| is_checked(event, &read)) {
        return;
    }
    let mut written = Vec::new();
    xml::from_json(event, release, &mut written).expect("an event is a resource");
    let back = xml::to_json(&written, release, &MADE).unwrap_or_else(|outcome| {
        panic!("{release:?}: {outcome:?}\n{}", String::from_utf8_lossy(&written))
    });
    assert_same(event, &back, &format!("{release:?} differs after XML"));
}

/// Whether all of an event is what FHIR's JSON can be. Resources inside of it are not held to the
/// tables. Unknown elements are kept, but may be what XML cannot say: an empty array, an array of
/// objects and texts.
pub(crate) fn is_checked(event: &[u8], read: &Parsed<'_>) -> bool {
    let tape = json::read(event, &MADE, "AuditEvent").expect("it was read");
    let resources = (1..tape.len()).filter(|&at| tape.key(at) == "resourceType");
    read.warnings.is_empty() && resources.count() == 1
}
