//! The sections `[server]`, `[event]`, `[bundle]` and `[search]`.
use kiln_fhir::{Limits, bundle::BundleLimits};
use serde::{Deserialize, Serialize};
use std::{num::NonZero, thread::available_parallelism, time::Duration};

/// `[server]`: connections, requests, waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Server {
    /// The base of absolute URLs in answers; left out: the request's own host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) base_url: Option<String>,
    pub(crate) header_bytes_max: usize,
    pub(crate) header_fields_max: usize,
    pub(crate) url_bytes_max: usize,
    pub(crate) form_bytes_max: usize,
    pub(crate) drain_bytes_max: usize,
    pub(crate) bodies_bytes_max: usize,
    pub(crate) page_bytes_max: usize,
    pub(crate) connections_max: usize,
    pub(crate) connections_per_address_max: usize,
    pub(crate) searches_max: usize,
    /// Tenants whose logs are open at once, beside the default one.
    pub(crate) tenants_open_max: usize,
    pub(crate) tenant_idle_seconds: u64,
    pub(crate) handshake_timeout_seconds: u64,
    pub(crate) searches_waiting_max: usize,
    pub(crate) bundles_max: usize,
    pub(crate) bundles_waiting_max: usize,
    pub(crate) header_timeout_seconds: u64,
    pub(crate) body_timeout_seconds: u64,
    pub(crate) send_timeout_seconds: u64,
    pub(crate) search_deadline_seconds: u64,
    pub(crate) store_timeout_seconds: u64,
    pub(crate) drain_timeout_seconds: u64,
}

/// `[event]`: how large one event may be, and what becomes of one that breaks base FHIR.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Event {
    pub(crate) body_bytes_max: usize,
    pub(crate) depth_max: usize,
    pub(crate) nodes_max: usize,
    pub(crate) validation: Validation,
    /// `[[event.senders]]`: senders for whom another rule holds.
    pub(crate) senders: Vec<EventSender>,
}

/// What becomes of an event that breaks base FHIR.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Validation {
    /// It is refused, and goes to the reject shelf.
    Refuse,
    /// It is stored as it was sent, and marked.
    Keep,
}

/// A sender, and what becomes of its events that break base FHIR.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventSender {
    /// `source.observer` as this sender writes it, or `system|value` of its identifier.
    pub(crate) observer: String,
    pub(crate) validation: Validation,
}

/// `[bundle]`: how large a Bundle may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Bundle {
    pub(crate) body_bytes_max: usize,
    pub(crate) entries_max: usize,
}

/// `[search]`: pages and the size of a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Search {
    pub(crate) count_default: usize,
    pub(crate) count_max: usize,
    pub(crate) parameters_max: usize,
    pub(crate) or_values_max: usize,
    /// `[[search.senders]]`: senders whose relative references also match as absolute ones.
    pub(crate) senders: Vec<Sender>,
}

/// A sender and its base URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sender {
    /// `source.observer` as this sender writes it, or `system|value` of its identifier.
    pub(crate) observer: String,
    pub(crate) base_url: String,
}

impl Default for Server {
    fn default() -> Self {
        let theirs = kiln_server::Settings::default();
        Self {
            base_url: theirs.base_url,
            header_bytes_max: theirs.header_bytes_max,
            header_fields_max: theirs.header_fields_max,
            url_bytes_max: theirs.url_bytes_max,
            form_bytes_max: theirs.form_bytes_max,
            drain_bytes_max: theirs.drain_bytes_max,
            bodies_bytes_max: theirs.bodies_bytes_max,
            page_bytes_max: theirs.page_bytes_max,
            connections_max: theirs.connections_max,
            connections_per_address_max: theirs.connections_per_address_max,
            searches_max: theirs.searches_max,
            tenants_open_max: theirs.tenants_open_max,
            tenant_idle_seconds: theirs.tenant_idle.as_secs(),
            handshake_timeout_seconds: theirs.handshake_timeout.as_secs(),
            searches_waiting_max: theirs.searches_waiting_max,
            bundles_max: theirs.bundles_max,
            bundles_waiting_max: theirs.bundles_waiting_max,
            header_timeout_seconds: theirs.header_timeout.as_secs(),
            body_timeout_seconds: theirs.body_timeout.as_secs(),
            send_timeout_seconds: theirs.send_timeout.as_secs(),
            search_deadline_seconds: theirs.search_deadline.as_secs(),
            store_timeout_seconds: theirs.store_timeout.as_secs(),
            drain_timeout_seconds: theirs.drain_timeout.as_secs(),
        }
    }
}

impl Default for Event {
    fn default() -> Self {
        let Limits { body_bytes_max, depth_max, nodes_max } = Limits::default();
        let (validation, senders) = (Validation::Refuse, Vec::new());
        Self { body_bytes_max, depth_max, nodes_max, validation, senders }
    }
}

impl Default for Bundle {
    fn default() -> Self {
        let BundleLimits { body_bytes_max, entries_max, .. } = BundleLimits::default();
        Self { body_bytes_max, entries_max }
    }
}

impl Default for Search {
    fn default() -> Self {
        let theirs = kiln_search::Settings::default();
        Self {
            count_default: theirs.count_default,
            count_max: theirs.count_max,
            parameters_max: theirs.parameters_max,
            or_values_max: theirs.or_values_max,
            senders: Vec::new(),
        }
    }
}

impl Server {
    /// What the server is given.
    pub(super) fn with(
        &self,
        event: &Event,
        bundle: &Bundle,
        search: &Search,
    ) -> kiln_server::Settings {
        kiln_server::Settings {
            base_url: self.base_url.clone(),
            header_bytes_max: self.header_bytes_max,
            header_fields_max: self.header_fields_max,
            url_bytes_max: self.url_bytes_max,
            bundle: BundleLimits {
                body_bytes_max: bundle.body_bytes_max,
                entries_max: bundle.entries_max,
                entry: event.limits(),
            },
            form_bytes_max: self.form_bytes_max,
            drain_bytes_max: self.drain_bytes_max,
            bodies_bytes_max: self.bodies_bytes_max,
            page_bytes_max: self.page_bytes_max,
            connections_max: self.connections_max,
            connections_per_address_max: self.connections_per_address_max,
            searches_max: self.searches_max,
            tenants_open_max: self.tenants_open_max,
            tenant_idle: Duration::from_secs(self.tenant_idle_seconds),
            handshake_timeout: Duration::from_secs(self.handshake_timeout_seconds),
            searches_waiting_max: self.searches_waiting_max,
            bundles_max: self.bundles_max,
            bundles_waiting_max: self.bundles_waiting_max,
            processors: available_parallelism().map_or(1, NonZero::get),
            header_timeout: Duration::from_secs(self.header_timeout_seconds),
            body_timeout: Duration::from_secs(self.body_timeout_seconds),
            send_timeout: Duration::from_secs(self.send_timeout_seconds),
            search_deadline: Duration::from_secs(self.search_deadline_seconds),
            store_timeout: Duration::from_secs(self.store_timeout_seconds),
            drain_timeout: Duration::from_secs(self.drain_timeout_seconds),
            search: search.to_room(),
            validation: event.validation(),
            ..kiln_server::Settings::default()
        }
    }
}

impl Event {
    /// What becomes of events that break base FHIR.
    pub(crate) fn validation(&self) -> kiln_server::Validation {
        let sender = |sender: &EventSender| kiln_server::ValidationSender {
            observer: sender.observer.clone(),
            keeps: sender.validation == Validation::Keep,
        };
        kiln_server::Validation {
            keeps: self.validation == Validation::Keep,
            senders: self.senders.iter().map(sender).collect(),
        }
    }

    pub(super) fn limits(&self) -> Limits {
        let Self { body_bytes_max, depth_max, nodes_max, .. } = *self;
        Limits { body_bytes_max, depth_max, nodes_max }
    }
}

impl Search {
    /// What the search is given.
    pub(crate) fn to_room(&self) -> kiln_search::Settings {
        let sender = |sender: &Sender| kiln_search::Sender {
            observer: sender.observer.clone(),
            base_url: sender.base_url.clone(),
        };
        kiln_search::Settings {
            count_default: self.count_default,
            count_max: self.count_max,
            parameters_max: self.parameters_max,
            or_values_max: self.or_values_max,
            senders: self.senders.iter().map(sender).collect(),
        }
    }
}
