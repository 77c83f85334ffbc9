//! Marks: extensions that say how a stored event was sent plainly.
//!
//! `plain` keeps the text that was sent, on an element that would be read as another text;
//! `derived` stands on an element that the table added and that says nothing of its own.
use crate::stored::Stored;
use crate::writer::Writer;
pub(crate) use kiln_fhir::extension::{DERIVED, PLAIN};
use kiln_fhir::json::Value;

/// Writes the extension with the text that was sent.
pub(crate) fn write_plain(json: &mut Writer<'_>, text: &str) {
    json.array("extension", |json| {
        json.item(|json| {
            json.member("url", PLAIN);
            json.member("valueString", text);
        });
    });
}

/// Writes the extension that says that the element was added.
pub(crate) fn write_derived(json: &mut Writer<'_>) {
    json.array("extension", |json| {
        json.item(|json| {
            json.member("url", DERIVED);
            json.key("valueBoolean");
            json.boolean(true);
        });
    });
}

/// The text that the element was sent as, where it is marked; takes the mark.
pub(crate) fn plain<'t>(stored: &mut Stored<'t, '_>, at: usize) -> Option<&'t str> {
    let extension = find(stored, at, PLAIN)?;
    let text = stored.take_text(extension, "valueString")?;
    stored.take_text(extension, "url");
    Some(text)
}

/// Whether the element is marked as added.
pub(crate) fn is_derived(stored: &Stored<'_, '_>, at: usize) -> bool {
    find(stored, at, DERIVED)
        .and_then(|extension| stored.tape.member(extension, "valueBoolean"))
        .is_some_and(|value| matches!(stored.tape.value(value), Value::Bool(true)))
}

/// Takes the mark of an element that was added.
pub(crate) fn take_derived(stored: &mut Stored<'_, '_>, at: usize) {
    if let Some(extension) = find(stored, at, DERIVED) {
        stored.take_text(extension, "url");
        if let Some(value) = stored.tape.member(extension, "valueBoolean") {
            stored.take(value);
        }
    }
}

fn find(stored: &Stored<'_, '_>, at: usize, url: &str) -> Option<usize> {
    let extensions = stored.tape.member(at, "extension")?;
    stored.tape.items(extensions).find(|&item| stored.text_of(item, "url") == Some(url))
}
