//! What comes of one interaction: an answer of its own, or an entry of a Bundle's.
use super::Wanted;
use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
    resources::body::{self, Head},
};
use hyper::{
    StatusCode,
    header::{self, HeaderValue},
};
use kiln_fhir::{
    Instant, OperationOutcome,
    bundle::{Response, Writer},
    render::{ServerElements, with_server_elements},
};
use kiln_store::{Millis, ReadError, Record, Stored};
use kiln_trail::rest;
use std::time::{Duration, UNIX_EPOCH};

/// A version of a resource, and its bytes.
pub(super) struct Kept {
    pub(super) head: Head,
    pub(super) modified: Millis,
    /// As it was sent; nothing of a deletion.
    pub(super) resource: Vec<u8>,
}

/// What comes of an interaction that went well.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    /// The version that it is about.
    pub(super) kept: Option<Kept>,
    /// Whether that is told where it is.
    pub(super) is_change: bool,
    /// A Bundle that answers.
    pub(super) bundle: Option<Vec<u8>>,
}

impl Kept {
    /// Of a record.
    ///
    /// # Errors
    /// It is none that this build knows.
    pub(super) fn of(record: &Record) -> Result<Self, ReadError> {
        let at = record.log_index.0;
        let unknown = || ReadError::Damaged(format!("record {at} is no version of a resource"));
        let (head, resource) = body::read(&record.body).ok_or_else(unknown)?;
        Ok(Self { head, modified: record.envelope.received, resource: resource.to_vec() })
    }

    /// Of what was stored.
    pub(super) fn stored(head: Head, stored: &Stored, resource: Vec<u8>) -> Self {
        Self { head, modified: stored.received, resource }
    }

    /// `W/"1"`
    pub(super) fn etag(&self) -> String {
        ["W/\"", &self.head.version, "\""].concat()
    }

    /// `meta.lastUpdated`
    pub(super) fn last_updated(&self) -> String {
        Instant { millis: self.modified.0 }.to_text()
    }

    /// Where this version is.
    pub(super) fn location(&self, base: &str) -> String {
        [base, "/", &self.head.key(), "/_history/", &self.head.version].concat()
    }

    /// Appends the resource as it is read.
    pub(super) fn render(&self, out: &mut Vec<u8>) {
        let Head { id, version, .. } = &self.head;
        let last_updated = &*self.last_updated();
        let elements = ServerElements { id, version_id: version, last_updated };
        with_server_elements(&self.resource, &elements, out);
    }

    /// The resource as it is read.
    pub(super) fn rendered(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.resource.len() + 160);
        self.render(&mut out);
        out
    }
}

impl Reply {
    /// A version that was asked for.
    pub(super) fn read(status: StatusCode, kept: Kept) -> Self {
        Self { status, kept: Some(kept), is_change: false, bundle: None }
    }

    /// A version that was made, or that a conditional create found.
    pub(super) fn changed(status: StatusCode, kept: Kept) -> Self {
        Self { status, kept: Some(kept), is_change: true, bundle: None }
    }

    /// A Bundle.
    pub(super) fn bundle(json: Vec<u8>) -> Self {
        Self { status: StatusCode::OK, kept: None, is_change: false, bundle: Some(json) }
    }

    /// As the answer of a request of its own.
    pub(super) fn into_answer(self, exchange: &Exchange, wanted: &Wanted) -> Answer {
        let form = exchange.form;
        if let Some(bundle) = self.bundle {
            return Answer::fhir(self.status, form, bundle);
        }
        let Some(kept) = self.kept else { return Answer::empty(self.status) };
        let is_silent = matches!(self.status, StatusCode::NOT_MODIFIED | StatusCode::NO_CONTENT);
        let answer = match wanted.asked.prefer.r#return.filter(|_| self.is_change) {
            _ if is_silent => Answer::empty(self.status),
            Some(rest::Return::Minimal) => Answer::empty(self.status),
            Some(rest::Return::Outcome) => {
                let outcome = OperationOutcome { issues: Vec::new() };
                Answer::fhir(self.status, form, outcome.to_json_in(form.release))
            }
            Some(rest::Return::Representation) | None => {
                Answer::fhir(self.status, form, kept.rendered())
            }
        };
        let text = |text: &str| HeaderValue::from_str(text).expect("ids and hosts are plain");
        let modified = UNIX_EPOCH + Duration::from_millis(kept.modified.0.max(0) as u64);
        let answer = answer
            .with(header::ETAG, text(&kept.etag()))
            .with(header::LAST_MODIFIED, text(&httpdate::fmt_http_date(modified)));
        if self.is_change && self.status != StatusCode::NO_CONTENT {
            return answer.with(header::LOCATION, text(&kept.location(&exchange.base)));
        }
        answer
    }

    /// As an entry of the answer to a Bundle; what was changed is shown where `is_shown`.
    pub(super) fn into_entry(self, bundle: &mut Writer<'_>, exchange: &Exchange, is_shown: bool) {
        let status = self.status.to_string();
        bundle.entry(|entry| {
            let Some(kept) = &self.kept else {
                if let Some(json) = &self.bundle {
                    entry.resource(|out| out.extend_from_slice(json));
                }
                return entry.response(&Response { status: &status, ..Response::default() });
            };
            let has_resource = !kept.head.is_deletion() && !kept.resource.is_empty();
            if has_resource && (is_shown || !self.is_change) {
                entry.full_url(&[&exchange.base, "/", &kept.head.key()].concat());
                entry.resource(|out| kept.render(out));
            }
            let (etag, modified) = (kept.etag(), kept.last_updated());
            let location = kept.location(&exchange.base);
            entry.response(&Response {
                status: &status,
                location: Some(&*location).filter(|_| self.is_change && has_resource),
                etag: Some(&etag),
                last_modified: Some(&modified),
                outcome: None,
            });
        });
    }
}

/// A refusal as an entry of the answer to a Bundle.
pub(super) fn refused(bundle: &mut Writer<'_>, refusal: &Refusal) {
    let status = refusal.status.to_string();
    bundle.entry(|entry| {
        entry.response(&Response {
            status: &status,
            outcome: Some(&refusal.outcome),
            ..Response::default()
        });
    });
}
