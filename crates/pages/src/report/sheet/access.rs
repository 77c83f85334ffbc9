//! Each access.
use super::Block;
use crate::{
    Reader,
    report::{Report, table},
};

pub(super) fn push(blocks: &mut Vec<Block>, report: &Report, reader: &Reader) {
    if report.events.is_empty() {
        return;
    }
    let texts = &reader.language.report().access;
    blocks.push(Block::Heading(2, texts.each.to_owned()));
    for (heading, events) in table::parts(report, reader) {
        blocks.extend(heading.map(|text| Block::Heading(3, text)));
        let events = events.into_iter();
        blocks.push(Block::Table(table::of_events(report, texts.each_caption, events, reader)));
    }
}
