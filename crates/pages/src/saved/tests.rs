use super::*;
use crate::Language;
use jiff::tz::TimeZone;

fn page(searches: Vec<Saved>, line: &str) -> String {
    let reader = Reader { language: Language::En, zone: TimeZone::UTC, now: Instant { millis: 0 } };
    body(&View { base: "", searches, line, form: "f0rm" }, &reader).into_string()
}

#[test]
fn each_search_can_be_run_and_forgotten_by_keyboard_and_name() {
    let saved = Saved {
        name: "night <shift>".to_owned(),
        line: "failed \"last week\"".to_owned(),
        at: Instant { millis: 0 },
    };
    let page = page(vec![saved], "patient 7");
    assert!(page.contains("night &#60;shift&#62;") && !page.contains("<shift>"));
    assert!(page.contains(r#"action="/search""#) && page.contains(r#"action="/saved/forget""#));
    assert!(page.contains(r#"aria-label="Forget night &#60;shift&#62;""#), "{page}");
    assert!(page.contains("failed &#34;last week&#34;"));
    assert!(page.contains(r#"value="patient 7""#) && page.contains("1970-01-01"));
    assert_eq!(page.matches(r#"value="f0rm""#).count(), 2);
}

#[test]
fn whoever_has_none_is_told_what_to_do() {
    assert!(page(Vec::new(), "").contains("You have saved no search yet."));
}
