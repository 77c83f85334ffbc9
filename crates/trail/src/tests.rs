//! What the tests of several modules share.
pub(crate) mod constraints;
pub(crate) mod definitions;
pub(crate) mod people;

use kiln_fhir::{Limits, Release};
use serde_json::Value;

/// The event, which is valid in its release without a word against it.
pub(crate) fn valid(json: &[u8], release: Release) -> Value {
    let text = String::from_utf8_lossy(json).into_owned();
    let received = kiln_fhir::receive(json, Some(release), &Limits::default());
    let received = received.unwrap_or_else(|outcome| panic!("{outcome:?}\n{text}"));
    assert_eq!(received.warnings, [], "{text}");
    assert_eq!(received.event.release, release, "{text}");
    serde_json::from_slice(json).unwrap()
}
