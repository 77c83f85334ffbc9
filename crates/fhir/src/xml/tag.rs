//! A start tag: its name and its attributes. The library hands tags over unchecked
//! (<https://github.com/tafia/quick-xml/issues/848>).
use super::character::{SPACES, is_space};
use super::name::is_name;

/// More attributes than this in one tag are refused: FHIR's elements have two at most, XHTML's few.
const ATTRIBUTES_MAX: usize = 32;

/// A start tag.
pub(super) struct Tag<'a> {
    /// Before the colon.
    pub(super) prefix: Option<&'a str>,
    pub(super) name: &'a str,
    /// Names with their prefixes, and values as they stand between their quotes.
    pub(super) attributes: Vec<(&'a str, &'a str)>,
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
        let end = inside.bytes().position(is_space).unwrap_or(inside.len());
        let (name, mut rest) = inside.split_at(end);
        attributes.clear();
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
        let (prefix, name) = split(name).ok_or("this is no name of XML")?;
        Ok(Self { prefix, name, attributes })
    }
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
    let (name, after) = trimmed.split_once('=').ok_or("an attribute needs a value in quotes")?;
    let name = name.trim_end_matches(SPACES);
    split(name).ok_or("an attribute whose name is no name of XML")?;
    let after = trim_start(after);
    let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''));
    let quote = quote.ok_or("an attribute needs a value in quotes")?;
    let (value, after) = after[1..].split_once(quote).ok_or("an attribute's quotes are open")?;
    Ok(Some((name, value, after)))
}

fn trim_start(text: &str) -> &str {
    let spaces = text.bytes().take_while(|&byte| is_space(byte)).count();
    &text[spaces..]
}
