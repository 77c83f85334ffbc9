use super::*;

/// What a value covers, as texts.
fn covers(value: &str, zone: &str) -> (Option<String>, Option<String>) {
    let zone = Zone::find(zone).expect("a zone");
    let Span { start, end } = span(value, &zone).expect("a date");
    (start.and_then(to_text), end.and_then(to_text))
}

#[track_caller]
fn assert_covers(value: &str, zone: &str, start: &str, end: &str) {
    let (from, to) = covers(value, zone);
    assert_eq!((from.as_deref(), to.as_deref()), (Some(start), Some(end)), "{value} in {zone}");
}

#[test]
fn bare_dates_are_whole() {
    assert_covers("2024", "UTC", "2024-01-01T00:00:00.000Z", "2025-01-01T00:00:00.000Z");
    assert_covers("2024-02", "UTC", "2024-02-01T00:00:00.000Z", "2024-03-01T00:00:00.000Z");
    assert_covers("2024-12-31", "UTC", "2024-12-31T00:00:00.000Z", "2025-01-01T00:00:00.000Z");
    assert_covers("2024", "-03:30", "2024-01-01T03:30:00.000Z", "2025-01-01T03:30:00.000Z");
}

#[test]
fn instants_are_a_millisecond() {
    let (start, end) = ("2024-06-15T08:30:00.000Z", "2024-06-15T08:30:00.001Z");
    for text in ["2024-06-15T08:30:00Z", "2024-06-15T08:30:00.000Z", "2024-06-15T10:30:00+02:00"] {
        // The zone of bare dates says nothing of an instant.
        assert_covers(text, "Asia/Tokyo", start, end);
    }
    assert_covers("2024-06-15T10:30:00 02:00", "UTC", start, end);
    // Events are found by the millisecond: finer digits are cut, as those of events are.
    assert_covers("2024-06-15T08:30:00.0009Z", "UTC", start, end);
    let (start, end) = ("2024-06-15T08:30:00.000Z", "2024-06-15T08:31:00.000Z");
    assert_covers("2024-06-15T08:30Z", "UTC", start, end);
}

#[test]
fn a_leap_second_is_found_where_it_is_stored() {
    let (start, end) = ("2016-12-31T23:59:59.999Z", "2017-01-01T00:00:00.000Z");
    assert_covers("2016-12-31T23:59:60Z", "UTC", start, end);
    assert_covers("2016-12-31T23:59:60.5Z", "UTC", start, end);
}

#[test]
fn days_change_their_length_with_the_clock() {
    let zurich = "Europe/Zurich";
    assert_covers("2024-03-31", zurich, "2024-03-30T23:00:00.000Z", "2024-03-31T22:00:00.000Z");
    assert_covers("2024-10-27", zurich, "2024-10-26T22:00:00.000Z", "2024-10-27T23:00:00.000Z");
}

#[test]
fn a_day_without_midnight_starts_when_the_clock_is_put_forward() {
    // At midnight to one o'clock.
    let sao_paulo = "America/Sao_Paulo";
    assert_covers("2018-11-04", sao_paulo, "2018-11-04T03:00:00.000Z", "2018-11-05T02:00:00.000Z");
    assert_covers("2018-11-03", sao_paulo, "2018-11-03T03:00:00.000Z", "2018-11-04T03:00:00.000Z");
    // From 23:30 to 00:30.
    let toronto = "America/Toronto";
    assert_covers("1919-03-31", toronto, "1919-03-31T04:30:00.000Z", "1919-04-01T04:00:00.000Z");
    assert_covers("1919-03-30", toronto, "1919-03-30T05:00:00.000Z", "1919-03-31T04:30:00.000Z");
}

#[test]
fn a_day_with_two_midnights_starts_with_the_first() {
    // From one o'clock back to midnight.
    let havana = "America/Havana";
    assert_covers("2024-11-03", havana, "2024-11-03T04:00:00.000Z", "2024-11-04T05:00:00.000Z");
    assert_covers("2024-11-02", havana, "2024-11-02T04:00:00.000Z", "2024-11-03T04:00:00.000Z");
    // From midnight back to 23:00: that day is longer, the next has one midnight.
    let sao_paulo = "America/Sao_Paulo";
    assert_covers("2018-02-17", sao_paulo, "2018-02-17T02:00:00.000Z", "2018-02-18T03:00:00.000Z");
    assert_covers("2018-02-18", sao_paulo, "2018-02-18T03:00:00.000Z", "2018-02-19T03:00:00.000Z");
    // From 00:01 back to 23:01: what is left of the day before belongs to it.
    let st_johns = "America/St_Johns";
    assert_covers("2010-11-06", st_johns, "2010-11-06T02:30:00.000Z", "2010-11-07T03:30:00.000Z");
    assert_covers("2010-11-07", st_johns, "2010-11-07T02:30:00.000Z", "2010-11-08T03:30:00.000Z");
}

#[test]
fn a_day_that_a_zone_skips_is_empty() {
    let apia = "Pacific/Apia";
    assert_covers("2011-12-30", apia, "2011-12-30T10:00:00.000Z", "2011-12-30T10:00:00.000Z");
    assert_covers("2011-12-29", apia, "2011-12-29T10:00:00.000Z", "2011-12-30T10:00:00.000Z");
}

#[test]
fn what_is_outside_of_the_calendar_is_no_bound() {
    assert_eq!(covers("9999", "UTC"), (Some("9999-01-01T00:00:00.000Z".to_owned()), None));
    assert_eq!(covers("9999-12-31", "-12:00").1, None);
    assert_eq!(covers("9999-12-31T23:59:59.999Z", "UTC").1, None);
    let (start, end) = covers("0001-01-01", "+14:00");
    assert_eq!((start, end.as_deref()), (None, Some("0001-01-01T10:00:00.000Z")));
}
