//! From outside: a server over the same data, events that come in by POST, one client that asks.
use super::{
    INGEST_STEPS, Measured, PAUSE,
    questions::{self, QUESTIONS},
    step, step_time,
};
use crate::{
    arguments::bench::Search,
    bench::{
        child::Server,
        client::{Client, Target},
        events::Events,
    },
    stopwatch::Stopwatch,
};
use anyhow::bail;
use std::{
    cell::{Cell, RefCell},
    net::SocketAddr,
    path::Path,
    rc::Rc,
};
use tokio::task::LocalSet;

/// Connections that the events come through; each waits for its answers.
const SENDERS: u64 = 32;

/// The settings of a server that does not record who searches.
const UNAUDITED: &str = "[audit]\nreads = false\n";

/// Asks every question over HTTP; tells how many events came in a second.
pub(super) fn run(
    arguments: &Search,
    data: &Path,
    events: Events,
    measured: &mut [Measured],
) -> anyhow::Result<f64> {
    let server = Server::start_as(data, false, if arguments.unaudited { UNAUDITED } else { "" })?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ingest = Ingest {
        events: RefCell::new(events),
        allowed: Cell::new(0),
        stored: Cell::new(0),
        stop: Cell::new(false),
    };
    let (address, ingest) = (server.address, Rc::new(ingest));
    let watch = Stopwatch::start();
    let work = async {
        start(address, arguments.ingest, &ingest).await?;
        let asked = ask_all(address, arguments.queries, measured).await;
        ingest.stop.set(true);
        asked
    };
    runtime.block_on(LocalSet::new().run_until(work))?;
    let came = ingest.stored.get() as f64 / watch.passed().as_secs_f64();
    server.stop()?;
    Ok(came)
}

/// What the senders share.
struct Ingest {
    events: RefCell<Events>,
    /// Events that may be sent now.
    allowed: Cell<u64>,
    stored: Cell<u64>,
    stop: Cell<bool>,
}

async fn start(address: SocketAddr, rate: u64, ingest: &Rc<Ingest>) -> anyhow::Result<()> {
    for _ in 0..SENDERS {
        let client = Client::connect(address).await?;
        // They end with the runtime, or with `stop`.
        drop(tokio::task::spawn_local(send(client, Rc::clone(ingest))));
    }
    drop(tokio::task::spawn_local(allow(rate, Rc::clone(ingest))));
    Ok(())
}

/// Lets events go at the rate. What could not be sent in time is sent late, but not more than a
/// second's worth.
async fn allow(rate: u64, ingest: Rc<Ingest>) {
    let mut steps = tokio::time::interval(step_time());
    for number in 0.. {
        steps.tick().await;
        let allowed = ingest.allowed.get() + step(rate, number % INGEST_STEPS);
        ingest.allowed.set(allowed.min(rate));
    }
}

async fn send(mut client: Client, ingest: Rc<Ingest>) -> anyhow::Result<()> {
    while !ingest.stop.get() {
        let allowed = ingest.allowed.get();
        if allowed == 0 {
            tokio::time::sleep(step_time() / 4).await;
            continue;
        }
        ingest.allowed.set(allowed - 1);
        let Some(event) = ingest.events.borrow_mut().next()? else { return Ok(()) };
        let status = client.post(Target::R4, &event).await?;
        if status != 201 {
            bail!("the server answered {status} to an event");
        }
        ingest.stored.set(ingest.stored.get() + 1);
    }
    Ok(())
}

async fn ask_all(
    address: SocketAddr,
    queries: u32,
    measured: &mut [Measured],
) -> anyhow::Result<()> {
    let mut client = Client::connect(address).await?;
    for n in 0..queries {
        for (question, measured) in QUESTIONS.iter().zip(&mut *measured) {
            let path = questions::path(question, u64::from(n));
            let watch = Stopwatch::start();
            let status = client.get(&path).await?;
            measured.http.push(watch.passed());
            tokio::time::sleep(PAUSE).await;
            if status != 200 {
                bail!("the server answered {status} to `{}`", question.name);
            }
        }
    }
    Ok(())
}
