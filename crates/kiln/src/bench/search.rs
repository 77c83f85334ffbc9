//! Searches while events come in: in the index alone, with the page read and rendered, over HTTP.
mod http;
mod inside;
mod questions;

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
    let plan = plan(arguments);
    let mut events = Events::made(plan);
    inside::run(arguments, &data, &mut events, &mut measured)?;
    http::run(arguments, &data, events, &mut measured)?;
    Ok(rows(arguments, measured))
}

/// The year ends with the last event that may come in: what comes in is the newest.
fn plan(arguments: &Search) -> Plan {
    let coming = 2 * arguments.ingest * INGEST_SECONDS_MAX;
    Plan::r4(arguments.common.count + coming, arguments.common.seed)
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
