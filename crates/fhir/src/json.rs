//! JSON as FHIR wants it: one flat tape for what comes in, strings for what goes out.
mod read;
mod tape;

pub(crate) use read::{end_of_input, read};
pub(crate) use tape::{Tape, Value};

/// Appends `text` as a JSON string with its quotes.
pub fn push_string(out: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(out, text).expect("a Vec takes every byte");
}

#[cfg(test)]
mod tests;
