//! Answers of the gateway's own: an `OperationOutcome` each, in JSON, which R4 and all others read.
use bytes::Bytes;
use hyper::{
    Response, StatusCode,
    header::{self, HeaderName, HeaderValue},
};
use kiln_fhir::{IssueType, OperationOutcome};

/// An answer that says what is wrong, and nothing that was sent.
pub(crate) fn refusal(status: StatusCode, outcome: &OperationOutcome) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(outcome.to_json()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let json = HeaderValue::from_static("application/fhir+json; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, json);
    response
}

/// One error.
pub(crate) fn error(status: StatusCode, code: IssueType, says: &str) -> Response<Bytes> {
    refusal(status, &OperationOutcome::error(code, says))
}

/// 503: it could not be recorded that this was asked, so it was not.
pub(crate) fn not_let_through() -> Response<Bytes> {
    let says = "it cannot be recorded that this was asked, so it was not passed on: try again";
    later(says, "5")
}

/// 503: it was done, maybe, and its outcome is not recorded.
pub(crate) fn not_shown(is_read: bool) -> Response<Bytes> {
    if is_read {
        return later("it cannot be recorded what this shows, so it is not shown: try again", "5");
    }
    later(
        "this was passed on, and how it ended cannot be recorded, so it is not told: it may have \
         been done; look before it is sent again",
        "5",
    )
}

/// 503: the answer is long, and so many long ones are under way that it was not waited for.
pub(crate) fn not_held(is_read: bool) -> Response<Bytes> {
    if is_read {
        return later("more long answers are under way than this gateway holds: try again", "5");
    }
    later(
        "this was passed on and answered, and its answer cannot be held: it may have been done; \
         look before it is sent again",
        "5",
    )
}

/// 503: more comes at once than may.
pub(crate) fn busy() -> Response<Bytes> {
    later("more is asked for at once than this gateway passes on: try again", "1")
}

/// 502, 504
pub(crate) fn no_answer(failed: crate::seams::Failed, is_read: bool) -> Response<Bytes> {
    use crate::seams::Failed;
    let says = match (failed, is_read) {
        (Failed::Unreached, _) => "the server behind cannot be reached: nothing was done",
        (Failed::Broken, true) => "the server behind broke off",
        (Failed::Late, true) => "the server behind has not answered in time",
        (Failed::Broken, false) => {
            "the server behind broke off: this may have been done; look before it is sent again"
        }
        (Failed::Late, false) => {
            "the server behind has not answered in time: this may have been done; look before it \
             is sent again"
        }
    };
    let status = StatusCode::from_u16(failed.status()).unwrap_or(StatusCode::BAD_GATEWAY);
    error(status, IssueType::Transient, says)
}

fn later(says: &str, seconds: &'static str) -> Response<Bytes> {
    let retry: (HeaderName, HeaderValue) = (header::RETRY_AFTER, HeaderValue::from_static(seconds));
    let mut response = error(StatusCode::SERVICE_UNAVAILABLE, IssueType::Transient, says);
    response.headers_mut().insert(retry.0, retry.1);
    response
}
