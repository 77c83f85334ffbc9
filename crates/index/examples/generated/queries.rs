//! The searches whose cost counts.
use crate::{
    KEY, Loaded,
    events::{
        ACTION, AGENT, AGENTS, DAY_MS, Events, OUTCOME, PATIENT, PATIENTS, POINT, START_MS,
        SUBTYPE, TYPE,
    },
    opened,
};
use kiln_index::{
    Buckets, Field, LogIndex, Millis, Order, Page, Query, Term, aggregate, count, page,
};
use std::{ops::Range, time::Instant};

const ROUNDS: u64 = 100;

pub(crate) fn run(name: &str, loaded: &[Vec<u8>], events: &Events) {
    let files = &*opened(loaded);
    let bytes: u64 = files.iter().map(Loaded::size_bytes).sum();
    println!(
        "— {name}: {} files, {:.1} bytes a record",
        files.len(),
        bytes as f64 / events.count as f64
    );
    for (what, query) in pages() {
        let (touched, blocks) = touched(&opened(loaded), &query(0));
        measure(&format!("{what}: {touched} files, {blocks} blocks"), ROUNDS, |at| {
            newest(files, &query(at));
        });
    }
    let size = files.last().map_or(LogIndex(0), Loaded::end);
    let outcomes: Vec<Term> = (0..4).map(|of| term_of(OUTCOME, of)).collect();
    let agents: Vec<Term> = (0..200).map(|of| term_of(AGENT, of)).collect();
    let days: Vec<Range<Millis>> = (0..365).map(|day| days(day, 1)).collect();
    let buckets = [
        ("a month by outcome", Query::Recorded(days_of_month(3)), Buckets::Terms(&outcomes)),
        ("all by outcome", Query::All, Buckets::Terms(&outcomes)),
        ("all by day", Query::All, Buckets::Recorded(&days)),
        ("an agent's by day", term(AGENT, 7), Buckets::Recorded(&days)),
        ("an action's by day", term(ACTION, 0), Buckets::Recorded(&days)),
        ("all by 200 agents", Query::All, Buckets::Terms(&agents)),
        ("an action's by 200 agents", term(ACTION, 0), Buckets::Terms(&agents)),
        ("a patient's by 200 agents", term(PATIENT, 0), Buckets::Terms(&agents)),
    ];
    for (what, query, buckets) in &buckets {
        measure(what, 9, |_| {
            let counts = aggregate(files, &KEY, None, query, size, buckets, &|| false);
            std::hint::black_box(counts.expect("files are whole"));
        });
    }
    measure("count of an action in a month", 9, |_| {
        let query = Query::And(vec![term(ACTION, 0), Query::Recorded(days_of_month(3))]);
        let counted = count(files, &KEY, None, &query, size, &|| false);
        std::hint::black_box(counted.expect("files are whole"));
    });
}

type Make = Box<dyn Fn(u64) -> Query>;

fn pages() -> Vec<(&'static str, Make)> {
    let month = |at: u64| Query::Recorded(days_of_month(at % 12));
    let codes = |at: u64| {
        let mut all = vec![term(TYPE, 0), term(SUBTYPE, 0), term(ACTION, 0), term(OUTCOME, 0)];
        all.push(Query::Recorded(days_of_month(at % 12)));
        Query::And(all)
    };
    vec![
        ("busy patient", Box::new(|at| term(PATIENT, at % 10))),
        ("cold patient", Box::new(|at| term(PATIENT, PATIENTS - 1 - 97 * at))),
        (
            "agent in a month",
            Box::new(move |at| Query::And(vec![term(AGENT, at * 7 % AGENTS), month(at)])),
        ),
        ("four codes in a month", Box::new(codes)),
        ("a day", Box::new(|at| Query::Recorded(days(at as i64 * 3, 1)))),
        ("unknown patient", Box::new(|at| term(PATIENT, PATIENTS + at))),
        ("all", Box::new(|_| Query::All)),
    ]
}

fn days(day: i64, count: i64) -> Range<Millis> {
    let start = START_MS + day * DAY_MS;
    Millis(start)..Millis(start + count * DAY_MS)
}

fn days_of_month(month: u64) -> Range<Millis> {
    days(month as i64 * 30, 30)
}

fn term(field: Field, value: u64) -> Query {
    Query::Term(term_of(field, value))
}

fn term_of(field: Field, value: u64) -> Term {
    Term { field, kind: POINT, value: value.to_string() }
}

fn newest(files: &[Loaded<'_>], query: &Query) {
    let size = files.last().map_or(LogIndex(0), Loaded::end);
    let asked = Page { query, order: Order::RecordedNewest, after: None, size, limit: 50 };
    std::hint::black_box(page(files, &KEY, None, &asked, &|| false).expect("files are whole"));
}

/// How many files a search touches beyond their headers, and blocks of 64 KiB.
fn touched(files: &[Loaded<'_>], query: &Query) -> (usize, u64) {
    newest(files, query);
    let touched = || files.iter().map(Loaded::blocks_touched).filter(|blocks| *blocks > 0);
    (touched().count(), touched().sum())
}

/// Tells the median time of a few rounds, after one that touches what they need.
fn measure(what: &str, rounds: u64, run: impl Fn(u64)) {
    (0..rounds).for_each(&run);
    let mut times: Vec<u64> = (0..rounds)
        .map(|at| {
            let before = Instant::now();
            run(at);
            before.elapsed().as_nanos() as u64
        })
        .collect();
    times.sort_unstable();
    let micros = |at: u64| times[at as usize] as f64 / 1000.0;
    println!("{what:46} {:9.1} µs p50 {:9.1} p99", micros(rounds / 2), micros(rounds * 99 / 100));
}
