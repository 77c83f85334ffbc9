//! Durable single POSTs: each connection sends its next event when the last one is on disk.
use super::{
    child::Server,
    client::{Client, Target},
    events::Events,
    folder::{Folder, Sizes},
    identity::Means,
    report::{Latencies, Row},
};
use crate::{arguments::bench::Post, stopwatch::Stopwatch};
use anyhow::bail;
use std::{cell::RefCell, net::SocketAddr, rc::Rc};
use tokio::task::LocalSet;

pub(super) fn run(arguments: &Post) -> anyhow::Result<Vec<Row>> {
    let (open, row) = one(arguments, Means::Open)?;
    if !arguments.identity {
        return Ok(vec![row]);
    }
    let mut rows = vec![open.compare(row, &open)];
    for means in [Means::Token, Means::ApiKey] {
        let (cost, row) = one(arguments, means)?;
        rows.push(cost.compare(row, &open));
    }
    Ok(rows)
}

/// What a run cost, to be compared with another's.
#[derive(Copy, Clone, Debug)]
struct Cost {
    events_per_second: f64,
    cpu_per_event: f64,
}

impl Cost {
    fn compare(self, row: Row, open: &Self) -> Row {
        row.with("of open rate", self.events_per_second / open.events_per_second)
            .with("of open CPU", self.cpu_per_event / open.cpu_per_event)
    }
}

fn one(arguments: &Post, means: Means) -> anyhow::Result<(Cost, Row)> {
    let common = &arguments.common;
    let folder = Folder::make(common.folder.as_deref())?;
    let data = folder.join("data");
    let (settings, authorization) = means.prepare(&data)?;
    let server = Server::start_as(&data, arguments.unsigned, &settings)?;
    let asker = Asker { address: server.address, authorization: authorization.as_deref() };
    let events = if arguments.plain { Events::plain(common)? } else { Events::of(common)? };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let before = runtime.block_on(Groups::of(asker))?;
    let (cpu, watch) = (server.cpu()?, Stopwatch::start());
    let target = if arguments.plain { Target::PLAIN } else { Target::R4 };
    let sending = send(asker, arguments.connections, target, events);
    let mut sent = runtime.block_on(LocalSet::new().run_until(sending))?;
    let (passed, cpu) = (watch.passed(), server.cpu()?.saturating_sub(cpu));
    let after = runtime.block_on(Groups::of(asker))?;
    let memory = server.memory_peak_kib()?;
    server.stop()?;
    let groups =
        Groups { records: after.records - before.records, groups: after.groups - before.groups };
    let cost = Cost {
        events_per_second: sent.stored as f64 / passed.as_secs_f64(),
        cpu_per_event: cpu.as_secs_f64() / sent.stored as f64,
    };
    let row = row(arguments, means, &mut sent, &groups, cost)
        .with("peak MiB", memory as f64 / 1024.0)
        .with("bytes/event", bytes_per_event(&Sizes::of(&data)?, groups.records));
    Ok((cost, row))
}

/// Whom to ask, and as whom.
#[derive(Copy, Clone, Debug)]
pub(super) struct Asker<'a> {
    address: SocketAddr,
    /// The value of `Authorization`.
    authorization: Option<&'a str>,
}

impl Asker<'_> {
    /// Of a server that does not ask who it is.
    pub(super) fn open(address: SocketAddr) -> Self {
        Self { address, authorization: None }
    }

    async fn connect(self) -> anyhow::Result<Client> {
        Ok(Client::connect(self.address).await?.with_authorization(self.authorization))
    }
}

/// On disk, index included.
pub(super) fn bytes_per_event(sizes: &Sizes, events: f64) -> f64 {
    (sizes.log + sizes.index) as f64 / events.max(1.0)
}

fn row(arguments: &Post, means: Means, sent: &mut Sent, groups: &Groups, cost: Cost) -> Row {
    let how = if arguments.plain { ", plain" } else { "" };
    let signed = if arguments.unsigned { ", unsigned" } else { "" };
    let name = format!("{} connections{how}{signed}{}", arguments.connections, means.name());
    Row::new(&name)
        .with("events/s", cost.events_per_second)
        .with("p50 ms", sent.latencies.percentile(0.5))
        .with("p99 ms", sent.latencies.percentile(0.99))
        .with("server CPU µs/event", cost.cpu_per_event * 1e6)
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
    asker: Asker<'_>,
    connections: u32,
    target: Target,
    events: Events,
) -> anyhow::Result<Sent> {
    let events = Rc::new(RefCell::new(events));
    let mut senders = Vec::new();
    for _ in 0..connections {
        let client = asker.connect().await?;
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
    async fn of(asker: Asker<'_>) -> anyhow::Result<Self> {
        let mut client = asker.connect().await?;
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
