//! Figures for operators. No label ever holds an id, a query, or anything of a body.
mod evidence;
mod latencies;
mod scrub;

pub(crate) use evidence::Evidence;
use evidence::EvidenceGauges;
use kiln_pages::operations::Latency;
use kiln_store::{Status, rejects};
use latencies::Latencies;
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Registry, Unit},
};
use scrub::ScrubGauges;
use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// All meters of the server.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    group_records: Histogram,
    connections: Gauge,
    refused: Family<Refused, Counter>,
    uptime: Gauge<f64, AtomicU64>,
    rejected: Family<Rejected, Counter>,
    store: StoreGauges,
    shelf: ShelfGauges,
    evidence: EvidenceGauges,
    scrub: ScrubGauges,
    latencies: Latencies,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    interaction: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Rejected {
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Lost {
    why: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Refused {
    why: &'static str,
}

#[derive(Default)]
struct ShelfGauges {
    bytes: Gauge,
    entries: Gauge,
    repeated: Counter,
    lost: Family<Lost, Counter>,
}

#[derive(Default)]
struct StoreGauges {
    records: Gauge,
    groups: Gauge,
    log_bytes: Gauge,
    index_bytes: Gauge,
    tail_bytes: Gauge,
    poisoned: Gauge,
    full: Gauge,
    clock_behind: Gauge<f64, AtomicU64>,
}

impl Metrics {
    /// All at zero.
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("kiln");
        let requests = Family::default();
        registry.register("http_requests", "Requests answered", requests.clone());
        let group_records = Histogram::new(exponential_buckets(1.0, 2.0, 13));
        registry.register(
            "append_group_records",
            "Records in the group that a unit was written with",
            group_records.clone(),
        );
        let connections = Gauge::default();
        registry.register("http_connections", "Open connections", connections.clone());
        let refused = Family::default();
        registry.register(
            "http_connections_refused",
            "Connections that were closed before a request",
            refused.clone(),
        );
        let uptime = Gauge::default();
        registry.register_with_unit("uptime", "Since the start", Unit::Seconds, uptime.clone());
        let rejected = Family::default();
        registry.register(
            "rejects",
            "Events and Bundles refused for their content",
            rejected.clone(),
        );
        let store = StoreGauges::registered(&mut registry);
        let shelf = ShelfGauges::registered(&mut registry);
        let evidence = EvidenceGauges::registered(&mut registry);
        let scrub = ScrubGauges::registered(&mut registry);
        Self {
            registry,
            requests,
            group_records,
            connections,
            refused,
            uptime,
            rejected,
            store,
            shelf,
            evidence,
            scrub,
            latencies: Latencies::default(),
        }
    }

    /// Takes in figures of another room.
    pub(crate) fn register(&mut self, register: impl FnOnce(&mut Registry)) {
        register(&mut self.registry);
    }

    /// A request was answered, so long after its header was there.
    pub(crate) fn answered(&self, interaction: &'static str, status: u16, taken: Duration) {
        self.latencies.took(interaction, taken);
        self.requests.get_or_create(&Request { interaction, status }).inc();
    }

    /// How long each kind of request takes, the most frequent first.
    pub(crate) fn latencies(&self) -> Vec<Latency> {
        self.latencies.told()
    }

    /// A unit was written in a group of so many records.
    pub(crate) fn appended(&self, group_records: u32) {
        self.group_records.observe(f64::from(group_records));
    }

    /// What a body holds was refused; the code is one of FHIR's few.
    pub(crate) fn rejected(&self, code: &'static str) {
        self.rejected.get_or_create(&Rejected { code }).inc();
    }

    /// What a witness said when it was asked to cosign.
    pub(crate) fn witness_answered(&self, witness: &str, answer: &'static str) {
        self.evidence.answered(witness, answer);
    }

    /// A connection was closed before a request: its `address` has too many, its TLS `handshake`
    /// failed, or another `user` came to the socket.
    pub(crate) fn connection_refused(&self, why: &'static str) {
        self.refused.get_or_create(&Refused { why }).inc();
    }

    /// Counts a connection until the value is dropped.
    pub(crate) fn connection_opened(&self) -> OpenConnection {
        self.connections.inc();
        OpenConnection(self.connections.clone())
    }

    /// The exposition text (`OpenMetrics` 1.0).
    pub(crate) fn render(
        &self,
        status: &Status,
        rejects: Option<rejects::Status>,
        evidence: &Evidence,
        uptime_ms: i64,
    ) -> Result<String, fmt::Error> {
        self.uptime.set(uptime_ms as f64 / 1000.0);
        self.store.set(status);
        self.shelf.set(&rejects.unwrap_or_default());
        self.evidence.set(evidence);
        self.scrub.set(status);
        let mut out = String::with_capacity(4096);
        text::encode(&mut out, &self.registry)?;
        Ok(out)
    }
}

/// An open connection.
pub(crate) struct OpenConnection(Gauge);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl ShelfGauges {
    fn registered(registry: &mut Registry) -> Self {
        let gauges = Self::default();
        let bytes = gauges.bytes.clone();
        registry.register_with_unit(
            "reject_shelf",
            "Files of the reject shelf",
            Unit::Bytes,
            bytes,
        );
        let entries = gauges.entries.clone();
        registry.register("reject_shelf_entries", "Entries of the reject shelf", entries);
        registry.register(
            "reject_shelf_repeated",
            "Refused bodies that were on the shelf already",
            gauges.repeated.clone(),
        );
        registry.register(
            "reject_shelf_lost",
            "Refused bodies that are on the shelf no more, or never were",
            gauges.lost.clone(),
        );
        gauges
    }

    fn set(&self, status: &rejects::Status) {
        self.bytes.set(status.bytes as i64);
        self.entries.set(status.count as i64);
        self.repeated.inner().store(status.repeated, Ordering::Relaxed);
        for (why, count) in [
            ("oldest", status.oldest),
            ("busy", status.busy),
            ("too-large", status.too_large),
            ("failed", status.failed),
        ] {
            self.lost.get_or_create(&Lost { why }).inner().store(count, Ordering::Relaxed);
        }
    }
}

impl StoreGauges {
    fn registered(registry: &mut Registry) -> Self {
        let gauges = Self::default();
        let bytes = || Unit::Bytes;
        registry.register("log_records", "Records in the log", gauges.records.clone());
        registry.register("log_groups", "Groups since the start", gauges.groups.clone());
        registry.register_with_unit("log", "Segment files", bytes(), gauges.log_bytes.clone());
        registry.register_with_unit("index", "Index files", bytes(), gauges.index_bytes.clone());
        registry.register_with_unit("tail", "Index in memory", bytes(), gauges.tail_bytes.clone());
        registry.register("log_poisoned", "1: a write failed", gauges.poisoned.clone());
        registry.register("log_full", "1: the disk was full", gauges.full.clone());
        registry.register_with_unit(
            "clock_behind",
            "How far the clock had stepped back at the last append",
            Unit::Seconds,
            gauges.clock_behind.clone(),
        );
        gauges
    }

    fn set(&self, status: &Status) {
        self.records.set(status.records as i64);
        self.groups.set(status.groups as i64);
        self.log_bytes.set(status.log_bytes as i64);
        self.index_bytes.set(status.index_bytes as i64);
        self.tail_bytes.set(status.tail_bytes as i64);
        self.poisoned.set(i64::from(status.poisoned));
        self.full.set(i64::from(status.full));
        self.clock_behind.set(status.clock_behind_ms as f64 / 1000.0);
    }
}
