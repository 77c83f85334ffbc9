//! The one version that a record has: its id and instants as text, and the resource as it is read.
use crate::answer::Answer;
use hyper::header::{self, HeaderValue};
use kiln_fhir::{
    Instant,
    render::{ServerElements, with_server_elements},
};
use kiln_store::{Millis, Record, RecordId, Stored};
use std::time::{Duration, UNIX_EPOCH};
use uuid::Uuid;

/// `meta.versionId` of every record: audit events never change.
pub(crate) const VERSION_ID: &str = "1";

/// The entity tag of that version.
pub(crate) const ETAG: &str = "W/\"1\"";

/// A record's id and receipt, as text.
pub(crate) struct Version {
    /// The logical id.
    pub(crate) id: String,
    /// `meta.lastUpdated`
    pub(crate) last_updated: String,
    received: Millis,
}

impl Version {
    /// Of a record that was read.
    pub(crate) fn of_record(record: &Record) -> Self {
        Self::new(record.envelope.id, record.envelope.received)
    }

    /// Of a record that was stored.
    pub(crate) fn of_stored(stored: &Stored) -> Self {
        Self::new(stored.id, stored.received)
    }

    fn new(id: RecordId, received: Millis) -> Self {
        let last_updated = Instant { millis: received.0 }.to_text();
        let id = id.0.hyphenated().encode_lower(&mut Uuid::encode_buffer()).to_owned();
        Self { id, last_updated, received }
    }

    /// Appends the resource as it is read.
    pub(crate) fn render(&self, body: &[u8], out: &mut Vec<u8>) {
        let Self { id, last_updated, .. } = self;
        let elements = ServerElements { id, version_id: VERSION_ID, last_updated };
        with_server_elements(body, &elements, out);
    }

    /// The resource as it is read.
    pub(crate) fn rendered(&self, body: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(body.len() + 160);
        self.render(body, &mut out);
        out
    }

    /// Where this version is.
    pub(crate) fn location(&self, base: &str) -> String {
        [base, "/AuditEvent/", &self.id, "/_history/", VERSION_ID].concat()
    }

    /// The answer with `ETag` and `Last-Modified` of this version.
    pub(crate) fn tag(&self, answer: Answer) -> Answer {
        let modified = UNIX_EPOCH + Duration::from_millis(self.received.0.max(0) as u64);
        let modified = HeaderValue::from_str(&httpdate::fmt_http_date(modified));
        answer
            .with(header::ETAG, HeaderValue::from_static(ETAG))
            .with(header::LAST_MODIFIED, modified.expect("an HTTP date is ASCII"))
    }
}

/// The id in a path, where it is one that Kiln could have made: a UUID as it writes them.
pub(crate) fn record_id(text: &str) -> Option<RecordId> {
    let id = Uuid::try_parse(text).ok()?;
    let mut buffer = Uuid::encode_buffer();
    (id.hyphenated().encode_lower(&mut buffer) == text).then_some(RecordId(id))
}
