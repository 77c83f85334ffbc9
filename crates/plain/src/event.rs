//! One event, both ways.
use kiln_fhir::{IssueType, Limits, OperationOutcome, Release};

/// What the server says of an event beside its content.
#[derive(Copy, Clone, Debug)]
pub struct Served<'a> {
    /// The logical id.
    pub id: &'a str,
    /// When it was received, an instant.
    pub received: &'a str,
}

/// One plain event, or an array of them, as R4 `AuditEvent`s in JSON, in the same order.
///
/// # Errors
/// Everything wrong with it, each issue naming its element as the sender calls it
/// (`agent[0].requestor`, in an array `[3].agent[0].requestor`), never its value: not JSON,
/// duplicate keys, unknown members, wrong types, missing mandatory members, bad values, a limit.
pub fn to_fhir(body: &[u8], limits: &Limits) -> Result<Vec<Vec<u8>>, OperationOutcome> {
    let _ = (body, limits);
    Err(OperationOutcome::error(IssueType::NotSupported, "the plain API is not built yet"))
}

/// Appends the stored event of `release` as a plain event in JSON: what the plain shape holds of
/// it, `id` and `received`, and `leftOut`, the paths of what it does not hold, where there are any.
pub fn from_fhir(body: &[u8], release: Release, served: &Served<'_>, out: &mut Vec<u8>) {
    let _ = (body, release, served, out);
}
