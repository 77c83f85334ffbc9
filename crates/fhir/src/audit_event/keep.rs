//! Events that break the base definition, read as far as they can be.
use super::{Limits, Parsed, fill, read};
use crate::definition::find;
use crate::json::{Tape, Value};
use crate::outcome::Issues;
use crate::xml::unfit;
use crate::{Issue, OperationOutcome, Release, Severity, shape};

/// Parses an event like [`receive`](crate::receive), and takes it though it breaks the base
/// definition: then the warnings begin with what is wrong. The view holds what could be read.
///
/// # Errors
/// What no reader could cope with, with the answer that [`receive`](crate::receive) has for it: not
/// JSON, a limit, another resource type; what looks like another release; without a `recorded` that
/// says a day; with characters that XML has not; with a `meta` or `meta.tag` of another type,
/// where nothing could be added.
pub fn keep<'a>(
    body: &'a [u8],
    at: Option<Release>,
    limits: &Limits,
) -> Result<Parsed<'a>, OperationOutcome> {
    let tape = read(body, limits)?;
    keep_tape(&tape, shape::release_at(&tape, at))
}

/// What [`keep`] does once the release is told.
pub(crate) fn keep_tape<'a>(
    tape: &Tape<'a>,
    release: Release,
) -> Result<Parsed<'a>, OperationOutcome> {
    if let Some(hint) = shape::hint(tape, release) {
        let mut outcome = find(tape, release)?.into_outcome();
        outcome.issues.insert(0, hint);
        return Err(outcome);
    }
    kept_tape(tape, release)
}

/// Parses an event that was kept as one of this release.
///
/// # Errors
/// Those of [`keep`], but for what it looks like.
pub fn kept<'a>(
    body: &'a [u8],
    release: Release,
    limits: &Limits,
) -> Result<Parsed<'a>, OperationOutcome> {
    kept_tape(&read(body, limits)?, release)
}

fn kept_tape<'a>(tape: &Tape<'a>, release: Release) -> Result<Parsed<'a>, OperationOutcome> {
    let found = find(tape, release)?;
    if !has_room(tape) || !is_text(tape) {
        return Err(found.into_outcome());
    }
    let Some(event) = fill::fill(tape, &found.slots, release) else {
        return Err(found.into_outcome());
    };
    let mut warnings = as_warnings(found.errors);
    warnings.extend(found.warnings.into_vec());
    Ok(Parsed { event, warnings })
}

fn as_warnings(errors: Issues) -> Vec<Issue> {
    let warning = |issue: Issue| match issue.severity {
        Severity::Error => Issue { severity: Severity::Warning, ..issue },
        Severity::Warning | Severity::Information => issue,
    };
    errors.into_vec().into_iter().map(warning).collect()
}

/// Whether a tag can be added to it.
fn has_room(tape: &Tape<'_>) -> bool {
    let Some(meta) = tape.member(0, "meta") else { return true };
    let is_object = matches!(tape.value(meta), Value::Object(_));
    let tag = tape.member(meta, "tag");
    is_object && tag.is_none_or(|tag| matches!(tape.value(tag), Value::Array(_)))
}

/// Whether XML can hold it.
fn is_text(tape: &Tape<'_>) -> bool {
    let is_fit = |text: &str| unfit(text).is_none();
    (0..tape.len()).all(|at| is_fit(tape.key(at)) && tape.text(at).is_none_or(is_fit))
}

#[cfg(test)]
mod tests;
