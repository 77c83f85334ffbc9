//! `agent.who`, `entity.what` and `source.observer`: references, identifiers and names.
use crate::code::is_resource_type;
use crate::stored::Stored;
use crate::writer::Writer;

/// What a text becomes that is no reference.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Otherwise {
    /// `identifier.value`
    Identifier,
    /// `display`
    Display,
}

/// Writes a Reference.
pub(crate) fn write(json: &mut Writer<'_>, name: &'static str, text: &str, otherwise: Otherwise) {
    json.within(name, |json| {
        if is_literal(text) {
            json.member("reference", text);
        } else if otherwise == Otherwise::Identifier {
            json.within("identifier", |json| json.member("value", text));
        } else {
            json.member("display", text);
        }
    });
}

/// Reads a Reference as a reference, else an identifier's value.
pub(crate) fn read<'t>(stored: &mut Stored<'t, '_>, at: usize) -> Option<&'t str> {
    read_literal(stored, at).or_else(|| read_identifier(stored, at))
}

/// Reads a Reference as a reference, else a name, else an identifier's value.
pub(crate) fn read_name_first<'t>(stored: &mut Stored<'t, '_>, at: usize) -> Option<&'t str> {
    read_literal(stored, at)
        .or_else(|| stored.take_text(at, "display"))
        .or_else(|| read_identifier(stored, at))
}

fn read_literal<'t>(stored: &mut Stored<'t, '_>, at: usize) -> Option<&'t str> {
    let text = stored.take_text(at, "reference")?;
    stored.take_if(at, "type", |r#type| typed(text).is_some_and(|(known, _)| known == r#type));
    Some(text)
}

fn read_identifier<'t>(stored: &mut Stored<'t, '_>, at: usize) -> Option<&'t str> {
    let identifier = stored.member(at, "identifier")?;
    stored.take_text(identifier, "value")
}

/// Whether a text is taken for a reference: `Type/id`, an http URL, a `urn:uuid:` or `urn:oid:`.
/// A type is never guessed.
pub(crate) fn is_literal(text: &str) -> bool {
    let rest = ["http://", "https://", "urn:uuid:", "urn:oid:"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme));
    match rest {
        Some(rest) => !rest.is_empty() && !rest.contains(char::is_whitespace),
        None => typed(text).is_some_and(|(_, id)| is_id(id)),
    }
}

/// The known type of `Type/id`, and the rest.
fn typed(text: &str) -> Option<(&str, &str)> {
    text.split_once('/').filter(|(r#type, _)| is_resource_type(r#type))
}

/// An id as senders have them, FHIR's grammar or not, with a version or without.
fn is_id(text: &str) -> bool {
    let (id, version) = match text.split_once("/_history/") {
        Some((id, version)) => (id, Some(version)),
        None => (text, None),
    };
    let is_one = |id: &str| {
        !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_graphic() && !b"/?#|".contains(&byte))
    };
    is_one(id) && version.is_none_or(is_one)
}

#[cfg(test)]
mod tests;
