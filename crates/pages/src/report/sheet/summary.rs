//! By organisation and person: how often, first and last, what for, what, recorded by whom.
use super::{Block, Table};
use crate::{
    Reader, moment,
    report::{Report, Told, table},
};
use kiln_fhir::Instant;
use std::collections::BTreeMap;

pub(super) fn push(blocks: &mut Vec<Block>, report: &Report, reader: &Reader) {
    if report.events.is_empty() {
        return;
    }
    let texts = reader.language.report();
    blocks.push(Block::Heading(2, texts.access.summary.to_owned()));
    for (heading, events) in table::parts(report, reader) {
        blocks.extend(heading.map(|text| Block::Heading(3, text)));
        blocks.push(Block::Table(one(report, &events, reader)));
    }
}

/// One organisation's person.
#[derive(Debug)]
struct Row {
    number: u64,
    first: Instant,
    last: Instant,
    purposes: BTreeMap<String, u64>,
    data: BTreeMap<String, u64>,
    origins: BTreeMap<String, u64>,
}

fn one(report: &Report, events: &[&Told], reader: &Reader) -> Table {
    let texts = reader.language.report();
    let columns = &texts.columns;
    let heads = [
        (columns.organisation, 1.4),
        (columns.who, 1.5),
        (columns.number, 0.8),
        (columns.first, 1.25),
        (columns.last, 1.25),
        (columns.purpose, 1.6),
        (columns.data, 1.9),
        (columns.origin, 1.2),
    ];
    let mut table = Table::new(texts.access.summary_caption, &heads).with_numbers(2);
    let mut rows: BTreeMap<(String, String), Row> = BTreeMap::new();
    for told in events {
        let key = (table::organisation(told, reader), table::person(told, report.staff, reader));
        let row = rows.entry(key).or_insert_with(|| Row::new(told.at));
        row.add(told, reader);
    }
    table.rows.extend(rows.into_iter().map(|((organisation, person), row)| {
        vec![
            organisation,
            person,
            row.number.to_string(),
            moment::absolute(row.first, reader),
            moment::absolute(row.last, reader),
            counted(&row.purposes),
            counted(&row.data),
            counted(&row.origins),
        ]
    }));
    table
}

impl Row {
    fn new(at: Instant) -> Self {
        let (purposes, data, origins) = Default::default();
        Self { number: 0, first: at, last: at, purposes, data, origins }
    }

    fn add(&mut self, told: &Told, reader: &Reader) {
        self.number += 1;
        self.first = self.first.min(told.at);
        self.last = self.last.max(told.at);
        *self.purposes.entry(table::purposes(&told.purposes, reader)).or_default() += 1;
        *self.data.entry(table::data(told, reader)).or_default() += 1;
        *self.origins.entry(table::origin(told, reader)).or_default() += 1;
    }
}

/// Each with how often, the most frequent first.
fn counted(counts: &BTreeMap<String, u64>) -> String {
    let mut counts: Vec<_> = counts.iter().collect();
    counts.sort_by_key(|(_, number)| std::cmp::Reverse(**number));
    if let [(only, _)] = counts[..] {
        return only.clone();
    }
    let texts = counts.iter().map(|(text, number)| format!("{text} ({number})"));
    texts.collect::<Vec<_>>().join(", ")
}
