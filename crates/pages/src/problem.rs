//! The page of an error: what happened, and what to do.
use crate::{Html, Reader, texts};
use askama::Template;

/// What a page of an error shows.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// Before every path: empty, or `/t/{tenant}`.
    pub base: &'a str,
    /// The HTTP status.
    pub status: u16,
    /// What the refusal says of itself, each issue's diagnostics; holds no value that was sent.
    pub says: &'a [String],
    /// The id of the request, for whoever runs the server.
    pub request_id: Option<&'a str>,
    /// Where to sign in, where that would help.
    pub sign_in: Option<&'a str>,
}

/// The body of the page.
pub fn body(view: &View<'_>, reader: &Reader) -> Html {
    let texts = &reader.texts().problem;
    // Whoever is known and may not see it is not helped by signing in again.
    let sign_in = view.sign_in.filter(|_| view.status == 401);
    Html::of(&Shown {
        view,
        t: texts,
        title: (texts.title)(view.status),
        to_do: (texts.to_do)(view.status),
        sign_in,
    })
}

/// Its title.
pub fn title(status: u16, reader: &Reader) -> String {
    (reader.texts().problem.title)(status).to_owned()
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Shown<'a> {
    view: &'a View<'a>,
    t: &'a texts::Problem,
    title: &'static str,
    to_do: &'static str,
    sign_in: Option<&'a str>,
}
