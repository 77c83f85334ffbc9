//! The one place where bytes become a record: for HTTP, Bundles, `kiln import` and recovery.
use crate::{rendition, resources};
use bytes::Bytes;
use kiln_fhir::{
    AuditEvent, Coding, Instant, Issue, Limits, MediaType, OperationOutcome, Parsed, Release,
    Source, render::Tag, xml,
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

/// Parses and checks one `AuditEvent`, and makes its terms. The bytes stay as they are; the
/// record's release is the one that the event is in. Beside the record: what its sender should be
/// told nevertheless.
///
/// # Errors
/// What [`kiln_fhir::receive`] finds wrong, and of XML what [`xml::receive`] does.
pub fn new_record(
    body: Bytes,
    sent: Sent,
    limits: &Limits,
) -> Result<(NewRecord, Vec<Issue>), OperationOutcome> {
    let (taken, warnings) = match sent.media {
        MediaType::Json => Taken::of(received(&body, sent.at, limits)?),
        MediaType::Xml => Taken::of(xml::receive(&body, sent.at, limits)?),
    };
    Ok((taken.into_record(RecordKind::AuditEvent, sent.media, body), warnings))
}

/// A record of an event that [`new_record`] refused, where `keeps` says so of its source. Its
/// sender is told why it is marked. `None` where it is not kept.
pub(crate) fn kept_record(
    body: Bytes,
    sent: Sent,
    limits: &Limits,
    keeps: impl Fn(&Source<'_>) -> bool,
) -> Option<(NewRecord, Vec<Issue>)> {
    let taken = |parsed: Parsed<'_>| keeps(&parsed.event.source).then(|| Taken::of(marked(parsed)));
    let (taken, warnings) = match sent.media {
        MediaType::Json => taken(kiln_fhir::keep(&body, sent.at, limits).ok()?)?,
        MediaType::Xml => taken(xml::keep(&body, sent.at, limits).ok()?)?,
    };
    Some((taken.into_record(RecordKind::InvalidAuditEvent, sent.media, body), warnings))
}

/// With the tag that a kept event is shown with, so that it is found by it.
fn marked(mut parsed: Parsed<'_>) -> Parsed<'_> {
    let Tag { system, code, display } = rendition::INVALID;
    let [system, code, display] = [system, code, display].map(|text| Some(text.into()));
    parsed.event.meta.tag.push(Coding { system, code, display });
    parsed
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

    fn into_record(self, kind: RecordKind, media: MediaType, body: Bytes) -> NewRecord {
        NewRecord {
            kind,
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

    /// A record was acceptable when it was stored, or was kept though it was not. Should a later
    /// build refuse it, it stays in the log and is found by what can be read of it, at the worst by
    /// its release alone, as recorded in 1970.
    fn extract(
        &self,
        kind: RecordKind,
        release: u8,
        media_type: u8,
        body: &[u8],
        terms: &mut Terms,
    ) -> Millis {
        if kind.is_hidden() {
            // An intent is found by its kind alone.
            if kind == RecordKind::Resource {
                resources::terms::extract(body, terms);
            }
            // The store knows when it was recorded: when it was received.
            return Millis(0);
        }
        let release = Release::from_number(release).unwrap_or(Release::R4);
        let json = match MediaType::from_number(media_type) {
            Some(MediaType::Xml) => xml::to_json(body, release, &STORED).unwrap_or_default().into(),
            _ => std::borrow::Cow::Borrowed(body),
        };
        let kept = || kiln_fhir::kept(&json, release, &STORED);
        let parsed = match kind {
            RecordKind::InvalidAuditEvent => kept().map(marked),
            _ => kiln_fhir::parse(&json, release, &STORED).or_else(|_refused| kept()),
        };
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
