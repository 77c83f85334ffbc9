//! What stands around every page: title, navigation, who is signed in, the mark of the demo.
use crate::{Html, Language, texts};
use askama::Template;

/// What a page is, beside what it holds.
#[derive(Clone, Debug)]
pub struct Page<'a> {
    /// Its title, in the reader's language; holds no patient: it goes into the browser's history.
    pub title: &'a str,
    /// The language it is in.
    pub language: Language,
    /// What the reader may open, in the order shown.
    pub nav: &'a [Section],
    /// Which of them this page is in.
    pub section: Option<Section>,
    /// What stands before every path: empty, or `/t/{tenant}`.
    pub base: &'a str,
    /// Whether the data are generated: marked on every page, in print too.
    pub demo: bool,
    /// The zone that times are shown in ([`zone_name`](crate::Reader::zone_name)); `None` where
    /// there are none.
    pub zone: Option<&'a str>,
    /// Whom the reader is signed in as; `None` in the open mode.
    pub signed_in_as: Option<&'a str>,
    /// Scripts below `base`, such as `/assets/live.js`; pages can be read without them.
    pub scripts: &'a [&'a str],
}

/// A part of the pages that the navigation leads to.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Section {
    /// `/`
    Timeline,
    /// `/review`
    Review,
    /// `/reports`
    Reports,
    /// `/evidence`
    Evidence,
    /// `/operations`
    Operations,
}

impl Section {
    /// Its path below the base.
    pub fn path(self) -> &'static str {
        match self {
            Self::Timeline => "/",
            Self::Review => "/review",
            Self::Reports => "/reports",
            Self::Evidence => "/evidence",
            Self::Operations => "/operations",
        }
    }

    fn label(self, texts: &texts::Layout) -> &'static str {
        match self {
            Self::Timeline => texts.timeline,
            Self::Review => texts.review,
            Self::Reports => texts.reports,
            Self::Evidence => texts.evidence,
            Self::Operations => texts.operations,
        }
    }
}

/// The whole page around its body.
pub fn layout(page: &Page<'_>, body: &Html) -> String {
    let texts = &page.language.texts().layout;
    Html::of(&Layout { page, body, texts }).into_string()
}

#[derive(Template)]
#[template(path = "layout.html")]
struct Layout<'a> {
    page: &'a Page<'a>,
    body: &'a Html,
    texts: &'a texts::Layout,
}
