//! What is refused is told.
use crate::{MADE, same::assert_same};
use kiln_fhir::{OperationOutcome, Release, json, xml};

/// An outcome can be written in this release, as JSON and as XML that says the same.
pub(crate) fn assert_told(outcome: &OperationOutcome, release: Release) {
    assert!(outcome.has_error(), "refused without an error: {outcome:?}");
    let told = outcome.to_json_in(release);
    json::read(&told, &MADE, "OperationOutcome").expect("an outcome is JSON");
    let mut written = Vec::new();
    xml::from_json(&told, release, &mut written).expect("an outcome is a resource");
    let back = xml::to_json(&written, release, &MADE).expect("what is written can be read");
    assert_same(&told, &back, "an outcome differs in XML");
}
