//! XML at the door (<https://hl7.org/fhir/R4/xml.html>): it becomes JSON of the same release when it
//! comes in, as text or as the tape that the text would be read into, and JSON becomes XML when it
//! goes out. Everything between sees JSON only.
//!
//! What XML does not say, what repeats and what is a boolean or a number, the release's tables do.
//! Elements that are in no table are kept by rule: one that is there several times is an array, one
//! with a value is a boolean if it says `true` or `false` and else a string, one with nothing but
//! extensions is a primitive without a value, one with a single element inside whose name starts
//! with a capital letter holds a resource. Names that XML cannot hold are written `_x0020_`.

mod bundle;
mod character;
mod document;
mod events;
mod from_json;
mod hint;
mod members;
mod name;
mod namespace;
mod narrative;
mod read;
mod receive;
mod shape;
mod sink;
mod tag;
mod to_json;
mod token;

pub use bundle::{Apart, root_name, take_apart};
pub(crate) use character::unfit;
pub use from_json::from_json;
pub use receive::{keep, receive};
pub use shape::to_json_at;
pub use to_json::to_json;

/// Whether a string of JSON can stand in a narrative: one well-formed `div`, without references
/// beyond XML's five and numbers, without prefixes. [`from_json`] writes any other as its text.
pub fn is_narrative(div: &str) -> bool {
    narrative::Narrative::of(div) != narrative::Narrative::No
}

/// What comments are called in DSTU2's JSON (<https://hl7.org/fhir/DSTU2/json.html#xml>).
const COMMENTS: &str = "fhir_comments";

/// Elements of this name have a `url`, which is an attribute.
fn is_extension(name: &str) -> bool {
    matches!(name, "extension" | "modifierExtension")
}

#[cfg(test)]
mod tests;
