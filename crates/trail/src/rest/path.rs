//! A path, taken apart once.
use super::{Limits, Refusal};
use kiln_fhir::IssueType;
use std::borrow::Cow;

/// More segments than this no path of FHIR REST has: `Type/id/_history/version/$name`.
const SEGMENTS_MAX: usize = 5;

/// The segments of a path as it came over HTTP: a `/` in front and one at the end say nothing, and
/// escapes of plain letters stand for these.
pub(super) fn of_request<'a>(path: &'a str, limits: &Limits) -> Result<Vec<Cow<'a, str>>, Refusal> {
    length(path, limits)?;
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    let segments: Vec<_> = split(path).map(decoded).collect::<Result<_, _>>()?;
    checked(segments)
}

/// The segments of a path in a Bundle, which goes upstream as it stands: it must be written the
/// one way that everybody reads alike.
pub(super) fn of_entry<'a>(path: &'a str, limits: &Limits) -> Result<Vec<Cow<'a, str>>, Refusal> {
    length(path, limits)?;
    checked(split(path).map(Cow::Borrowed).collect())
}

fn length(path: &str, limits: &Limits) -> Result<(), Refusal> {
    if path.len() > limits.path_bytes_max {
        let says = "the path is longer than a limit";
        return Err(Refusal { status: 414, ..Refusal::too_long(says) });
    }
    Ok(())
}

fn split(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').take(if path.is_empty() { 0 } else { SEGMENTS_MAX + 1 })
}

fn decoded(segment: &str) -> Result<Cow<'_, str>, Refusal> {
    match percent_encoding::percent_decode_str(segment).decode_utf8() {
        Ok(text) => Ok(text),
        Err(_) => Err(unlike()),
    }
}

fn checked(segments: Vec<Cow<'_, str>>) -> Result<Vec<Cow<'_, str>>, Refusal> {
    if segments.len() > SEGMENTS_MAX {
        return Err(not_found());
    }
    // A percent sign that is left was escaped itself: whoever decodes twice reads another path.
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'$' | b'*');
    let is_segment = |segment: &Cow<'_, str>| {
        segment.bytes().all(is_plain) && segment.bytes().any(|byte| byte != b'.')
    };
    if segments.iter().all(is_segment) { Ok(segments) } else { Err(unlike()) }
}

fn unlike() -> Refusal {
    let says = "the path is not written as FHIR REST writes paths: letters, digits and -._$*, \
        one / between segments";
    Refusal::invalid(says)
}

/// What is no path of FHIR REST.
pub(super) fn not_found() -> Refusal {
    let says = "no path of FHIR REST: it starts with the name of a resource type, metadata, \
        _history, _search or an operation";
    Refusal::new(404, IssueType::NotFound, says)
}
