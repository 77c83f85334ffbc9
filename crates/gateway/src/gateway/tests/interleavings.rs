//! Requests, faults and kills in 10,000 orders, each told by its seed: whatever happens, nothing
//! goes upstream without an intent, nothing is shown before its record, and every intent ends in
//! one outcome.
mod parts;

use super::world::World;
use crate::{Gateway, Meters, Request, Settings, find};
use parts::{SimClient, SimLog, SimTime, SimUpstream, State};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::task::JoinSet;

const SEEDS: u64 = 10_000;
/// Runs of the gateway over one log, each killed or stopped in the end.
const RUNS: u64 = 3;
const REQUESTS_MAX: u64 = 6;
/// So often is what is open settled, until it has to be.
const SETTLED_WITHIN: u32 = 20;
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

type SimGateway = Gateway<SimUpstream, SimLog, SimTime>;

#[test]
fn ten_thousand_interleavings_keep_every_promise() {
    let mut endings = BTreeMap::new();
    for seed in 0..SEEDS {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().unwrap();
        for ending in runtime.block_on(one(seed)) {
            *endings.entry(ending).or_insert(0_u64) += 1;
        }
    }
    println!("{endings:?}");
    // Each end that there is was come to, so that none of the above holds for want of trying.
    for ending in ["answered", "unsent", "unanswered", "settled", "unknown"] {
        assert!(endings.contains_key(ending), "no request ended {ending}: {endings:?}");
    }
}

/// One world; how its requests ended.
async fn one(seed: u64) -> Vec<String> {
    let state = Arc::new(State::new(seed));
    for run in 0..RUNS {
        let gateway = start(&state, run);
        let mut tasks = JoinSet::new();
        for number in 0..=state.below(REQUESTS_MAX) {
            let (gateway, state) = (Arc::clone(&gateway), Arc::clone(&state));
            tasks.spawn(async move { ask(&gateway, state, run, number).await });
        }
        let settling = Arc::clone(&gateway);
        tasks.spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(700)).await;
                settling.settle().await;
            }
        });
        // The kill: some of them are under way, or none any more.
        tokio::time::sleep(Duration::from_millis(state.below(6_000))).await;
        drop(tasks);
    }
    state.heal();
    let gateway = start(&state, RUNS);
    for _ in 0..SETTLED_WITHIN {
        tokio::time::sleep(ANSWER_TIMEOUT).await;
        gateway.settle().await;
    }
    assert_eq!(gateway.ledger().open(), 0, "seed {seed}: an intent stays open");
    state.check(seed)
}

fn start(state: &Arc<State>, run: u64) -> Arc<SimGateway> {
    state.starts(run);
    let mut settings = Settings::before("http://up.example/fhir");
    settings.store_timeout = Duration::from_secs(1);
    settings.answer_timeout = ANSWER_TIMEOUT;
    settings.buffer = 300;
    settings.stream_returned_max = 2;
    settings.unsettled_max = 3;
    settings.requests_max = 5;
    let log = SimLog::new(Arc::clone(state), run);
    let upstream = SimUpstream(Arc::clone(state));
    let time = SimTime(Arc::clone(state));
    let gateway = Gateway::new(upstream, log, time, settings, Meters::default());
    gateway.ledger().adopt(find(&**state).unwrap());
    Arc::new(gateway)
}

async fn ask(gateway: &SimGateway, state: Arc<State>, run: u64, number: u64) {
    tokio::time::sleep(Duration::from_millis(state.below(3_000))).await;
    let name = format!("r-{run}-{number}");
    let client = SimClient::new(Arc::clone(&state), &name);
    gateway.pass(&request(&name, state.below(6)), client).await;
}

fn request(name: &str, kind: u64) -> Request {
    let patient = r#"{"resourceType":"Patient","id":"1"}"#;
    match kind {
        0 => World::request(name, "GET", "/Patient/1", ""),
        1 | 2 => World::request(name, "PUT", "/Patient/1", patient),
        3 => World::request(name, "POST", "/Patient", r#"{"resourceType":"Patient"}"#),
        4 => World::request(name, "DELETE", "/Patient/1", ""),
        _ => World::request(name, "GET", "/Patient", ""),
    }
}
