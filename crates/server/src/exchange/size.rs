//! How large the head of a request may be.
use crate::{answer::Refusal, app::App};
use hyper::{StatusCode, header::HeaderMap, http::request::Parts};
use kiln_fhir::IssueType;

/// That the head of the request is no larger than it may be.
pub(super) fn check(app: &App, parts: &Parts) -> Result<(), Refusal> {
    let query = parts.uri.query().unwrap_or("");
    if parts.uri.path().len() + query.len() > app.settings.url_bytes_max {
        return Err(too_long());
    }
    if header_bytes(&parts.headers) > app.settings.header_bytes_max {
        return Err(too_many_fields());
    }
    Ok(())
}

fn too_long() -> Refusal {
    Refusal::new(
        StatusCode::URI_TOO_LONG,
        IssueType::TooLong,
        "the URL is longer than it may be: FHIR searches may be sent with POST _search",
    )
}

/// As they stand on the wire: name, colon, space, value, line end.
fn header_bytes(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

/// RFC 6585 §5. hyper refuses what does not fit into its buffer, or has too many fields, itself.
fn too_many_fields() -> Refusal {
    Refusal::new(
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        IssueType::TooLong,
        "the header fields are larger than they may be",
    )
}
