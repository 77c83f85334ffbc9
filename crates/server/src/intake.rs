//! The one place where bytes become a record: for HTTP, Bundles, `kiln import` and recovery.
use bytes::Bytes;
use kiln_fhir::{AuditEvent, Instant, Issue, Limits, MediaType, OperationOutcome, Release};
use kiln_index::Terms;
use kiln_search::EXTRACT_VERSION;
use kiln_store::{Extract, Millis, NewRecord, RecordKind};

/// Parses and checks one `AuditEvent` in JSON, and makes its terms. The bytes stay as they are.
/// Beside the record: what its sender should be told nevertheless.
///
/// # Errors
/// What [`kiln_fhir::parse`] finds wrong.
pub fn new_record(
    body: Bytes,
    release: Release,
    limits: &Limits,
) -> Result<(NewRecord, Vec<Issue>), OperationOutcome> {
    let parsed = kiln_fhir::parse(&body, release, limits)?;
    let mut terms = Terms::with_capacity(TERMS_USUAL, TERM_BYTES_USUAL);
    kiln_search::extract(&parsed.event, &mut terms);
    let recorded = Millis(parsed.event.recorded.millis);
    let warnings = parsed.warnings;
    let record = NewRecord {
        kind: RecordKind::AuditEvent,
        release: release.number(),
        media_type: MediaType::Json.number(),
        body,
        recorded,
        terms,
        entry: 0,
        if_none_exist: None,
    };
    Ok((record, warnings))
}

/// Terms of an event of 2 KB, and their text, so that they are not moved while they grow.
const TERMS_USUAL: usize = 64;
const TERM_BYTES_USUAL: usize = 2048;

/// Makes the terms of stored records again.
#[derive(Copy, Clone, Debug, Default)]
pub struct Extractor;

impl Extract for Extractor {
    fn version(&self) -> u32 {
        EXTRACT_VERSION
    }

    /// A record was acceptable when it was stored. Should a later build refuse it, it stays in the
    /// log and is found by its release alone, as recorded in 1970.
    fn extract(&self, release: u8, _media_type: u8, body: &[u8], terms: &mut Terms) -> Millis {
        let release = Release::from_number(release).unwrap_or(Release::R4);
        // Limits are for what comes in; what is in was within those of its day.
        let limits = Limits { body_bytes_max: usize::MAX, depth_max: 128, nodes_max: usize::MAX };
        let parsed = kiln_fhir::parse(body, release, &limits);
        let event = parsed.map_or_else(
            |_| AuditEvent::empty(release, Instant { millis: 0 }),
            |parsed| parsed.event,
        );
        kiln_search::extract(&event, terms);
        Millis(event.recorded.millis)
    }
}

#[cfg(test)]
mod tests;
