//! What goes back: an [`Answer`], or a [`Refusal`] that says what is wrong.
use crate::{audit::Recorded, dialect::Dialect, form::Form, rendition::Unreadable};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Response, StatusCode,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};
use kiln_fhir::{IssueType, MediaType, OperationOutcome, Severity, xml};
use kiln_store::{AppendError, ReadError};

/// A response before the fields that all responses share are set.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: StatusCode,
    /// Its own fields, `Content-Type` among them.
    pub(crate) headers: HeaderMap,
    /// Its body, often empty.
    pub(crate) body: Bytes,
}

impl Answer {
    /// No body.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::with_capacity(8), body: Bytes::new() }
    }

    /// A FHIR resource, which is JSON of the release that is asked for.
    pub(crate) fn fhir(status: StatusCode, form: Form, json: Vec<u8>) -> Self {
        match form.media {
            MediaType::Json => Self::of(status, form.content_type(), json),
            MediaType::Xml => Self::xml(status, form, json),
        }
    }

    fn xml(status: StatusCode, form: Form, json: Vec<u8>) -> Self {
        let mut out = Vec::new();
        if xml::from_json(&json, form.release, &mut out).is_ok() {
            return Self::of(status, form.content_type(), out);
        }
        tracing::error!("an answer cannot be written as XML");
        let form = Form { media: MediaType::Json, ..form };
        Self::of(StatusCode::INTERNAL_SERVER_ERROR, form.content_type(), json)
    }

    /// An answer of the plain API.
    pub(crate) fn plain(status: StatusCode, json: impl Into<Bytes>) -> Self {
        Self::of(status, HeaderValue::from_static("application/json"), json)
    }

    /// Bytes of this type.
    pub(crate) fn of(
        status: StatusCode,
        content_type: HeaderValue,
        body: impl Into<Bytes>,
    ) -> Self {
        let mut answer = Self::empty(status);
        answer.headers.insert(header::CONTENT_TYPE, content_type);
        answer.body = body.into();
        answer
    }

    /// With one more field.
    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }
}

impl Recorded<Answer> {
    /// The status.
    pub(crate) fn status(&self) -> StatusCode {
        self.as_ref().status
    }

    /// Its own fields.
    pub(crate) fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.as_mut().headers
    }

    /// The response, with the fields that every response has. There is no other way to one.
    pub(crate) fn into_response(self, request_id: HeaderValue) -> Response<Full<Bytes>> {
        let answer = self.into_inner();
        let has_content = !answer.body.is_empty();
        let mut response = Response::new(Full::new(answer.body));
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        let headers = response.headers_mut();
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        let no_store = HeaderValue::from_static("no-store");
        headers.entry(header::CACHE_CONTROL).or_insert(no_store);
        if has_content {
            let no_referrer = HeaderValue::from_static("no-referrer");
            headers.entry(header::REFERRER_POLICY).or_insert(no_referrer);
            let policy = HeaderValue::from_static(CONTENT_SECURITY_POLICY);
            headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
        }
        headers.insert(X_REQUEST_ID, request_id);
        response
    }
}

/// A page of ours loads from here alone, and stands in no frame; nothing else that we answer is
/// ever shown as a page, whatever a browser takes it for.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

/// `X-Request-Id` (<https://hl7.org/fhir/R4/http.html#custom>).
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Why a request was not served: a status, an outcome, and fields that help.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    /// Its status.
    pub(crate) status: StatusCode,
    /// What is wrong.
    pub(crate) outcome: OperationOutcome,
    /// `Allow`, `Retry-After`, `Connection`.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
}

impl Refusal {
    /// One error.
    pub(crate) fn new(status: StatusCode, code: IssueType, says: impl Into<String>) -> Self {
        Self { status, outcome: OperationOutcome::error(code, says), headers: Vec::new() }
    }

    /// 400
    pub(crate) fn bad_request(code: IssueType, says: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, says)
    }

    /// 404
    pub(crate) fn not_found(says: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, IssueType::NotFound, says)
    }

    /// With one more field.
    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The connection ends after the answer.
    pub(crate) fn closing(self) -> Self {
        self.with(header::CONNECTION, HeaderValue::from_static("close"))
    }

    /// As a response, in the words of who asks.
    pub(crate) fn into_answer(self, dialect: Dialect) -> Answer {
        let mut answer = dialect.outcome(self.status, &self.outcome);
        answer.headers.extend(self.headers.into_iter().map(|(name, value)| (Some(name), value)));
        answer
    }
}

/// 422 where everything wrong is a broken rule, else 400
/// (<https://hl7.org/fhir/R4/http.html#create>).
impl From<OperationOutcome> for Refusal {
    fn from(outcome: OperationOutcome) -> Self {
        let mut errors = outcome.issues.iter().filter(|issue| issue.severity == Severity::Error);
        let rules_only = errors.all(|issue| issue.code == IssueType::Invariant);
        let status =
            if rules_only { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::BAD_REQUEST };
        Self { status, outcome, headers: Vec::new() }
    }
}

impl From<AppendError> for Refusal {
    fn from(error: AppendError) -> Self {
        let says = error.to_string();
        match error {
            AppendError::Busy => Self::throttled(says, "1"),
            AppendError::Closed => Self::retry_after(IssueType::Transient, says, "5"),
            AppendError::Poisoned | AppendError::SignFailed => {
                Self::retry_after(IssueType::Exception, says, "60")
            }
            AppendError::TooLarge => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, IssueType::TooLong, says)
            }
            AppendError::Full => {
                Self::new(StatusCode::INSUFFICIENT_STORAGE, IssueType::NoStore, says)
            }
            AppendError::KeyReused => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, IssueType::Duplicate, says)
            }
            // Nobody gives a statement or a key over HTTP.
            AppendError::Unsigned => {
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, IssueType::Exception, says)
            }
            AppendError::Undecided => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, IssueType::TooCostly, says)
            }
        }
    }
}

impl From<ReadError> for Refusal {
    fn from(error: ReadError) -> Self {
        if let ReadError::Expired = error {
            let says = "the search took longer than it may: narrow it by date, patient or agent";
            return Self::new(StatusCode::SERVICE_UNAVAILABLE, IssueType::TooCostly, says);
        }
        tracing::error!(%error, "stored data cannot be read");
        Self::damaged()
    }
}

impl From<Unreadable> for Refusal {
    fn from(error: Unreadable) -> Self {
        tracing::error!(%error, "stored data cannot be read");
        Self::damaged()
    }
}

impl Refusal {
    /// 500
    pub(crate) fn damaged() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            IssueType::Exception,
            "stored data cannot be read: see the server's log, and run `kiln fsck`",
        )
    }

    /// 429, to be tried again after these seconds: more comes at once than may wait.
    pub(crate) fn throttled(says: impl Into<String>, seconds: &'static str) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, IssueType::Throttled, says)
            .with(header::RETRY_AFTER, HeaderValue::from_static(seconds))
    }

    /// 503, to be tried again after these seconds.
    pub(crate) fn retry_after(
        code: IssueType,
        says: impl Into<String>,
        seconds: &'static str,
    ) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code, says)
            .with(header::RETRY_AFTER, HeaderValue::from_static(seconds))
    }
}
