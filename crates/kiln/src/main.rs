//! Kiln, a FHIR audit record repository.
fn main() {}
