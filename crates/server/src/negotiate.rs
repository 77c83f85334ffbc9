//! Which release and form a request speaks, and what its sender prefers.
//!
//! <https://hl7.org/fhir/R4/http.html#mime-type>,
//! <https://hl7.org/fhir/R4/http.html#version-parameter>
use crate::answer::Refusal;
use hyper::{
    StatusCode,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};
use kiln_fhir::{IssueType, Release};
use kiln_search::Handling;

/// The release of a request: its path's, else its body's, else the accepted one, else R4.
///
/// # Errors
/// 415 for a body in another form or release, 406 when nothing that Kiln speaks is accepted.
pub(crate) fn release(
    path: Option<Release>,
    sent: Option<Release>,
    headers: &HeaderMap,
    format: Option<&str>,
) -> Result<Release, Refusal> {
    if let (Some(path), Some(sent)) = (path, sent)
        && path != sent
    {
        return Err(unsupported("the body's fhirVersion is not the release of this URL"));
    }
    let fixed = path.or(sent);
    let chosen = match format {
        Some(format) => choose(&format.replace(' ', "+"), fixed),
        None if !headers.contains_key(header::ACCEPT) => return Ok(fixed.unwrap_or(Release::R4)),
        None => headers
            .get_all(header::ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .find_map(|range| choose(range, fixed)),
    };
    chosen.ok_or_else(|| {
        Refusal::new(
            StatusCode::NOT_ACCEPTABLE,
            IssueType::NotSupported,
            "this server answers application/fhir+json in the release of the URL; XML is not built",
        )
    })
}

/// The release named by the body's type, where it names one.
///
/// # Errors
/// 415 unless the body says that it is FHIR JSON in UTF-8.
pub(crate) fn fhir_body(headers: &HeaderMap) -> Result<Option<Release>, Refusal> {
    uncompressed(headers)?;
    let says = "send application/fhir+json (or application/json), in UTF-8";
    let media = only_value(headers, &header::CONTENT_TYPE).and_then(Media::parse);
    let media = media.filter(|media| is_json(media.essence)).ok_or_else(|| unsupported(says))?;
    if !media.is_utf_8() {
        return Err(unsupported(says));
    }
    media.release().map_err(|Unserved| unsupported("the body's fhirVersion is not served"))
}

/// The plain API takes and answers JSON.
///
/// # Errors
/// 415 unless a body says that it is JSON in UTF-8, 406 when JSON is not accepted.
pub(crate) fn plain(headers: &HeaderMap, has_body: bool) -> Result<(), Refusal> {
    if has_body {
        plain_body(headers)?;
    }
    let accepted = headers.get_all(header::ACCEPT).iter();
    let mut accepted = accepted.filter_map(|value| value.to_str().ok());
    let is_json = |range: &str| {
        Media::parse(range).is_some_and(|media| media.is_wanted() && media.covers(JSON))
    };
    if !headers.contains_key(header::ACCEPT) || accepted.any(|value| value.split(',').any(is_json))
    {
        return Ok(());
    }
    Err(Refusal::new(
        StatusCode::NOT_ACCEPTABLE,
        IssueType::NotSupported,
        "this API answers application/json; FHIR is answered at /fhir/r4/AuditEvent",
    ))
}

fn plain_body(headers: &HeaderMap) -> Result<(), Refusal> {
    uncompressed(headers)?;
    let media = only_value(headers, &header::CONTENT_TYPE).and_then(Media::parse);
    let is = |essence: &str| {
        media.as_ref().is_some_and(|media| media.essence.eq_ignore_ascii_case(essence))
    };
    if is(FHIR_JSON) {
        return Err(unsupported("this API takes plain events: send FHIR to /fhir/r4/AuditEvent"));
    }
    if is(JSON) && media.as_ref().is_some_and(Media::is_utf_8) {
        return Ok(());
    }
    Err(unsupported("send application/json, in UTF-8"))
}

/// # Errors
/// 415 unless the body says that it is a form.
pub(crate) fn form_body(headers: &HeaderMap) -> Result<(), Refusal> {
    uncompressed(headers)?;
    let media = only_value(headers, &header::CONTENT_TYPE).and_then(Media::parse);
    let form = "application/x-www-form-urlencoded";
    if media.is_some_and(|media| media.essence.eq_ignore_ascii_case(form)) {
        return Ok(());
    }
    Err(unsupported("send application/x-www-form-urlencoded"))
}

/// # Errors
/// 415 with the codings that are taken (RFC 9110 §15.5.16): none is built.
fn uncompressed(headers: &HeaderMap) -> Result<(), Refusal> {
    let plain = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
    if headers.get_all(header::CONTENT_ENCODING).iter().all(plain) {
        return Ok(());
    }
    Err(unsupported("send the body uncompressed: no content coding is built")
        .with(header::ACCEPT_ENCODING, HeaderValue::from_static("identity")))
}

/// What the answer to a change holds (<https://hl7.org/fhir/R4/http.html#ops>).
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Return {
    /// The resource.
    Representation,
    /// Nothing.
    Minimal,
    /// What Kiln has to say about it.
    OperationOutcome,
}

/// `Prefer` (RFC 7240).
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Prefer {
    /// `return`, where it is said.
    pub(crate) r#return: Option<Return>,
    /// `handling`
    pub(crate) handling: Handling,
}

impl Prefer {
    /// What the fields say; what is unknown in them is ignored, as RFC 7240 §2 demands.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut prefer = Self::default();
        let values = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
        for preference in values.flat_map(|value| value.split([',', ';'])) {
            let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
            prefer.take(name.trim(), value.trim().trim_matches('"'));
        }
        prefer
    }

    fn take(&mut self, name: &str, value: &str) {
        match (name, value) {
            ("return", "representation") => self.r#return = Some(Return::Representation),
            ("return", "minimal") => self.r#return = Some(Return::Minimal),
            ("return", "OperationOutcome") => self.r#return = Some(Return::OperationOutcome),
            ("handling", "strict") => self.handling = Handling::Strict,
            ("handling", "lenient") => self.handling = Handling::Lenient,
            _ => {}
        }
    }
}

/// The field's value where it is there exactly once.
pub(crate) fn only_value<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// The release to answer in, where the media range or `_format` is one that Kiln speaks.
fn choose(range: &str, fixed: Option<Release>) -> Option<Release> {
    let media = Media::parse(range)?;
    let json =
        media.covers(JSON) || media.covers(FHIR_JSON) || media.essence.eq_ignore_ascii_case("json");
    if !(media.is_wanted() && json) {
        return None;
    }
    match (media.release().ok()?, fixed) {
        (None, fixed) => Some(fixed.unwrap_or(Release::R4)),
        (Some(named), None) => Some(named),
        (Some(named), Some(fixed)) => (named == fixed).then_some(fixed),
    }
}

const JSON: &str = "application/json";
const FHIR_JSON: &str = "application/fhir+json";

fn is_json(essence: &str) -> bool {
    [FHIR_JSON, JSON].iter().any(|json| essence.eq_ignore_ascii_case(json))
}

/// A media type or range with its parameters (RFC 9110 §8.3.1).
struct Media<'a> {
    essence: &'a str,
    parameters: &'a str,
}

/// `fhirVersion` names a release that this build does not serve.
struct Unserved;

impl<'a> Media<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (essence, parameters) = text.split_once(';').unwrap_or((text, ""));
        let essence = essence.trim();
        (!essence.is_empty()).then_some(Self { essence, parameters })
    }

    fn parameter(&self, wanted: &str) -> Option<&'a str> {
        self.parameters.split(';').find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().trim_matches('"'))
        })
    }

    fn is_utf_8(&self) -> bool {
        self.parameter("charset").is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8"))
    }

    /// As a range: whether it has a weight above zero (RFC 9110 §12.4.2).
    fn is_wanted(&self) -> bool {
        let weight = self.parameter("q").and_then(|q| q.parse::<f32>().ok());
        weight.is_none_or(|weight| weight > 0.0)
    }

    /// As a range: whether this type of `application` is in it.
    fn covers(&self, essence: &str) -> bool {
        matches!(self.essence, "*/*" | "application/*")
            || self.essence.eq_ignore_ascii_case(essence)
    }

    fn release(&self) -> Result<Option<Release>, Unserved> {
        let Some(version) = self.parameter("fhirVersion") else { return Ok(None) };
        let is_named = |release: &&Release| {
            let rest = release.version().strip_prefix(version);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        Release::SERVED.iter().find(is_named).map(|release| Some(*release)).ok_or(Unserved)
    }
}

fn unsupported(says: &str) -> Refusal {
    Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, IssueType::NotSupported, says)
}

#[cfg(test)]
mod tests;
