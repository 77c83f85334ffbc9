//! What another room needs to answer a listener of its own: who asks, whose log it is, and what of
//! the server's own rules turns a request away.
use crate::{
    answer::Refusal, app::App, audit, authentication::Admitted, door::Door, exchange,
    tenant::Tenant,
};
use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::{
    Request, Response, StatusCode,
    body::Incoming,
    header::{HeaderMap, HeaderName, HeaderValue},
    http::request::Parts,
};
use kiln_fhir::OperationOutcome;
use kiln_identity::{Principal, TenantId};
use prometheus_client::registry::Registry;
use std::{future::Future, io, pin::Pin, sync::Arc, time::Duration};
use tokio::sync::oneshot;

/// What runs until it has ended by itself.
pub type Running = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The body of a proxy's answer: it may come in pieces, and break off.
pub type ProxyBody = UnsyncBoxBody<Bytes, io::Error>;

/// Answers the requests of a listener of its own.
pub trait Proxy: Send + Sync + 'static {
    /// Connections at once; others wait to be accepted.
    fn connections_max(&self) -> usize;

    /// How fast clients take their answers at the least.
    fn pace(&self) -> Pace;

    /// Answers one: what comes out begins the reply itself, and hands it to nobody else. It runs to
    /// its end whether its client stays or goes; the server's end waits for it, within the drain
    /// timeout.
    fn answer(
        self: Arc<Self>,
        door: Arc<Door>,
        request: Request<Incoming>,
        reply: Reply,
    ) -> Running;

    /// What goes on beside the requests, until `stop` resolves.
    fn beside(self: Arc<Self>, stop: Running) -> Running;
}

/// How fast a client takes an answer at the least; one that is slower loses its connection.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// It may take nothing for so long.
    pub patience: Duration,
    /// Beyond that it takes so many bytes each second.
    pub bytes_per_second_min: u32,
}

impl Pace {
    /// How long an answer of so many bytes may take.
    pub fn limit(self, bytes: usize) -> Duration {
        let rate = u64::from(self.bytes_per_second_min.max(1));
        let millis = (bytes as u64).saturating_mul(1000) / rate;
        self.patience.saturating_add(Duration::from_millis(millis))
    }
}

/// Where an answer goes.
#[derive(Debug)]
pub struct Reply(oneshot::Sender<Response<ProxyBody>>);

impl Reply {
    /// One, and where its answer comes out.
    pub(crate) fn new() -> (Self, oneshot::Receiver<Response<ProxyBody>>) {
        let (reply, answered) = oneshot::channel();
        (Self(reply), answered)
    }

    /// Begins the answer; false where nobody waits for it any more.
    pub fn begin(self, answer: Response<ProxyBody>) -> bool {
        self.0.send(answer).is_ok()
    }
}

/// Who sends a request; it counts among theirs until this is dropped.
pub struct Caller {
    /// Who.
    pub principal: Arc<Principal>,
    _admitted: Admitted,
}

/// Why a request is not let in.
#[derive(Debug)]
pub struct Refused {
    /// The answer's status.
    pub status: StatusCode,
    /// What it says: nothing that was sent.
    pub outcome: OperationOutcome,
    /// `WWW-Authenticate`, `Retry-After`, `Connection`.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The same in a word of Kiln's, where it is about who asks.
    pub reason: Option<&'static str>,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let Refusal { status, outcome, headers } = refusal;
        Self { status, outcome, headers, reason: None }
    }
}

impl App {
    /// Who sends a request that came through this door.
    ///
    /// # Errors
    /// There is no good credential, or more is asked than is the principal's share; while no
    /// identity is configured, what the guard of the open mode turns away.
    pub async fn caller(&self, door: &Door, parts: &Parts) -> Result<Caller, Refused> {
        let refused =
            |refusal: Refusal, reason| Refused { reason: Some(reason), ..Refused::from(refusal) };
        let host = door.host(self.authentication.is_open(), &parts.uri, &parts.headers);
        host.map_err(|refusal| refused(refusal, "guard"))?;
        let principal = self.authentication.principal(door, parts, &TenantId::default()).await;
        let principal = principal.map_err(|it| refused(it.into(), it.reason()))?;
        let entered = self.authentication.enter(&principal);
        let admitted = entered.map_err(|it| refused(it.into(), it.reason()))?;
        Ok(Caller { principal, _admitted: admitted })
    }

    /// Notes in the audit of the audit that a request was not let in, nobody knows from whom; of
    /// many alike the first of each minute, and how many there were.
    pub async fn note_stranger(
        self: &Arc<Self>,
        door: &Door,
        parts: &Parts,
        request_id: &HeaderValue,
        refused: &Refused,
    ) {
        let Some(reason) = refused.reason else { return };
        audit::note_stranger(self, door.address(), parts, request_id, refused.status, reason).await;
    }

    /// A tenant, opened if need be.
    ///
    /// # Errors
    /// There is none of this name; its log does not open.
    pub async fn tenant(self: &Arc<Self>, id: &TenantId) -> Result<Arc<Tenant>, Refused> {
        Ok(self.tenants.get(self, id).await?)
    }

    /// The sender's `X-Request-Id`, where it may be shown anywhere, else one that no other request
    /// of this run has.
    pub fn request_id(&self, headers: &HeaderMap) -> HeaderValue {
        exchange::request_id(self, headers)
    }

    /// With figures of another room among those of `/metrics`.
    #[must_use]
    pub fn with_meters(mut self, register: impl FnOnce(&mut Registry)) -> Self {
        self.metrics.register(register);
        self
    }
}
