//! The one version that a record has: its id and instants as text, and the resource as it is read.
use crate::answer::Answer;
use hyper::header::{self, HeaderValue};
use kiln_fhir::{
    Instant,
    render::{ServerElements, with_server_elements},
};
use kiln_store::{Millis, Record, RecordId, RecordKind, Stored};
use kiln_trail::rest;
use serde::Deserialize;
use std::{
    borrow::Cow,
    time::{Duration, UNIX_EPOCH},
};
use uuid::Uuid;

/// `meta.versionId` of what was sent: audit events never change. One that Kiln made of what was
/// done through it may have a version of its own.
const VERSION_ID: &str = "1";

/// The entity tag of that version.
pub(crate) const ETAG: &str = "W/\"1\"";

/// A record's id, version and receipt, as text.
pub(crate) struct Version {
    /// The logical id.
    pub(crate) id: String,
    /// `meta.versionId`
    number: Cow<'static, str>,
    /// `meta.lastUpdated`
    pub(crate) last_updated: String,
    received: Millis,
}

impl Version {
    /// Of a record that was read.
    pub(crate) fn of_record(record: &Record) -> Self {
        let version = Self::new(record.envelope.id, record.envelope.received);
        match own_version(record) {
            Some(number) => Self { number: Cow::Owned(number), ..version },
            None => version,
        }
    }

    /// Of a record that was stored.
    pub(crate) fn of_stored(stored: &Stored) -> Self {
        Self::new(stored.id, stored.received)
    }

    fn new(id: RecordId, received: Millis) -> Self {
        let last_updated = Instant { millis: received.0 }.to_text();
        let id = id.0.hyphenated().encode_lower(&mut Uuid::encode_buffer()).to_owned();
        Self { id, number: Cow::Borrowed(VERSION_ID), last_updated, received }
    }

    /// Appends the resource as it is read.
    pub(crate) fn render(&self, body: &[u8], out: &mut Vec<u8>) {
        let Self { id, number, last_updated, .. } = self;
        let elements = ServerElements { id, version_id: number, last_updated };
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
        [base, "/AuditEvent/", &self.id, "/_history/", &self.number].concat()
    }

    /// The entity tag of this version.
    pub(crate) fn etag(&self) -> String {
        ["W/\"", &self.number, "\""].concat()
    }

    /// The answer with `ETag` and `Last-Modified` of this version.
    pub(crate) fn tag(&self, answer: Answer) -> Answer {
        let modified = UNIX_EPOCH + Duration::from_millis(self.received.0.max(0) as u64);
        let modified = HeaderValue::from_str(&httpdate::fmt_http_date(modified));
        let etag = match &self.number {
            Cow::Borrowed(_) => HeaderValue::from_static(ETAG),
            Cow::Owned(_) => HeaderValue::from_str(&self.etag()).expect("an id is ASCII"),
        };
        answer
            .with(header::ETAG, etag)
            .with(header::LAST_MODIFIED, modified.expect("an HTTP date is ASCII"))
    }
}

/// The version that an event of Kiln's own says it has.
fn own_version(record: &Record) -> Option<String> {
    #[derive(Deserialize)]
    struct Event {
        meta: Meta,
    }
    #[derive(Deserialize)]
    struct Meta {
        #[serde(rename = "versionId")]
        version_id: String,
    }
    if record.envelope.kind != RecordKind::TrailEvent {
        return None;
    }
    let version_id = serde_json::from_slice::<Event>(&record.body).ok()?.meta.version_id;
    rest::Id::parse(&version_id).map(|_| version_id)
}

/// The id in a path, where it is one that Kiln could have made: a UUID as it writes them.
pub(crate) fn record_id(text: &str) -> Option<RecordId> {
    let id = Uuid::try_parse(text).ok()?;
    let mut buffer = Uuid::encode_buffer();
    (id.hyphenated().encode_lower(&mut buffer) == text).then_some(RecordId(id))
}
