//! Events that are sent as XML, without the text of JSON in between.
use super::shape::Told;
use super::to_json::tape_of;
use crate::json::Tape;
use crate::{Limits, OperationOutcome, Parsed, Release, audit_event};

/// What [`crate::receive`] says of the event's JSON ([`super::to_json_at`]).
///
/// # Errors
/// Those of both.
pub fn receive<'a>(
    body: &'a [u8],
    at: Option<Release>,
    limits: &Limits,
) -> Result<Parsed<'a>, OperationOutcome> {
    let (release, tape) = tape_at(body, at, limits)?;
    audit_event::receive_tape(&tape, release)
}

/// What [`crate::keep`] says of the event's JSON ([`super::to_json_at`]).
///
/// # Errors
/// Those of both.
pub fn keep<'a>(
    body: &'a [u8],
    at: Option<Release>,
    limits: &Limits,
) -> Result<Parsed<'a>, OperationOutcome> {
    let (release, tape) = tape_at(body, at, limits)?;
    audit_event::keep_tape(&tape, release)
}

fn tape_at<'a>(
    body: &'a [u8],
    at: Option<Release>,
    limits: &Limits,
) -> Result<(Release, Tape<'a>), OperationOutcome> {
    let told = Told::of(body, at, limits)?;
    let tape = tape_of(&told.document, told.release, limits);
    Ok((told.release, tape.map_err(|issue| told.hinted(issue.into()))?))
}

#[cfg(test)]
mod tests;
