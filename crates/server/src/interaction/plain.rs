//! The plain API: the same events for programs that do not speak FHIR (`openapi.json`).
mod create;
mod read;
mod search;

pub(super) use create::create;
pub(super) use read::read;
pub(super) use search::search;

use crate::{
    answer::{Answer, Refusal},
    rendition::Kept,
    version::Version,
};
use hyper::StatusCode;
use kiln_plain::Served;

/// Answers the document of the plain API.
pub(super) fn open_api() -> Answer {
    Answer::plain(StatusCode::OK, include_bytes!("../openapi.json").as_slice())
}

/// Appends a stored event as it reads plainly.
fn push_event(out: &mut Vec<u8>, version: &Version, kept: &Kept<'_>) -> Result<(), Refusal> {
    let (json, release) = kept.json_for_plain()?;
    let served = Served { id: &version.id, received: &version.last_updated };
    kiln_plain::from_fhir(&json, release, &served, out);
    Ok(())
}

/// Appends values as an array.
fn push_array<T>(
    out: &mut Vec<u8>,
    values: &[T],
    mut push: impl FnMut(&mut Vec<u8>, &T) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    out.push(b'[');
    for (position, value) in values.iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        push(out, value)?;
    }
    out.push(b']');
    Ok(())
}

#[cfg(test)]
mod tests;
