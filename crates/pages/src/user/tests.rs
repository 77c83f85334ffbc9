use super::*;
use crate::Language;
use jiff::tz::TimeZone;

const DAY: i64 = 86_400_000;

fn reader() -> Reader {
    Reader { language: Language::En, zone: TimeZone::UTC, now: Instant { millis: 9 * DAY } }
}

fn view() -> View<'static> {
    View {
        base: "",
        who: "Kevin <Brandt>",
        line: "user Practitioner/3",
        events: 1200,
        failed: 1,
        span: Some((Instant { millis: 0 }, Instant { millis: 3 * DAY })),
        heat: HeatMap::default(),
        patients: [(3, 2), (2, 9), (1, 4)]
            .map(|(day, n)| (Instant { millis: day * DAY }, n))
            .into(),
        sampled: None,
        rows: Vec::new(),
    }
}

#[test]
fn the_busiest_day_and_the_usual_one_are_told() {
    let page = body(&view(), &reader()).into_string();
    assert!(page.contains("What Kevin &#60;Brandt&#62; did"), "{page}");
    assert!(page.contains("At most 9 different patients in a day, on 1970-01-03"));
    assert!(page.contains("on a usual day 4."));
    assert!(page.contains("1,200") && page.contains(r#"value="20""#));
    assert!(page.contains(r#"name="line" value="user Practitioner/3""#));
}

#[test]
fn a_sample_is_said_to_be_one() {
    let page = body(&View { sampled: Some(5000), ..view() }, &reader()).into_string();
    assert!(page.contains("among the newest 5,000 events"), "{page}");
}

#[test]
fn who_did_nothing_leads_to_other_spellings() {
    let nothing = View { events: 0, span: None, patients: Vec::new(), ..view() };
    let page = body(&nothing, &reader()).into_string();
    assert!(page.contains("Look for another spelling") && !page.contains("<table"));
    assert!(not_one("", &reader()).into_string().contains("search for one (user Chen)"));
}
