//! Names: what XML may call an element, and how a JSON name that is no XML name travels in XML.
use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether this is a name without a prefix (`NCName`,
/// <https://www.w3.org/TR/xml-names/#NT-NCName>).
pub(super) fn is_name(text: &str) -> bool {
    if !text.is_empty() && plain(text) == text.len() {
        return true;
    }
    let mut letters = text.chars();
    letters.next().is_some_and(starts_name) && letters.all(continues_name)
}

/// How many letters and digits of ASCII a text starts with, the first of them a letter: FHIR's
/// names have no others, and XML allows them all.
pub(super) fn plain(text: &str) -> usize {
    let bytes = text.as_bytes();
    if !bytes.first().is_some_and(u8::is_ascii_alphabetic) {
        return 0;
    }
    bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count()
}

/// `NameStartChar` without the colon (<https://www.w3.org/TR/xml/#NT-NameStartChar>).
fn starts_name(letter: char) -> bool {
    if letter.is_ascii() {
        return letter.is_ascii_alphabetic() || letter == '_';
    }
    matches!(letter,
        '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}'
        | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}'
        | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

/// `NameChar` without the colon (<https://www.w3.org/TR/xml/#NT-NameChar>).
fn continues_name(letter: char) -> bool {
    starts_name(letter)
        || letter.is_ascii_digit()
        || matches!(letter,
            '-' | '.' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// A JSON name as an XML name: what cannot stand there is written `_x0020_`, as ISO 9075-14 and
/// .NET's `XmlConvert.EncodeName` do. Names of FHIR's elements stay as they are. `awkward` names
/// would be read as something else, so that their first letter is written that way, too.
pub(super) fn encoded(key: &str, awkward: bool) -> Cow<'_, str> {
    if !awkward && key.bytes().all(|byte| byte.is_ascii_alphabetic()) && !key.is_empty() {
        return Cow::Borrowed(key);
    }
    let mut name = String::with_capacity(key.len() + 8);
    for (at, letter) in key.char_indices() {
        let first = at == 0;
        let plain = if first { !awkward && starts_name(letter) } else { continues_name(letter) };
        // The mark itself: at the start, where `_name` means the extensions of `name`, and before
        // what could be taken for it.
        let mark = letter == '_' && (first || key[at + 1..].starts_with('x'));
        if plain && !mark {
            name.push(letter);
        } else {
            write!(name, "_x{:04X}_", u32::from(letter)).expect("a String takes every text");
        }
    }
    if name.is_empty() { Cow::Borrowed(EMPTY) } else { Cow::Owned(name) }
}

/// The name that has no letter.
const EMPTY: &str = "_x_";

/// The JSON name of an XML name.
pub(super) fn decoded(name: &str) -> Cow<'_, str> {
    if !is_encoded(name) {
        return Cow::Borrowed(name);
    }
    if name == EMPTY {
        return Cow::Borrowed("");
    }
    let (mut key, mut rest) = (String::with_capacity(name.len()), name);
    while let Some(at) = rest.find("_x") {
        key.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((letter, after)) = escape(rest) {
            key.push(letter);
            rest = after;
        } else {
            key.push_str("_x");
            rest = &rest[2..];
        }
    }
    key.push_str(rest);
    Cow::Owned(key)
}

/// Whether there may be an escape in it.
fn is_encoded(name: &str) -> bool {
    name.bytes().any(|byte| byte == b'_') && name.contains("_x")
}

/// Whether a JSON name of this beginning was written as [`encoded`] writes it.
pub(super) fn starts_encoded(name: &str) -> bool {
    name == EMPTY || escape(name).is_some()
}

/// `_x0020_` at the start of a text: the letter, and what follows.
fn escape(text: &str) -> Option<(char, &str)> {
    let (digits, after) = text.strip_prefix("_x")?.split_once('_')?;
    let fits = (4..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let letter = fits.then(|| u32::from_str_radix(digits, 16).ok())??;
    Some((char::from_u32(letter)?, after))
}
