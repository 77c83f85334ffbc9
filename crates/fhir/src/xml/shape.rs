//! Which release XML looks like: the marks that JSON is told by, too.
use super::document::Document;
use super::read::read;
use super::to_json;
use crate::json::Members;
use crate::shape::Marks;
use crate::{Limits, OperationOutcome, Release};

/// JSON of XML that was sent to the path of `at`, or to none, and the release it is in: what
/// [`crate::receive`] says of JSON. Read it with that release.
///
/// # Errors
/// Those of [`to_json`]; where it looks like another release, the first issue says so.
pub fn to_json_at(
    body: &[u8],
    at: Option<Release>,
    limits: &Limits,
) -> Result<(Release, Vec<u8>), OperationOutcome> {
    if let Some(release) = at {
        let json = to_json(body, release, limits);
        match (&json, release) {
            (Ok(json), Release::R5) if has_r5s_names(json) => {}
            (_, Release::R5 | Release::R5Draft) => return by_shape(body, at, limits),
            _ => {}
        }
        return Ok((release, json.map_err(|outcome| hinted(outcome, body, release, limits))?));
    }
    by_shape(body, at, limits)
}

fn by_shape(
    body: &[u8],
    at: Option<Release>,
    limits: &Limits,
) -> Result<(Release, Vec<u8>), OperationOutcome> {
    let release = marks(body, limits).release_at(at);
    let json = to_json(body, release, limits);
    Ok((release, json.map_err(|outcome| hinted(outcome, body, release, limits))?))
}

fn hinted(
    mut outcome: OperationOutcome,
    body: &[u8],
    release: Release,
    limits: &Limits,
) -> OperationOutcome {
    if let Some(hint) = marks(body, limits).hint(release) {
        outcome.issues.insert(0, hint);
    }
    outcome
}

/// R5 alone has these; most of what is sent to it has them.
fn has_r5s_names(json: &[u8]) -> bool {
    Members::of(json, 0).any(|member| member.is("code") || member.is("category"))
}

fn marks(body: &[u8], limits: &Limits) -> Marks {
    let mut marks = Marks::default();
    if body.len() <= limits.body_bytes_max
        && let Ok(document) = read(body, Release::R4, limits)
    {
        see(&document, &mut marks);
    }
    marks
}

fn see(document: &Document<'_>, marks: &mut Marks) {
    for group in document.groups(0) {
        let name = document.node(group).name;
        marks.see(name, "");
        if !Marks::PARENTS.contains(&name) {
            continue;
        }
        for item in document.items(group) {
            if document.node(item).value.is_some() {
                marks.see(name, Marks::VALUE);
            }
            document.groups(item).for_each(|inside| marks.see(name, document.node(inside).name));
        }
    }
}

#[cfg(test)]
mod tests;
