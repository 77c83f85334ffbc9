//! `application/x-www-form-urlencoded`: queries of URLs, and forms.
use percent_encoding::{
    AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode,
};
use std::borrow::Cow;

/// The decoded pairs, in order; `None` when they are not UTF-8.
pub(crate) fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let parts = text.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            Some((decoded(name)?, decoded(value)?))
        })
        .collect()
}

/// Appends the pairs, encoded so that they are safe in a URL and still readable.
pub(crate) fn append(url: &mut String, pairs: &[(&str, &str)]) {
    for (at, (name, value)) in pairs.iter().enumerate() {
        url.push(if at == 0 { '?' } else { '&' });
        url.extend(utf8_percent_encode(name, RESERVED));
        url.push('=');
        url.extend(utf8_percent_encode(value, RESERVED));
    }
}

/// Appends one segment of a path.
pub(crate) fn push_segment(url: &mut String, segment: &str) {
    url.extend(utf8_percent_encode(segment, SEGMENT));
}

/// What may stand as it is in a segment (RFC 3986 §2.3): FHIR's ids have no other characters.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What may not stand as it is in a name or a value (RFC 3986 §3.4; `+` would be read as a space).
const RESERVED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

fn decoded(text: &str) -> Option<String> {
    let spaced: Cow<'_, str> =
        if text.contains('+') { text.replace('+', " ").into() } else { text.into() };
    Some(percent_decode_str(&spaced).decode_utf8().ok()?.into_owned())
}

#[cfg(test)]
mod tests;
