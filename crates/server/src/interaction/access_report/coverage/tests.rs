//! Days without anything, in the reader's zone, the longest stretch first.
use super::*;
use kiln_pages::Language;

fn reader() -> Reader {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::Offset::constant(1));
    Reader { language: Language::En, zone, now: Instant { millis: 0 } }
}

fn millis(text: &str) -> i64 {
    Instant::parse(text).unwrap().millis
}

#[test]
fn days_are_whole_and_of_the_zone() {
    let (first, end) = (millis("2026-11-20T12:00:00Z"), millis("2026-11-23T12:00:00Z"));
    let days = days(first, end, &reader());
    let starts: Vec<String> =
        days.iter().map(|day| Instant { millis: day.start.0 }.to_text()).collect();
    let expected =
        ["2026-11-19T23:00:00.000Z", "2026-11-20T23:00:00.000Z", "2026-11-21T23:00:00.000Z"];
    assert_eq!(starts, expected);
    assert!(super::days(end, first, &reader()).is_empty());
}

#[test]
fn neighbouring_days_are_one_gap() {
    let day = |at: i64| Millis(at)..Millis(at + 1);
    let days: Vec<_> = (0..7).map(day).collect();
    let gap = |start, end| Gap { start: Instant { millis: start }, end: Instant { millis: end } };
    let gaps = longest(&days, &[0, 5, 0, 0, 0, 1, 0]);
    assert_eq!(gaps, [gap(2, 5), gap(0, 1), gap(6, 7)]);
}
