//! What a stored record says, in the one view of all releases.
use crate::{
    intake::STORED,
    rendition::{Kept, Unreadable},
};
use kiln_fhir::{AuditEvent, Instant};
use kiln_pages::{Reader, Sentence, timeline::Row};
use kiln_store::Record;

/// Reads a record, and has its event looked at. What a later build refuses to read says as much as
/// it can, at the worst nothing but when it was recorded.
///
/// # Errors
/// A later build wrote it.
pub(super) fn with_event<T>(
    record: &Record,
    look: impl FnOnce(&AuditEvent<'_>) -> T,
) -> Result<T, Unreadable> {
    let kept = Kept::of(record)?;
    let json = kept.json_in(kept.release)?;
    let parsed = kiln_fhir::parse(&json, kept.release, &STORED);
    let parsed = parsed.or_else(|_refused| kiln_fhir::kept(&json, kept.release, &STORED));
    Ok(match parsed {
        Ok(parsed) => look(&parsed.event),
        Err(_) => look(&AuditEvent::empty(kept.release, received(record))),
    })
}

/// The row of a list.
pub(super) fn row(record: &Record, reader: &Reader) -> Result<Row, Unreadable> {
    let sentence = with_event(record, |event| Sentence::of(event, received(record), reader))?;
    Ok(Row { id: id(record), sentence })
}

/// When it was received.
pub(super) fn received(record: &Record) -> Instant {
    Instant { millis: record.envelope.received.0 }
}

/// Its id, as addresses have it.
pub(super) fn id(record: &Record) -> String {
    record.envelope.id.0.hyphenated().to_string()
}
