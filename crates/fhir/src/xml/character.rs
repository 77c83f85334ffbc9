//! Characters: what XML 1.0 can hold, and how text is written so that it is read back the same.
use quick_xml::XmlVersion;
use quick_xml::events::attributes::Attribute;
use quick_xml::name::QName;
use std::borrow::Cow;

/// Where the first character stands that XML 1.0 cannot hold
/// (<https://www.w3.org/TR/xml/#NT-Char>): controls other than tab, line feed and carriage return,
/// U+FFFE and U+FFFF.
pub(crate) fn unfit(text: &str) -> Option<usize> {
    // Without leaving early the compiler looks at many bytes at once.
    let range = |(least, most): (u8, u8), byte: u8| (least.min(byte), most.max(byte));
    let (least, most) = text.bytes().fold((u8::MAX, 0), range);
    let suspect = |byte: u8| byte < b' ' && !is_space(byte) || byte == FIRST_OF_NONCHARACTERS;
    if least >= b' ' && most < FIRST_OF_NONCHARACTERS || !text.bytes().any(suspect) {
        return None;
    }
    text.char_indices().find(|&(_, letter)| !fits(letter)).map(|(at, _)| at)
}

/// The first byte of U+FFFE and U+FFFF in UTF-8, and of few others.
const FIRST_OF_NONCHARACTERS: u8 = 0xEF;

/// Whether XML 1.0 can hold it.
pub(super) fn fits(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r')
        || letter >= ' ' && !matches!(letter, '\u{FFFE}' | '\u{FFFF}')
}

/// White space of XML (<https://www.w3.org/TR/xml/#NT-S>).
pub(super) const SPACES: [char; 4] = [' ', '\t', '\n', '\r'];

/// Whether it is one of [`SPACES`].
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// The text that an attribute's value stands for: references resolved, white space that stands as
/// it is made into spaces (<https://www.w3.org/TR/xml/#AVNormalize>).
///
/// # Errors
/// What is wrong with it.
pub(super) fn value_of(raw: &str) -> Result<Cow<'_, str>, &'static str> {
    // Without leaving early the compiler looks at many bytes at once.
    let special = |byte: u8| byte < b' ' || matches!(byte, b'&' | b'<');
    if !raw.bytes().fold(false, |any, byte| any | special(byte)) {
        return Ok(Cow::Borrowed(raw));
    }
    if raw.contains('<') {
        return Err("a < in an attribute: write &lt;");
    }
    let attribute = Attribute { key: QName("value"), value: Cow::Borrowed(raw) };
    let text = attribute.normalized_value(XmlVersion::Explicit1_0);
    // The library's reason quotes the reference, which may be anything.
    let text = text.ok().ok_or("a reference that XML does not define: write the character")?;
    if unfit(&text).is_some() {
        return Err("a reference to a character that XML does not allow");
    }
    Ok(text)
}

/// Appends text as an attribute's value with its quotes. White space but the space itself is
/// written as references, for a reader makes spaces of it. What XML cannot hold becomes U+FFFD;
/// [`crate::parse`] accepts no such text.
pub(super) fn push_value(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    push_escaped(out, text);
    out.push(b'"');
}

/// Appends text escaped for an attribute or for content.
pub(super) fn push_escaped(out: &mut Vec<u8>, text: &str) {
    let special = |byte: u8| byte < b' ' || matches!(byte, b'&' | b'<' | b'"' | b'>' | 0xEF);
    if !text.bytes().fold(false, |any, byte| any | special(byte)) {
        return out.extend_from_slice(text.as_bytes());
    }
    let mut done = 0;
    for (at, letter) in text.char_indices() {
        let written = match letter {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\t' => "&#9;",
            '\n' => "&#10;",
            '\r' => "&#13;",
            letter if fits(letter) => continue,
            _ => "\u{FFFD}",
        };
        out.extend_from_slice(&text.as_bytes()[done..at]);
        out.extend_from_slice(written.as_bytes());
        done = at + letter.len_utf8();
    }
    out.extend_from_slice(&text.as_bytes()[done..]);
}
