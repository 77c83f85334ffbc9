//! One value of a parameter: escapes, alternatives, the bar between system and code
//! (<https://hl7.org/fhir/R4/search.html#escaping>).
use std::borrow::Cow;

/// Splits at commas that are not escaped. The pieces keep their escapes.
pub(crate) fn alternatives(value: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(value);
    std::iter::from_fn(move || {
        let text = rest?;
        let (piece, after) = match unescaped(text, b',') {
            Some(at) => (&text[..at], Some(&text[at + 1..])),
            None => (text, None),
        };
        rest = after;
        Some(piece)
    })
}

/// Splits at the first bar that is not escaped: what stands before it, if there is one, and after.
pub(crate) fn system_and_code(piece: &str) -> (Option<Cow<'_, str>>, Cow<'_, str>) {
    match unescaped(piece, b'|') {
        Some(at) => (Some(unescape(&piece[..at])), unescape(&piece[at + 1..])),
        None => (None, unescape(piece)),
    }
}

/// Resolves `\,` `\|` `\$` `\\`; any other backslash stands for itself.
pub(crate) fn unescape(piece: &str) -> Cow<'_, str> {
    if !piece.contains('\\') {
        return Cow::Borrowed(piece);
    }
    let mut text = String::with_capacity(piece.len());
    let mut letters = piece.chars().peekable();
    while let Some(c) = letters.next() {
        let escaped = letters.next_if(|next| c == '\\' && matches!(next, ',' | '|' | '$' | '\\'));
        text.push(escaped.unwrap_or(c));
    }
    Cow::Owned(text)
}

fn unescaped(text: &str, wanted: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            byte if byte == wanted => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests;
