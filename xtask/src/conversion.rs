//! Generated events from every release to every other and back: more than unoptimised code can do.
use crate::job;
use anyhow::Result;
use std::path::Path;

/// Runs the suite of the room with so many events for each of the 42 pairs of releases. Only the
/// room itself is built anew: the release profile would build all it stands on, with LTO.
pub(crate) fn there_and_back(root: &Path, events: &str) -> Result<()> {
    let arguments = ["test", "--locked", "--package", "kiln-fhir", "--lib", "conversion::"];
    let mut command = job::command(root, &job::cargo_program(), &arguments);
    command.env("CARGO_PROFILE_TEST_OPT_LEVEL", "2").env("CARGO_PROFILE_TEST_DEBUG", "0");
    command.env("KILN_CONVERSION_EVENTS", events);
    job::finish(command)
}
