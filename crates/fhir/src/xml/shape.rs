//! Which release XML looks like: the marks that JSON is told by, too.
use super::document::Document;
use super::read::read;
use super::to_json::json_of;
use crate::shape::Marks;
use crate::{Limits, OperationOutcome, Release};

/// JSON of XML that was sent to the path of `at`, or to none, and the release it is in: what
/// [`crate::receive`] says of JSON. Read it with that release.
///
/// # Errors
/// Those of [`super::to_json`]; where it looks like another release, the first issue says so.
pub fn to_json_at(
    body: &[u8],
    at: Option<Release>,
    limits: &Limits,
) -> Result<(Release, Vec<u8>), OperationOutcome> {
    let told = Told::of(body, at, limits)?;
    let json = json_of(&told.document, told.release);
    Ok((told.release, json.map_err(|issue| told.hinted(issue.into()))?))
}

/// A document, and the release it is in.
pub(super) struct Told<'a> {
    pub(super) document: Document<'a>,
    pub(super) release: Release,
}

impl<'a> Told<'a> {
    /// Reads what was sent to the path of `at`, or to none.
    ///
    /// # Errors
    /// It is no XML of FHIR.
    pub(super) fn of(
        body: &'a [u8],
        at: Option<Release>,
        limits: &Limits,
    ) -> Result<Self, OperationOutcome> {
        let likely = at.unwrap_or(Release::R4);
        let document = read(body, likely, limits)?;
        let release = match at {
            Some(Release::R5) if has_r5s_names(&document) => Release::R5,
            Some(Release::R5 | Release::R5Draft) | None => marks(&document).release_at(at),
            Some(release) => release,
        };
        if release == Release::Dstu2 && likely != release && document.comments {
            // It alone keeps them, so that they were left out.
            return Ok(Self { document: read(body, release, limits)?, release });
        }
        Ok(Self { document, release })
    }

    /// With what it looks like first, where that is another release.
    pub(super) fn hinted(&self, mut outcome: OperationOutcome) -> OperationOutcome {
        if let Some(hint) = marks(&self.document).hint(self.release) {
            outcome.issues.insert(0, hint);
        }
        outcome
    }
}

/// R5 alone has these; most of what is sent to it has them.
fn has_r5s_names(document: &Document<'_>) -> bool {
    document.groups(0).any(|group| matches!(document.node(group).name, "code" | "category"))
}

fn marks(document: &Document<'_>) -> Marks {
    let mut marks = Marks::default();
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
    marks
}

#[cfg(test)]
mod tests;
