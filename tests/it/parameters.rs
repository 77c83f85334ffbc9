//! Every search parameter of every release has a scenario in which it finds an event and one in
//! which it finds none. What there is to show is asked of the running server.
use kiln_tests::scenario::{self, Action, Step};
use kiln_tests::server::{Server, root};
use kiln_tests::tell;
use std::collections::BTreeSet;

/// How many parameters each release publishes for `AuditEvent`, besides those of every resource
/// (<https://hl7.org/fhir/R4/auditevent.html#search> and its like).
const PUBLISHED: [(&str, usize); 6] =
    [("dstu2", 17), ("stu3", 20), ("r4", 18), ("r4b", 18), ("r5", 15), ("r6", 16)];

/// A release's path and a parameter's name.
type Pair = (String, String);

#[test]
fn every_parameter_of_every_release_has_a_hit_and_a_miss() {
    let pairs = pairs(&Server::start().unwrap());
    for (release, published) in PUBLISHED {
        let own = pairs.iter().filter(|(at, name)| at == release && !name.starts_with('_'));
        assert_eq!(own.count(), published, "of {release}");
    }
    let shown = Shown::of_all_pages();
    let hits: Vec<_> = pairs.difference(&shown.hits).collect();
    let misses: Vec<_> = pairs.difference(&shown.misses).collect();
    tell(&format!("{} parameters of releases, each with a hit and a miss", pairs.len()));
    assert!(hits.is_empty() && misses.is_empty(), "no hit: {hits:?}\nno miss: {misses:?}");
}

/// What each release's `metadata` says.
fn pairs(server: &Server) -> BTreeSet<Pair> {
    let of = |release: &'static str| -> Vec<Pair> {
        let metadata = server.get(&format!("/fhir/{release}/metadata")).unwrap();
        let resources = metadata["rest"][0]["resource"].as_array().unwrap();
        let events = resources.iter().find(|resource| resource["type"] == "AuditEvent").unwrap();
        let parameters = events["searchParam"].as_array().unwrap().iter();
        let names = parameters.map(|parameter| parameter["name"].as_str().unwrap());
        names.map(|name| (release.to_owned(), name.to_owned())).collect()
    };
    PUBLISHED.into_iter().flat_map(|(release, _)| of(release)).collect()
}

/// What the pages show.
#[derive(Default)]
struct Shown {
    hits: BTreeSet<Pair>,
    misses: BTreeSet<Pair>,
}

impl Shown {
    fn of_all_pages() -> Self {
        let mut shown = Self::default();
        for entry in std::fs::read_dir(root().join("tests/scenarios")).unwrap() {
            let page = scenario::parse(&std::fs::read_to_string(entry.unwrap().path()).unwrap());
            let scenarios = page.unwrap().scenarios;
            scenarios.iter().flat_map(|scenario| &scenario.steps).for_each(|step| shown.add(step));
        }
        shown
    }

    /// Only a search by one parameter alone, without a modifier, says anything of it.
    fn add(&mut self, step: &Step) {
        let Action::Search { target, query, finds } = &step.action else { return };
        let release = target.strip_prefix("/fhir/").and_then(|at| at.strip_suffix("/AuditEvent"));
        let (Some(release), Some((name, _))) = (release, query.split_once('=')) else { return };
        if query.contains('&') || name.contains([':', '.']) || release.contains('/') {
            return;
        }
        let pair = (release.to_owned(), name.to_owned());
        let is_refused = finds.starts_with(|first: char| first.is_ascii_digit());
        match finds.as_str() {
            _ if is_refused => {}
            "nothing" => drop(self.misses.insert(pair)),
            _ => drop(self.hits.insert(pair)),
        }
    }
}
