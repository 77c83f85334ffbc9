//! The section `[gateway]`: Kiln in front of a FHIR server.
use super::Settings;
use crate::secret;
use anyhow::{Context as _, bail};
use hyper::header::{HeaderName, HeaderValue};
use kiln_gateway::Network;
use kiln_store::TenantId;
use serde::{Deserialize, Serialize};
use std::{net::SocketAddr, path::PathBuf, time::Duration};

/// `[gateway]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub(crate) struct Gateway {
    /// The base URL of the FHIR server behind; left out: there is no gateway.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) upstream: Option<String>,
    /// Where clients are listened to.
    pub(crate) listen: SocketAddr,
    /// The base URL that clients use; left out: the request's host, and the upstream's path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) base_url: Option<String>,
    /// Whose log it is recorded in.
    pub(crate) tenant: String,
    /// What `Authorization` holds for the upstream, in a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authorization_file: Option<PathBuf>,
    /// Whether a client's own token goes on to the upstream.
    pub(crate) forward_authorization: bool,
    /// Whether the scopes of a token that does not go on must allow what is asked.
    pub(crate) check_scopes: bool,
    /// Whether holders of Kiln's API keys may pass.
    pub(crate) api_keys: bool,
    /// What becomes of a request without a good token.
    pub(crate) unverified: Unverified,
    /// Who may ask what the server behind can do.
    pub(crate) metadata: Metadata,
    /// What becomes of reads that cannot be recorded.
    pub(crate) reads: Reads,
    pub(crate) read_before_write: bool,
    /// Entries of a Bundle for which that holds.
    pub(crate) entries_read_max: usize,
    /// The header in which requests say what they are for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) purpose_header: Option<String>,
    /// Proxies before Kiln whose word on addresses is taken: addresses, or networks.
    pub(crate) trusted_proxies: Vec<String>,
    /// Bytes of an answer that are held until it is recorded.
    pub(crate) buffer: usize,
    pub(crate) body_bytes_max: usize,
    pub(crate) held_bytes_max: usize,
    pub(crate) held_timeout_seconds: u64,
    pub(crate) stream_returned_max: usize,
    pub(crate) entries_max: usize,
    pub(crate) returned_max: usize,
    pub(crate) requests_max: usize,
    pub(crate) unsettled_max: usize,
    pub(crate) connections_max: usize,
    pub(crate) upstream_idle_max: usize,
    pub(crate) connect_timeout_seconds: u64,
    pub(crate) answer_timeout_seconds: u64,
    pub(crate) pause_timeout_seconds: u64,
    pub(crate) body_timeout_seconds: u64,
    pub(crate) send_timeout_seconds: u64,
    pub(crate) send_bytes_per_second_min: u32,
    pub(crate) store_timeout_seconds: u64,
}

/// What becomes of a request without a good token.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Unverified {
    /// It is refused.
    #[default]
    Refuse,
    /// It passes, and is recorded with a mark.
    Record,
}

/// Who may ask what the server behind can do.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Metadata {
    /// Anybody, without any credential.
    #[default]
    Anybody,
    /// Who may ask for anything.
    Known,
}

/// What becomes of reads that cannot be recorded.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Reads {
    /// They do not happen.
    #[default]
    FailClosed,
    /// They happen, with an alarm.
    FailOpen,
}

impl Default for Gateway {
    fn default() -> Self {
        let room = kiln_gateway::Settings::before("");
        Self {
            upstream: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8090)),
            base_url: None,
            tenant: room.tenant.to_string(),
            authorization_file: None,
            forward_authorization: room.forward_authorization,
            check_scopes: room.check_scopes,
            api_keys: room.api_keys,
            unverified: Unverified::Refuse,
            metadata: Metadata::Anybody,
            reads: Reads::FailClosed,
            read_before_write: room.read_before_write,
            entries_read_max: room.entries_read_max,
            purpose_header: None,
            trusted_proxies: Vec::new(),
            buffer: room.buffer,
            body_bytes_max: room.body_bytes_max,
            held_bytes_max: room.held_bytes_max,
            held_timeout_seconds: room.held_timeout.as_secs(),
            stream_returned_max: room.stream_returned_max,
            entries_max: room.rest.entries_max,
            returned_max: room.rest.returned_max,
            requests_max: room.requests_max,
            unsettled_max: room.unsettled_max,
            connections_max: room.connections_max,
            upstream_idle_max: room.upstream_idle_max,
            connect_timeout_seconds: room.connect_timeout.as_secs(),
            answer_timeout_seconds: room.answer_timeout.as_secs(),
            pause_timeout_seconds: room.pause_timeout.as_secs(),
            body_timeout_seconds: room.body_timeout.as_secs(),
            send_timeout_seconds: room.send_timeout.as_secs(),
            send_bytes_per_second_min: room.send_bytes_per_second_min,
            store_timeout_seconds: room.store_timeout.as_secs(),
        }
    }
}

impl Gateway {
    /// The rules between its settings.
    pub(super) fn check(&self, tenants: &[&str]) -> anyhow::Result<()> {
        if self.tenant != TenantId::DEFAULT && !tenants.contains(&self.tenant.as_str()) {
            bail!("gateway.tenant is none of [[tenants]]");
        }
        if [self.buffer, self.requests_max, self.connections_max, self.unsettled_max].contains(&0) {
            bail!("gateway.buffer, requests_max, connections_max and unsettled_max are above 0");
        }
        if self.send_bytes_per_second_min == 0 {
            bail!("gateway.send_bytes_per_second_min is above 0");
        }
        if self.held_bytes_max < self.buffer.max(self.body_bytes_max) {
            bail!("gateway.held_bytes_max is not below gateway.buffer and gateway.body_bytes_max");
        }
        self.proxies()?;
        self.purpose_header().map(drop)
    }

    fn proxies(&self) -> anyhow::Result<Vec<Network>> {
        let parse = |text: &String| {
            let told = || format!("gateway.trusted_proxies: {text} is no address and no network");
            Network::parse(text).with_context(told)
        };
        self.trusted_proxies.iter().map(parse).collect()
    }

    fn purpose_header(&self) -> anyhow::Result<Option<HeaderName>> {
        let name = self.purpose_header.as_deref().map(str::parse).transpose();
        name.context("gateway.purpose_header is no name of a header")
    }

    /// What the gateway is given, where there is one.
    ///
    /// # Errors
    /// A file cannot be read; what it holds is no header's value.
    pub(crate) fn to_room(
        &self,
        settings: &Settings,
    ) -> anyhow::Result<Option<kiln_gateway::Settings>> {
        let Some(upstream) = &self.upstream else { return Ok(None) };
        let theirs = kiln_gateway::Settings::before(upstream.trim_end_matches('/'));
        let seconds = Duration::from_secs;
        let rest = kiln_trail::rest::Limits {
            body_bytes_max: self.body_bytes_max.max(self.buffer),
            entries_max: self.entries_max,
            returned_max: self.returned_max,
            ..theirs.rest.clone()
        };
        Ok(Some(kiln_gateway::Settings {
            base_url: self.base_url.clone(),
            tenant: self.tenant.parse().context("gateway.tenant")?,
            profile: settings.trail.to_room(),
            credentials: self.credentials()?,
            forward_authorization: self.forward_authorization,
            check_scopes: self.check_scopes,
            api_keys: self.api_keys,
            unverified: self.unverified == Unverified::Record,
            metadata_for_anybody: self.metadata == Metadata::Anybody,
            reads_fail_open: self.reads == Reads::FailOpen,
            read_before_write: self.read_before_write,
            entries_read_max: self.entries_read_max,
            purpose_header: self.purpose_header()?,
            trusted_proxies: self.proxies()?,
            buffer: self.buffer,
            body_bytes_max: self.body_bytes_max,
            held_bytes_max: self.held_bytes_max,
            held_timeout: seconds(self.held_timeout_seconds),
            stream_returned_max: self.stream_returned_max,
            requests_max: self.requests_max,
            unsettled_max: self.unsettled_max,
            connections_max: self.connections_max,
            upstream_idle_max: self.upstream_idle_max,
            connect_timeout: seconds(self.connect_timeout_seconds),
            answer_timeout: seconds(self.answer_timeout_seconds),
            pause_timeout: seconds(self.pause_timeout_seconds),
            body_timeout: seconds(self.body_timeout_seconds),
            send_timeout: seconds(self.send_timeout_seconds),
            send_bytes_per_second_min: self.send_bytes_per_second_min,
            store_timeout: seconds(self.store_timeout_seconds),
            rest,
            ..theirs
        }))
    }

    fn credentials(&self) -> anyhow::Result<Option<HeaderValue>> {
        let Some(file) = &self.authorization_file else { return Ok(None) };
        let line = secret::read_line(file).context("gateway.authorization_file")?;
        let value = HeaderValue::from_str(&line);
        // What is wrong with it is not said, for that would say what it is.
        let mut value = value.ok().context("gateway.authorization_file holds no header's value")?;
        value.set_sensitive(true);
        Ok(Some(value))
    }
}
