//! The timeline: search line, chips, facets, histogram, and events newest first.
use crate::{
    Html, Reader, Role, Sentence, Texts, moment,
    phrase::{Chip, Kind, Understood},
    picture::{self, Histogram},
    texts::{self, FoundValues, officer::SilentSince},
};
use askama::Template;
use kiln_fhir::Instant;

/// What the timeline shows.
///
/// Its forms post to `/search` below the base: `line` is the whole line, `add` words that narrow
/// it, `from` and `to` the days of a span.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// Before every path: empty, or `/t/{tenant}`.
    pub base: &'a str,
    /// What may be missing; `None` where the reader is not told, or there is nothing to tell.
    pub watch: Option<Watch>,
    /// The line that was asked, as it was understood.
    pub asked: &'a Understood,
    /// What the line could not have: a parameter that the search refuses, in words.
    pub warnings: Vec<String>,
    /// The events, newest first.
    pub rows: Vec<Row>,
    /// How many match.
    pub total: Total,
    /// Ways to narrow.
    pub facets: Vec<Facet>,
    /// When they happened.
    pub histogram: Option<Histogram>,
    /// The URL of the next page, of older events.
    pub older: Option<String>,
    /// The URL of the first page, where this is another.
    pub newest: Option<String>,
    /// The URL of the whole search, where this shows only what came since another page was loaded.
    pub everything: Option<String>,
    /// How the page follows the log; `None` where it does not.
    pub live: Option<Live>,
}

/// What may be missing in the log, for those who may see operations.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    /// Senders that have fallen silent, and when their last event came; `None` where that was not
    /// found out in time.
    pub silent: Option<Vec<(String, Instant)>>,
    /// How many messages were refused and are kept for a while.
    pub refused: u64,
}

/// Silent senders that are named on the timeline.
const SILENT_MAX: usize = 3;

/// Where a live tail asks.
#[derive(Clone, Debug)]
pub struct Live {
    /// The URL that it asks for what is newer.
    pub newer: String,
    /// The URL of a page of all that has come since this one was loaded.
    pub all: String,
}

/// An event of a list.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its record id.
    pub id: String,
    /// What it says.
    pub sentence: Sentence,
}

/// How many events match.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Total {
    /// As many.
    Exactly(u64),
    /// More than were counted.
    AtLeast(u64),
}

/// Values of one kind, each with how many of the matching events have it.
#[derive(Clone, Debug)]
pub struct Facet {
    /// What they are.
    pub about: About,
    /// The most frequent ones, and those alone that were found.
    pub values: Vec<Value>,
    /// Whether the counts are of a sample of the events alone, and not of all that match.
    pub is_sampled: bool,
    /// How many different values were found, those that are shown among them.
    pub known: u64,
    /// Among how many events they were found; `None`: among all that match.
    pub looked: Option<u64>,
    /// Whether every event that matches has one of the values.
    pub is_covering: bool,
    /// Whether as many values are shown as a page can have, and not only the first few.
    pub is_whole: bool,
    /// The URL of the page with all values, or with few again.
    pub other: Option<String>,
}

/// Values that a facet shows at first.
pub const FACET_VALUES_MAX: usize = 10;

/// What a facet counts.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// What was done.
    Action,
    /// How it ended.
    Outcome,
    /// Of which type.
    Type,
    /// Who.
    Agent,
    /// Of which organisation.
    Organisation,
    /// Who recorded it.
    Source,
    /// What for.
    Purpose,
}

impl About {
    /// Every one of them.
    const ALL: [Self; 7] = [
        Self::Action,
        Self::Outcome,
        Self::Type,
        Self::Agent,
        Self::Organisation,
        Self::Source,
        Self::Purpose,
    ];

    /// Its name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Outcome => "outcome",
            Self::Type => "type",
            Self::Agent => "agent",
            Self::Organisation => "organisation",
            Self::Source => "source",
            Self::Purpose => "purpose",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|about| about.name() == name)
    }
}

/// A value of a facet.
#[derive(Clone, Debug)]
pub struct Value {
    /// As it is shown.
    pub label: String,
    /// Words to add to the search line: `phrase::words`.
    pub words: String,
    /// How many matching events have it.
    pub count: u64,
}

/// The body of the timeline.
pub fn body(view: &View<'_>, reader: &Reader) -> Html {
    let texts = reader.texts();
    let histogram = view.histogram.as_ref().filter(|histogram| !histogram.bars.is_empty());
    let ends = histogram.and_then(|it| Some((it.bars.first()?.from, it.bars.last()?.to)));
    let day = |instant: Option<Instant>| {
        instant.map_or_else(String::new, |instant| moment::day(instant, reader))
    };
    let last = ends.map(|(_, end)| Instant { millis: end.millis - 1 });
    Html::of(&Timeline {
        view,
        texts,
        t: &texts.timeline,
        watch: view.watch.as_ref().map(|watch| watched(watch, reader)).unwrap_or_default(),
        has_party: view.asked.chips.iter().any(|chip| chip.kind == Kind::Agent),
        line: view.asked.line(),
        undated: view.asked.instead(Kind::Date, ""),
        chips: chips(view.asked, texts),
        histogram: histogram.map(|histogram| picture::histogram(histogram, reader)),
        first_day: day(ends.map(|(start, _)| start)),
        last_day: day(last),
        total: total(view.total, texts),
        days: days(view, reader),
        otherwise: otherwise(view, reader),
        facets: view.facets.iter().map(|facet| shown(facet, texts)).collect(),
    })
}

/// The rows alone, as the live tail puts them on top, and as other pages have them in an `ol` of
/// the class `events`.
pub fn rows(rows: &[Row], base: &str, reader: &Reader) -> Html {
    let rows = rows.iter().map(|row| Line::of(row, base, reader)).collect();
    Html::of(&Rows { rows, texts: reader.texts() })
}

#[derive(Template)]
#[template(path = "timeline.html")]
struct Timeline<'a> {
    view: &'a View<'a>,
    texts: &'a Texts,
    t: &'a texts::Timeline,
    /// Sentences of what may be missing.
    watch: Vec<String>,
    has_party: bool,
    line: String,
    undated: String,
    chips: Vec<Shown>,
    histogram: Option<Html>,
    first_day: String,
    last_day: String,
    total: String,
    days: Vec<Day>,
    /// Lines to ask instead, and what is said of each.
    otherwise: Vec<(String, String)>,
    facets: Vec<Counted<'a>>,
}

fn watched(watch: &Watch, reader: &Reader) -> Vec<String> {
    let texts = &reader.texts().officer.operations;
    let mut says = Vec::new();
    match &watch.silent {
        None => says.push(texts.not_found_out.to_owned()),
        Some(silent) => {
            let named = silent.iter().take(SILENT_MAX).map(|(name, last)| {
                let name = if name.is_empty() { texts.unnamed } else { name };
                let (at, ago) = (moment::absolute(*last, reader), moment::ago(*last, reader));
                (texts.silent_since)(&SilentSince { name, at: &at, ago: &ago })
            });
            says.extend(named);
            let more = silent.len().saturating_sub(SILENT_MAX);
            says.extend((more > 0).then(|| (texts.more_silent)(more)));
        }
    }
    let refused = watch.refused;
    says.extend((refused > 0).then(|| (texts.refused)(refused, &(reader.texts().number)(refused))));
    says
}

/// A chip as it is shown.
struct Shown {
    label: &'static str,
    value: String,
    is_text: bool,
    without: String,
    remove: String,
    widen: String,
}

fn chips(asked: &Understood, texts: &Texts) -> Vec<Shown> {
    let shown = |(at, chip): (usize, &Chip)| {
        let told = chip.told(texts);
        Shown {
            label: chip.label(texts),
            value: chip.value.clone(),
            is_text: chip.kind == Kind::Text,
            without: asked.without(at),
            remove: (texts.timeline.remove)(&told),
            widen: (texts.timeline.widen_without)(&told),
        }
    };
    asked.chips.iter().enumerate().map(shown).collect()
}

fn otherwise(view: &View<'_>, reader: &Reader) -> Vec<(String, String)> {
    if !view.rows.is_empty() {
        return Vec::new();
    }
    let says = reader.texts().timeline.widen_otherwise;
    let lines = view.asked.otherwise(reader.now, &reader.zone);
    lines.into_iter().map(|line| (says(&line), line)).collect()
}

fn total(total: Total, texts: &Texts) -> String {
    match total {
        Total::Exactly(count) => (texts.timeline.found)(&(texts.number)(count)),
        Total::AtLeast(count) => (texts.timeline.found_at_least)(&(texts.number)(count)),
    }
}

/// A facet as it is shown.
struct Counted<'a> {
    title: &'static str,
    name: &'static str,
    is_sampled: bool,
    values: Vec<CountedValue<'a>>,
    /// That these are not all, where they may not be.
    found: Option<String>,
    /// Where all of them are, or few again, and what that says.
    other: Option<(&'a str, String)>,
}

struct CountedValue<'a> {
    label: &'a str,
    words: &'a str,
    count: String,
}

fn shown<'a>(facet: &'a Facet, texts: &Texts) -> Counted<'a> {
    let number = texts.number;
    let values = facet.values.iter().map(|value| CountedValue {
        label: &value.label,
        words: &value.words,
        count: number(value.count),
    });
    let title = (texts.timeline.about)(facet.about);
    let all = if facet.is_whole { texts.timeline.fewer_values } else { texts.timeline.all_values };
    Counted {
        title,
        name: facet.about.name(),
        is_sampled: facet.is_sampled,
        values: values.collect(),
        found: found(facet, texts),
        other: facet.other.as_deref().map(|url| (url, all(title))),
    }
}

fn found(facet: &Facet, texts: &Texts) -> Option<String> {
    let (shown, known) = (facet.values.len() as u64, facet.known);
    let number = texts.number;
    if facet.is_covering && shown == known {
        return Some(texts.timeline.covering.to_owned());
    }
    let cut = (shown < known).then(|| [number(shown), number(known)]);
    let cut = cut.as_ref().map(|[shown, known]| (&**shown, &**known));
    let looked = facet.looked.map(number);
    let is_all = cut.is_none() && looked.is_none();
    (!is_all)
        .then(|| (texts.timeline.found_values)(&FoundValues { cut, looked: looked.as_deref() }))
}

/// Events of one day of the reader's.
struct Day {
    heading: String,
    rows: Html,
}

fn days(view: &View<'_>, reader: &Reader) -> Vec<Day> {
    let day = |row: &Row| moment::day(row.sentence.recorded, reader);
    let days = view.rows.chunk_by(|one, other| day(one) == day(other));
    days.map(|of_day| Day {
        heading: moment::day_in_words(of_day[0].sentence.recorded, reader),
        rows: rows(of_day, view.base, reader),
    })
    .collect()
}

#[derive(Template)]
#[template(path = "rows.html")]
struct Rows<'a> {
    rows: Vec<Line<'a>>,
    texts: &'a Texts,
}

/// A row as it is shown.
struct Line<'a> {
    url: String,
    machine: String,
    time: String,
    ago: String,
    recorded: String,
    /// When it was received, where that is much later or earlier.
    late: Option<String>,
    purpose: &'a str,
    sentence: &'a Sentence,
}

impl<'a> Line<'a> {
    fn of(row: &'a Row, base: &str, reader: &Reader) -> Self {
        let sentence = &row.sentence;
        Self {
            url: format!("{base}/event/{}", row.id),
            machine: moment::machine(sentence.recorded),
            time: moment::absolute(sentence.recorded, reader),
            ago: moment::ago(sentence.recorded, reader),
            recorded: moment::absolute(sentence.recorded, reader),
            late: sentence.is_late().then(|| moment::absolute(sentence.received, reader)),
            purpose: sentence.purpose.as_deref().unwrap_or(reader.texts().not_stated),
            sentence,
        }
    }
}
