//! A report as PDF/UA-1: tagged, with an outline, in an embedded typeface (Noto Sans, OFL).
//!
//! The sheet is laid out first, so that each page knows how many there are, and painted then. What
//! the typeface lacks is drawn as an empty box that is still the character to whoever searches,
//! copies or listens.
mod face;
mod flow;
mod lines;
mod paint;
mod table;
mod tree;

use super::{
    Report,
    code::{Modules, QUIET},
    sheet::{Block, Code, Sheet},
};
use crate::Reader;
use face::{Faces, Weight};
use flow::{Flow, Style};
use kiln_fhir::Instant;
use krilla::{
    SerializeSettings,
    configure::{Accessibility, ConfigurationBuilder},
    document::Document,
    metadata::{DateTime, Metadata},
    tagging::{ListNumbering, Tag, TagKind},
};
use std::num::NonZeroU16;
use thiserror::Error;

/// Why a PDF cannot be written: a mistake of ours, in words for the log that hold nothing of it.
#[derive(Debug, Error)]
#[error("{0}")]
pub struct Unwritable(&'static str);

impl Report {
    /// The report as PDF/UA-1 (ISO 14289-1), on pages of A4.
    ///
    /// # Errors
    /// What was written would be no PDF/UA-1.
    pub fn to_pdf(&self, reader: &Reader) -> Result<Vec<u8>, Unwritable> {
        let sheet = Sheet::of(self, reader);
        let faces = Faces::load().ok_or(Unwritable("the typeface cannot be read"))?;
        let mut flow = Flow::new(&faces);
        flow.heading(1, &sheet.title);
        sheet.blocks.iter().for_each(|block| push(&mut flow, block));
        let mut document = document(&sheet.title, reader)?;
        let page = reader.language.report().page;
        paint::paint(&mut document, flow.finish(), &faces, &sheet.title, page);
        document.finish().map_err(|_error| Unwritable("what was written is no PDF/UA-1"))
    }
}

fn document(title: &str, reader: &Reader) -> Result<Document, Unwritable> {
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|_error| Unwritable("PDF/UA-1 cannot be asked for"))?;
    let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    let metadata = Metadata::new()
        .title(title.to_owned())
        .language(reader.language.tag().to_owned())
        .creator("Kiln".to_owned())
        .producer("Kiln".to_owned());
    let metadata = match date(reader.now) {
        Some(date) => metadata.creation_date(date),
        None => metadata,
    };
    document.set_metadata(metadata);
    Ok(document)
}

fn date(instant: Instant) -> Option<DateTime> {
    let utc = jiff::Timestamp::from_millisecond(instant.millis).ok()?;
    let utc = utc.to_zoned(jiff::tz::TimeZone::UTC);
    let small = |number: i8| u8::try_from(number).ok();
    let date = DateTime::new(u16::try_from(utc.year()).ok()?);
    let date = date.month(small(utc.month())?).day(small(utc.day())?).hour(small(utc.hour())?);
    let date = date.minute(small(utc.minute())?).second(small(utc.second())?);
    Some(date.utc_offset_hour(0).utc_offset_minute(0))
}

fn push(flow: &mut Flow<'_>, block: &Block) {
    match block {
        Block::Heading(level, text) => flow.heading(*level, text),
        Block::Paragraph(text) => flow.paragraph(text, Style::text(Weight::Regular), Tag::P),
        Block::Notice(text) => flow.paragraph(text, Style::text(Weight::SemiBold), Tag::P),
        Block::Facts(facts) => push_facts(flow, facts),
        Block::Table(table) => table::push(flow, table),
        Block::Code(code) => push_code(flow, code),
    }
}

/// Names on the left, what they are on the right.
fn push_facts(flow: &mut Flow<'_>, facts: &[(String, String)]) {
    flow.open(Tag::L(ListNumbering::None));
    for (name, value) in facts {
        flow.open(Tag::LI);
        flow.columns(&[
            (name, FACT_NAME, Style::text(Weight::SemiBold), Tag::Lbl.into()),
            (value, 1.0 - FACT_NAME, Style::text(Weight::Regular), Tag::LBody.into()),
        ]);
        flow.close();
    }
    flow.close();
    flow.skip(6.0);
}

/// The part of the width that the names of facts have.
const FACT_NAME: f32 = 0.3;

/// Points of a code's side.
const CODE_SIDE: f32 = 130.0;

fn push_code(flow: &mut Flow<'_>, code: &Code) {
    if let Some(modules) = Modules::of(&code.holds) {
        flow.need(CODE_SIDE + 60.0);
        let side = modules.side + 2 * QUIET;
        let scale = CODE_SIDE / side as f32;
        let dark = modules.runs().map(|(column, row, length)| {
            [column + QUIET, row + QUIET, length].map(|number| number as f32 * scale)
        });
        flow.figure(CODE_SIDE, scale, &dark.collect::<Vec<_>>(), &code.describes);
    }
    flow.paragraph(&code.describes, Style::small(), Tag::P);
    for line in code.holds.lines() {
        flow.paragraph(line, Style::small(), Tag::P);
    }
}

/// The tag of a heading.
fn heading(level: u8, text: &str) -> TagKind {
    let level = NonZeroU16::new(u16::from(level)).unwrap_or(NonZeroU16::MIN);
    Tag::Hn(level, Some(text.to_owned())).into()
}

#[cfg(test)]
mod tests;
