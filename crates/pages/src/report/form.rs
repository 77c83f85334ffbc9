//! The form that asks for a report. What it is asked is sent, and never stands in an address.
use crate::{Html, Language, Reader};
use askama::Template;

/// What the form starts with.
#[derive(Clone, Debug)]
pub struct Form<'a> {
    /// Before every path: empty, or `/t/{tenant}`.
    pub base: &'a str,
    /// The one patient that the reader may ask for, if it is one.
    pub patient: Option<&'a str>,
}

/// What stands in the page of the form.
pub fn form(form: &Form<'_>, reader: &Reader) -> Html {
    let texts = reader.language.report();
    Html::of(&Body { form, texts, language: reader.language })
}

/// Its title.
pub fn form_title(reader: &Reader) -> &'static str {
    reader.language.report().form.title
}

#[derive(Template)]
#[template(path = "report_form.html")]
struct Body<'a> {
    form: &'a Form<'a>,
    texts: &'static super::texts::Texts,
    language: Language,
}
