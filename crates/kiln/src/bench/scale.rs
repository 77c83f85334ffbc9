//! A large log, as an operator has it: events come in by HTTP until it is full, the server is
//! killed and started again, and then it is searched. What it takes of memory and disk all the way.
use super::{
    asking,
    child::Server,
    client::{Client, Target},
    events::Events,
    folder::{Folder, Sizes},
    post::{self, Asker},
    report::Row,
    search::questions::QUESTIONS,
};
use crate::{
    arguments::bench::Scale,
    generate::Plan,
    stopwatch::{self, Stopwatch},
};
use anyhow::bail;
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};
use tokio::task::LocalSet;

/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(50);

pub(super) fn run(arguments: &Scale) -> anyhow::Result<Vec<Row>> {
    let common = &arguments.common;
    if common.input.is_some() {
        bail!("the queries of `kiln bench scale` are about generated events: leave --in out");
    }
    let folder = Folder::make(common.folder.as_deref())?;
    let data = folder.join("data");
    let mut rows = vec![ingest(arguments, &data)?];
    let watch = Stopwatch::start();
    let server = Server::start(&data)?;
    let started = watch.passed();
    ready(&server)?;
    let start = Row::new("started after kill -9");
    rows.push(
        start
            .with("listening s", started.as_secs_f64())
            .with("ready s", watch.passed().as_secs_f64()),
    );
    rows.extend(search(arguments, &server)?);
    server.stop()?;
    rows.push(on_disk(&Sizes::of(&data)?, common.count));
    Ok(rows)
}

/// Creates all events, then kills the server.
fn ingest(arguments: &Scale, data: &Path) -> anyhow::Result<Row> {
    let common = &arguments.common;
    let server = Server::start(data)?;
    let events = Events::made(Plan::r4(common.count, common.seed));
    let memory = Memory::of(server.pid());
    let (cpu, watch) = (server.cpu()?, Stopwatch::start());
    let asker = Asker::open(server.address);
    let sending = post::send(asker, arguments.connections, Target::R4, events);
    let mut sent = block_on(sending)?;
    let (passed, cpu) = (watch.passed(), server.cpu()?.saturating_sub(cpu));
    let (anonymous, peak) = (memory.highest_mib(), server.memory_peak_kib()? as f64 / 1024.0);
    server.kill()?;
    let stored = sent.stored as f64;
    Ok(Row::new(&format!("{} connections creating", arguments.connections))
        .with("events/s", stored / passed.as_secs_f64())
        .with("p50 ms", sent.latencies.percentile(0.5))
        .with("p99 ms", sent.latencies.percentile(0.99))
        .with("server CPU µs/event", cpu.as_secs_f64() * 1e6 / stored)
        .with("anonymous MiB at most", anonymous)
        .with("resident MiB at most", peak))
}

fn ready(server: &Server) -> anyhow::Result<()> {
    let status = block_on(async {
        let mut client = Client::connect(server.address).await?;
        client.get("/health/ready").await
    })?;
    if status != 200 {
        bail!("the server is not ready: {status}");
    }
    Ok(())
}

/// Each kind of search by one connection and by several.
fn search(arguments: &Scale, server: &Server) -> anyhow::Result<Vec<Row>> {
    let memory = Memory::of(server.pid());
    let mut rows = Vec::new();
    for connections in [1, arguments.searching] {
        for question in &QUESTIONS {
            let questions = std::slice::from_ref(question);
            let until = Duration::from_secs(arguments.seconds.into());
            let (cpu, watch) = (server.cpu()?, Stopwatch::start());
            let ends = move || watch.passed() >= until;
            let asking = asking::ask(server.address, connections, questions, Duration::ZERO, ends);
            let mut asked = block_on(asking)?;
            let (passed, cpu) = (watch.passed(), server.cpu()?.saturating_sub(cpu));
            let answered = asked.answered as f64;
            rows.push(
                Row::new(&format!("{}, {connections} connections", question.name))
                    .with("a second", answered / passed.as_secs_f64())
                    .with("p50 ms", asked.latencies.percentile(0.5))
                    .with("p99 ms", asked.latencies.percentile(0.99))
                    .with("server CPU µs", cpu.as_secs_f64() * 1e6 / answered),
            );
        }
    }
    let peak = server.memory_peak_kib()? as f64 / 1024.0;
    rows.push(
        Row::new("searching")
            .with("anonymous MiB at most", memory.highest_mib())
            .with("resident MiB at most", peak),
    );
    Ok(rows)
}

fn on_disk(sizes: &Sizes, events: u64) -> Row {
    let each = |bytes: u64| bytes as f64 / events as f64;
    Row::new("bytes/event on disk")
        .with("all", each(sizes.log + sizes.index + sizes.tiles))
        .with("log", each(sizes.log))
        .with("index", each(sizes.index))
        .with("tiles", each(sizes.tiles))
}

fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(LocalSet::new().run_until(work))
}

/// Looks again and again at how much memory a process has of its own, mapped files aside.
struct Memory {
    stop: Arc<AtomicBool>,
    looking: JoinHandle<u64>,
}

impl Memory {
    fn of(pid: u32) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let looking = thread::spawn(move || {
            let mut highest = 0;
            while !stopped.load(Ordering::Relaxed) {
                // A process that has ended has none.
                highest = highest.max(stopwatch::memory_anonymous_kib(pid).unwrap_or(0));
                thread::sleep(LOOK);
            }
            highest
        });
        Self { stop, looking }
    }

    fn highest_mib(self) -> f64 {
        self.stop.store(true, Ordering::Relaxed);
        self.looking.join().map_or(f64::NAN, |kib| kib as f64 / 1024.0)
    }
}
