//! Queries: of a request, of a form, of criteria.
use super::{Limits, Refusal};
use std::borrow::Cow;

/// Parameters by which some servers take another method than the request's own.
const OVERRIDES: [&str; 3] = ["_method", "x-http-method-override", "x-http-method"];

/// Checks that a query is one everywhere: printable ASCII with whole escapes, without NUL, within
/// the limit, and without a parameter that replaces the method.
pub(super) fn check(query: &str, limits: &Limits) -> Result<(), Refusal> {
    if query.len() > limits.query_bytes_max {
        let says = "the query is longer than a limit: search by POST";
        return Err(Refusal { status: 414, ..Refusal::too_long(says) });
    }
    if !query.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#') {
        let says = "the query holds what is no part of one: escape it with %";
        return Err(Refusal::invalid(says));
    }
    escapes(query)?;
    override_free(query)
}

/// Checks a form as it stands in a body: of other bytes than a query, with the same rules.
pub(super) fn check_form(form: &str) -> Result<(), Refusal> {
    if form.contains(|letter: char| letter.is_control()) {
        return Err(Refusal::invalid("the form holds control characters: escape them with %"));
    }
    escapes(form)?;
    override_free(form)
}

/// Whether every `%` starts an escape, and none is of NUL.
fn escapes(query: &str) -> Result<(), Refusal> {
    for part in query.split('%').skip(1) {
        let digits = part.as_bytes().get(..2).filter(|two| two.iter().all(u8::is_ascii_hexdigit));
        if digits.is_none_or(|digits| digits == b"00") {
            return Err(Refusal::invalid("the query holds an escape that stands for no text"));
        }
    }
    Ok(())
}

/// Whether no parameter replaces the method, whichever way a server tells parameters apart.
fn override_free(query: &str) -> Result<(), Refusal> {
    for part in query.split(['&', ';', '?']) {
        let name = decoded(part.split('=').next().unwrap_or_default());
        let name = name.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0');
        if OVERRIDES.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            let says = "a parameter that replaces the method: send the method itself";
            return Err(Refusal::invalid(says));
        }
    }
    Ok(())
}

/// Names and values, decoded; a name without a value has an empty one.
pub(super) fn parameters(query: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    query.split('&').filter(|part| !part.is_empty()).map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (decoded(name), decoded(value))
    })
}

/// The alternatives of a parameter's value, at commas that are not escaped
/// (<https://hl7.org/fhir/R4/search.html#escaping>).
pub(super) fn alternatives(value: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut is_escaped = false;
    for letter in value.chars() {
        match letter {
            '\\' if !is_escaped => {
                is_escaped = true;
                continue;
            }
            ',' if !is_escaped => found.push(String::new()),
            _ => found.last_mut().expect("there is one from the start").push(letter),
        }
        is_escaped = false;
    }
    found
}

/// Text of a query: `+` is a space, `%` starts an escape.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let spaced = text.replace('+', " ");
    Cow::Owned(percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
}
