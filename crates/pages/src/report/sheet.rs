//! What a report says, block by block: the page and the PDF are made of the same blocks, so that
//! neither says what the other does not.
mod access;
mod brief;
mod disclosure;
pub(super) mod front;
mod summary;

use super::{Kind, Report};
use crate::Reader;

/// A report in words.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub(super) title: String,
    pub(super) blocks: Vec<Block>,
}

/// A part of a sheet.
#[derive(Clone, Debug)]
pub(super) enum Block {
    /// 2 or 3; the title is 1.
    Heading(u8, String),
    Paragraph(String),
    /// What nobody should miss.
    Notice(String),
    /// Names and what they are.
    Facts(Vec<(String, String)>),
    Table(Table),
    /// A text as a QR code, and what stands beside it.
    Code(Code),
}

/// A table with a row of headings.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) caption: String,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<String>>,
}

/// A column: its heading, its part of the width.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) title: String,
    pub(super) width: f32,
    pub(super) is_number: bool,
}

/// A QR code.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub(super) holds: String,
    pub(super) describes: String,
}

impl Sheet {
    /// Of a report, for a reader.
    pub(super) fn of(report: &Report, reader: &Reader) -> Self {
        let words = reader.language.report();
        let mut blocks = Vec::new();
        front::push(&mut blocks, report, reader);
        match report.kind {
            Kind::Access => {
                brief::push(&mut blocks, report, reader);
                summary::push(&mut blocks, report, reader);
                access::push(&mut blocks, report, reader);
            }
            Kind::Disclosure => disclosure::push(&mut blocks, report, reader),
        }
        front::push_watchers(&mut blocks, report, reader);
        let title = match report.kind {
            Kind::Access => words.access_title,
            Kind::Disclosure => words.disclosure_title,
        };
        Self { title: title.to_owned(), blocks }
    }
}

impl Table {
    pub(super) fn new(caption: impl Into<String>, columns: &[(&str, f32)]) -> Self {
        let column = |(title, width): &(&str, f32)| Column {
            title: (*title).to_owned(),
            width: *width,
            is_number: false,
        };
        let columns = columns.iter().map(column).collect();
        Self { caption: caption.into(), columns, rows: Vec::new() }
    }

    /// The same with a column of numbers.
    pub(super) fn with_numbers(mut self, at: usize) -> Self {
        self.columns[at].is_number = true;
        self
    }
}
