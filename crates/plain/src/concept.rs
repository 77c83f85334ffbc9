//! Purposes and roles of agents: what was sent is the text, with a known code beside it where one
//! fits.
use crate::code::{self, Coding, Vocabulary};
use crate::stored::Stored;
use crate::writer::Writer;
use std::borrow::Cow;

/// Writes an item that is a concept.
pub(crate) fn write(json: &mut Writer<'_>, vocabulary: &Vocabulary, text: &str) {
    json.item(|json| {
        if let Some(coding) = vocabulary.known(text) {
            json.array("coding", |json| json.item(|json| coding.write(json)));
        }
        json.member("text", text);
    });
}

/// Reads a concept: its text, else the display or the code of its first coding.
pub(crate) fn read<'t>(
    stored: &mut Stored<'t, '_>,
    at: usize,
    vocabulary: &Vocabulary,
) -> Option<&'t str> {
    let codings = stored.member(at, "coding").unwrap_or(at);
    let first = stored.tape.items(codings).next();
    let of_first = |name| first.and_then(|first| stored.text_of(first, name));
    let text = stored.text_of(at, "text").or(of_first("display")).or(of_first("code"))?;
    stored.take_if(at, "text", |_| true);
    if let Some(first) = first {
        let means = vocabulary.known(text).unwrap_or(NOTHING);
        code::take(stored, first, text, &means);
    }
    Some(text)
}

/// What a text means that is not known.
const NOTHING: Coding<'static> = Coding { system: None, code: Cow::Borrowed(""), display: None };
