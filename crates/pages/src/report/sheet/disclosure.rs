//! Each disclosure: date, recipient and address, what, purpose (45 CFR 164.528(b)(2)).
use super::{Block, Table};
use crate::{
    Reader, moment,
    report::{Report, Told, table},
};

pub(super) fn push(blocks: &mut Vec<Block>, report: &Report, reader: &Reader) {
    let words = reader.language.report();
    let texts = &words.disclosure;
    blocks.push(Block::Heading(2, texts.heading.to_owned()));
    if report.events.is_empty() {
        blocks.push(Block::Paragraph(report.nothing(words).to_owned()));
    }
    if report.exempt > 0 {
        blocks.push(Block::Paragraph((texts.exempt)(report.exempt)));
    }
    if report.failed > 0 {
        blocks.push(Block::Paragraph((texts.failed)(report.failed)));
    }
    if report.events.is_empty() {
        return;
    }
    for (heading, events) in table::parts(report, reader) {
        blocks.extend(heading.map(|text| Block::Heading(3, text)));
        blocks.push(Block::Table(of(texts.caption, &events, reader)));
    }
}

fn of(caption: &str, events: &[&Told], reader: &Reader) -> Table {
    let texts = reader.language.report();
    let columns = &texts.columns;
    let heads = [
        (columns.date, 1.3),
        (columns.recipient, 2.0),
        (columns.address, 1.5),
        (columns.data, 1.7),
        (columns.purpose, 1.5),
        (columns.origin, 1.5),
    ];
    let mut table = Table::new(caption, &heads);
    let or =
        |text: &Option<String>| text.clone().unwrap_or_else(|| texts.words.not_stated.to_owned());
    table.rows.extend(events.iter().map(|told| {
        vec![
            moment::absolute(told.at, reader),
            or(&told.parties.recipient),
            or(&told.parties.address),
            table::data(told, reader),
            table::purposes(&told.purposes, reader),
            table::origin(told, reader),
        ]
    }));
    table
}
