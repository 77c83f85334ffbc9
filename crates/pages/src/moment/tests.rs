use super::*;
use crate::Language;

fn reader(language: Language) -> Reader {
    let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
    Reader { language, zone, now: at("2026-11-22T20:41:07Z") }
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

#[test]
fn times_have_their_offset() {
    let reader = reader(Language::En);
    assert_eq!(absolute(at("2026-11-22T23:30:00Z"), &reader), "2026-11-23 00:30:00 +01:00");
    assert_eq!(absolute(at("2026-07-01T12:00:00Z"), &reader), "2026-07-01 14:00:00 +02:00");
    let utc = Reader { zone: TimeZone::UTC, ..reader };
    assert_eq!(absolute(at("2026-07-01T12:00:00Z"), &utc), "2026-07-01 12:00:00 UTC");
}

/// Two minutes that are an hour apart have the same digits when the clock is set back.
#[test]
fn a_minute_has_its_offset_where_the_clock_shows_it_twice() {
    let reader = reader(Language::En);
    assert_eq!(minute(at("2026-10-25T00:30:00Z"), &reader), "2026-10-25 02:30 +02:00");
    assert_eq!(minute(at("2026-10-25T01:30:00Z"), &reader), "2026-10-25 02:30 +01:00");
    assert_eq!(minute(at("2026-10-25T02:00:00Z"), &reader), "2026-10-25 03:00");
    assert_eq!(minute(at("2026-03-29T01:00:00Z"), &reader), "2026-03-29 03:00");
}

#[test]
fn a_zone_is_called_by_its_name_or_its_offset() {
    let reader = reader(Language::En);
    assert_eq!(reader.zone_name(), "+01:00");
    assert_eq!(Reader { zone: TimeZone::UTC, ..reader }.zone_name(), "UTC");
}

#[test]
fn days_are_those_of_the_zone() {
    let late = at("2026-11-22T23:30:00Z");
    assert_eq!(day(late, &reader(Language::En)), "2026-11-23");
    assert_eq!(day_in_words(late, &reader(Language::En)), "Monday, 23 November 2026");
    assert_eq!(day_in_words(late, &reader(Language::De)), "Montag, 23. November 2026");
}

#[test]
fn how_long_ago_is_told_in_the_largest_unit() {
    let table = [
        ("2026-11-22T20:41:06.500Z", "just now", "gerade eben"),
        ("2026-11-22T20:41:06Z", "1 second ago", "vor einer Sekunde"),
        ("2026-11-22T20:38:00Z", "3 minutes ago", "vor 3 Minuten"),
        ("2026-11-22T18:41:07Z", "2 hours ago", "vor 2 Stunden"),
        ("2026-11-20T20:41:07Z", "2 days ago", "vor 2 Tagen"),
        ("2026-10-01T00:00:00Z", "1 month ago", "vor einem Monat"),
        ("2020-11-22T00:00:00Z", "6 years ago", "vor 6 Jahren"),
        ("2026-11-22T21:41:07Z", "in 1 hour", "in einer Stunde"),
    ];
    for (text, english, german) in table {
        assert_eq!(ago(at(text), &reader(Language::En)), english);
        assert_eq!(ago(at(text), &reader(Language::De)), german);
    }
}

#[test]
fn lengths_are_told_to_the_largest_unit() {
    let reader = reader(Language::En);
    assert_eq!(length(7 * 60_000 + 5, &reader), "7 minutes");
    assert_eq!(length(999, &reader), "999 ms");
}

#[test]
fn what_no_calendar_has_is_still_shown() {
    let reader = reader(Language::En);
    for millis in [i64::MIN, i64::MAX] {
        let shown = absolute(Instant { millis }, &reader);
        assert!(!shown.is_empty());
        assert!(!ago(Instant { millis }, &reader).is_empty());
    }
}
