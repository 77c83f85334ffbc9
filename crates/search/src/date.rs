//! Dates: an interval as precise as it was written, compared with a point in time
//! (<https://hl7.org/fhir/R4/search.html#date>). `recorded` and the received time are points of a
//! millisecond. Without a zone a value is in UTC.
use kiln_index::{Millis, Query};
use std::ops::Range;

const DAY: i64 = 86_400_000;

/// One value with its prefix, over the time that `at` compares.
///
/// # Errors
/// What the value should look like.
pub(crate) fn compile(
    piece: &str,
    at: impl Fn(Range<Millis>) -> Query,
) -> Result<Query, &'static str> {
    let (prefix, text) = split_prefix(piece);
    let Range { start, end } = interval(text).ok_or(FORMS)?;
    Ok(match prefix {
        "eq" | "" => at(start..end),
        "ne" => Query::Or(vec![at(EVER.start..start), at(end..EVER.end)]),
        "gt" | "sa" => at(end..EVER.end),
        "ge" => at(start..EVER.end),
        "lt" | "eb" => at(EVER.start..start),
        "le" => at(EVER.start..end),
        // How near is up to the server; a day around the interval forgives any mix-up of zones.
        "ap" => at(Millis(start.0 - DAY)..Millis(end.0 + DAY)),
        _ => return Err("takes the prefixes eq, ne, gt, lt, ge, le, sa, eb and ap"),
    })
}

const FORMS: &str = "takes YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm, with seconds, fraction \
                     and zone if wanted, after a prefix if wanted";

const EVER: Range<Millis> = Millis(i64::MIN)..Millis(i64::MAX);

fn split_prefix(piece: &str) -> (&str, &str) {
    piece.split_at(piece.bytes().take_while(u8::is_ascii_alphabetic).count())
}

/// From the first millisecond the text means to the first it does not.
fn interval(text: &str) -> Option<Range<Millis>> {
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let year = digits(date.get(..4)?, 4).filter(|year| *year > 0)?;
    match (date.len(), time) {
        (4, None) => Some(days(year, 1, 1)?..days(year + 1, 1, 1)?),
        (7, None) => {
            let month = dashed(date, 4)?;
            let (next_year, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
            Some(days(year, month, 1)?..days(next_year, next, 1)?)
        }
        (10, time) => within_day(days(year, dashed(date, 4)?, dashed(date, 7)?)?, time),
        _ => None,
    }
}

/// The two digits after a dash.
fn dashed(date: &str, at: usize) -> Option<i64> {
    digits(date.get(at..at + 3)?.strip_prefix('-')?, 2)
}

fn within_day(midnight: Millis, time: Option<&str>) -> Option<Range<Millis>> {
    let Some(time) = time else { return Some(midnight..Millis(midnight.0 + DAY)) };
    // An unescaped `+` reaches a server as a space.
    let (clock, offset) = match time.find(['Z', '+', '-', ' ']) {
        Some(at) => (&time[..at], offset_minutes(&time[at..])?),
        None => (time, 0),
    };
    let (start, length) = clock_millis(clock)?;
    let start = midnight.0 + start - offset * 60_000;
    Some(Millis(start)..Millis(start + length))
}

fn offset_minutes(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let (hours, minutes) = zone[1..].split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    let offset = hours * 60 + minutes;
    let in_range = hours <= 14 && minutes <= 59 && offset <= 14 * 60;
    in_range.then_some(if zone.starts_with('-') { -offset } else { offset })
}

/// Milliseconds since midnight, and how many the text leaves open.
fn clock_millis(clock: &str) -> Option<(i64, i64)> {
    let mut parts = clock.splitn(3, ':');
    let (hours, minutes) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    let start = (hours * 60 + minutes) * 60_000;
    let Some(seconds) = parts.next() else { return Some((start, 60_000)) };
    let (whole, fraction) = match seconds.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (seconds, None),
    };
    // FHIR's grammar has a sixtieth second, for leap seconds.
    let start = start + digits(whole, 2).filter(|seconds| *seconds <= 60)? * 1000;
    let Some(fraction) = fraction else { return Some((start, 1000)) };
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (millis, precise) = (&fraction[..fraction.len().min(3)], fraction.len().min(3));
    let length = [100, 10, 1][precise - 1];
    Some((start + digits(millis, precise)? * length, length))
}

fn digits(text: &str, count: usize) -> Option<i64> {
    let all_digits = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    all_digits.then(|| text.bytes().fold(0, |number, byte| number * 10 + i64::from(byte - b'0')))
}

/// Midnight of a date of the Gregorian calendar; `None` where there is no such day.
fn days(year: i64, month: i64, day: i64) -> Option<Millis> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // A year that begins in March has its leap day at the end.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let before = 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let days = before + (153 * month + 2) / 5 + day - 1 - 719_468;
    Some(Millis(days * DAY))
}

#[cfg(test)]
mod tests;
