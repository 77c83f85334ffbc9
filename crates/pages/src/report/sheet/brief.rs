//! On top: how many, and what should be looked at first.
use super::Block;
use crate::{
    Reader,
    report::{Report, Told, table},
};
use std::collections::HashSet;

pub(super) fn push(blocks: &mut Vec<Block>, report: &Report, reader: &Reader) {
    let texts = reader.language.report();
    let brief = &texts.brief;
    blocks.push(Block::Heading(2, brief.heading.to_owned()));
    if report.events.is_empty() {
        blocks.push(Block::Paragraph(report.nothing(texts).to_owned()));
        return;
    }
    let organisations: HashSet<_> =
        report.events.iter().map(|told| &told.parties.organisation).collect();
    let people: HashSet<_> = report.events.iter().map(|told| &told.parties.actor).collect();
    let counts = (brief.counts)(report.events.len(), people.len(), organisations.len());
    blocks.push(Block::Paragraph(counts));
    blocks.push(Block::Heading(2, brief.urgent.to_owned()));
    let emergencies = report.events.iter().filter(|told| told.is_emergency).count();
    let failures = report.events.iter().filter(|told| told.is_failed()).count();
    if emergencies + failures == 0 {
        blocks.push(Block::Paragraph(brief.no_urgent.to_owned()));
        return;
    }
    let says = [(brief.emergencies)(emergencies), (brief.failures)(failures)];
    blocks.push(Block::Notice(says.join(" ")));
    let is_urgent = |told: &&Told| told.is_emergency || told.is_failed();
    let urgent = report.events.iter().filter(is_urgent);
    blocks.push(Block::Table(table::of_events(report, brief.urgent, urgent, reader)));
}
