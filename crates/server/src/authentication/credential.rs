//! What a request shows of who asks.
use super::denied::Denied;
use hyper::{
    header::{self, HeaderMap},
    http::request::Parts,
};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// The credential of a request's own; what its connection shows stands beside it.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Credential<'a> {
    /// None.
    Nothing,
    /// `Authorization: Bearer …` (RFC 6750 §2.1), a token of an issuer.
    Token(&'a str),
    /// `Authorization: Bearer kiln_…`.
    ApiKey(&'a str),
}

impl<'a> Credential<'a> {
    /// Reads it.
    ///
    /// # Errors
    /// Several of them, another scheme than `Bearer`, or one in the URL, where logs and proxies
    /// keep it (RFC 6750 §5.3).
    pub(super) fn of(parts: &'a Parts) -> Result<Self, Denied> {
        if parts.uri.query().is_some_and(holds_credential) {
            return Err(Denied::Malformed);
        }
        let Some(value) = only(&parts.headers)? else { return Ok(Self::Nothing) };
        let (scheme, token) = value.split_once(' ').ok_or(Denied::Malformed)?;
        if !scheme.eq_ignore_ascii_case("Bearer") {
            return Err(Denied::Nothing);
        }
        let token = token.trim_matches(' ');
        if token.is_empty() || !token.bytes().all(is_token68) {
            return Err(Denied::Malformed);
        }
        Ok(if token.starts_with(API_KEY) { Self::ApiKey(token) } else { Self::Token(token) })
    }
}

/// Whether a credential stands in a query, a form or a URL, encoded or not.
pub(crate) fn holds_credential(query: &str) -> bool {
    let names = query.split(['&', '?']).map(|pair| pair.split('=').next().unwrap_or_default());
    let mut names = names.map(|name| percent_decode_str(name).decode_utf8_lossy());
    // In a form `+` is a space.
    let is_space = |char: char| char == '+' || char.is_whitespace();
    let is_token =
        |name: Cow<'_, str>| name.trim_matches(is_space).eq_ignore_ascii_case("access_token");
    names.any(is_token) || holds_api_key(&percent_decode_str(query).decode_utf8_lossy())
}

/// `kiln_`, 16 of base32, and another `_`.
fn holds_api_key(query: &str) -> bool {
    let mut places = query.match_indices(API_KEY).map(|(at, _)| &query[at + API_KEY.len()..]);
    places.any(|rest| {
        let id = rest.split('_').next().unwrap_or_default();
        id.len() == 16 && id.len() < rest.len() && id.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

/// How an API key begins.
const API_KEY: &str = "kiln_";

/// The one value of `Authorization`.
fn only(headers: &HeaderMap) -> Result<Option<&str>, Denied> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    match (value.to_str(), values.next()) {
        (Ok(value), None) => Ok(Some(value)),
        _ => Err(Denied::Malformed),
    }
}

/// RFC 9110 §11.2
fn is_token68(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte)
}

#[cfg(test)]
mod tests;
