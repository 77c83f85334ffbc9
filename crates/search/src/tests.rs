//! What the tests of each parameter type share: an event, and whether a search finds it.
use crate::{Handling, Names, Search, Settings, extract, parse};
use kiln_fhir::{
    AuditEvent, CodeableConcept, Coding, Identifier, Instant, OperationOutcome, Reference, Release,
};
use kiln_index::{DocumentView, LogIndex, Millis, Terms};

mod every;
mod index;
pub(crate) mod real;
mod rendered;
pub(crate) mod said;

/// Those with an endpoint and parameters of their own.
pub(crate) const ENDPOINTS: [Release; 6] =
    [Release::Dstu2, Release::Stu3, Release::R4, Release::R4b, Release::R5, Release::R6];

/// 2024-06-15T08:30:00.250Z
pub(crate) const RECORDED: i64 = 1_718_440_200_250;
/// One day after [`RECORDED`].
pub(crate) const RECEIVED: i64 = RECORDED + 86_400_000;

/// An event that says nothing but when.
pub(crate) fn event(release: Release) -> AuditEvent<'static> {
    AuditEvent::empty(release, Instant { millis: RECORDED })
}

pub(crate) fn coding<'a>(system: Option<&'a str>, code: &'a str) -> Coding<'a> {
    Coding { system: system.map(Into::into), code: Some(code.into()), display: None }
}

pub(crate) fn concept<'a>(system: Option<&'a str>, code: &'a str) -> CodeableConcept<'a> {
    CodeableConcept { coding: vec![coding(system, code)], text: None }
}

pub(crate) fn reference(text: &str) -> Reference<'_> {
    Reference { reference: Some(text.into()), ..Reference::default() }
}

pub(crate) fn logical<'a>(
    r#type: Option<&'a str>,
    system: Option<&'a str>,
    value: &'a str,
) -> Reference<'a> {
    let identifier = Identifier {
        system: system.map(Into::into),
        value: Some(value.into()),
        ..Identifier::default()
    };
    Reference {
        r#type: r#type.map(Into::into),
        identifier: Some(identifier),
        ..Reference::default()
    }
}

/// `a=b&c=d` as pairs, nothing decoded.
pub(crate) fn pairs(search: &str) -> Vec<(String, String)> {
    let pair = |text: &str| {
        let (name, value) = text.split_once('=').expect("name=value");
        (name.to_owned(), value.to_owned())
    };
    search.split('&').filter(|text| !text.is_empty()).map(pair).collect()
}

/// Position 7 has the id `known`.
pub(crate) fn find(id: &str) -> Option<LogIndex> {
    (id == "known").then_some(LogIndex(7))
}

pub(crate) fn search(release: Release, text: &str) -> Result<Search, OperationOutcome> {
    parse(release, &pairs(text), Handling::Lenient, &Settings::default(), &find)
}

/// The event's terms.
pub(crate) fn terms(event: &AuditEvent<'_>) -> Terms {
    let mut terms = Terms::new();
    extract(event, &mut terms);
    terms
}

/// Whether these parameters find the event, which has these terms and stands at position 7.
pub(crate) fn finds_pairs(
    at: Release,
    event: &AuditEvent<'_>,
    terms: &Terms,
    pairs: &[(String, String)],
    settings: &Settings,
) -> bool {
    let search = parse(at, pairs, Handling::Strict, settings, &find)
        .unwrap_or_else(|outcome| panic!("{pairs:?}: {outcome:?}"));
    wants(&search, event, terms)
}

pub(crate) fn wants(search: &Search, event: &AuditEvent<'_>, terms: &Terms) -> bool {
    search.query.matches(&DocumentView {
        log_index: LogIndex(7),
        recorded: Millis(event.recorded.millis),
        received: Millis(RECEIVED),
        terms,
    })
}

/// Whether one plain filter, whatever its value holds, finds the event.
pub(crate) fn finds_plainly(event: &AuditEvent<'_>, terms: &Terms, search: &str) -> bool {
    let (name, value) = search.split_once('=').expect("name=value");
    let pairs = [(name.to_owned(), value.to_owned())];
    let search = parse(Names::Plain, &pairs, Handling::Strict, &Settings::default(), &find)
        .unwrap_or_else(|outcome| panic!("{pairs:?}: {outcome:?}"));
    wants(&search, event, terms)
}

/// Every plain search with whether it should find the event.
pub(crate) fn plain_table(event: &AuditEvent<'_>, rows: &[(&str, bool)]) {
    for (text, expected) in rows {
        let search = plain_search(text).unwrap_or_else(|outcome| panic!("{text}: {outcome:?}"));
        assert_eq!(wants(&search, event, &terms(event)), *expected, "{text}");
    }
}

pub(crate) fn plain_search(text: &str) -> Result<Search, OperationOutcome> {
    parse(Names::Plain, &pairs(text), Handling::Strict, &Settings::default(), &find)
}

/// Whether a search of the pages finds the event.
pub(crate) fn page_finds(event: &AuditEvent<'_>, text: &str) -> bool {
    let search = parse(Names::Page, &pairs(text), Handling::Strict, &Settings::default(), &find);
    wants(&search.unwrap_or_else(|it| panic!("{text}: {it:?}")), event, &terms(event))
}

/// Whether a search of another release's finds the event.
pub(crate) fn finds_at(release: Release, event: &AuditEvent<'_>, text: &str) -> bool {
    finds_pairs(release, event, &terms(event), &pairs(text), &Settings::default())
}

pub(crate) fn finds_with(event: &AuditEvent<'_>, text: &str, settings: &Settings) -> bool {
    finds_pairs(event.release, event, &terms(event), &pairs(text), settings)
}

pub(crate) fn finds(event: &AuditEvent<'_>, text: &str) -> bool {
    finds_with(event, text, &Settings::default())
}

/// Every search with whether it should find the event.
pub(crate) fn table(event: &AuditEvent<'_>, rows: &[(&str, bool)]) {
    for (text, expected) in rows {
        assert_eq!(finds(event, text), *expected, "{text}");
    }
}

/// Searches that are refused, even when lenient, by naming their parameter.
pub(crate) fn refused(release: Release, searches: &[&str]) {
    for text in searches {
        let outcome = search(release, text).expect_err(text);
        let name = text.split('=').next().expect("a name");
        assert!(outcome.issues[0].diagnostics.starts_with(name), "{text}: {outcome:?}");
    }
}
