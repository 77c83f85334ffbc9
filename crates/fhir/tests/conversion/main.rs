//! The corpus through all releases: there and back, what the views say, and by way of a third.
mod corpus;
mod journey;
mod rendered;
mod speed;
mod view;

use corpus::Event;
use journey::{Tally, digits};
use kiln_fhir::Release;
use kiln_fhir::conversion::convert;
use std::io::Write as _;

/// Every release.
const ALL: [Release; 7] = [
    Release::Dstu2,
    Release::Stu3,
    Release::R4,
    Release::R4b,
    Release::R5Draft,
    Release::R5,
    Release::R6,
];

/// The corpus; where it is absent, so are its tests.
fn corpus() -> Vec<Event> {
    let events = corpus::events();
    if events.is_empty() {
        writeln!(std::io::stderr(), "SKIPPED: no ../shared").expect("a line to stderr");
    }
    events
}

fn others(release: Release) -> impl Iterator<Item = Release> {
    ALL.into_iter().filter(move |other| *other != release)
}

#[test]
fn every_event_of_the_corpus_comes_back_from_every_release() {
    let mut tally = Tally::default();
    let mut wrong = Vec::new();
    for event in corpus() {
        for to in others(event.release) {
            if let Err(problem) = tally.there_and_back(&event.body, event.release, to) {
                wrong.push(format!("{} {:?} -> {to:?}: {problem}", event.name, event.release));
            }
        }
    }
    println!("{tally}");
    assert!(wrong.is_empty(), "{} wrong, the first: {}", wrong.len(), wrong[0]);
    assert_eq!(tally.wholes(), 0, "the rules know all that senders write");
}

#[test]
fn the_view_of_a_converted_event_says_what_the_view_of_the_event_says() {
    let mut wrong = Vec::new();
    for event in corpus() {
        for to in others(event.release) {
            let mut there = Vec::new();
            convert(&event.body, event.release, to, &mut there);
            for problem in view::differences(&event.body, event.release, &there, to) {
                wrong.push(format!("{} {:?} -> {to:?}: {problem}", event.name, event.release));
            }
        }
    }
    let first: Vec<_> = wrong.iter().take(20).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), first.join("\n"));
}

/// Not promised, and so only printed.
#[test]
fn by_way_of_a_third_release() {
    let (mut same, mut all) = (0, 0);
    for event in corpus() {
        let before = digits(&event.body);
        for second in others(event.release) {
            let mut there = Vec::new();
            convert(&event.body, event.release, second, &mut there);
            for third in others(event.release).filter(|third| *third != second) {
                let (mut further, mut back) = (Vec::new(), Vec::new());
                convert(&there, second, third, &mut further);
                convert(&further, third, event.release, &mut back);
                same += usize::from(digits(&back) == before);
                all += 1;
            }
        }
    }
    println!("{same} of {all} events come back the same by way of two other releases");
}
