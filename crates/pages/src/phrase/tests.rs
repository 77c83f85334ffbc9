use super::*;
use std::collections::HashSet;

/// Sunday, 2026-11-22 20:41:07 in Zurich.
fn now() -> Instant {
    Instant::parse("2026-11-22T20:41:07+01:00").unwrap()
}

/// Central European Time, without a database.
fn zone() -> TimeZone {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
}

fn ask(line: &str) -> Understood {
    read(line, now(), &zone())
}

fn query(understood: &Understood) -> String {
    let pairs = understood.parameters.iter().map(|(name, value)| format!("{name}={value}"));
    pairs.collect::<Vec<_>>().join("&")
}

/// Phrases, each with the query that it becomes.
fn table(text: &'static str) -> Vec<(&'static str, &'static str)> {
    text.lines().map(|row| row.split_once('\t').expect("a phrase and its query")).collect()
}

fn english() -> Vec<(&'static str, &'static str)> {
    table(include_str!("en.tsv"))
}

fn german() -> Vec<(&'static str, &'static str)> {
    table(include_str!("de.tsv"))
}

#[test]
fn phrases_of_both_languages_become_their_queries() {
    let (english, german) = (english(), german());
    assert!(english.len() >= 60, "{} English phrases", english.len());
    assert!(german.len() >= 30, "{} German phrases", german.len());
    let asked: HashSet<&str> = english.iter().chain(&german).map(|row| row.0).collect();
    assert_eq!(asked.len(), english.len() + german.len(), "a phrase is there twice");
    let wrong: Vec<String> = english
        .iter()
        .chain(&german)
        .filter_map(|(phrase, expected)| {
            let found = query(&ask(phrase));
            // A text without a letter or a digit searches nothing.
            let expected = if *expected == "text=" { "" } else { expected };
            (found != expected).then(|| format!("{phrase}\n  wanted {expected}\n  found  {found}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_chip_turns_back_into_words_that_read_to_it() {
    for (phrase, _) in english().into_iter().chain(german()) {
        let understood = ask(phrase);
        assert!(!understood.chips.is_empty(), "{phrase} left nothing");
        for chip in &understood.chips {
            let again = ask(&chip.words);
            assert_eq!(again.chips, std::slice::from_ref(chip), "`{}` of `{phrase}`", chip.words);
        }
        let again = ask(&understood.line());
        assert_eq!(again.chips, understood.chips, "{phrase}");
        assert_eq!(again.parameters, understood.parameters, "{phrase}");
    }
}

#[test]
fn a_line_without_one_of_its_chips_has_all_the_others() {
    for (phrase, _) in english().into_iter().chain(german()) {
        let understood = ask(phrase);
        for at in 0..understood.chips.len() {
            let mut left = understood.chips.clone();
            left.remove(at);
            assert_eq!(ask(&understood.without(at)).chips, left, "`{phrase}` without {at}");
        }
    }
}

#[test]
fn every_word_stands_in_a_chip() {
    for (phrase, _) in english().into_iter().chain(german()) {
        let understood = ask(phrase);
        let kept = understood.line().to_lowercase();
        for word in word::of(phrase) {
            assert!(kept.contains(&word.lower), "`{}` of `{phrase}` is gone", word.text);
        }
    }
}

#[test]
fn what_is_not_understood_is_text() {
    let understood = ask("flurbel dr chen \"zug um zug\"");
    assert_eq!(understood.text, ["flurbel", "zug um zug"]);
    assert_eq!(understood.chips[0].kind, Kind::Text);
    assert_eq!(understood.chips[0].words, "\"flurbel\"");
}

#[test]
fn a_lone_word_can_be_read_as_whom_or_what_it_may_be_about() {
    let otherwise = |line: &str| ask(line).otherwise(now(), &zone());
    let ways = ["patient 204418", "user 204418", "record 204418"];
    assert_eq!(otherwise("204418"), ways);
    assert_eq!(otherwise(" \"204418\" "), ways);
    // What was taken for a year or a code may be a number as well.
    assert_eq!(otherwise("2025")[0], "patient 2025");
    assert_eq!(otherwise("110122")[0], "patient 110122");
    assert_eq!(otherwise("lindqvist"), ["patient lindqvist", "user lindqvist"]);
    for line in ["", "the", "failed", "patient 204418", "patient:204418", "Mara Lindqvist"] {
        assert_eq!(otherwise(line), Vec::<String>::new(), "{line}");
    }
}

#[test]
fn words_of_a_kind_and_value_read_to_it() {
    let values = ["123", "Practitioner/7", "Sarah Chen", "a:b", "x|y", "110112", "8", "R", "TREAT"];
    let kinds = [
        Kind::Agent,
        Kind::Patient,
        Kind::Action,
        Kind::Outcome,
        Kind::Type,
        Kind::Purpose,
        Kind::Address,
        Kind::Entity,
        Kind::Source,
        Kind::Site,
        Kind::Id,
        Kind::Text,
    ];
    for kind in kinds {
        for value in values {
            let understood = ask(&words(kind, value));
            assert_eq!(understood.chips.len(), 1, "{kind:?} {value}: {understood:?}");
            assert_eq!(understood.chips[0].kind, kind, "{value}");
        }
    }
    assert_eq!(query(&ask(&words(Kind::Source, "A, \"B\" | C"))), r"source=A\,  B  \| C");
    assert_eq!(query(&ask(&words(Kind::Date, "last week"))), query(&ask("last week")));
}

#[test]
fn another_date_takes_the_place_of_the_one_before() {
    let understood = ask("dr chen last week failed");
    assert_eq!(understood.instead(Kind::Date, "2025"), "dr chen failed 2025");
    assert_eq!(ask("").instead(Kind::Date, "2025"), "2025");
}

#[test]
fn a_long_line_is_cut_and_its_last_words_are_one_text() {
    let understood = ask(&"ä".repeat(LINE_BYTES_MAX));
    assert_eq!(understood.asked.len(), LINE_BYTES_MAX);
    let many = "failed ".repeat(40);
    let understood = ask(&many);
    assert_eq!(understood.chips.len(), CHIPS_MAX);
    assert_eq!(understood.chips[CHIPS_MAX - 1].kind, Kind::Text);
}

#[test]
fn any_text_is_read() {
    let naughty = [
        "\"",
        ":",
        "patient:",
        "who:\"",
        "..",
        "2026-13-45..",
        "dr",
        "not",
        "vor 3",
        "\u{0}",
        "last 99999999999999999999 days",
        "9999-12-31",
        "in",
        "25:61",
        "31.02.2026",
        "ip",
    ];
    for line in naughty {
        let understood = ask(line);
        assert_eq!(ask(&understood.line()).chips, understood.chips, "{line}");
    }
}
