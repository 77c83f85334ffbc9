use super::*;
use crate::{Act, Language, Outcome, Part, Role, Sentence};
use jiff::tz::TimeZone;

fn case(marks: Vec<Mark>) -> Case {
    let sentence = Sentence {
        parts: vec![Part { role: Role::Who, text: "Dr. <b>Reuter".to_owned() }],
        act: Act::Read,
        outcome: Outcome::Success,
        reason: None,
        purpose: None,
        emergency: true,
        recorded: Instant { millis: 0 },
        received: Instant { millis: 0 },
    };
    Case { row: Row { id: "e1".to_owned(), sentence }, why: Why::BreakTheGlass, marks }
}

fn mark(is_done: bool) -> Mark {
    Mark {
        who: "Ada <i>".to_owned(),
        at: Instant { millis: 0 },
        note: "asked him <script>".to_owned(),
        is_done,
    }
}

fn page(show: Show, cases: Vec<Case>, (done, all): (usize, usize)) -> String {
    let reader = Reader { language: Language::En, zone: TimeZone::UTC, now: Instant { millis: 0 } };
    let view = View { base: "", show, cases, done, all, more: false, form: "f0rm" };
    body(&view, &reader).into_string()
}

#[test]
fn the_last_mark_says_whether_it_is_done() {
    assert!(!case(Vec::new()).is_done());
    assert!(case(vec![mark(true)]).is_done());
    assert!(!case(vec![mark(true), mark(false)]).is_done());
}

#[test]
fn an_open_case_can_be_marked_and_a_done_one_says_who_when_and_why() {
    let open = page(Show::Open, vec![case(Vec::new())], (0, 1));
    assert!(open.contains(r#"action="/review/e1""#) && open.contains(r#"value="done""#), "{open}");
    assert!(open.contains(r#"value="f0rm""#) && open.contains("0 of 1 have been looked at."));
    let done = page(Show::Done, vec![case(vec![mark(true)])], (1, 1));
    assert!(done.contains("Looked at by Ada &#60;i&#62;") && done.contains("1970-01-01"));
    assert!(done.contains("asked him &#60;script&#62;") && !done.contains("<script>"));
    assert!(done.contains(r#"name="mark" value="open""#), "{done}");
}

#[test]
fn an_empty_queue_says_whether_there_was_anything() {
    assert!(page(Show::Open, Vec::new(), (3, 3)).contains("Nothing waits"));
    assert!(page(Show::Open, Vec::new(), (0, 0)).contains("There is nothing to review."));
}

#[test]
fn the_filter_that_is_shown_is_marked_and_has_a_name_of_its_own() {
    let page = page(Show::All, Vec::new(), (0, 0));
    assert!(page.contains(r#"href="/review?show=all" aria-current="page""#), "{page}");
    for show in Show::ALL {
        assert_eq!(Show::named(show.name()), Some(show));
    }
}
