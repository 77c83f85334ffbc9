//! The searches of an auditor's day, from their parameters to the positions of the newest 50.
use crate::{counted, events::refused, log};
use anyhow::{Result, bail};
use kiln::generate::population::{patient, practitioner};
use kiln_fhir::Release;
use kiln_index::Page;
use kiln_search::{Handling, Settings};
use kiln_store::Snapshot;
use std::path::Path;

/// How often each is asked, about somebody else each time.
const ROUNDS: u64 = 40;
const QUESTIONS: [fn(u64) -> Pairs; 5] = [of_patient, of_agent, of_codes, of_day, of_both];

type Pairs = Vec<(String, String)>;

pub(crate) fn search(folder: &Path) -> Result<usize> {
    let store = log::prepared(folder)?;
    let snapshot = store.snapshot();
    let asked: Vec<Pairs> =
        (0..ROUNDS).flat_map(|n| QUESTIONS.map(|question| question(n))).collect();
    let settings = Settings::default();
    let hits = counted(|| {
        asked.iter().map(|pairs| page(&snapshot, pairs, &settings)).sum::<Result<usize>>()
    })?;
    if hits < 10 * asked.len() {
        bail!("{hits} hits of {} searches: these are not the pages that were meant", asked.len());
    }
    Ok(asked.len())
}

/// How many hits it has.
fn page(snapshot: &Snapshot, pairs: &Pairs, settings: &Settings) -> Result<usize> {
    let search = kiln_search::parse(Release::R4, pairs, Handling::Strict, settings, &|_| None);
    let search = search.map_err(refused)?;
    let page = Page {
        query: &search.query,
        order: search.order,
        after: None,
        size: snapshot.size(),
        // One more tells whether there is a next page, as the server asks.
        limit: search.count + 1,
    };
    Ok(snapshot.query(&page, &|| false)?.len())
}

fn pair(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

fn of_patient(n: u64) -> Pairs {
    vec![pair("patient", patient(n * 5))]
}

fn of_agent(n: u64) -> Pairs {
    let mut pairs = vec![pair("agent", practitioner(n))];
    pairs.extend(month(n));
    pairs
}

fn of_codes(n: u64) -> Pairs {
    let mut pairs = vec![
        pair("type", "http://terminology.hl7.org/CodeSystem/audit-event-type|rest"),
        pair("subtype", "http://hl7.org/fhir/restful-interaction|read"),
        pair("action", "R"),
        pair("outcome", ["0", "4", "8"][n as usize % 3]),
    ];
    pairs.extend(month(n));
    pairs
}

fn of_day(n: u64) -> Pairs {
    vec![pair("date", format!("2025-{:02}-{:02}", n % 12 + 1, n % 28 + 1))]
}

fn of_both(n: u64) -> Pairs {
    vec![pair("patient", patient(n % 10)), pair("agent", practitioner(n % 7))]
}

fn month(n: u64) -> [(String, String); 2] {
    let month = n % 11 + 1;
    [
        pair("date", format!("ge2025-{month:02}-01")),
        pair("date", format!("lt2025-{:02}-01", month + 1)),
    ]
}
