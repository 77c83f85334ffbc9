//! Durable single POSTs: each connection sends its next event when the last one is on disk.
use super::{
    child::Server,
    client::{Client, Target},
    events::Events,
    folder::{Folder, Sizes},
    report::{Latencies, Row},
};
use crate::{arguments::bench::Post, stopwatch::Stopwatch};
use anyhow::bail;
use std::{cell::RefCell, net::SocketAddr, rc::Rc, time::Duration};
use tokio::task::LocalSet;

pub(super) fn run(arguments: &Post) -> anyhow::Result<Vec<Row>> {
    let common = &arguments.common;
    let folder = Folder::make(common.folder.as_deref())?;
    let data = folder.join("data");
    let server = Server::start_as(&data, arguments.unsigned)?;
    let events = if arguments.plain { Events::plain(common)? } else { Events::of(common)? };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let before = runtime.block_on(Groups::of(server.address))?;
    let (cpu, watch) = (server.cpu()?, Stopwatch::start());
    let target = if arguments.plain { Target::PLAIN } else { Target::R4 };
    let sending = send(server.address, arguments.connections, target, events);
    let mut sent = runtime.block_on(LocalSet::new().run_until(sending))?;
    let (passed, cpu) = (watch.passed(), server.cpu()?.saturating_sub(cpu));
    let after = runtime.block_on(Groups::of(server.address))?;
    let memory = server.memory_peak_kib()?;
    server.stop()?;
    let groups =
        Groups { records: after.records - before.records, groups: after.groups - before.groups };
    Ok(vec![
        row(arguments, &mut sent, &groups, passed, cpu)
            .with("peak MiB", memory as f64 / 1024.0)
            .with("bytes/event", bytes_per_event(&Sizes::of(&data)?, groups.records)),
    ])
}

/// On disk, index included.
pub(super) fn bytes_per_event(sizes: &Sizes, events: f64) -> f64 {
    (sizes.log + sizes.index) as f64 / events.max(1.0)
}

fn row(arguments: &Post, sent: &mut Sent, groups: &Groups, passed: Duration, cpu: Duration) -> Row {
    let stored = sent.stored as f64;
    let how = if arguments.plain { ", plain" } else { "" };
    let signed = if arguments.unsigned { ", unsigned" } else { "" };
    Row::new(&format!("{} connections{how}{signed}", arguments.connections))
        .with("events/s", stored / passed.as_secs_f64())
        .with("p50 ms", sent.latencies.percentile(0.5))
        .with("p99 ms", sent.latencies.percentile(0.99))
        .with("server CPU µs/event", cpu.as_secs_f64() * 1e6 / stored)
        .with("events/group", groups.records / groups.groups.max(1.0))
        .with("refused", sent.refused as f64)
}

/// What became of what was sent.
#[derive(Debug, Default)]
pub(super) struct Sent {
    pub(super) stored: u64,
    pub(super) refused: u64,
    pub(super) latencies: Latencies,
}

/// Sends all events over so many connections, inside a `LocalSet`.
pub(super) async fn send(
    address: SocketAddr,
    connections: u32,
    target: Target,
    events: Events,
) -> anyhow::Result<Sent> {
    let events = Rc::new(RefCell::new(events));
    let mut senders = Vec::new();
    for _ in 0..connections {
        let client = Client::connect(address).await?;
        senders.push(tokio::task::spawn_local(send_one(client, target, Rc::clone(&events))));
    }
    let mut all = Sent::default();
    for sender in senders {
        let sent = sender.await??;
        all.stored += sent.stored;
        all.refused += sent.refused;
        all.latencies.extend(sent.latencies);
    }
    if all.stored == 0 {
        bail!("the server stored none of {} events", all.refused);
    }
    Ok(all)
}

async fn send_one(
    mut client: Client,
    target: Target,
    events: Rc<RefCell<Events>>,
) -> anyhow::Result<Sent> {
    let mut sent = Sent::default();
    loop {
        let Some(event) = events.borrow_mut().next()? else { return Ok(sent) };
        let watch = Stopwatch::start();
        match client.post(target, &event).await? {
            201 => sent.stored += 1,
            400..=499 => sent.refused += 1,
            status => bail!("the server answered {status}"),
        }
        sent.latencies.push(watch.passed());
    }
}

/// The log's own count, from `/metrics`.
#[derive(Copy, Clone, Debug)]
struct Groups {
    records: f64,
    groups: f64,
}

impl Groups {
    async fn of(address: SocketAddr) -> anyhow::Result<Self> {
        let mut client = Client::connect(address).await?;
        let status = client.get("/metrics").await?;
        let text = String::from_utf8_lossy(client.body()).into_owned();
        let figure = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
            line.and_then(|figure| figure.parse::<f64>().ok())
        };
        match (figure("kiln_log_records"), figure("kiln_log_groups")) {
            (Some(records), Some(groups)) => Ok(Self { records, groups }),
            _ => bail!("/metrics answered {status} without the log's figures"),
        }
    }
}
