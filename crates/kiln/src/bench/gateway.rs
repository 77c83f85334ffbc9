//! The gateway beside a bare proxy of hyper, both before an upstream whose answers never change:
//! what a read, a write, and a write with the read before it take longer.
mod proxy;

use super::{
    child::Server,
    client::Client,
    folder::Folder,
    report::{Latencies, Row},
};
use crate::{arguments::bench::Gateway, stopwatch::Stopwatch};
use anyhow::bail;
use std::net::{SocketAddr, TcpListener};
use tokio::task::LocalSet;

const PATIENT: &str = r#"{"resourceType":"Patient","id":"1","active":true,"gender":"other"}"#;

/// A request, over and over.
#[derive(Copy, Clone, Debug)]
struct Kind {
    name: &'static str,
    head: &'static str,
    body: &'static str,
}

const JSON_PUT: &str = "PUT /fhir/Patient/1 HTTP/1.1\r\nContent-Type: application/fhir+json\r\n";

const KINDS: [Kind; 3] = [
    Kind { name: "read", head: "GET /fhir/Patient/1 HTTP/1.1\r\n", body: "" },
    Kind {
        name: "write",
        head: "PUT /fhir/Patient/1 HTTP/1.1\r\nContent-Type: application/fhir+json\r\n\
               If-Match: W/\"1\"\r\n",
        body: PATIENT,
    },
    Kind { name: "write, read before", head: JSON_PUT, body: PATIENT },
];

pub(super) fn run(arguments: &Gateway) -> anyhow::Result<Vec<Row>> {
    let folder = Folder::make(arguments.common.folder.as_deref())?;
    let upstream = proxy::upstream(PATIENT)?;
    let bare = proxy::bare(upstream)?;
    let passing = free_address()?;
    let settings =
        format!("[gateway]\nupstream = \"http://{upstream}/fhir\"\nlisten = \"{passing}\"\n");
    let server = Server::start_as(&folder.join("data"), false, &settings)?;
    let mut rows = Vec::new();
    for kind in KINDS {
        let beside = measure(arguments, bare, kind)?;
        let cpu = server.cpu()?;
        let ours = measure(arguments, passing, kind)?;
        let cpu = server.cpu()?.saturating_sub(cpu).as_secs_f64() / arguments.common.count as f64;
        rows.push(beside.row(&format!("{}, bare proxy", kind.name)));
        let row = ours.row(&format!("{}, gateway", kind.name));
        rows.push(
            row.with("added p50 ms", ours.p50 - beside.p50)
                .with("of bare rate", ours.rate / beside.rate)
                .with("CPU µs/request", cpu * 1e6),
        );
    }
    server.stop()?;
    Ok(rows)
}

/// The gateway prints its port after its own, so it is told one.
fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

struct Measured {
    rate: f64,
    p50: f64,
    p99: f64,
}

impl Measured {
    fn row(&self, name: &str) -> Row {
        Row::new(name)
            .with("requests/s", self.rate)
            .with("p50 ms", self.p50)
            .with("p99 ms", self.p99)
    }
}

fn measure(arguments: &Gateway, address: SocketAddr, kind: Kind) -> anyhow::Result<Measured> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let each = arguments.common.count.div_ceil(arguments.connections.into());
    let watch = Stopwatch::start();
    let sending = async {
        let tasks = (0..arguments.connections)
            .map(|_| tokio::task::spawn_local(send(address, kind, each)))
            .collect::<Vec<_>>();
        let mut all = Latencies::default();
        for task in tasks {
            all.extend(task.await??);
        }
        anyhow::Ok(all)
    };
    let mut latencies = runtime.block_on(LocalSet::new().run_until(sending))?;
    let rate = (each * u64::from(arguments.connections)) as f64 / watch.passed().as_secs_f64();
    Ok(Measured { rate, p50: latencies.percentile(0.5), p99: latencies.percentile(0.99) })
}

async fn send(address: SocketAddr, kind: Kind, count: u64) -> anyhow::Result<Latencies> {
    let mut client = Client::connect(address).await?;
    let mut latencies = Latencies::default();
    for _ in 0..count {
        let watch = Stopwatch::start();
        let status = client.send(kind.head, kind.body).await?;
        if status != 200 {
            bail!("{} was answered {status}", kind.name);
        }
        latencies.push(watch.passed());
    }
    Ok(latencies)
}
