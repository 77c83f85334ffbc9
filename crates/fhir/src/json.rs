//! JSON as FHIR wants it: one flat tape for what comes in, strings for what goes out.
mod builder;
mod members;
mod pairs;
mod read;
mod start;
mod tape;
pub(crate) mod word;

pub(crate) use builder::Builder;
pub(crate) use members::{Members, plain};
pub(crate) use pairs::{Key, Pairs};
pub use read::read;
pub(crate) use read::{not_json, text_of};
pub(crate) use start::{ends_alike, start};
pub use tape::{Children, Span, Tape, Value};
pub(crate) use tape::{Member, shown};

/// Appends `text` as a JSON string with its quotes.
#[expect(clippy::missing_panics_doc, reason = "writing text to memory cannot fail")]
pub fn push_string(out: &mut Vec<u8>, text: &str) {
    if !word::anywhere(text.as_bytes(), word::has_escaped) {
        out.reserve(text.len() + 2);
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        return out.push(b'"');
    }
    serde_json::to_writer(out, text).expect("a Vec takes every byte");
}

#[cfg(test)]
mod tests;
