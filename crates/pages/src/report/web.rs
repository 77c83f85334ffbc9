//! A report as a page, which prints as the PDF looks.
use super::{
    Report,
    code::{Modules, QUIET},
    sheet::{Block, Code, Sheet, front},
};
use crate::{Html, Reader};
use askama::Template;
use std::fmt::Write as _;

impl Report {
    /// Its title, in the reader's language; it names nobody.
    pub fn title(&self, reader: &Reader) -> &'static str {
        let texts = reader.language.report();
        match self.kind {
            super::Kind::Access => texts.access_title,
            super::Kind::Disclosure => texts.disclosure_title,
        }
    }

    /// What the first page says, as the narrative of a FHIR resource
    /// (<https://hl7.org/fhir/R4/narrative.html>).
    pub fn to_narrative(&self, reader: &Reader) -> Html {
        let mut blocks = Vec::new();
        front::push(&mut blocks, self, reader);
        Html::of(&Narrative { blocks: &blocks })
    }

    /// That it tells no event, as such a narrative.
    pub fn to_narrative_of_nothing(&self, reader: &Reader) -> Html {
        let texts = reader.language.report();
        let says = self.nothing(texts).to_owned();
        Html::of(&Narrative { blocks: &[Block::Paragraph(says)] })
    }

    /// What stands in its page.
    pub fn to_html(&self, reader: &Reader) -> Html {
        Html::of(&Body { sheet: &Sheet::of(self, reader) })
    }
}

#[derive(Template)]
#[template(path = "report.html")]
struct Body<'a> {
    sheet: &'a Sheet,
}

#[derive(Template)]
#[template(path = "report_narrative.html")]
struct Narrative<'a> {
    blocks: &'a [Block],
}

/// The picture of a code; where there is none, its text stands alone.
fn picture(code: &Code) -> Html {
    let Some(modules) = Modules::of(&code.holds) else { return Html::default() };
    let side = modules.side + 2 * QUIET;
    let mut path = String::new();
    for (column, row, length) in modules.runs() {
        let (x, y) = (column + QUIET, row + QUIET);
        write!(path, "M{x} {y}h{length}v1h-{length}z").expect("a String takes every text");
    }
    Html::of(&Picture { side, path: &path, describes: &code.describes })
}

#[derive(Template)]
#[template(path = "report_code.html")]
struct Picture<'a> {
    side: usize,
    path: &'a str,
    describes: &'a str,
}

#[cfg(test)]
mod tests;
