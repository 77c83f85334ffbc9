//! Spans of time: one period, from one on, up to one, from one to another.
use super::period::{self, Period};
use super::word::{Word, begin};
use super::{Found, Kind};
use jiff::{ToSpan as _, Zoned};

/// Before a period that begins the span.
const SINCE: [&str; 5] = ["since", "seit", "ab", "starting", "from"];
/// Before the last period of the span.
const UNTIL: [&str; 5] = ["until", "till", "up to", "through", "bis"];
/// Before a period that follows the span.
const BEFORE: [&str; 4] = ["before", "earlier than", "vor", "vor dem"];
/// Before a period that precedes the span.
const AFTER: [&str; 4] = ["after", "later than", "nach", "nach dem"];
/// Before two periods, and between them.
const BETWEEN: [(&str, &[&str]); 4] = [
    ("between", &["and"]),
    ("zwischen", &["und"]),
    ("from", &["to", "until", "till", "through"]),
    ("von", &["bis"]),
];
/// Between two periods without a word before.
const TO: [&str; 6] = ["to", "until", "bis", "-", "–", ".."];

/// What begins a span beside a period: no name does.
pub(super) const LEADS: [&str; 12] = [
    "since", "seit", "ab", "until", "till", "bis", "before", "vor", "after", "nach", "between",
    "zwischen",
];

pub(super) fn find(words: &[Word<'_>], now: &Zoned) -> Option<Found> {
    let (length, bounds) = dotted(words, now)
        .or_else(|| between(words, now))
        .or_else(|| plain(words, now))
        .or_else(|| open(words, now))?;
    Some(found(length, &bounds))
}

/// From when on, and up to when; and whether both are days.
struct Bounds {
    start: Option<Zoned>,
    end: Option<Zoned>,
    is_days: bool,
}

impl Bounds {
    fn of(period: Period) -> Self {
        Self { start: Some(period.start), end: Some(period.end), is_days: period.is_days }
    }

    fn both(one: Period, other: Period) -> Self {
        let is_days = one.is_days && other.is_days;
        let (start, end) =
            if one.start <= other.start { (one.start, other.end) } else { (other.start, one.end) };
        Self { start: Some(start), end: Some(end), is_days }
    }
}

/// `2026-11-01..2026-11-22`, in one word.
fn dotted(words: &[Word<'_>], now: &Zoned) -> Option<(usize, Bounds)> {
    let first = words.first().filter(|word| word.field.is_none())?;
    let (one, other) = first.text.split_once("..")?;
    let (one, other) = (super::word::of(one), super::word::of(other));
    let (used, start) = period::find(&one, now)?;
    let (used_too, end) = period::find(&other, now)?;
    (used == one.len() && used_too == other.len()).then(|| (1, Bounds::both(start, end)))
}

fn between(words: &[Word<'_>], now: &Zoned) -> Option<(usize, Bounds)> {
    BETWEEN.iter().find_map(|(lead, middle)| {
        let at = begin(words, lead)?;
        let (used, start) = period::find(&words[at..], now)?;
        let at = at + used;
        words.get(at).filter(|word| word.is_one_of(middle))?;
        let (used, end) = period::find(&words[at + 1..], now)?;
        Some((at + 1 + used, Bounds::both(start, end)))
    })
}

/// A period, and up to another where one follows.
fn plain(words: &[Word<'_>], now: &Zoned) -> Option<(usize, Bounds)> {
    let (used, start) = period::find(words, now)?;
    let until = || {
        words.get(used).filter(|word| word.is_one_of(&TO))?;
        period::find(&words[used + 1..], now)
    };
    match until() {
        Some((more, end)) => Some((used + 1 + more, Bounds::both(start, end))),
        None => Some((used, Bounds::of(start))),
    }
}

fn open(words: &[Word<'_>], now: &Zoned) -> Option<(usize, Bounds)> {
    let led = |leads: &[&str]| {
        let at = leads.iter().filter_map(|lead| begin(words, lead)).max()?;
        let (used, period) = period::find(&words[at..], now)?;
        Some((at + used, period))
    };
    let bounds = |start, end, is_days| Bounds { start, end, is_days };
    if let Some((used, it)) = led(&SINCE) {
        return Some(until(words, used, it, now));
    }
    if let Some((used, it)) = led(&UNTIL) {
        return Some((used, bounds(None, Some(it.end), it.is_days)));
    }
    if let Some((used, it)) = led(&BEFORE) {
        return Some((used, bounds(None, Some(it.start), it.is_days)));
    }
    let (used, it) = led(&AFTER)?;
    Some((used, bounds(Some(it.end), None, it.is_days)))
}

/// `since monday until wednesday`, or without an end.
fn until(words: &[Word<'_>], used: usize, from: Period, now: &Zoned) -> (usize, Bounds) {
    let rest = &words[used..];
    let lead = UNTIL.iter().filter_map(|lead| begin(rest, lead)).max();
    let end = lead.and_then(|at| Some((at, period::find(&rest[at..], now)?)));
    match end {
        Some((at, (more, end))) => (used + at + more, Bounds::both(from, end)),
        None => (used, Bounds { start: Some(from.start), end: None, is_days: from.is_days }),
    }
}

fn found(length: usize, bounds: &Bounds) -> Found {
    let parameter = |prefix: &str, at: &Zoned| {
        let text = at.strftime("%Y-%m-%dT%H:%M:%S%:z");
        ("date".to_owned(), format!("{prefix}{text}"))
    };
    let start = bounds.start.as_ref().map(|at| parameter("ge", at));
    let end = bounds.end.as_ref().map(|at| parameter("lt", at));
    Found {
        length,
        kind: Kind::Date,
        value: shown(bounds),
        parameters: start.into_iter().chain(end).collect(),
    }
}

/// The same in every language: `2026-11-16 – 2026-11-22`, both days included.
fn shown(bounds: &Bounds) -> String {
    let first = bounds.start.as_ref().map(|at| told(at, bounds.is_days));
    let last = bounds.end.as_ref().map(|at| {
        let last = if bounds.is_days { at.checked_sub(1.nanosecond()).ok() } else { None };
        told(last.as_ref().unwrap_or(at), bounds.is_days)
    });
    match (first, last) {
        (Some(first), Some(last)) if first == last => first,
        (Some(first), Some(last)) => format!("{first} – {last}"),
        (Some(first), None) => format!("≥ {first}"),
        (None, Some(last)) => format!("≤ {last}"),
        (None, None) => String::new(),
    }
}

fn told(at: &Zoned, is_day: bool) -> String {
    if is_day {
        return at.strftime("%Y-%m-%d").to_string();
    }
    crate::moment::minute_of(at, " ", " ")
}
