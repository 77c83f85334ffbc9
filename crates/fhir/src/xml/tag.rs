//! A start tag: its name and its attributes. The library hands tags over unchecked
//! (<https://github.com/tafia/quick-xml/issues/848>).
use super::character::{SPACES, is_space};
use super::name::{is_name, plain};
use memchr::memchr;

/// More attributes than this in one tag are refused: FHIR's elements have two at most, XHTML's few.
const ATTRIBUTES_MAX: usize = 32;

/// A start tag.
pub(super) struct Tag<'a> {
    /// Before the colon.
    pub(super) prefix: Option<&'a str>,
    pub(super) name: &'a str,
    /// Whether it has no prefix, and its name is of letters and digits of ASCII.
    pub(super) is_plain: bool,
    /// Names with their prefixes, and values as they stand between their quotes.
    pub(super) attributes: Vec<(&'a str, &'a str)>,
}

/// The name and the value of a tag without a prefix that has no attribute but perhaps that one, as
/// almost all of FHIR's are written.
pub(super) fn simple(source: &str) -> Option<(&str, Option<&str>)> {
    let inside = source.strip_prefix('<')?;
    let (name, rest) = inside.split_at(plain(inside));
    let is_end = |rest: &str| matches!(rest, ">" | "/>");
    if name.is_empty() || is_end(rest) {
        return (!name.is_empty()).then_some((name, None));
    }
    let value = rest.strip_prefix(" value=\"")?;
    let end = memchr(b'"', value.as_bytes())?;
    is_end(&value[end + 1..]).then(|| (name, Some(&value[..end])))
}

impl<'a> Tag<'a> {
    /// Reads `<name attribute="value">`, or `<name attribute="value"/>`. `attributes` is room.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(
        source: &'a str,
        mut attributes: Vec<(&'a str, &'a str)>,
    ) -> Result<Self, &'static str> {
        let inside = source.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
        let inside = inside.ok_or("this is no tag")?;
        let inside = inside.strip_suffix('/').unwrap_or(inside);
        attributes.clear();
        let plain = plain(inside);
        let (name, rest) = inside.split_at(plain);
        let is_plain = plain > 0 && rest.bytes().next().is_none_or(is_space);
        if is_plain {
            push_attributes(rest, &mut attributes)?;
            return Ok(Self { prefix: None, name, is_plain, attributes });
        }
        let end = inside.bytes().position(is_space).unwrap_or(inside.len());
        push_attributes(&inside[end..], &mut attributes)?;
        let (prefix, name) = split(&inside[..end]).ok_or("this is no name of XML")?;
        Ok(Self { prefix, name, is_plain, attributes })
    }
}

fn push_attributes<'a>(
    mut rest: &'a str,
    attributes: &mut Vec<(&'a str, &'a str)>,
) -> Result<(), &'static str> {
    while let Some((attribute, value, after)) = next_attribute(rest)? {
        if attributes.len() == ATTRIBUTES_MAX {
            return Err("too many attributes: send less");
        }
        if attributes.iter().any(|(known, _)| *known == attribute) {
            return Err("this attribute is there twice: send it once");
        }
        attributes.push((attribute, value));
        rest = after;
    }
    Ok(())
}

/// A name and its prefix, where both are names.
pub(super) fn split(name: &str) -> Option<(Option<&str>, &str)> {
    if is_name(name) {
        return Some((None, name));
    }
    let (prefix, local) = name.split_once(':')?;
    (is_name(prefix) && is_name(local)).then_some((Some(prefix), local))
}

type Next<'a> = Option<(&'a str, &'a str, &'a str)>;

/// The attribute that `rest` starts with, after white space: its name, its value, what follows.
fn next_attribute(rest: &str) -> Result<Next<'_>, &'static str> {
    let trimmed = trim_start(rest);
    if trimmed.is_empty() {
        return Ok(None);
    }
    if trimmed.len() == rest.len() {
        return Err("attributes need white space between them");
    }
    let (name, after) = attribute_name(trimmed)?;
    let quote = after.bytes().next().filter(|quote| matches!(quote, b'"' | b'\''));
    let quote = quote.ok_or("an attribute needs a value in quotes")?;
    let after = &after[1..];
    let end = memchr(quote, after.as_bytes()).ok_or("an attribute's quotes are open")?;
    Ok(Some((name, &after[..end], &after[end + 1..])))
}

/// The name that `text` starts with, and what follows its `=`.
fn attribute_name(text: &str) -> Result<(&str, &str), &'static str> {
    // As all of FHIR's are written.
    let (name, after) = text.split_at(plain(text));
    if let Some(after) = after.strip_prefix('=')
        && !name.is_empty()
    {
        return Ok((name, trim_start(after)));
    }
    let (name, after) = text.split_once('=').ok_or("an attribute needs a value in quotes")?;
    let name = name.trim_end_matches(SPACES);
    split(name).ok_or("an attribute whose name is no name of XML")?;
    Ok((name, trim_start(after)))
}

fn trim_start(text: &str) -> &str {
    let spaces = text.bytes().take_while(|&byte| is_space(byte)).count();
    &text[spaces..]
}
