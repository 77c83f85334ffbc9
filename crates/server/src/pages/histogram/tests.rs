use super::*;

fn zone() -> TimeZone {
    TimeZone::get("Europe/Vienna").unwrap()
}

fn at(text: &str) -> Millis {
    Millis(Instant::parse(text).unwrap().millis)
}

fn between(first: &str, last: &str) -> Vec<String> {
    let spans = spans(at(first), at(last), &zone()).unwrap();
    assert!(spans.windows(2).all(|two| two[0].end == two[1].start));
    assert!(spans[0].contains(&at(first)) && spans[spans.len() - 1].contains(&at(last)));
    assert!(spans.len() <= BARS_MAX as usize);
    let text = |span: &Range<Millis>| zoned(span.start, &zone()).unwrap().datetime().to_string();
    spans.iter().map(text).collect()
}

#[test]
fn bars_begin_where_the_clock_of_the_zone_does() {
    let one = between("2024-06-15T08:30:10Z", "2024-06-15T08:30:20Z");
    assert_eq!(one, ["2024-06-15T10:30:00"]);
    let hours = between("2024-06-15T08:30:10Z", "2024-06-16T08:30:20Z");
    assert_eq!((hours[0].as_str(), hours.len()), ("2024-06-15T10:00:00", 25));
    let days = between("2024-06-15T22:30:10Z", "2024-07-20T08:30:20Z");
    assert_eq!(days[0], "2024-06-16T00:00:00");
}

#[test]
fn days_stay_days_when_clocks_change() {
    let days = between("2024-03-20T12:00:00Z", "2024-04-20T12:00:00Z");
    assert!(days.iter().all(|day| day.ends_with("T00:00:00")), "{days:?}");
    assert_eq!(days.len(), 32);
}

#[test]
fn weeks_begin_on_mondays_months_and_years_on_their_first() {
    let weeks = between("2024-01-03T12:00:00Z", "2024-07-20T12:00:00Z");
    assert_eq!(weeks[0], "2024-01-01T00:00:00");
    let months = between("2021-02-14T12:00:00Z", "2024-07-20T12:00:00Z");
    assert_eq!(months[0], "2021-02-01T00:00:00");
    let quarters = between("2011-02-14T12:00:00Z", "2024-07-20T12:00:00Z");
    assert_eq!(quarters[0], "2011-01-01T00:00:00");
    let decades = between("1903-02-14T12:00:00Z", "2224-07-20T12:00:00Z");
    assert_eq!(decades[0], "1900-01-01T00:00:00");
}

/// Programs write the first and the last date there is where they know none: their events are bars
/// as well, and take none from the others.
#[test]
fn every_time_that_an_event_may_have_is_in_a_bar() {
    for (first, last) in [
        ("0001-01-01T00:00:00Z", "2024-07-20T12:00:00Z"),
        ("2024-07-20T12:00:00Z", "9999-12-31T23:59:59.999Z"),
        ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"),
    ] {
        between(first, last);
    }
}

/// What the words say is read again as the very span that they are of.
#[test]
fn a_bar_leads_to_its_own_span() {
    let now = Instant::parse("2024-07-20T08:30:20Z").unwrap();
    for (first, last) in [
        ("2024-06-15T08:30:10Z", "2024-06-15T08:50:20Z"),
        ("2024-06-15T08:30:10Z", "2024-06-16T08:30:20Z"),
        // The clock goes back from three to two: an hour is there twice.
        ("2023-10-28T20:00:00Z", "2023-10-29T05:00:00Z"),
        ("2023-10-28T23:45:00Z", "2023-10-29T02:30:00Z"),
        ("2023-10-27T23:45:00Z", "2023-10-30T02:30:00Z"),
        ("2024-03-20T12:00:00Z", "2024-04-20T12:00:00Z"),
        ("2024-01-03T12:00:00Z", "2024-07-20T12:00:00Z"),
        ("2001-02-14T12:00:00Z", "2024-07-20T12:00:00Z"),
    ] {
        for span in spans(at(first), at(last), &zone()).unwrap() {
            let understood = phrase::read(&words(&span, &zone()).unwrap(), now, &zone());
            let bounds = understood.parameters.iter().map(|(_, value)| at_of(value));
            assert_eq!(bounds.collect::<Vec<_>>(), [span.start, span.end], "{understood:?}");
        }
    }
}

fn at_of(value: &str) -> Millis {
    at(&value[2..])
}
