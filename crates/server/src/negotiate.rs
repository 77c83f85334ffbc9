//! Which release and form a request speaks, and what its sender prefers.
//!
//! <https://hl7.org/fhir/R4/http.html#mime-type>,
//! <https://hl7.org/fhir/R4/http.html#version-parameter>
use crate::{answer::Refusal, intake::Sent};
use hyper::{
    StatusCode,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};
use kiln_fhir::{IssueType, MediaType, Release};
use kiln_search::Handling;
use media::{Media, Unspoken};

mod accept;
mod media;

pub(crate) use accept::Accepted;

/// The form in which an answer is wanted at the URL of a release. `_format` goes before `Accept`
/// (<https://hl7.org/fhir/R4/http.html#parameters>).
///
/// # Errors
/// 406 when nothing that Kiln speaks there is accepted.
pub(crate) fn accepted(
    path: Option<Release>,
    headers: &HeaderMap,
    format: Option<&str>,
) -> Result<Accepted, Refusal> {
    let chosen = match format {
        Some("json") => Some(Accepted { media: MediaType::Json, release: None }),
        Some("xml") => Some(Accepted { media: MediaType::Xml, release: None }),
        Some(format) => accept::best(std::iter::once(&*with_plus(format)), path),
        None if !headers.contains_key(header::ACCEPT) => {
            Some(Accepted { media: MediaType::Json, release: None })
        }
        None => {
            let fields = headers.get_all(header::ACCEPT).iter();
            let fields = fields.filter_map(|value| value.to_str().ok());
            accept::best(fields.flat_map(|value| value.split(',')), path)
        }
    };
    chosen.ok_or_else(|| {
        Refusal::new(
            StatusCode::NOT_ACCEPTABLE,
            IssueType::NotSupported,
            "this server answers application/fhir+json and application/fhir+xml \
             in the release of the URL",
        )
    })
}

/// A `+` that was not encoded has become a space.
fn with_plus(format: &str) -> String {
    match format.trim().split_once(';') {
        Some((essence, parameters)) => [&essence.replace(' ', "+"), ";", parameters].concat(),
        None => format.trim().replace(' ', "+"),
    }
}

/// The form of a body, and the release that its type or else its URL names.
///
/// # Errors
/// 415 unless the body says that it is FHIR's JSON or XML in UTF-8, and of the URL's release.
pub(crate) fn fhir_body(headers: &HeaderMap, path: Option<Release>) -> Result<Sent, Refusal> {
    uncompressed(headers)?;
    let says = "send application/fhir+json or application/fhir+xml, in UTF-8";
    let sent = only_value(headers, &header::CONTENT_TYPE).and_then(Media::parse);
    let sent = sent.filter(Media::is_utf_8).ok_or_else(|| unsupported(says))?;
    let media = sent.form().ok_or_else(|| unsupported(says))?;
    let named = sent.release(path).map_err(|Unspoken| {
        unsupported("the body's fhirVersion is not the release of this URL, or not served")
    })?;
    Ok(Sent { at: named.or(path), media })
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
        Media::parse(range).is_some_and(|media| {
            let covers = matches!(media.essence, "*/*" | "application/*") || media.is(JSON);
            covers && media.weight() > 0
        })
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
    let is = |essence: &str| media.as_ref().is_some_and(|media| media.is(essence));
    if media.as_ref().is_some_and(|media| media.form().is_some() && !media.is(JSON)) {
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
    if media.is_some_and(|media| media.is(form)) {
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
    /// `kiln-proof`: a create is answered with the event's proof.
    pub(crate) proof: bool,
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
            (KILN_PROOF, _) => self.proof = true,
            ("handling", "lenient") => self.handling = Handling::Lenient,
            _ => {}
        }
    }
}

/// The preference for a proof, as `Preference-Applied` says it, too.
pub(crate) const KILN_PROOF: &str = "kiln-proof";

/// The field's value where it is there exactly once.
pub(crate) fn only_value<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

const JSON: &str = "application/json";

fn unsupported(says: &str) -> Refusal {
    Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, IssueType::NotSupported, says)
}

#[cfg(test)]
mod tests;
