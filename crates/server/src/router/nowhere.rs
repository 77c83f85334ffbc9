//! What is said where no path fits.
use crate::{answer::Refusal, dialect::Dialect};

/// 404, with where to look instead.
pub(crate) fn nothing_here(base: &str, below: &str) -> Refusal {
    Refusal::not_found(if !base.is_empty() {
        "nothing is served here: this server keeps AuditEvent; its metadata lists what it can do"
    } else if Dialect::of(below) == Dialect::Plain {
        "nothing is served here: /api/openapi.json tells what is"
    } else {
        "nothing is served here: try /fhir/r4/metadata"
    })
}
