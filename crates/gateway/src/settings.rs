//! What an operator may tune. Every wait, body, list and queue of this room has its limit here.
use hyper::header::{HeaderName, HeaderValue};
use kiln_identity::TenantId;
use kiln_server::Pace;
use kiln_trail::{Balp, Profile, rest};
use std::{net::IpAddr, time::Duration};

/// The gateway's settings; all but the upstream have defaults.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct Settings {
    /// The base URL of the one FHIR server behind, without a `/` at the end.
    pub upstream: String,
    /// The base URL that clients use, without a `/` at the end; `None`: `http://` or `https://`,
    /// the request's host, and the path of `upstream`.
    pub base_url: Option<String>,
    /// Whose log it is recorded in; nobody of another tenant is let through.
    pub tenant: TenantId,
    /// The shape of the events.
    pub profile: Profile,
    /// `Authorization` for the upstream: Kiln's own.
    pub credentials: Option<HeaderValue>,
    /// Whether a client's token goes on to the upstream, where `credentials` are none. An API key
    /// of Kiln's never does.
    pub forward_authorization: bool,
    /// Whether the scopes of a token must allow what is asked, where the token does not go on to
    /// the upstream, which so cannot tell.
    pub check_scopes: bool,
    /// Whether holders of Kiln's own API keys may pass.
    pub api_keys: bool,
    /// Whether who has no good token passes, and is recorded with a mark that nobody knows.
    pub unverified: bool,
    /// Whether anybody may ask what the server behind can do (`metadata`,
    /// `.well-known/smart-configuration`), as clients do before they have a token: without any
    /// credential, and unrecorded.
    pub metadata_for_anybody: bool,
    /// Whether reads go on while they cannot be recorded.
    pub reads_fail_open: bool,
    /// Whether the version and the patient that a change is about are read before it, where the
    /// request does not say them.
    pub read_before_write: bool,
    /// Entries of a Bundle for which that is read; of others nobody says it.
    pub entries_read_max: usize,
    /// Where a request says what it is for: codes, separated by commas.
    pub purpose_header: Option<HeaderName>,
    /// Proxies before Kiln whose word on addresses is taken.
    pub trusted_proxies: Vec<Network>,
    /// Bytes of an answer that are held until it is recorded; what is longer streams.
    pub buffer: usize,
    /// Bytes of a request's body.
    pub body_bytes_max: usize,
    /// Bytes of large bodies that may be in memory at once; others wait.
    pub held_bytes_max: usize,
    /// How long others wait for that, before they are told to come later.
    pub held_timeout: Duration,
    /// Resources of a streamed answer that are told in one event.
    pub stream_returned_max: usize,
    /// Requests that are under way at once; others are told to come later.
    pub requests_max: usize,
    /// Outcomes that wait for a log that takes none; with more, nothing is forwarded.
    pub unsettled_max: usize,
    /// Connections of clients at once; others wait to be accepted.
    pub connections_max: usize,
    /// Idle connections to the upstream that are kept.
    pub upstream_idle_max: usize,
    /// How long a connection to the upstream may take.
    pub connect_timeout: Duration,
    /// How long the upstream may take until its answer begins.
    pub answer_timeout: Duration,
    /// How long it may pause in its answer.
    pub pause_timeout: Duration,
    /// How long a request's body may take.
    pub body_timeout: Duration,
    /// How long a client may take nothing of an answer.
    pub send_timeout: Duration,
    /// Bytes of an answer that a client takes each second beyond that, or loses its connection.
    pub send_bytes_per_second_min: u32,
    /// How long the log may take.
    pub store_timeout: Duration,
    /// How large a request and an answer may be to be read.
    pub rest: rest::Limits,
}

impl Settings {
    /// The defaults, before this server.
    pub fn before(upstream: impl Into<String>) -> Self {
        Self {
            upstream: upstream.into(),
            base_url: None,
            tenant: TenantId::default(),
            profile: Profile::Balp(Balp::default()),
            credentials: None,
            forward_authorization: false,
            check_scopes: true,
            api_keys: false,
            unverified: false,
            metadata_for_anybody: true,
            reads_fail_open: false,
            read_before_write: true,
            entries_read_max: 32,
            purpose_header: None,
            trusted_proxies: Vec::new(),
            buffer: 8 << 20,
            body_bytes_max: 16 << 20,
            held_bytes_max: 256 << 20,
            held_timeout: Duration::from_secs(10),
            stream_returned_max: 1000,
            requests_max: 1024,
            unsettled_max: 1024,
            connections_max: 1024,
            upstream_idle_max: 128,
            connect_timeout: Duration::from_secs(5),
            answer_timeout: Duration::from_mins(1),
            pause_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(30),
            send_timeout: Duration::from_secs(30),
            send_bytes_per_second_min: 32 << 10,
            store_timeout: Duration::from_secs(30),
            rest: rest::Limits::default(),
        }
    }
}

impl Settings {
    /// How fast a client takes its answer at the least.
    pub(crate) fn pace(&self) -> Pace {
        Pace { patience: self.send_timeout, bytes_per_second_min: self.send_bytes_per_second_min }
    }
}

/// Addresses that begin alike: `10.0.0.0/8`, or one alone.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Reads `address` or `address/bits`.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let whole = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(whole);
        (bits <= whole).then_some(Self { address, bits })
    }

    /// Whether the address is one of them.
    pub fn has(&self, address: IpAddr) -> bool {
        let spread = |address: IpAddr| match address.to_canonical() {
            IpAddr::V4(v4) => (u128::from(v4.to_bits()) << 96, 32),
            IpAddr::V6(v6) => (v6.to_bits(), 128),
        };
        let ((own, of), (its, kind)) = (spread(self.address), spread(address));
        let shift = 128 - u32::from(self.bits);
        of == kind && own.checked_shr(shift).unwrap_or(0) == its.checked_shr(shift).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests;
