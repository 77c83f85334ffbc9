//! The events of a report as CSV (RFC 4180), that no spreadsheet takes for formulas.
use super::{Report, Told, party::Actor, table};
use crate::{Reader, moment};
use std::borrow::Cow;

impl Report {
    /// One line for each event below one of headings: UTF-8, lines end in CR LF. A cell that a
    /// spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, tab or CR) begins
    /// with an apostrophe.
    pub fn to_csv(&self, reader: &Reader) -> String {
        let mut out = String::with_capacity(256 * (self.events.len() + 1));
        let columns = &reader.language.report().columns;
        push_line(
            &mut out,
            &[
                columns.when,
                columns.received,
                columns.organisation,
                columns.who,
                columns.role,
                columns.what,
                columns.data,
                columns.purpose,
                columns.emergency,
                columns.outcome,
                columns.recipient,
                columns.address,
                columns.origin,
                columns.named,
                columns.record,
            ],
        );
        self.events.iter().for_each(|told| self.push_event(&mut out, told, reader));
        out
    }

    fn push_event(&self, out: &mut String, told: &Told, reader: &Reader) {
        let words = &reader.language.report().words;
        let parties = &told.parties;
        let role = parties.role.as_deref().filter(|_| parties.actor != Actor::AnotherPatient);
        let or = |text: &'_ Option<String>| {
            text.clone().unwrap_or_else(|| words.not_stated.to_owned())
        };
        let named = self.named.get(told.named);
        push_line(
            out,
            &[
                &moment::absolute(told.at, reader),
                &moment::absolute(told.received, reader),
                &table::organisation(told, reader),
                &table::person_alone(told, self.staff, reader),
                role.filter(|_| self.staff != super::Staff::Organisation)
                    .unwrap_or(words.not_stated),
                (words.deed)(told.deed),
                &table::data(told, reader),
                &table::purposes(&told.purposes, reader),
                if told.is_emergency { words.yes } else { words.no },
                (words.ending)(told.ending),
                &or(&parties.recipient),
                &or(&parties.address),
                &table::origin(told, reader),
                &named.map(|named| table::numbering(named, reader)).unwrap_or_default(),
                &told.id,
            ],
        );
    }
}

fn push_line(out: &mut String, cells: &[&str]) {
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
    let begins = |text: &str| text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if begins(text) || begins(text.trim_start()) {
        return ["'", text].concat().into();
    }
    text.into()
}

#[cfg(test)]
mod tests;
