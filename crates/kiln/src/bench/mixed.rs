//! Searches and creates beside each other: what each waits alone, and while the other goes as fast
//! as it can.
use super::{
    asking::{self, Asked, LATER},
    child::Server,
    client::{Client, Target},
    events::Events,
    fill,
    folder::Folder,
    report::Row,
    search::questions::QUESTIONS,
};
use crate::{arguments::bench::Mixed, generate::Plan, stopwatch::Stopwatch};
use anyhow::bail;
use std::{
    cell::RefCell,
    net::SocketAddr,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};
use tokio::task::LocalSet;

/// Between two requests of who is measured: it is a user among others, not a load.
const PAUSE: Duration = Duration::from_millis(1);
/// Until the load is at its full speed.
const WARM_UP: Duration = Duration::from_millis(500);
/// The year that the events are of never ends.
const EVENTS_A_SECOND_MAX: u64 = 200_000;

/// What asks or sends.
#[derive(Copy, Clone)]
enum Work {
    Search,
    Post,
}

pub(super) fn run(arguments: &Mixed) -> anyhow::Result<Vec<Row>> {
    let common = &arguments.common;
    if common.input.is_some() {
        bail!("the queries of `kiln bench mixed` are about generated events: leave --in out");
    }
    let folder = Folder::make(common.folder.as_deref())?;
    let data = folder.join("data");
    fill::folder(&data, &mut Events::made(Plan::r4(common.count, common.seed)), common.count)?;
    let server = Server::start(&data)?;
    let bench = Bench { arguments, server: &server };
    let mut rows = bench.pair(Work::Search, Work::Post)?.to_vec();
    rows.extend(bench.pair(Work::Post, Work::Search)?);
    server.stop()?;
    Ok(rows)
}

struct Bench<'a> {
    arguments: &'a Mixed,
    server: &'a Server,
}

impl Bench<'_> {
    /// One client's latencies alone, and beside the load.
    fn pair(&self, measured: Work, load: Work) -> anyhow::Result<[Row; 2]> {
        let mut quiet = self.measure(measured)?;
        let quiet_p99 = quiet.latencies.percentile(0.99);
        let connections = self.connections(load);
        let (mut beside, loaded, cpu) = self.beside(measured, load)?;
        let seconds = f64::from(self.arguments.seconds);
        let times = beside.latencies.percentile(0.99) / quiet_p99;
        let name = measured.name();
        let what = format!("{name}, {connections} connections {}", load.doing());
        Ok([
            row(&format!("{name}, nothing beside"), &mut quiet),
            row(&what, &mut beside)
                .with("× quiet p99", times)
                .with("beside it a second", loaded.answered as f64 / seconds)
                .with("told to come later", loaded.refused as f64)
                .with("server's processors", cpu.as_secs_f64() / seconds),
        ])
    }

    fn measure(&self, work: Work) -> anyhow::Result<Asked> {
        let (watch, until) = (Stopwatch::start(), self.duration());
        let ends = move || watch.passed() >= until;
        work.run(self.server.address, 1, PAUSE, self.events(1), ends)
    }

    /// The same while the load runs on a thread of its own; beside it what the load did, and the
    /// server's CPU.
    fn beside(&self, measured: Work, load: Work) -> anyhow::Result<(Asked, Asked, Duration)> {
        let stop = Arc::new(AtomicBool::new(false));
        let (address, connections) = (self.server.address, self.connections(load));
        let (events, stopped) = (self.events(2), Arc::clone(&stop));
        let ends = move || stopped.load(Ordering::Relaxed);
        let load =
            thread::spawn(move || load.run(address, connections, Duration::ZERO, events, ends));
        thread::sleep(WARM_UP);
        let cpu = self.server.cpu()?;
        let asked = self.measure(measured);
        let cpu = self.server.cpu()?.saturating_sub(cpu);
        stop.store(true, Ordering::Relaxed);
        let loaded = load.join().unwrap_or_else(|_panic| bail!("the load failed"))?;
        Ok((asked?, loaded, cpu))
    }

    fn connections(&self, load: Work) -> u32 {
        match load {
            Work::Search => self.arguments.searching,
            Work::Post => self.arguments.posting,
        }
    }

    fn duration(&self) -> Duration {
        Duration::from_secs(self.arguments.seconds.into())
    }

    /// Events of the next year; another `seed` makes others.
    fn events(&self, seed: u64) -> Plan {
        let common = &self.arguments.common;
        let stored = Plan::r4(common.count, common.seed);
        Plan {
            count: u64::from(self.arguments.seconds + 60) * EVENTS_A_SECOND_MAX,
            seed: stored.seed + seed,
            start_ms: stored.start_ms + Plan::YEAR_MS as i64,
            ..stored
        }
    }
}

impl Work {
    fn name(self) -> &'static str {
        match self {
            Self::Search => "searches",
            Self::Post => "creates",
        }
    }

    fn doing(self) -> &'static str {
        match self {
            Self::Search => "searching",
            Self::Post => "creating",
        }
    }

    /// Does it over so many connections until `ends` says so.
    fn run(
        self,
        address: SocketAddr,
        connections: u32,
        pause: Duration,
        events: Plan,
        ends: impl Fn() -> bool + Clone + 'static,
    ) -> anyhow::Result<Asked> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let work = async {
            match self {
                Self::Search => asking::ask(address, connections, &QUESTIONS, pause, ends).await,
                Self::Post => create(address, connections, events, pause, ends).await,
            }
        };
        runtime.block_on(LocalSet::new().run_until(work))
    }
}

/// Creates events over so many connections, inside a `LocalSet`.
async fn create(
    address: SocketAddr,
    connections: u32,
    events: Plan,
    pause: Duration,
    ends: impl Fn() -> bool + Clone + 'static,
) -> anyhow::Result<Asked> {
    let events = Rc::new(RefCell::new(Events::made(events)));
    let mut senders = Vec::new();
    for _ in 0..connections {
        let (client, events) = (Client::connect(address).await?, Rc::clone(&events));
        senders.push(tokio::task::spawn_local(send(client, events, pause, ends.clone())));
    }
    let mut all = Asked::default();
    for sender in senders {
        all.add(sender.await??);
    }
    Ok(all)
}

async fn send(
    mut client: Client,
    events: Rc<RefCell<Events>>,
    pause: Duration,
    ends: impl Fn() -> bool,
) -> anyhow::Result<Asked> {
    let mut sent = Asked::default();
    while !ends() {
        let Some(event) = events.borrow_mut().next()? else { break };
        let watch = Stopwatch::start();
        match client.post(Target::R4, &event).await? {
            201 => {
                sent.latencies.push(watch.passed());
                sent.answered += 1;
            }
            429 => {
                sent.refused += 1;
                tokio::time::sleep(LATER).await;
            }
            status => bail!("the server answered {status} to an event"),
        }
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }
    Ok(sent)
}

fn row(name: &str, asked: &mut Asked) -> Row {
    Row::new(name)
        .with("answered", asked.answered as f64)
        .with("p50 ms", asked.latencies.percentile(0.5))
        .with("p99 ms", asked.latencies.percentile(0.99))
}
