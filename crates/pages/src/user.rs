//! What one user did: when, to how many patients a day, and the newest events.
use crate::{
    Html, Reader, moment,
    picture::{self, HeatMap},
    timeline::{self, Row},
};
use askama::Template;
use kiln_fhir::Instant;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// Before every path: empty, or `/t/{tenant}`.
    pub base: &'a str,
    /// As their events name them; the searched words where there is no event.
    pub who: &'a str,
    /// The search line, for the timeline.
    pub line: &'a str,
    /// How many events.
    pub events: u64,
    /// How many of them failed.
    pub failed: u64,
    /// When the first and the last were recorded.
    pub span: Option<(Instant, Instant)>,
    /// When they were, by weekday and hour.
    pub heat: HeatMap,
    /// Days with an event about a patient, newest first: when it begins, and how many patients.
    pub patients: Vec<(Instant, u64)>,
    /// Patients were counted among so many of the newest events; `None`: among all.
    pub sampled: Option<u64>,
    /// The newest events.
    pub rows: Vec<Row>,
}

/// Days that are counted.
pub const DAYS_MAX: usize = 92;

/// The body of the page.
pub fn body(view: &View<'_>, reader: &Reader) -> Html {
    let number = reader.texts().number;
    let t = &reader.texts().officer.user;
    let most = view.patients.iter().map(|(_, count)| *count).max().unwrap_or_default();
    Html::of(&Body {
        view,
        t,
        heading: (t.heading)(view.who),
        events: number(view.events),
        failed: number(view.failed),
        span: view
            .span
            .map(|(first, last)| [moment::absolute(first, reader), moment::absolute(last, reader)]),
        heat: picture::heat_map(&view.heat, reader),
        says: says(view, reader),
        days: view
            .patients
            .iter()
            .map(|(day, count)| Busy::of(*day, *count, most, reader))
            .collect(),
        sampled: view.sampled.map(|count| (t.sampled)(&number(count))),
        rows: timeline::rows(&view.rows, view.base, reader),
    })
}

/// The body where no user is meant.
pub fn not_one(base: &str, reader: &Reader) -> Html {
    Html::of(&NotOne { base, t: &reader.texts().officer.user, texts: reader.texts() })
}

#[derive(Template)]
#[template(path = "user.html")]
struct Body<'a> {
    view: &'a View<'a>,
    t: &'static crate::texts::officer::User,
    heading: String,
    events: String,
    failed: String,
    span: Option<[String; 2]>,
    heat: Html,
    says: Option<String>,
    days: Vec<Busy>,
    sampled: Option<String>,
    rows: Html,
}

#[derive(Template)]
#[template(path = "user_not_one.html")]
struct NotOne<'a> {
    base: &'a str,
    t: &'static crate::texts::officer::User,
    texts: &'static crate::Texts,
}

/// A day, with its share of the busiest one in twentieths.
struct Busy {
    day: String,
    count: String,
    share: u64,
}

impl Busy {
    fn of(day: Instant, count: u64, most: u64, reader: &Reader) -> Self {
        Self {
            day: moment::day(day, reader),
            count: (reader.texts().number)(count),
            share: (count * 20).div_ceil(most.max(1)),
        }
    }
}

/// The busiest day and the usual one.
fn says(view: &View<'_>, reader: &Reader) -> Option<String> {
    let (day, most) = view.patients.iter().rev().max_by_key(|(_, count)| *count)?;
    let mut counts: Vec<_> = view.patients.iter().map(|(_, count)| *count).collect();
    counts.sort_unstable();
    let median = counts.get(counts.len() / 2)?;
    let number = reader.texts().number;
    let says = reader.texts().officer.user.patients_says;
    Some(says(&number(*most), &moment::day(*day, reader), &number(*median)))
}

#[cfg(test)]
mod tests;
