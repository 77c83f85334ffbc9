//! The narrative: a `div` of XHTML, which JSON holds as a string (<https://hl7.org/fhir/R4/json.html>).
//! It is never looked into beyond being well-formed, and goes from one to the other as it stands.
use super::character::{is_space, unfit, value_of};
use super::events::{DEPTH_MAX, Refusal, check_instruction, check_reference, reader, refusal};
use super::namespace::XHTML;
use super::tag::Tag;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::borrow::Cow;

/// How a `div` starts that has no namespace in JSON, as DSTU2's examples have none. Nobody else
/// writes two spaces there, so that the way back is known.
const DECLARED: &str = "<div  xmlns=\"http://www.w3.org/1999/xhtml\"";

/// The string that JSON holds of a `div` of XML.
pub(super) fn as_string(source: &str) -> Cow<'_, str> {
    match source.strip_prefix(DECLARED) {
        Some(rest) => Cow::Owned(format!("<div{rest}")),
        None => Cow::Borrowed(source),
    }
}

/// The text in a `div` that holds nothing else.
pub(super) fn text_in(source: &str) -> Option<Cow<'_, str>> {
    let (_, inside) = source.split_once('>')?;
    value_of(inside.strip_suffix("</div>")?).ok()
}

/// Appends what `text`, which starts with the `div` at `start`, is in XML.
pub(super) fn push_declared(out: &mut Vec<u8>, text: &str, start: usize) {
    out.extend_from_slice(DECLARED.as_bytes());
    out.extend_from_slice(&text.as_bytes()[start + "<div".len()..]);
}

/// Whether a string can stand in XML as a narrative.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Narrative {
    /// As it is.
    Whole,
    /// It has no namespace: it starts at this place.
    Undeclared(usize),
    /// It is no well-formed `div`.
    No,
}

impl Narrative {
    /// Judges a string of JSON.
    pub(super) fn of(text: &str) -> Self {
        let start = text.bytes().take_while(|&byte| is_space(byte)).count();
        if unfit(text).is_some() || !text[start..].starts_with("<div") {
            return Self::No;
        }
        match Self::at(text, start) {
            Ok(narrative) => narrative,
            Err(_) => Self::No,
        }
    }

    /// Judges a string whose tag starts at `start`.
    fn at(text: &str, start: usize) -> Result<Self, Refusal> {
        let mut events = reader(&text[start..]);
        let first = events.read_event().map_err(|error| refusal(&error))?;
        let opened = start + events.buffer_position() as usize;
        let tag = Tag::read(&text[start..opened], Vec::new())?;
        check_tag(&tag)?;
        if matches!(first, Event::Start(_)) {
            skip(&mut events, text, start)?;
        }
        let after = &text[start + events.buffer_position() as usize..];
        if tag.name != "div" || !after.bytes().all(is_space) {
            return Ok(Self::No);
        }
        let declared = tag.attributes.iter().find(|(name, _)| *name == "xmlns");
        Ok(match declared {
            Some((_, value)) if value_of(value)? == XHTML => Self::Whole,
            Some(_) => Self::No,
            None => Self::Undeclared(start),
        })
    }
}

/// Reads on behind the start tag of a `div` to its end. `text` from `start` on is what `reader`
/// reads.
///
/// # Errors
/// It is not well-formed, too deep, or needs what is declared outside of it.
pub(super) fn skip<'a>(
    reader: &mut Reader<&'a [u8]>,
    text: &'a str,
    start: usize,
) -> Result<(), Refusal> {
    let (mut depth, mut room) = (1_usize, Vec::new());
    while depth > 0 {
        let before = start + reader.buffer_position() as usize;
        let event = reader.read_event().map_err(|error| refusal(&error))?;
        let source = &text[before..start + reader.buffer_position() as usize];
        match event {
            Event::Start(_) | Event::Empty(_) => {
                let tag = Tag::read(source, room)?;
                check_tag(&tag)?;
                room = tag.attributes;
                depth += usize::from(matches!(event, Event::Start(_)));
                if depth > DEPTH_MAX {
                    return Err(Refusal::too_long("too deep: nest less"));
                }
            }
            Event::End(_) => depth -= 1,
            Event::Text(_) if source.contains(']') && source.contains("]]>") => {
                return Err("]]> in text".into());
            }
            Event::Text(_) | Event::CData(_) | Event::Comment(_) => {}
            Event::GeneralRef(reference) => check_reference(&reference)?,
            Event::PI(instruction) => check_instruction(&instruction)?,
            Event::Decl(_) => return Err("an XML declaration that is not at the start".into()),
            Event::DocType(_) => return Err(super::events::DOCTYPE.into()),
            Event::Eof => return Err("the body ends before the narrative does".into()),
        }
    }
    Ok(())
}

/// No prefixes but XML's own, for what they stand for is declared outside of the `div`.
pub(super) fn check_tag(tag: &Tag<'_>) -> Result<(), Refusal> {
    if tag.prefix.is_some() {
        return Err("a prefix in the narrative: declare XHTML's namespace without one".into());
    }
    for (name, value) in &tag.attributes {
        let prefix = name.split_once(':').map(|(prefix, _)| prefix);
        if prefix.is_some_and(|prefix| !matches!(prefix, "xml" | "xmlns")) {
            return Err("an attribute with a prefix in the narrative: send none".into());
        }
        value_of(value)?;
    }
    Ok(())
}
