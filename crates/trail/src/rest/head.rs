//! A request before its body.
use super::Refusal;
use kiln_fhir::IssueType;

/// HTTP's methods that FHIR REST has; `OPTIONS` is DSTU2's other way to ask for capabilities.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// `GET`
    Get,
    /// `HEAD`
    Head,
    /// `OPTIONS`
    Options,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

impl Method {
    /// The method of this name; its case matters (RFC 9110, section 9.1).
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "OPTIONS" => Self::Options,
            "POST" => Self::Post,
            "PUT" => Self::Put,
            "PATCH" => Self::Patch,
            "DELETE" => Self::Delete,
            _ => return None,
        })
    }

    /// As it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether it is one that HTTP calls safe.
    pub(super) const fn is_safe(self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Options)
    }
}

/// A request, all but its body.
#[derive(Copy, Clone, Debug, Default)]
pub struct Head<'a> {
    /// As sent.
    pub method: &'a str,
    /// Below the base, as sent: empty, or with a `/` in front.
    pub path: &'a str,
    /// After the `?`, as sent.
    pub query: Option<&'a str>,
    /// What matters of its headers.
    pub headers: Headers<'a>,
}

/// Headers that change what a request asks.
#[derive(Copy, Clone, Debug, Default)]
pub struct Headers<'a> {
    /// `Content-Type`
    pub content_type: Option<&'a str>,
    /// `If-Match`
    pub if_match: Option<&'a str>,
    /// `If-None-Match`
    pub if_none_match: Option<&'a str>,
    /// `If-None-Exist`
    pub if_none_exist: Option<&'a str>,
    /// `Prefer`, the first of them.
    pub prefer: Option<&'a str>,
    /// `X-Request-Id`
    pub request_id: Option<&'a str>,
}

/// Headers by which some servers take another method or path than the request's own: what was
/// recorded would not be what they do.
const OVERRIDES: [&str; 6] = [
    "x-http-method-override",
    "x-http-method",
    "x-method-override",
    "x-original-method",
    "x-original-url",
    "x-rewrite-url",
];

impl<'a> Headers<'a> {
    /// Picks what matters out of all headers of a request.
    ///
    /// # Errors
    /// A header that makes another method or path of the request's own, one that is there twice
    /// and may not be, a body in a content coding, what is not printable ASCII.
    pub fn of(headers: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Self, Refusal> {
        let mut found = Self::default();
        for (name, value) in headers {
            found.take(name, value)?;
        }
        Ok(found)
    }

    fn take(&mut self, name: &str, value: &'a [u8]) -> Result<(), Refusal> {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        if OVERRIDES.iter().any(|known| is_alike(name, known)) {
            let says = "a header that replaces the method or the path: send the request itself";
            return Err(Refusal::invalid(says));
        }
        if is("connection") {
            return keeps_all(value);
        }
        if is("content-encoding") {
            return identity(value);
        }
        if is("prefer") {
            // It may be there several times, and may be ignored (RFC 7240, section 2).
            self.prefer = self.prefer.or(Some(printable(value)?));
            return Ok(());
        }
        let place = match name {
            _ if is("content-type") => &mut self.content_type,
            _ if is("if-match") => &mut self.if_match,
            _ if is("if-none-match") => &mut self.if_none_match,
            _ if is("if-none-exist") => &mut self.if_none_exist,
            _ if is("x-request-id") => &mut self.request_id,
            _ if COUNTING.iter().any(|known| is_alike(name, known)) => {
                return Err(Refusal::invalid("a header is spelled with _: spell it with -"));
            }
            _ => return Ok(()),
        };
        if place.replace(printable(value)?).is_some() {
            return Err(Refusal::invalid("a header that may be there once is there twice"));
        }
        Ok(())
    }
}

/// Headers that change what a request does.
const COUNTING: [&str; 5] =
    ["content-type", "content-encoding", "if-match", "if-none-match", "if-none-exist"];

/// Whether a header has this name, or one that some servers take for it: they tell `_` from `-` no
/// more than CGI does (RFC 3875, section 4.1.18).
fn is_alike(name: &str, known: &str) -> bool {
    let alike = |(byte, known): (u8, u8)| {
        byte.eq_ignore_ascii_case(&known) || (byte == b'_' && known == b'-')
    };
    name.len() == known.len() && name.bytes().zip(known.bytes()).all(alike)
}

/// Headers that `Connection` names end here (RFC 9110, section 7.6.1): one that changes what a
/// request does would be recorded and not go on.
fn keeps_all(connection: &[u8]) -> Result<(), Refusal> {
    let mut names = connection.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    let is_counting =
        |name: &[u8]| COUNTING.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
    if names.any(is_counting) {
        let says = "Connection names a header of the request itself: it goes further than here";
        return Err(Refusal::invalid(says));
    }
    Ok(())
}

fn identity(coding: &[u8]) -> Result<(), Refusal> {
    if coding.trim_ascii().is_empty() || coding.trim_ascii().eq_ignore_ascii_case(b"identity") {
        return Ok(());
    }
    let says = "a body in a content coding is not read: send it as it is";
    Err(Refusal::new(415, IssueType::NotSupported, says))
}

fn printable(value: &[u8]) -> Result<&str, Refusal> {
    let is_printable = |byte: &u8| matches!(byte, b'\t' | b' '..=b'~');
    match str::from_utf8(value) {
        Ok(text) if value.iter().all(is_printable) => Ok(text.trim_ascii()),
        _ => Err(Refusal::invalid("a header holds what is not printable ASCII")),
    }
}
