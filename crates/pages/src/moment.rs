//! Times as they are shown: absolute with their offset, and how long ago.
use crate::Reader;
use jiff::{Timestamp, Zoned, tz::TimeZone};
use kiln_fhir::Instant;

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A unit that tells how long ago something was.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Second,
    /// Minutes.
    Minute,
    /// Hours.
    Hour,
    /// Days.
    Day,
    /// Months of 30 days.
    Month,
    /// Years of 365 days.
    Year,
}

const UNITS: [(u64, Unit); 6] = [
    (365 * DAY, Unit::Year),
    (30 * DAY, Unit::Month),
    (DAY, Unit::Day),
    (HOUR, Unit::Hour),
    (MINUTE, Unit::Minute),
    (SECOND, Unit::Second),
];

/// `2026-11-22 20:41:07 +01:00`, in the reader's zone; `UTC` for an offset where that is the zone.
pub fn absolute(instant: Instant, reader: &Reader) -> String {
    let Some(zoned) = zoned(instant, &reader.zone) else { return instant.to_text() };
    let offset = if reader.zone == TimeZone::UTC { "UTC" } else { "%:z" };
    zoned.strftime(&format!("%Y-%m-%d %H:%M:%S {offset}")).to_string()
}

/// `20:41:07`, in the reader's zone.
pub fn time_of_day(instant: Instant, reader: &Reader) -> String {
    let zoned = zoned(instant, &reader.zone);
    zoned.map_or_else(|| instant.to_text(), |zoned| zoned.strftime("%H:%M:%S").to_string())
}

/// `2026-11-22`, in the reader's zone.
pub fn day(instant: Instant, reader: &Reader) -> String {
    let zoned = zoned(instant, &reader.zone);
    zoned.map_or_else(|| instant.to_text(), |zoned| zoned.strftime("%Y-%m-%d").to_string())
}

/// `2026-11-22 20:41`, in the reader's zone; `2026-10-25 02:30 +02:00` in an hour that the clock
/// shows twice.
pub fn minute(instant: Instant, reader: &Reader) -> String {
    let zoned = zoned(instant, &reader.zone);
    zoned.map_or_else(|| instant.to_text(), |zoned| minute_of(&zoned, " ", " "))
}

/// Date and time with this between them, and this before the offset where one is needed.
pub(crate) fn minute_of(at: &Zoned, between: &str, before_offset: &str) -> String {
    let is_twice = at.time_zone().to_ambiguous_zoned(at.datetime()).is_ambiguous();
    let offset = if is_twice { [before_offset, "%:z"].concat() } else { String::new() };
    at.strftime(&format!("%Y-%m-%d{between}%H:%M{offset}")).to_string()
}

/// `5 minutes`, the largest unit alone.
pub fn length(millis: u64, reader: &Reader) -> String {
    let Some((length, unit)) = UNITS.iter().find(|(length, _)| millis >= *length) else {
        return format!("{millis} ms");
    };
    (reader.texts().span)(millis / length, *unit)
}

/// `Sunday, 22 November 2026`, in the reader's language and zone.
pub fn day_in_words(instant: Instant, reader: &Reader) -> String {
    let Some(zoned) = zoned(instant, &reader.zone) else { return instant.to_text() };
    let texts = reader.texts();
    let weekday = texts.weekdays[zoned.weekday().to_monday_zero_offset() as usize];
    let month = texts.months[zoned.month() as usize - 1];
    (texts.day)(weekday, zoned.day(), month, zoned.year())
}

/// `3 minutes ago`; what is to come is told as such.
pub fn ago(instant: Instant, reader: &Reader) -> String {
    let distance = reader.now.millis.abs_diff(instant.millis);
    let Some((length, unit)) = UNITS.iter().find(|(length, _)| distance >= *length) else {
        return reader.texts().just_now.to_owned();
    };
    let said =
        if instant.millis > reader.now.millis { reader.texts().ahead } else { reader.texts().ago };
    said(distance / length, *unit)
}

/// As `datetime` of HTML's `time` wants it.
pub(crate) fn machine(instant: Instant) -> String {
    instant.to_text()
}

pub(crate) fn zoned(instant: Instant, zone: &TimeZone) -> Option<Zoned> {
    Some(Timestamp::from_millisecond(instant.millis).ok()?.to_zoned(zone.clone()))
}

#[cfg(test)]
mod tests;
