use super::interval;
use crate::tests::{event, finds, refused, search, table};
use kiln_fhir::Release;
use kiln_index::{Millis, Query};

#[test]
fn prefixes_compare_a_point_with_an_interval() {
    // Recorded at 2024-06-15T08:30:00.250Z.
    table(
        &event(Release::R4),
        &[
            ("date=2024", true),
            ("date=2023", false),
            ("date=2024-06", true),
            ("date=2024-06-15", true),
            ("date=2024-06-14", false),
            ("date=2024-06-15T08:30", true),
            ("date=2024-06-15T08:30Z", true),
            ("date=2024-06-15T08:30:00Z", true),
            ("date=2024-06-15T08:30:00.2Z", true),
            ("date=2024-06-15T08:30:00.25Z", true),
            ("date=2024-06-15T08:30:00.250Z", true),
            ("date=2024-06-15T08:30:00.250999Z", true),
            ("date=2024-06-15T08:30:00.251Z", false),
            ("date=2024-06-15T08:30:00.0Z", false),
            ("date=eq2024-06-15", true),
            ("date=ne2024-06-15", false),
            ("date=ne2024-06-14", true),
            ("date=gt2024-06-15", false),
            ("date=gt2024-06-14", true),
            ("date=ge2024-06-15", true),
            ("date=ge2024-06-16", false),
            ("date=lt2024-06-15", false),
            ("date=lt2024-06-16", true),
            ("date=le2024-06-15", true),
            ("date=le2024-06-14", false),
            ("date=sa2024-06-14", true),
            ("date=sa2024-06-15", false),
            ("date=eb2024-06-16", true),
            ("date=eb2024-06-15", false),
            ("date=ap2024-06-16", true),
            ("date=ap2024-06-14", true),
            ("date=ap2024-06-17", false),
            ("date=2023,2024", true),
            ("date=ge2024-06&date=lt2024-07", true),
            ("date=ge2024-07&date=lt2024-06", false),
        ],
    );
}

#[test]
fn offsets_move_the_interval() {
    table(
        &event(Release::R5),
        &[
            ("date=2024-06-15T10:30:00+02:00", true),
            ("date=2024-06-15T10:30:00 02:00", true),
            ("date=2024-06-15T10:30+02:00", true),
            ("date=2024-06-15T03:00:00-05:30", true),
            ("date=2024-06-15T08:30:00+02:00", false),
            ("date=2024-06-14T18:30:00-14:00", true),
        ],
    );
}

#[test]
fn last_updated_is_when_the_record_was_received() {
    table(
        &event(Release::R4),
        &[
            ("_lastUpdated=2024-06-16", true),
            ("_lastUpdated=2024-06-15", false),
            ("_lastUpdated=ge2024-06-16&_lastUpdated=lt2024-06-17", true),
            ("_lastUpdated:missing=false", true),
        ],
    );
}

#[test]
fn ranges_of_one_search_become_one() {
    let query = search(Release::R4, "date=ge2024-06&date=lt2024-07").expect("valid").query;
    let Query::And(clauses) = query else { panic!("an and") };
    let ranges = clauses.iter().filter(|clause| matches!(clause, Query::Recorded(_)));
    assert_eq!(ranges.count(), 1);
}

#[test]
fn the_calendar_is_right() {
    let start = |text| interval(text).map(|range| range.start);
    assert_eq!(start("1970"), Some(Millis(0)));
    assert_eq!(start("0001"), Some(Millis(-62_135_596_800_000)));
    assert_eq!(start("2000-02-29"), Some(Millis(951_782_400_000)));
    assert_eq!(start("9999-12-31T23:59:59.999Z"), Some(Millis(253_402_300_799_999)));
    assert_eq!(interval("9999").map(|range| range.end), Some(Millis(253_402_300_800_000)));
    assert_eq!(interval("2023-12").map(|range| range.end), start("2024"));
}

#[test]
fn the_calendar_agrees_with_the_instants_of_records() {
    for text in [
        "2013-06-20T23:42:24Z",
        "1969-12-31T23:59:59.5-11:00",
        "2400-02-29T00:00:00+14:00",
        "2016-12-31T23:59:60Z",
    ] {
        let instant = kiln_fhir::Instant::parse(text).expect("an instant");
        assert_eq!(interval(text).map(|range| range.start.0), Some(instant.millis), "{text}");
    }
}

#[test]
fn what_is_no_date_is_refused() {
    let bad = [
        "x",
        "24",
        "20240",
        "2024-",
        "2024-13",
        "2024-00",
        "2024-1",
        "2023-02-29",
        "2024-06-31",
        "2024-06-15T",
        "2024-06-15T08",
        "2024-06-15T24:00",
        "2024-06-15T08:60",
        "2024-06T08:30",
        "2024-06-15T08:30:61Z",
        "2024-06-15T08:30:00.Z",
        "2024-06-15T08:30:00.1x",
        "2024-06-15T08:30:00+2",
        "2024-06-15T08:30:00+15:00",
        "2024-06-15T08:30:00Z+01:00",
        "2024-06-15Z",
        "0000",
        "2024-06-15-01",
        "-2024",
        "xx2024",
        "GE2024",
        "ge",
        "gt ge2024",
        "2024-06-15t08:30:00z",
        "２０２４",
        "2024-06-15T08:30:00+é0:00",
    ];
    for value in bad {
        refused(Release::R4, &[&format!("date={value}"), &format!("_lastUpdated={value}")]);
    }
    refused(Release::R4, &["date:not=2024", "date:exact=2024", "date:ge=2024"]);
    assert!(!finds(&event(Release::R4), "date=lt0001"));
}
