//! The one place where bytes become a record: for HTTP, Bundles, `kiln import` and recovery.
use bytes::Bytes;
use kiln_fhir::{
    AuditEvent, Instant, Issue, Limits, MediaType, OperationOutcome, Parsed, Release, xml,
};
use kiln_index::Terms;
use kiln_search::EXTRACT_VERSION;
use kiln_store::{Extract, Millis, NewRecord, RecordKind};

/// How an event was sent.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The release that its sender names, by the URL or the media type; its shape says the rest
    /// ([`kiln_fhir::receive`]).
    pub at: Option<Release>,
    /// JSON or XML.
    pub media: MediaType,
}

impl Sent {
    /// As JSON of this release.
    pub const fn json(release: Release) -> Self {
        Self { at: Some(release), media: MediaType::Json }
    }
}

/// Parses and checks one `AuditEvent`, and makes its terms. The bytes stay as they are; the record's
/// release is the one that the event is in. Beside the record: what its sender should be told
/// nevertheless.
///
/// # Errors
/// What [`kiln_fhir::receive`] finds wrong, and of XML what [`kiln_fhir::xml::to_json_at`] does.
pub fn new_record(
    body: Bytes,
    sent: Sent,
    limits: &Limits,
) -> Result<(NewRecord, Vec<Issue>), OperationOutcome> {
    match sent.media {
        MediaType::Json => {
            let parsed = received(&body, sent.at, limits)?;
            let (taken, warnings) = Taken::of(parsed);
            Ok((taken.into_record(sent.media, body), warnings))
        }
        MediaType::Xml => {
            let (release, json) = xml::to_json_at(&body, sent.at, limits)?;
            // Its size was looked at in the form that it was sent in.
            let limits = Limits { body_bytes_max: json.len(), ..*limits };
            let parsed = kiln_fhir::receive(&json, Some(release), &limits)?;
            let (taken, warnings) = Taken::of(parsed);
            Ok((taken.into_record(sent.media, body), warnings))
        }
    }
}

/// Where nothing names a release, most are R4: what is R4 without a doubt need not be asked for its
/// shape.
fn received<'a>(
    body: &'a [u8],
    at: Option<Release>,
    limits: &Limits,
) -> Result<Parsed<'a>, OperationOutcome> {
    if at.is_none()
        && let Ok(parsed) = kiln_fhir::receive(body, Some(Release::R4), limits)
        && parsed.warnings.is_empty()
    {
        return Ok(parsed);
    }
    kiln_fhir::receive(body, at, limits)
}

/// What is kept of an event beside its bytes.
struct Taken {
    release: Release,
    recorded: Millis,
    terms: Terms,
}

impl Taken {
    fn of(parsed: Parsed<'_>) -> (Self, Vec<Issue>) {
        let mut terms = Terms::with_capacity(TERMS_USUAL, TERM_BYTES_USUAL);
        kiln_search::extract(&parsed.event, &mut terms);
        let recorded = Millis(parsed.event.recorded.millis);
        (Self { release: parsed.event.release, recorded, terms }, parsed.warnings)
    }

    fn into_record(self, media: MediaType, body: Bytes) -> NewRecord {
        NewRecord {
            kind: RecordKind::AuditEvent,
            release: self.release.number(),
            media_type: media.number(),
            body,
            recorded: self.recorded,
            terms: self.terms,
            entry: 0,
            if_none_exist: None,
        }
    }
}

/// Terms of an event of 2 KB, and their text, so that they are not moved while they grow.
const TERMS_USUAL: usize = 64;
const TERM_BYTES_USUAL: usize = 2048;

/// Limits are for what comes in; what is in was within those of its day.
pub(crate) const STORED: Limits =
    Limits { body_bytes_max: usize::MAX, depth_max: 128, nodes_max: usize::MAX };

/// Makes the terms of stored records again.
#[derive(Copy, Clone, Debug, Default)]
pub struct Extractor;

impl Extract for Extractor {
    fn version(&self) -> u32 {
        EXTRACT_VERSION
    }

    /// A record was acceptable when it was stored. Should a later build refuse it, it stays in the
    /// log and is found by its release alone, as recorded in 1970.
    fn extract(
        &self,
        _kind: RecordKind,
        release: u8,
        media_type: u8,
        body: &[u8],
        terms: &mut Terms,
    ) -> Millis {
        let release = Release::from_number(release).unwrap_or(Release::R4);
        let json = match MediaType::from_number(media_type) {
            Some(MediaType::Xml) => xml::to_json(body, release, &STORED).unwrap_or_default().into(),
            _ => std::borrow::Cow::Borrowed(body),
        };
        let parsed = kiln_fhir::parse(&json, release, &STORED);
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
