use crate::tests::{ENDPOINTS, event, find, finds, pairs, refused, search};
use crate::{Handling, Search, Settings, Total, parse};
use kiln_fhir::{IssueType, OperationOutcome, Release, Severity};
use kiln_index::{Order, Query};
use proptest::prelude::*;

fn strict(text: &str) -> Result<Search, OperationOutcome> {
    parse(Release::R4, &pairs(text), Handling::Strict, &Settings::default(), &find)
}

fn lenient(text: &str) -> Search {
    search(Release::R4, text).unwrap_or_else(|outcome| panic!("{text}: {outcome:?}"))
}

#[test]
fn without_parameters_the_newest_come_first() {
    let search = strict("").expect("valid");
    assert_eq!(search.order, Order::RecordedNewest);
    assert_eq!((search.count, search.total, search.count_only), (50, Total::None, false));
    assert!(search.applied.is_empty() && search.warnings.is_empty() && search.cursor.is_none());
    assert!(finds(&event(Release::R4), ""));
}

#[test]
fn every_release_sees_every_record() {
    for of in ENDPOINTS.into_iter().chain([Release::R5Draft]) {
        for at in ENDPOINTS {
            assert!(crate::tests::finds_at(at, &event(of), ""), "{at:?} {of:?}");
        }
    }
}

#[test]
fn ids_are_positions() {
    let event = event(Release::R4);
    assert!(finds(&event, "_id=known"));
    assert!(finds(&event, "_id=other,known"));
    assert!(!finds(&event, "_id=other"));
    assert!(!finds(&event, "_id:not=known"));
    assert!(finds(&event, "_id:not=other"));
}

#[test]
fn counts_are_clamped_or_refused() {
    assert_eq!(strict("_count=10").expect("valid").count, 10);
    let none = lenient("_count=0");
    assert_eq!((none.count, none.count_only, none.total), (0, true, Total::Accurate));
    for above in ["_count=1001", "_count=99999999999999999999999"] {
        let clamped = lenient(above);
        assert_eq!((clamped.count, clamped.warnings.len()), (1000, 1));
        assert_eq!(clamped.applied, pairs("_count=1000"));
        assert_eq!(clamped.warnings[0].severity, Severity::Warning);
    }
    refused(Release::R4, &["_count=-1", "_count=x", "_count=1.5", "_count=+1", "_count:not=1"]);
    refused(Release::R4, &["_count=1&_count=1"]);
}

#[test]
fn sorts_are_by_recorded_or_received() {
    for (text, order) in [
        ("_sort=date", Order::RecordedOldest),
        ("_sort=-date", Order::RecordedNewest),
        ("_sort=_lastUpdated", Order::LogOldest),
        ("_sort=-_lastUpdated", Order::LogNewest),
    ] {
        assert_eq!(strict(text).expect("valid").order, order);
    }
    let other = lenient("_sort=agent");
    assert_eq!((other.order, other.warnings.len()), (Order::RecordedNewest, 1));
    assert!(other.applied.is_empty());
    assert!(strict("_sort=agent").is_err() && strict("_sort=date,agent").is_err());
}

#[test]
fn totals_and_summaries() {
    assert_eq!(lenient("_total=none").total, Total::None);
    assert_eq!(lenient("_total=accurate").total, Total::Accurate);
    assert_eq!(lenient("_total=estimate").total, Total::Accurate);
    let count = lenient("_summary=count");
    assert_eq!((count.count_only, count.count, count.total), (true, 0, Total::Accurate));
    assert!(!strict("_summary=false").expect("valid").count_only);
    for summary in ["_summary=true", "_summary=text", "_summary=data"] {
        assert_eq!(lenient(summary).warnings.len(), 1);
        assert!(strict(summary).is_err());
    }
    refused(Release::R4, &["_total=x", "_summary=x", "_total:x=none"]);
}

#[test]
fn applied_parameters_are_kept_as_sent_and_the_cursor_apart() {
    let text = r"type=a\,b,c&_format=json&_pretty=true&date:missing=false&_sort=date&_total=none";
    let search = strict(&format!("{text}&_cursor=abc")).expect("valid");
    assert_eq!(search.applied, pairs(text));
    assert_eq!(search.cursor.as_deref(), Some("abc"));
}

#[test]
fn what_is_not_built_is_reported_or_refused() {
    for name in [
        "_has:Observation:patient:code",
        "_include",
        "_include:iterate",
        "_revinclude",
        "_filter",
        "_text",
        "_content",
        "_list",
        "_type",
        "_query",
        "_elements",
        "_contained",
        "_containedType",
        "_in",
        "_language",
        "agent.name",
        "agent:Practitioner.name",
        "patient:Patient.identifier",
        "agent.who.identifier",
        "type.identifier",
        "foo",
        "foo:not",
        "category",
        "entity-desc",
    ] {
        let search = lenient(&format!("{name}=x&type=a"));
        assert_eq!(search.warnings.len(), 1, "{name}");
        let warning = &search.warnings[0];
        assert!(warning.diagnostics.starts_with(name), "{}", warning.diagnostics);
        assert_eq!(warning.code, IssueType::NotSupported);
        assert_eq!(warning.expression, Some(format!("http.{name}")));
        assert_eq!(search.applied, pairs("type=a"));
        let refusal = strict(&format!("{name}=x")).expect_err(name);
        assert_eq!(refusal.issues[0].severity, Severity::Error);
    }
}

#[test]
fn names_that_could_be_anything_are_not_repeated() {
    let long = "x".repeat(65);
    for name in ["Jane Doe", "j@x.org", "", &long] {
        let warnings = lenient(&format!("{name}=x")).warnings;
        assert!(warnings[0].diagnostics.starts_with("a parameter"), "{name}");
        assert_eq!(warnings[0].expression, None);
    }
}

#[test]
fn values_are_never_repeated() {
    for text in ["date=secret", "type:text=secret", "_count=secret", "entity=#secret", "x=secret"] {
        let outcome = strict(text).expect_err(text);
        assert!(!format!("{outcome:?}").contains("secret"), "{text}");
    }
}

#[test]
fn empty_values_are_left_out_or_refused() {
    for text in
        ["patient=", "type=,", "_count=", "date=", "agent-name:exact=", "_cursor=", "date:missing="]
    {
        let search = lenient(text);
        assert_eq!((search.warnings.len(), search.applied.len()), (1, 0), "{text}");
        assert!(strict(text).is_err(), "{text}");
    }
    let some = lenient("type=a,,b");
    assert_eq!((some.warnings.len(), some.applied.len()), (1, 1));
    assert!(strict("type=a,,b").is_err());
}

#[test]
fn an_unbuilt_modifier_is_refused_without_a_value_too() {
    refused(Release::R4, &["type:in=", "patient:Group="]);
}

#[test]
fn limits_are_named() {
    let many = |count: usize| vec!["type=a"; count].join("&");
    assert!(strict(&many(20)).is_ok());
    assert_eq!(strict(&many(21)).expect_err("too many").issues[0].code, IssueType::TooLong);
    let values = |count: usize| format!("type={}", vec!["a"; count].join(","));
    assert!(strict(&values(100)).is_ok());
    assert_eq!(strict(&values(101)).expect_err("too many").issues[0].code, IssueType::TooLong);
    let long = |length: usize| format!("type={}", "a".repeat(length));
    assert!(strict(&long(Settings::VALUE_BYTES_MAX)).is_ok());
    let outcome = strict(&long(Settings::VALUE_BYTES_MAX + 1)).expect_err("too long");
    assert_eq!(outcome.issues[0].code, IssueType::TooLong);
}

#[test]
fn every_error_is_told() {
    let outcome = search(Release::R4, "date=x&type:in=y&_count=z").expect_err("three errors");
    let names: Vec<_> = outcome.issues.iter().map(|issue| issue.expression.as_deref()).collect();
    assert_eq!(names, [Some("http.date"), Some("http.type:in"), Some("http._count")]);
}

#[test]
fn r5_has_its_own_names() {
    let r5 = |text: &str| search(Release::R5, text).expect("lenient").warnings.len();
    for name in ["category", "code", "purpose", "based-on", "encounter"] {
        assert_eq!(r5(&format!("{name}=a")), 0, "{name}");
    }
    for name in ["type", "subtype", "agent-name", "altid", "site", "entity-type", "address"] {
        assert_eq!(r5(&format!("{name}=a")), 1, "{name}");
    }
    assert_eq!(r5("based-on.identifier=a&encounter:identifier=b"), 0);
}

proptest! {
    #[test]
    fn no_name_and_value_panic(name in name(), value in any::<String>()) {
        for handling in [Handling::Lenient, Handling::Strict] {
            for release in ENDPOINTS {
                let pairs = [(name.clone(), value.clone())];
                // Whatever it is, it is answered.
                let _answer: Result<Search, _> =
                    parse(release, &pairs, handling, &Settings::default(), &find);
            }
        }
    }

    #[test]
    fn dates_of_any_shape_do_not_panic(value in "[a-z]{0,3}[0-9T:.Z+ \u{e9}-]{0,30}") {
        let answer = search(Release::R4, &format!("date={value}"));
        let is_query = |search: Search| matches!(search.query, Query::And(_) | Query::Nothing);
        prop_assert!(answer.map_or(true, is_query));
    }
}

fn name() -> impl Strategy<Value = String> {
    let known: Vec<_> = ENDPOINTS
        .into_iter()
        .flat_map(crate::parameters)
        .map(|parameter| parameter.name)
        .chain(crate::result::NAMES)
        .collect();
    let modifiers = [
        "",
        ":missing",
        ":not",
        ":exact",
        ":above",
        ":below",
        ":identifier",
        ":Patient",
        ":x",
        ".identifier",
        ".x",
        ":",
    ];
    let joined = (prop::sample::select(known), prop::sample::select(modifiers.to_vec()))
        .prop_map(|(name, modifier)| format!("{name}{modifier}"));
    prop_oneof![4 => joined, 1 => any::<String>()]
}
