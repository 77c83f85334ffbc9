//! Saved searches of one principal.
use crate::{Html, Reader, moment};
use askama::Template;
use kiln_fhir::Instant;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// Before every path: empty, or `/t/{tenant}`.
    pub base: &'a str,
    /// Those saved, by name.
    pub searches: Vec<Saved>,
    /// A search line that is about to be saved; empty where none is.
    pub line: &'a str,
    /// What marks a form as ours.
    pub form: &'a str,
}

/// A search that somebody saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// What they call it.
    pub name: String,
    /// The search line.
    pub line: String,
    /// When.
    pub at: Instant,
}

/// Saved searches of one principal.
pub const SAVED_MAX: usize = 100;
/// Bytes of a name.
pub const NAME_BYTES_MAX: usize = 100;

/// The body of the page.
pub fn body(view: &View<'_>, reader: &Reader) -> Html {
    let texts = &reader.texts().officer.saved;
    let searches = view.searches.iter().map(|saved| Shown {
        saved,
        at: moment::day(saved.at, reader),
        open: (texts.open)(&saved.name),
        forget: (texts.forget)(&saved.name),
    });
    Html::of(&Body { view, t: texts, searches: searches.collect() })
}

#[derive(Template)]
#[template(path = "saved.html")]
struct Body<'a> {
    view: &'a View<'a>,
    t: &'static crate::texts::officer::Saved,
    searches: Vec<Shown<'a>>,
}

struct Shown<'a> {
    saved: &'a Saved,
    at: String,
    open: String,
    forget: String,
}

#[cfg(test)]
mod tests;
