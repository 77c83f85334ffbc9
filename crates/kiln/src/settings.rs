//! The settings file: every limit that an operator may tune, with Kiln's defaults. `kiln settings`
//! prints what is in effect.
//!
//! The structs here are the file's shape. What a value means is said by the room that has it:
//! `kiln_server::Settings`, `kiln_store::Settings`, `kiln_search::Settings`, `kiln_fhir::Limits`.
mod audit;
pub(crate) mod evidence;
mod gateway;
pub(crate) mod identity;
pub(crate) mod origin;
mod pages;
mod rejects;
mod resources;
mod server;
mod store;
pub(crate) mod tenants;
pub(crate) mod tls;
pub(crate) mod trail;

use crate::command::import::lines::LineLimits;
use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

/// A settings file is small; whatever is larger is another file.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// The whole file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    /// Where Kiln listens.
    pub(crate) listen: SocketAddr,
    /// The folder that keeps everything.
    pub(crate) data: PathBuf,
    pub(crate) log: Log,
    pub(crate) tls: tls::Tls,
    pub(crate) metrics: tls::Metrics,
    pub(crate) identity: identity::Identity,
    /// `[sign_in]`; left out: nobody signs in to the pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sign_in: Option<pages::SignIn>,
    pub(crate) cors: pages::Origins,
    pub(crate) pages: pages::Pages,
    pub(crate) server: server::Server,
    pub(crate) event: server::Event,
    pub(crate) bundle: server::Bundle,
    pub(crate) search: server::Search,
    pub(crate) rejects: rejects::Rejects,
    pub(crate) evidence: evidence::Evidence,
    pub(crate) audit: audit::Audit,
    pub(crate) trail: trail::Trail,
    pub(crate) resources: resources::Resources,
    pub(crate) gateway: gateway::Gateway,
    pub(crate) store: store::Store,
    pub(crate) tenants: Vec<tenants::Tenant>,
    /// Whether the events are made up: said by the command line alone.
    #[serde(skip)]
    pub(crate) demo: bool,
}

/// What Kiln tells of itself, on stderr.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Log {
    pub(crate) format: LogFormat,
    /// `error`, `warn`, `info`, `debug`, `trace`, or directives like `kiln_store=debug,info`.
    pub(crate) level: String,
}

/// How a line of the log looks.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    Auto,
    Text,
    Json,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data: PathBuf::from("kiln-data"),
            log: Log::default(),
            tls: tls::Tls::default(),
            metrics: tls::Metrics::default(),
            identity: identity::Identity::default(),
            sign_in: None,
            cors: pages::Origins::default(),
            pages: pages::Pages::default(),
            server: server::Server::default(),
            event: server::Event::default(),
            bundle: server::Bundle::default(),
            search: server::Search::default(),
            rejects: rejects::Rejects::default(),
            evidence: evidence::Evidence::default(),
            audit: audit::Audit::default(),
            trail: trail::Trail::default(),
            resources: resources::Resources::default(),
            gateway: gateway::Gateway::default(),
            store: store::Store::default(),
            tenants: Vec::new(),
            demo: false,
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Auto, level: "info".to_owned() }
    }
}

impl Settings {
    /// The settings of the file; the defaults where there is none.
    pub(crate) fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = file else { return Ok(Self::default()) };
        let text = read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        Self::parse(&text).with_context(|| format!("{} is not a settings file", path.display()))
    }

    /// Reads TOML; an error shows the line and the column.
    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        let settings: Self = toml::from_str(text)?;
        settings.check()?;
        Ok(settings)
    }

    /// The rules between settings.
    fn check(&self) -> anyhow::Result<()> {
        // A Bundle is stored as one unit, in one group.
        if self.store.group_bytes_max < self.bundle.body_bytes_max {
            bail!("store.group_bytes_max must not be below bundle.body_bytes_max");
        }
        if self.store.unit_records_max < self.bundle.entries_max {
            bail!("store.unit_records_max must not be below bundle.entries_max");
        }
        // One Bundle waits while another is written; so do the chunks of an import.
        if self.store.queue_bytes_max < 2 * self.bundle.body_bytes_max {
            bail!("store.queue_bytes_max must not be below twice bundle.body_bytes_max");
        }
        if self.store.group_records_max == 0 || self.store.queue_units_max < 16 {
            bail!("store.group_records_max must be above 0, store.queue_units_max above 15");
        }
        if self.bundle.body_bytes_max < self.event.body_bytes_max {
            bail!("bundle.body_bytes_max must not be below event.body_bytes_max");
        }
        // A whole Bundle may be refused.
        if self.rejects.queue_bytes_max < self.bundle.body_bytes_max {
            bail!("rejects.queue_bytes_max must not be below bundle.body_bytes_max");
        }
        if self.search.count_max == 0 || self.search.count_default > self.search.count_max {
            bail!("search.count_max must be above 0, and not below search.count_default");
        }
        if self.evidence.ack == evidence::Ack::Witnessed && self.evidence.policy.is_none() {
            bail!("evidence.ack = \"witnessed\" needs evidence.policy, which names the witnesses");
        }
        tenants::check(self)?;
        let tenants = self.tenants.iter().map(|tenant| tenant.name.as_str());
        let tenants: Vec<_> = tenants.collect();
        self.identity.check(&tenants)?;
        self.gateway.check(&tenants)?;
        self.resources.check(self.bundle.body_bytes_max)?;
        self.sign_in.as_ref().map_or(Ok(()), |it| it.check(self))?;
        self.cors.to_room()?;
        self.pages.to_room(&self.tenants)?;
        self.tls.check()?;
        if self.metrics.listen.is_some_and(|listen| !listen.ip().is_loopback()) {
            bail!("metrics.listen must be a loopback address: nobody is asked who they are there");
        }
        let server = &self.server;
        if [server.connections_max, server.searches_max, server.bundles_max].contains(&0) {
            bail!("server.connections_max, searches_max and bundles_max must be above 0");
        }
        Ok(())
    }

    /// What the server is given, but for its witnesses.
    pub(crate) fn server(&self) -> kiln_server::Settings {
        kiln_server::Settings {
            acknowledge: self.evidence.acknowledge(),
            witness_wait: Duration::from_secs(self.evidence.witness_wait_seconds),
            public_log: self.evidence.public,
            resources: self.resources.to_room(&self.trail),
            audit_reads: self.audit.reads,
            audit_unauthenticated_bytes_max: self.audit.unauthenticated_bytes_max,
            ..self.server.with(&self.event, &self.bundle, &self.search)
        }
    }

    /// Threads for what may take longer than a moment: each such work has one, and a few are for
    /// the disk's and the network's.
    pub(crate) fn blocking_threads(&self) -> usize {
        self.server.searches_max.saturating_add(self.server.bundles_max).saturating_add(8)
    }

    /// How large the lines of a file may be, and how many are stored as one unit.
    pub(crate) fn line_limits(&self) -> LineLimits {
        let Self { event, store, .. } = self;
        LineLimits {
            line_bytes_max: event.body_bytes_max,
            chunk_lines_max: store.unit_records_max.min(store.group_records_max).min(1024),
        }
    }

    /// How large one event may be.
    pub(crate) fn limits(&self) -> kiln_fhir::Limits {
        self.event.limits()
    }
}

fn read(path: &Path) -> std::io::Result<String> {
    use std::io::Read as _;
    #[expect(clippy::disallowed_methods, reason = "the program reads its settings file here only")]
    let file = std::fs::File::open(path)?;
    let mut text = String::new();
    file.take(FILE_BYTES_MAX).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests;
