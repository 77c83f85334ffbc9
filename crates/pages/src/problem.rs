//! The page of an error: what happened, and what to do.
use crate::{Html, Reader};

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
    let _ = (view, reader);
    Html::default()
}

/// Its title.
pub fn title(status: u16, reader: &Reader) -> String {
    let _ = reader;
    status.to_string()
}
