//! Conversions between all releases: identity, validity, and how much it takes.
mod corpus;
mod journey;
mod speed;

use kiln_fhir::Release;
use std::io::Write as _;

/// Every release.
pub(crate) const ALL: [Release; 7] = [
    Release::Dstu2,
    Release::Stu3,
    Release::R4,
    Release::R4b,
    Release::R5Draft,
    Release::R5,
    Release::R6,
];

/// Every ordered pair of two releases.
pub(crate) fn pairs() -> impl Iterator<Item = (Release, Release)> {
    ALL.into_iter()
        .flat_map(|from| ALL.into_iter().map(move |to| (from, to)))
        .filter(|(from, to)| from != to)
}

#[test]
fn every_event_of_the_corpus_comes_back_from_every_release() {
    let events = corpus::events();
    if events.is_empty() {
        writeln!(std::io::stderr(), "SKIPPED: no ../shared").expect("a line to stderr");
        return;
    }
    let mut tally = journey::Tally::default();
    let mut wrong = Vec::new();
    for event in &events {
        for to in ALL.into_iter().filter(|to| *to != event.release) {
            if let Err(problem) = tally.there_and_back(&event.body, event.release, to) {
                wrong.push(format!("{} {:?} -> {to:?}: {problem}", event.name, event.release));
            }
        }
    }
    println!("{} events\n{tally}", events.len());
    for (name, from, to, text) in tally.residues.iter().take(0) {
        println!("{name} {from:?} {to:?} {text}");
    }
    let mut kinds = std::collections::BTreeMap::<String, usize>::new();
    for problem in &wrong {
        let line = problem.lines().next().unwrap_or_default();
        let line: String = line.chars().take(300).collect();
        *kinds.entry(line.split(": ").skip(1).collect()).or_default() += 1;
    }
    for (kind, count) in &kinds {
        println!("{count} {kind}");
    }
    let shown = wrong.iter().take(2).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} wrong\n{shown}", wrong.len());
}
