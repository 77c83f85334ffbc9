//! The first page: whom it is about, what the log holds and what it cannot, how far it is proved.
use super::{Block, Code, Table};
use crate::{
    Reader, moment,
    report::{Coverage, Kind, Period, Report, Staff, table},
};
use kiln_fhir::Instant;

pub(in crate::report) fn push(blocks: &mut Vec<Block>, report: &Report, reader: &Reader) {
    let texts = reader.language.report();
    let intro = match report.kind {
        Kind::Access => texts.access_intro,
        Kind::Disclosure => texts.disclosure_intro,
    };
    if report.is_unknown {
        // Before anything else: what follows would read as if nobody had looked.
        blocks.push(Block::Notice(texts.front.unknown.to_owned()));
    }
    blocks.push(Block::Paragraph(intro.to_owned()));
    let mut facts = vec![
        (texts.front.person.to_owned(), report.names.join(" · ")),
        (texts.front.period.to_owned(), period(report.period, reader)),
        (texts.front.made.to_owned(), moment::absolute(reader.now, reader)),
    ];
    if report.kind == Kind::Access {
        let by = match report.staff {
            Staff::Name => texts.front.staff_by[0],
            Staff::Role => texts.front.staff_by[1],
            Staff::Organisation => texts.front.staff_by[2],
        };
        facts.push((texts.front.staff.to_owned(), by.to_owned()));
    }
    blocks.push(Block::Facts(facts));
    push_doubts(blocks, report, reader);
    push_coverage(blocks, &report.coverage, reader);
    push_proof(blocks, &report.coverage, reader);
}

/// Who looked at the person's log, where that is part of the report.
pub(super) fn push_watchers(blocks: &mut Vec<Block>, report: &Report, reader: &Reader) {
    let Some(watchers) = &report.watchers else { return };
    if report.is_unknown && watchers.is_empty() {
        return;
    }
    let texts = reader.language.report();
    blocks.push(Block::Heading(2, texts.watchers.heading.to_owned()));
    blocks.push(Block::Paragraph(texts.watchers.intro.to_owned()));
    if watchers.is_empty() {
        blocks.push(Block::Paragraph(texts.watchers.nobody.to_owned()));
        return;
    }
    let columns = &texts.columns;
    let heads = [
        (columns.when, 1.5),
        (columns.who, 2.5),
        (columns.what, 1.0),
        (columns.purpose, 1.5),
        (columns.outcome, 1.0),
    ];
    let mut table = Table::new(texts.watchers.caption, &heads);
    table.rows.extend(watchers.iter().map(|told| {
        vec![
            moment::absolute(told.at, reader),
            table::who(told, report.staff, reader),
            (texts.words.deed)(told.deed).to_owned(),
            table::purposes(&told.purposes, reader),
            (texts.words.ending)(told.ending).to_owned(),
        ]
    }));
    blocks.push(Block::Table(table));
}

fn period(period: Period, reader: &Reader) -> String {
    let front = &reader.language.report().front;
    let text = |instant| moment::absolute(instant, reader);
    match (period.start.map(text), period.end.map(text)) {
        (None, None) => front.whole.to_owned(),
        (Some(start), None) => (front.from)(&start),
        (None, Some(end)) => (front.until)(&end),
        (Some(start), Some(end)) => (front.span)(&start, &end),
    }
}

/// Where the same number may be several people.
fn push_doubts(blocks: &mut Vec<Block>, report: &Report, reader: &Reader) {
    let front = &reader.language.report().front;
    if report.is_partial {
        blocks.push(Block::Notice(front.partial.to_owned()));
    }
    if report.is_mixed() {
        let name = report.names.first().map_or("", String::as_str);
        blocks.push(Block::Notice((front.mixed)(name, report.numberings())));
    }
    for (base, number) in &report.elsewhere {
        blocks.push(Block::Notice((front.elsewhere)(base, *number)));
    }
}

fn push_coverage(blocks: &mut Vec<Block>, coverage: &Coverage, reader: &Reader) {
    let texts = reader.language.report();
    let (front, columns) = (&texts.front, &texts.columns);
    blocks.push(Block::Heading(2, front.heading.to_owned()));
    blocks.push(Block::Notice(front.never_sent.to_owned()));
    if coverage.senders.is_empty() {
        blocks.push(Block::Paragraph(front.no_senders.to_owned()));
    } else {
        let heads = [
            (columns.sender, 3.0),
            (columns.since, 1.7),
            (columns.latest, 1.7),
            (columns.events, 1.0),
        ];
        let mut table = Table::new(front.senders, &heads).with_numbers(3);
        table.rows.extend(coverage.senders.iter().map(|sender| {
            let time = |instant| moment::absolute(instant, reader);
            let events = sender.events.to_string();
            let name = sender.name.as_deref().unwrap_or(texts.words.not_stated).to_owned();
            vec![name, time(sender.first), time(sender.last), events]
        }));
        blocks.push(Block::Table(table));
    }
    if coverage.has_more_senders {
        blocks.push(Block::Paragraph(front.more_senders.to_owned()));
    }
    blocks.push(Block::Facts(lacks(coverage, reader)));
}

/// What is missing, each kind of it, whether it is or not.
fn lacks(coverage: &Coverage, reader: &Reader) -> Vec<(String, String)> {
    let front = &reader.language.report().front;
    let gaps = coverage.gaps.iter().map(|gap| {
        // Its last day is a part of it.
        let last = Instant { millis: gap.end.millis - 1 };
        (front.gap)(&moment::day(gap.start, reader), &moment::day(last, reader))
    });
    let gaps = gaps.collect::<Vec<_>>().join(" · ");
    let restores = coverage.restores.iter().map(|lost| (front.restored)(*lost));
    let restores = restores.collect::<Vec<_>>().join(" · ");
    let or = |text: String, none: &str| if text.is_empty() { none.to_owned() } else { text };
    let crashes = match coverage.crashes {
        0 => front.none.to_owned(),
        number => (front.crashed)(number),
    };
    let rejects = coverage.rejects.map_or_else(|| front.no_shelf.to_owned(), front.rejected);
    vec![
        (front.gaps.to_owned(), or(gaps, front.no_gaps)),
        (front.rejects.to_owned(), rejects),
        (front.erasures.to_owned(), (front.erased)(coverage.erased)),
        (front.restores.to_owned(), or(restores, front.none)),
        (front.crashes.to_owned(), crashes),
    ]
}

fn push_proof(blocks: &mut Vec<Block>, coverage: &Coverage, reader: &Reader) {
    let front = &reader.language.report().front;
    blocks.push(Block::Heading(2, front.proof.to_owned()));
    let Some(proof) = &coverage.proof else {
        blocks.push(Block::Paragraph(front.unsigned.to_owned()));
        return;
    };
    let signed = if proof.is_witnessed { front.witnessed } else { front.self_signed };
    blocks.push(Block::Paragraph((front.log)(&proof.origin, proof.size)));
    blocks.push(Block::Paragraph(signed.to_owned()));
    blocks.push(Block::Paragraph(front.shows.to_owned()));
    blocks.push(Block::Code(Code {
        holds: proof.checkpoint.clone(),
        describes: front.checkpoint.to_owned(),
    }));
}
