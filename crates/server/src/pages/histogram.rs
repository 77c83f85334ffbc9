//! When the events of a search happened: bars of one length, each of which leads to its own events.
use super::{found::Sought, frame::Frame, view::View};
use crate::tasks::Deadline;
use jiff::{RoundMode, Span, Timestamp, Unit, Zoned, ZonedRound, tz::TimeZone};
use kiln_fhir::Instant;
use kiln_index::{Buckets, Order, Page, Query};
use kiln_pages::{
    phrase::{self, Kind},
    picture::{Bar, Histogram},
};
use kiln_search::{Handling, Names};
use kiln_store::{LogIndex, Millis};
use std::ops::Range;

/// The histogram of a search; `None` where it found nothing, or it takes too long.
pub(super) fn of(
    frame: &Frame<'_>,
    sought: &Sought,
    size: LogIndex,
    deadline: &Deadline,
) -> Option<Histogram> {
    let expired = || deadline.expired();
    let end = |order| {
        let page = Page { query: &sought.query, order, after: None, size, limit: 1 };
        sought.snapshot.query(&page, &expired).ok()?.first().map(|hit| hit.recorded)
    };
    let (first, last) = (end(Order::RecordedOldest)?, end(Order::RecordedNewest)?);
    let spans = spans(first, last, &frame.reader.zone)?;
    let buckets = Buckets::Recorded(&spans);
    let counted = |query: &Query| sought.snapshot.aggregate(query, size, &buckets, &expired).ok();
    let counts = counted(&sought.query)?;
    let failed = counted(&Query::And(vec![sought.query.clone(), failed(frame)?]))?;
    let bars = spans.iter().zip(counts).zip(failed).map(|((span, count), failed)| {
        let (from, to) = (Instant { millis: span.start.0 }, Instant { millis: span.end.0 });
        let url = if count > 0 { narrowed(frame, sought, span) } else { None };
        Bar { from, to, count, failed, url }
    });
    Some(Histogram { bars: bars.collect() })
}

/// What every outcome says that is no success.
fn failed(frame: &Frame<'_>) -> Option<Query> {
    let failures = [("outcome".to_owned(), "4,8,12".to_owned())];
    let settings = &frame.exchange.app.settings.search;
    let search = kiln_search::parse(Names::Page, &failures, Handling::Strict, settings, &|_| None);
    search.ok().map(|search| search.query)
}

/// The same search, of a bar's span alone.
fn narrowed(frame: &Frame<'_>, sought: &Sought, span: &Range<Millis>) -> Option<String> {
    let words = words(span, &frame.reader.zone)?;
    Some(View::of(&sought.understood.instead(Kind::Date, &words)).path(frame))
}

/// A span as the search line has it: its days or its minutes, the first and the last.
fn words(span: &Range<Millis>, zone: &TimeZone) -> Option<String> {
    let (start, end) = (zoned(span.start, zone)?, zoned(span.end, zone)?);
    if span.end.0 > Timestamp::MAX.as_millisecond() {
        return Some(format!("since {}", start.strftime("%Y-%m-%d")));
    }
    let is_day = |at: &Zoned| at.start_of_day().is_ok_and(|begin| begin == *at);
    let (last, word): (_, fn(&Zoned) -> String) = if is_day(&start) && is_day(&end) {
        let last = end.checked_sub(Span::new().days(1)).ok()?;
        (last, |day| day.strftime("%Y-%m-%d").to_string())
    } else {
        (end.checked_sub(Span::new().minutes(1)).ok()?, phrase::minute)
    };
    Some([word(&start), word(&last)].join(".."))
}

/// Bars of a histogram, at most.
const BARS_MAX: i64 = 60;

/// How long a bar may be: so many of a unit.
const LENGTHS: [(i64, Unit); 14] = [
    (1, Unit::Minute),
    (5, Unit::Minute),
    (15, Unit::Minute),
    (1, Unit::Hour),
    (3, Unit::Hour),
    (6, Unit::Hour),
    (1, Unit::Day),
    (7, Unit::Day),
    (1, Unit::Month),
    (3, Unit::Month),
    (1, Unit::Year),
    (10, Unit::Year),
    (50, Unit::Year),
    (200, Unit::Year),
];

/// Spans of the shortest length of which no more than [`BARS_MAX`] are needed, each beginning where
/// a clock or a calendar of the zone does.
fn spans(first: Millis, last: Millis, zone: &TimeZone) -> Option<Vec<Range<Millis>>> {
    let whole = (last.0 - first.0).max(1);
    let fits = |(count, unit): &&(i64, Unit)| whole / (count * usual_ms(*unit)) < BARS_MAX - 1;
    let (count, unit) = LENGTHS.iter().find(fits).unwrap_or(&LENGTHS[LENGTHS.len() - 1]);
    let mut at = begin(&zoned(first, zone)?, *count, *unit)?;
    let step = step(*count, *unit)?;
    let mut spans = Vec::new();
    while at.timestamp().as_millisecond() <= last.0 && spans.len() < BARS_MAX as usize {
        let millis = |at: &Zoned| Millis(at.timestamp().as_millisecond());
        // The last bar of all time ends with what is in it.
        let Ok(next) = at.checked_add(step) else {
            spans.push(millis(&at)..Millis(last.0 + 1));
            break;
        };
        spans.push(millis(&at)..millis(&next));
        at = next;
    }
    Some(spans)
}

/// The last day of the year 9999 has no time in every zone: the last one that has stands for it.
fn zoned(at: Millis, zone: &TimeZone) -> Option<Zoned> {
    let at = at.0.min(Timestamp::MAX.as_millisecond());
    Some(Timestamp::from_millisecond(at).ok()?.to_zoned(zone.clone()))
}

/// Where the bar begins that the instant is in.
fn begin(at: &Zoned, count: i64, unit: Unit) -> Option<Zoned> {
    let day = || at.start_of_day().ok();
    match unit {
        Unit::Minute | Unit::Hour => {
            let round = ZonedRound::new().smallest(unit).increment(count).mode(RoundMode::Trunc);
            at.round(round).ok()
        }
        Unit::Day if count == 1 => day(),
        // Weeks begin on Mondays (ISO 8601).
        Unit::Day => {
            let since_monday = at.weekday().to_monday_zero_offset();
            day()?.checked_sub(Span::new().days(since_monday)).ok()
        }
        Unit::Month => {
            let month = at.month() - (at.month() - 1) % i8::try_from(count).ok()?;
            day()?.with().month(month).day(1).build().ok()
        }
        _ => {
            // No date of FHIR is before the year 1.
            let year = (at.year() - at.year() % i16::try_from(count).ok()?).max(1);
            day()?.with().year(year).month(1).day(1).build().ok()
        }
    }
}

fn step(count: i64, unit: Unit) -> Option<Span> {
    let span = Span::new();
    match unit {
        Unit::Minute => span.try_minutes(count),
        Unit::Hour => span.try_hours(count),
        Unit::Day => span.try_days(count),
        Unit::Month => span.try_months(count),
        _ => span.try_years(count),
    }
    .ok()
}

fn usual_ms(unit: Unit) -> i64 {
    const HOUR: i64 = 60 * 60 * 1000;
    match unit {
        Unit::Minute => 60 * 1000,
        Unit::Hour => HOUR,
        Unit::Day => 24 * HOUR,
        Unit::Month => 30 * 24 * HOUR,
        _ => 365 * 24 * HOUR,
    }
}

#[cfg(test)]
mod tests;
