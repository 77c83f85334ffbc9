//! The events of a report as CSV (RFC 4180), that no spreadsheet takes for formulas.
use super::{Kind, Report, Staff, Told, table};
use crate::{Reader, moment};
use std::borrow::Cow;

impl Report {
    /// One line for each event below one of headings: UTF-8, lines end in CR LF. A cell that a
    /// spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, tab or CR) begins
    /// with an apostrophe.
    pub fn to_csv(&self, reader: &Reader) -> String {
        let mut out = String::with_capacity(256 * (self.events.len() + 1));
        let cells = Cells { report: self, reader };
        push_line(&mut out, &cells.headings());
        self.events.iter().for_each(|told| push_line(&mut out, &cells.of(told)));
        out
    }
}

struct Cells<'r> {
    report: &'r Report,
    reader: &'r Reader,
}

impl Cells<'_> {
    fn headings(&self) -> Vec<String> {
        let columns = &self.reader.language.report().columns;
        let mut headings = vec![columns.when, columns.received, columns.organisation, columns.who];
        headings.extend([columns.role, columns.what, columns.data, columns.purpose]);
        headings.extend([columns.emergency, columns.outcome]);
        if self.report.kind == Kind::Disclosure {
            headings.extend([columns.recipient, columns.address]);
        }
        headings.extend([columns.origin, columns.named, columns.record]);
        headings.into_iter().map(str::to_owned).collect()
    }

    fn of(&self, told: &Told) -> Vec<String> {
        let (reader, staff) = (self.reader, self.report.staff);
        let words = &reader.language.report().words;
        let or = |text: Option<&String>| text.map_or(words.not_stated, |text| text).to_owned();
        let emergency = if told.is_emergency { words.yes } else { words.no };
        let role = told.parties.role.as_ref().filter(|_| staff != Staff::Organisation);
        let mut cells = vec![
            moment::absolute(told.at, reader),
            moment::absolute(told.received, reader),
            table::organisation(told, reader),
            table::person_alone(told, staff, reader),
            or(role),
            (words.deed)(told.deed).to_owned(),
            table::data(told, reader),
            table::purposes(&told.purposes, reader),
            emergency.to_owned(),
            (words.ending)(told.ending).to_owned(),
        ];
        if self.report.kind == Kind::Disclosure {
            let parties = &told.parties;
            cells.extend([or(parties.recipient.as_ref()), or(parties.address.as_ref())]);
        }
        let named = self.report.named.get(told.named);
        let named = named.map(|named| table::numbering(named, reader)).unwrap_or_default();
        cells.extend([table::origin(told, reader), named, told.id.clone()]);
        cells
    }
}

fn push_line(out: &mut String, cells: &[String]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        push_cell(out, cell);
    }
    out.push_str("\r\n");
}

fn push_cell(out: &mut String, text: &str) {
    let text = harmless(text);
    if !text.contains(['"', ',', '\r', '\n']) {
        out.push_str(&text);
        return;
    }
    out.push('"');
    out.push_str(&text.replace('"', "\"\""));
    out.push('"');
}

/// A text that no spreadsheet computes (OWASP, CSV Injection). Some skip white space before they
/// look for a formula.
fn harmless(text: &str) -> Cow<'_, str> {
    let begins = |text: &str| text.starts_with(FORMULA);
    if begins(text) || begins(text.trim_start()) {
        return ["'", text].concat().into();
    }
    text.into()
}

/// What formulas begin with; the last four are what full-width keyboards write.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

#[cfg(test)]
mod tests;
