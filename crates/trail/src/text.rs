//! Text as FHIR's strings and uris can hold it.
use kiln_fhir::json::push_string;
use std::borrow::Cow;

/// Appends a string with its quotes. What FHIR's strings cannot hold
/// (<https://hl7.org/fhir/R4/datatypes.html#string>) is replaced; an empty one becomes a dash.
pub(crate) fn push(out: &mut Vec<u8>, text: &str) {
    push_string(out, &fit(text));
}

/// Appends a uri with its quotes: white space, which none has, is percent-encoded.
pub(crate) fn push_uri(out: &mut Vec<u8>, text: &str) {
    let text = fit(text);
    if !text.contains(char::is_whitespace) {
        return push_string(out, &text);
    }
    push_string(out, &text.split_whitespace().collect::<Vec<_>>().join("%20"));
}

/// Appends a code with its quotes: white space stands inside alone, and one by one.
pub(crate) fn push_code(out: &mut Vec<u8>, text: &str) {
    if !text.contains(char::is_whitespace) {
        return push(out, text);
    }
    push(out, &text.split_whitespace().collect::<Vec<_>>().join(" "));
}

fn fit(text: &str) -> Cow<'_, str> {
    if text.trim().is_empty() {
        return Cow::Borrowed("-");
    }
    if text.contains(is_unfit) {
        return Cow::Owned(text.replace(is_unfit, "\u{fffd}"));
    }
    Cow::Borrowed(text)
}

/// Controls, and what XML cannot hold.
fn is_unfit(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}')
}
