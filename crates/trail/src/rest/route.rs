//! The one table: method, path → interaction.
use super::{Asked, Head, Limits, Refusal};

/// Reads all but the body.
pub(super) fn route(head: &Head<'_>, limits: &Limits) -> Result<Asked, Refusal> {
    let _ = (head, limits);
    Err(Refusal::invalid("no FHIR REST"))
}
