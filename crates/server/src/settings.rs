//! What an operator may tune. Every queue, body, loop and wait of this room has its limit here.
use crate::{
    cors::Cors, pages::Pages, resources::ResourceSettings, validation::Validation,
    witnesses::Witnessing,
};
use kiln_fhir::{Limits, bundle::BundleLimits};
use std::time::Duration;

/// The limits of the server; the defaults are those of the project's threat notes.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The base of absolute URLs in answers, without `/fhir` and without a slash at the end.
    /// `None`: `http://` and the request's `Host`, which the guard has checked.
    pub base_url: Option<String>,
    /// Bytes of all header fields of a request.
    pub header_bytes_max: usize,
    /// Header fields of a request.
    pub header_fields_max: usize,
    /// Bytes of a request's path and query.
    pub url_bytes_max: usize,
    /// How large Bundles and events may be.
    pub bundle: BundleLimits,
    /// Bytes of a form sent to `_search`.
    pub form_bytes_max: usize,
    /// Bytes of a refused body that are read and dropped, so that its sender sees the answer.
    pub drain_bytes_max: usize,
    /// Bytes of large bodies that may be in memory at once; others wait.
    pub bodies_bytes_max: usize,
    /// Bytes of events on one page, those of converted ones taken four times; a page that would be
    /// larger ends early, with a `next` link.
    pub page_bytes_max: usize,
    /// Connections at once; others wait to be accepted.
    pub connections_max: usize,
    /// Those of one address (of IPv6: of a /64); more are closed at once.
    pub connections_per_address_max: usize,
    /// Tenants whose logs are open at once, beside the default one.
    pub tenants_open_max: usize,
    /// A tenant that nobody has asked for so long is closed.
    pub tenant_idle: Duration,
    /// Whether `/log/…` is for anybody, not only for auditors and witnesses. While no identity is
    /// configured, everybody is both.
    pub public_log: bool,
    /// How long a TLS handshake may take.
    pub handshake_timeout: Duration,
    /// Searches, counts and checks that run at once; others wait.
    pub searches_max: usize,
    /// How many more of them may wait; beyond, they are told to come later.
    pub searches_waiting_max: usize,
    /// Bundles and arrays of plain events that are read at once; others wait.
    pub bundles_max: usize,
    /// How many more of them may wait; beyond, they are told to come later.
    pub bundles_waiting_max: usize,
    /// Processors of the machine: so many searches, and so many Bundles, begin at once.
    pub processors: usize,
    /// From the first byte expected of a request to the end of its header.
    pub header_timeout: Duration,
    /// From the end of the header to the end of the body.
    pub body_timeout: Duration,
    /// How long a client may take nothing of an answer.
    pub send_timeout: Duration,
    /// How long a search may take in all.
    pub search_deadline: Duration,
    /// How long a create waits for the disk before it answers that it does not know.
    pub store_timeout: Duration,
    /// How long open requests may take to finish at shutdown.
    pub drain_timeout: Duration,
    /// Page sizes, limits on parameters, senders.
    pub search: kiln_search::Settings,
    /// What becomes of events that break base FHIR.
    pub validation: Validation,
    /// Other resources that are kept in the log; `None`: it keeps audit events alone.
    pub resources: Option<ResourceSettings>,
    /// Who cosigns the log; `None`: nobody, and its evidence is self-signed only.
    pub witnessing: Option<Witnessing>,
    /// Pages of other origins that may ask.
    pub cors: Cors,
    /// Pages of ours, for people.
    pub pages: Pages,
    /// Whether it is recorded who reads and searches; what is denied always is.
    pub audit_reads: bool,
    /// Bytes of events that are recorded in a day of requests that come from nobody knows whom.
    pub audit_unauthenticated_bytes_max: u64,
    /// When a create is answered.
    pub acknowledge: Acknowledge,
    /// How long a create waits for witnesses before it answers that it is stored, but not yet
    /// witnessed.
    pub witness_wait: Duration,
}

/// When a create is answered.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Acknowledge {
    /// As soon as the event is on disk, covered by a signed checkpoint.
    #[default]
    Durable,
    /// As soon as enough witnesses have cosigned a checkpoint that covers it.
    Witnessed,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base_url: None,
            header_bytes_max: 16 << 10,
            header_fields_max: 64,
            url_bytes_max: 8 << 10,
            bundle: BundleLimits::default(),
            form_bytes_max: 64 << 10,
            drain_bytes_max: 64 << 20,
            bodies_bytes_max: 128 << 20,
            page_bytes_max: 16 << 20,
            connections_max: 1024,
            connections_per_address_max: 512,
            searches_max: 16,
            tenants_open_max: 64,
            tenant_idle: Duration::from_mins(10),
            public_log: false,
            handshake_timeout: Duration::from_secs(10),
            searches_waiting_max: 256,
            bundles_max: 16,
            bundles_waiting_max: 256,
            processors: 2,
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(30),
            send_timeout: Duration::from_secs(30),
            search_deadline: Duration::from_secs(10),
            store_timeout: Duration::from_secs(30),
            drain_timeout: Duration::from_secs(10),
            search: kiln_search::Settings::default(),
            validation: Validation::default(),
            resources: None,
            witnessing: None,
            cors: Cors::default(),
            pages: Pages::default(),
            audit_reads: true,
            audit_unauthenticated_bytes_max: 16 << 20,
            acknowledge: Acknowledge::default(),
            witness_wait: Duration::from_secs(10),
        }
    }
}

impl Settings {
    /// How large one event may be, alone or in a Bundle.
    pub fn event(&self) -> &Limits {
        &self.bundle.entry
    }
}
