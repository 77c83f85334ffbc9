//! The timeline: search line, chips, facets, histogram, and events newest first.
use crate::{Html, Reader, Sentence, phrase::Understood, picture::Histogram};

/// What the timeline shows.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// Before every path: empty, or `/t/{tenant}`.
    pub base: &'a str,
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
    /// The URL that a live tail asks for what is newer; `None` where it is off.
    pub live: Option<String>,
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
    /// The most frequent ones, at most [`FACET_VALUES_MAX`].
    pub values: Vec<Value>,
    /// Whether the counts are of the newest events alone, and not of all that match.
    pub is_sampled: bool,
}

/// Values that a facet shows.
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
    let _ = (view, reader);
    Html::default()
}

/// The rows alone, as the live tail puts them on top.
pub fn rows(view: &View<'_>, reader: &Reader) -> Html {
    let _ = (view, reader);
    Html::default()
}
