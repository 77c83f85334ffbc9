//! Searches while events come in: in the index alone, with the page read and rendered, over HTTP.
mod http;
mod inside;
pub(super) mod questions;

use super::{
    events::Events,
    folder::Folder,
    report::{Latencies, Row},
};
use crate::{arguments::bench::Search, generate::Plan};
use anyhow::bail;
use questions::QUESTIONS;
use std::time::Duration;

/// Events that may come in during the searches, in seconds of their rate; then they end.
const INGEST_SECONDS_MAX: u64 = 600;
/// Between two searches, so that they and the ingest share the machine as they would.
const PAUSE: Duration = Duration::from_millis(1);
/// How often a second events are handed over.
const INGEST_STEPS: u64 = 100;

/// What one question took.
#[derive(Debug, Default)]
struct Measured {
    index: Latencies,
    page: Latencies,
    http: Latencies,
    hits: u64,
}

pub(super) fn run(arguments: &Search) -> anyhow::Result<Vec<Row>> {
    let common = &arguments.common;
    if common.input.is_some() {
        bail!("the queries of `kiln bench search` are about generated events: leave --in out");
    }
    let folder = Folder::make(common.folder.as_deref())?;
    let data = folder.join("data");
    let mut measured: Vec<Measured> = QUESTIONS.iter().map(|_| Measured::default()).collect();
    let mut events = Source::of(arguments);
    let inside = inside::run(arguments, &data, &mut events, &mut measured)?;
    let over_http = http::run(arguments, &data, events.coming, &mut measured)?;
    let mut rows = rows(arguments, measured);
    let came = Row::new("events that came in meanwhile, a second");
    rows.push(came.with("inside", inside).with("over HTTP", over_http));
    Ok(rows)
}

/// A year of events to search in, and those of the next year, which come in meanwhile.
struct Source {
    stored: Events,
    coming: Events,
}

impl Source {
    fn of(arguments: &Search) -> Self {
        let stored = Plan::r4(arguments.common.count, arguments.common.seed);
        let coming = Plan {
            count: 2 * arguments.ingest * INGEST_SECONDS_MAX,
            // Another seed, so that no request id comes twice.
            seed: stored.seed + 1,
            start_ms: stored.start_ms + Plan::YEAR_MS as i64,
            ..stored
        };
        Self { stored: Events::made(stored), coming: Events::made(coming) }
    }
}

/// A step's share of the events of a second.
fn step(rate: u64, step: u64) -> u64 {
    rate * (step + 1) / INGEST_STEPS - rate * step / INGEST_STEPS
}

/// How long a step is.
fn step_time() -> Duration {
    Duration::from_secs(1) / INGEST_STEPS as u32
}

fn rows(arguments: &Search, measured: Vec<Measured>) -> Vec<Row> {
    let asked = f64::from(arguments.queries);
    let row = |(question, mut it): (&questions::Question, Measured)| {
        Row::new(question.name)
            .with("hits", it.hits as f64 / asked)
            .with("index p50 ms", it.index.percentile(0.5))
            .with("index p99", it.index.percentile(0.99))
            .with("page p50 ms", it.page.percentile(0.5))
            .with("page p99", it.page.percentile(0.99))
            .with("HTTP p50 ms", it.http.percentile(0.5))
            .with("HTTP p99", it.http.percentile(0.99))
    };
    QUESTIONS.iter().zip(measured).map(row).collect()
}
