//! The queries whose time counts.
use crate::{
    KEY, Memory,
    events::{DAY_MS, Events, POINT, START_MS, patient_id},
};
use kiln_index::{Field, LogIndex, Millis, Order, Page, Place, Query, Term, count, page};

const ROUNDS: u32 = 200;

pub(crate) fn run(name: &str, files: &[&Memory], _events: &Events) {
    println!("— {name}: {} files", files.len());
    // Blocks are checked when first touched: here, so that times are those of a warm store.
    for file in files {
        file.check().expect("files are whole");
    }
    let size = files.last().map_or(LogIndex(0), |file| file.end());
    for (what, query) in queries() {
        let newest = |at| page_micros(files, &query(at), Order::RecordedNewest, size);
        let mut times: Vec<f64> = (0..ROUNDS).map(newest).collect();
        times.sort_unstable_by(f64::total_cmp);
        let hits = count(files, &KEY, None, &query(0), size, &|| false).expect("files are whole");
        let [p50, p99] = [times[times.len() / 2], times[times.len() * 99 / 100]];
        println!("{what:28} {p50:8.1} µs p50 {p99:8.1} p99 ({hits} match the first)");
    }
    let logs = [(Order::LogNewest, "log, newest"), (Order::LogOldest, "log, oldest")];
    for (order, what) in logs {
        let mut times: Vec<f64> =
            (0..ROUNDS).map(|_| page_micros(files, &Query::All, order, size)).collect();
        times.sort_unstable_by(f64::total_cmp);
        println!("{what:28} {:8.1} µs p50", times[times.len() / 2]);
    }
}

type Make = Box<dyn Fn(u32) -> Query>;

fn queries() -> Vec<(&'static str, Make)> {
    let month = |at: u32| {
        let start = START_MS + i64::from(at % 11) * 30 * DAY_MS;
        Query::Recorded(Millis(start)..Millis(start + 30 * DAY_MS))
    };
    let cold = |at: u32| patient(60_000 + 97 * u64::from(at));
    let codes = || vec![term(1, "110100"), term(2, "read"), term(3, "R"), term(4, "0")];
    let agent = |at: u32| term(5, &format!("practitioner-{}", at % 100));
    vec![
        ("patient, busiest", Box::new(|_| patient(0))),
        ("patient, cold", Box::new(cold)),
        ("agent in a month", Box::new(move |at| Query::And(vec![agent(at), month(at)]))),
        (
            "four codes in a month",
            Box::new(move |at| {
                let mut all = codes();
                all.push(month(at));
                Query::And(all)
            }),
        ),
        ("a month", Box::new(month)),
        ("patient and agent", Box::new(move |at| Query::And(vec![patient(0), agent(at)]))),
        ("unknown patient", Box::new(|at| patient(1_000_000 + u64::from(at)))),
        ("two that never meet", Box::new(|_| Query::And(vec![term(1, "110100"), term(3, "E")]))),
        ("not the common code", Box::new(|_| Query::Not(Box::new(term(1, "110100"))))),
        (
            "name begins",
            Box::new(|at| Query::Prefix {
                field: Field(6),
                kind: crate::events::ORDERED,
                prefix: format!("doctor number {at}"),
            }),
        ),
        ("name has inside", Box::new(|at| inside(format!("ber {at}"), Place::Anywhere))),
        ("name has no such word", Box::new(|_| inside("family1".to_owned(), Place::WordStart))),
        ("at one position", Box::new(|at| Query::At(vec![LogIndex(u64::from(at) * 4999)]))),
    ]
}

fn patient(number: u64) -> Query {
    term(9, &format!("Patient/{}", patient_id(number)))
}

fn inside(needle: String, place: Place) -> Query {
    Query::Contains { field: Field(6), kind: crate::events::ORDERED, needle, place }
}

fn term(field: u16, value: &str) -> Query {
    Query::Term(Term { field: Field(field), kind: POINT, value: value.to_owned() })
}

#[expect(clippy::disallowed_methods, reason = "it measures")]
fn page_micros(files: &[&Memory], query: &Query, order: Order, size: LogIndex) -> f64 {
    let asked = Page { query, order, after: None, size, limit: 50 };
    let start = std::time::Instant::now();
    let hits = page(files, &KEY, None, &asked, &|| false).expect("files are whole");
    let micros = start.elapsed().as_nanos() as f64 / 1000.0;
    std::hint::black_box(hits);
    micros
}
