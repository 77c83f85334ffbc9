use super::*;
use crate::Language;
use jiff::tz::TimeZone;

const NOW: i64 = 1_795_377_600_000;
const DAY: i64 = 86_400_000;

fn reader(language: Language) -> Reader {
    Reader { language, zone: TimeZone::UTC, now: Instant { millis: NOW } }
}

fn sender(name: &str, passed_ms: i64, usual_week: u64, ahead_ms: i64) -> Sender {
    let last = Instant { millis: NOW - passed_ms };
    Sender { name: name.to_owned(), last, day: 3, week: 40, usual_week, ahead_ms }
}

fn view(senders: Vec<Sender>) -> View<'static> {
    View {
        base: "/t/ward",
        trouble: Vec::new(),
        records: 1_234_567,
        started: Instant { millis: NOW - DAY },
        arrivals: vec![(Span::Minute, 90), (Span::Day, 8640)],
        latencies: vec![Latency { request: "create", count: 7, half_us: 1500, most_us: 42_000 }],
        disk: vec![(Part::Log, 3_000_000), (Part::Index, 1_000_000)],
        rejects: Some(Rejects { count: 0, repeated: 2, lost: 1 }),
        refused: Vec::new(),
        refused_unread: false,
        senders,
        more_senders: false,
    }
}

#[test]
fn a_sender_is_silent_after_a_day_and_ten_times_its_usual_gap() {
    let is_silent = |passed_ms, usual_week| {
        sender("lab", passed_ms, usual_week, 0).is_silent(Instant { millis: NOW })
    };
    assert!(is_silent(3 * DAY, 700));
    assert!(!is_silent(DAY - 1, 700));
    // It sends once a day: three days are a long weekend.
    assert!(!is_silent(3 * DAY, 7));
    assert!(is_silent(11 * DAY, 7));
    assert!(!is_silent(11 * DAY, 0));
}

#[test]
fn a_clock_is_wrong_beyond_five_minutes_in_either_direction() {
    assert!(sender("a", 0, 1, 420_000).has_wrong_clock());
    assert!(sender("a", 0, 1, -420_000).has_wrong_clock());
    assert!(!sender("a", 0, 1, 300_000).has_wrong_clock());
    let reader = reader(Language::En);
    assert_eq!(clock(420_000, &reader), "7 min 0 s ahead");
    assert_eq!(clock(-7_260_000, &reader), "2 h 1 min behind, or late");
    assert_eq!(clock(-59_999, &reader), "right within a minute");
}

#[test]
fn the_page_says_what_has_to_be_looked_at_and_each_figure() {
    let senders = vec![sender("Images <1>", 0, 40, 420_000), sender("", 9 * DAY, 700, 0)];
    let page = body(&view(senders), &reader(Language::En)).into_string();
    for says in [
        "A sender has fallen silent.",
        "A sender&#39;s clock is wrong.",
        "Images &#60;1&#62;",
        "(a source without a name)",
        "7 min 0 s ahead",
        "1,234,567",
        ">1.50<",
        ">0.10<",
        ">42.0<",
        "3.0 MB",
        "75 %",
        "4.0 MB",
        "/t/ward/metrics",
    ] {
        assert!(page.contains(says), "{says}\n{page}");
    }
    assert!(!page.contains("reject shelf."), "nothing is on it");
}

#[test]
fn what_was_refused_is_listed_with_element_and_reason() {
    let refused = Refused {
        number: 17,
        received: Instant { millis: NOW },
        from: "key:<lab>".to_owned(),
        sent_as: "r4 json".to_owned(),
        errors: vec![("AuditEvent.source".to_owned(), "must be <there>".to_owned())],
        more: 2,
    };
    let rejects = Some(Rejects { count: 30, repeated: 0, lost: 0 });
    let view = View { rejects, refused: vec![refused], ..view(Vec::new()) };
    let page = body(&view, &reader(Language::En)).into_string();
    for says in [
        "The newest 1 of 30;",
        "key:&#60;lab&#62;",
        "<code>AuditEvent.source</code>: must be &#60;there&#62;",
        "and 2 more",
        "reject shelf.",
    ] {
        assert!(page.contains(says), "{says}\n{page}");
    }
}

#[test]
fn german_has_its_own_words_and_signs() {
    let page = body(&view(vec![sender("Labor", 0, 40, 0)]), &reader(Language::De)).into_string();
    for says in ["Alles ist in Ordnung.", "1.234.567", ">1,50<", "3,0 MB", "geht auf eine Minute"] {
        assert!(page.contains(says), "{says}\n{page}");
    }
}
