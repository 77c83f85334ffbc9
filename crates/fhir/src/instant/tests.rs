use super::*;
use proptest::prelude::*;

fn millis(text: &str) -> Option<i64> {
    Instant::parse(text).map(|instant| instant.millis)
}

#[test]
fn instants_are_points_in_utc() {
    assert_eq!(millis("1970-01-01T00:00:00Z"), Some(0));
    assert_eq!(millis("1970-01-01T01:00:00+01:00"), Some(0));
    assert_eq!(millis("1969-12-31T19:00:00-05:00"), Some(0));
    assert_eq!(millis("2015-02-07T13:28:17.239+02:00"), Some(1_423_308_497_239));
    assert_eq!(millis("2015-02-07T13:28:17.2399999999999Z"), Some(1_423_315_697_239));
    assert_eq!(millis("2000-02-29T00:00:00.5-00:00"), Some(951_782_400_500));
    assert_eq!(millis("0001-01-01T00:00:00Z"), Some(-62_135_596_800_000));
    assert_eq!(millis("9999-12-31T23:59:59.999Z"), Some(253_402_300_799_999));
    assert_eq!(millis("2024-06-15T08:30:00+14:00"), millis("2024-06-14T18:30:00Z"));
}

#[test]
fn a_leap_second_is_the_last_millisecond_of_its_minute() {
    assert_eq!(millis("2016-12-31T23:59:60Z"), millis("2016-12-31T23:59:59.999Z"));
    assert_eq!(millis("2016-12-31T23:59:60.7Z"), millis("2016-12-31T23:59:59.999Z"));
}

#[test]
fn what_is_no_instant_is_refused() {
    for text in [
        "",
        "2024",
        "2024-06",
        "2024-06-15",
        "2024-06-15T08:30Z",
        "2024-06-15T08:30:00",
        "2024-06-15 08:30:00Z",
        "2024-06-15t08:30:00Z",
        "2024-06-15T08:30:00z",
        "2024-06-15T24:00:00Z",
        "2024-06-15T08:60:00Z",
        "2024-06-15T08:30:61Z",
        "2024-06-15T08:30:00.Z",
        "2024-06-15T08:30:00,5Z",
        "2024-06-15T08:30:00+14:01",
        "2024-06-15T08:30:00+15:00",
        "2024-06-15T08:30:00+0200",
        "2024-06-15T08:30:00+02",
        "2024-06-15T08:30:00Z ",
        " 2024-06-15T08:30:00Z",
        "2024-13-15T08:30:00Z",
        "2024-00-15T08:30:00Z",
        "2024-06-31T08:30:00Z",
        "2023-02-29T08:30:00Z",
        "1900-02-29T08:30:00Z",
        "0000-06-15T08:30:00Z",
        "02024-06-15T08:30:00Z",
        "+2024-06-15T08:30:00Z",
        "2024-6-15T08:30:00Z",
        "２０２４-06-15T08:30:00Z",
    ] {
        assert_eq!(millis(text), None, "{text}");
    }
}

#[test]
fn dates_cover_what_they_do_not_say() {
    let at = |text| millis(text).expect("an instant");
    let year = at("2024-01-01T00:00:00Z")..at("2025-01-01T00:00:00Z");
    assert_eq!(date_interval("2024"), Some(year));
    let month = at("2024-12-01T00:00:00Z")..at("2025-01-01T00:00:00Z");
    assert_eq!(date_interval("2024-12"), Some(month));
    let day = at("2024-02-29T00:00:00Z")..at("2024-03-01T00:00:00Z");
    assert_eq!(date_interval("2024-02-29"), Some(day));
    let minute = at("2024-02-29T10:11:00Z")..at("2024-02-29T10:12:00Z");
    assert_eq!(date_interval("2024-02-29T10:11"), Some(minute.clone()));
    assert_eq!(date_interval("2024-02-29T12:11+02:00"), Some(minute));
    let second = at("2024-02-29T10:11:12Z")..at("2024-02-29T10:11:13Z");
    assert_eq!(date_interval("2024-02-29T10:11:12Z"), Some(second));
    let tenth = at("2024-02-29T10:11:12.5Z")..at("2024-02-29T10:11:12.6Z");
    assert_eq!(date_interval("2024-02-29T10:11:12.5Z"), Some(tenth));
    let milli = at("2024-02-29T10:11:12.5Z")..at("2024-02-29T10:11:12.501Z");
    assert_eq!(date_interval("2024-02-29T10:11:12.5000Z"), Some(milli));
    for text in
        ["", "24", "2024-2", "2024-02-30", "2024-02-29T10", "2024-02-29T25:00", "2024x", "2024Z"]
    {
        assert_eq!(date_interval(text), None, "{text}");
    }
}

#[test]
fn date_times_want_seconds_and_zone_with_a_time() {
    for text in
        ["2024", "2024-06", "2024-06-15", "2024-06-15T08:30:00Z", "2024-06-15T08:30:00.1+01:00"]
    {
        assert!(is_date_time(text), "{text}");
    }
    for text in [
        "",
        "2024-06-15T08:30Z",
        "2024-06-15T08:30:00",
        "2024Z",
        "2024-06-15T",
        "2024-06-15x",
        "2024-06-15Z",
        "x",
    ] {
        assert!(!is_date_time(text), "{text}");
    }
    assert!(is_date("2024-06-15") && !is_date("2024-06-15T08:30:00Z"));
    assert!(is_time("08:30:00.25") && !is_time("08:30") && !is_time("08:30:00Z"));
}

proptest! {
    #[test]
    fn text_and_back(millis in -62_135_596_800_000_i64..253_402_300_800_000) {
        let instant = Instant { millis };
        prop_assert_eq!(Instant::parse(&instant.to_text()), Some(instant));
        let jiff = jiff::Timestamp::from_millisecond(millis).expect("in range");
        prop_assert_eq!(instant.to_text().parse::<jiff::Timestamp>().expect("ISO 8601"), jiff);
    }

    #[test]
    fn no_text_panics(text in "[0-9TZ:.+ -]{0,40}|\\PC{0,20}") {
        if let Some(instant) = Instant::parse(&text) {
            let start = date_interval(&text).map(|interval| interval.start);
            prop_assert_eq!(start, Some(instant.millis));
        }
    }
}
