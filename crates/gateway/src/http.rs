//! The gateway over HTTP: a listener's requests, the upstream, the tenant's log.
mod client;
mod door;
mod forwarded;
mod log;
mod upstream;

use crate::{gateway::Gateway, meters::Meters, refusal, seams::Time, settings::Settings, settle};
use bytes::Bytes;
use client::HttpClient;
use door::Arrived;
use hyper::{
    Request, Response,
    body::{Body as _, Incoming},
    header,
};
use kiln_server::{App, Door, Pace, Proxy, Reply, Running};
use kiln_store::{
    Millis,
    clock::{Clock, SystemClock},
};
use log::TenantLog;
use std::{future::Future, pin::pin, sync::Arc, time::Duration};
use tokio::{sync::Semaphore, time};
use upstream::HttpUpstream;

/// How often it is looked whether an outcome waits.
const TICK: Duration = Duration::from_secs(1);

/// The gateway, for [`kiln_server::Listeners::with_proxy`].
pub struct HttpGateway {
    core: Gateway<HttpUpstream, TenantLog, MachineTime>,
    app: Arc<App>,
    /// Bounds the memory of large bodies.
    bodies: Arc<Semaphore>,
    /// The path of the base URL.
    base_path: String,
}

/// Why there is no gateway with these settings.
#[derive(Debug, thiserror::Error)]
pub enum InvalidSettings {
    /// `upstream` or `base_url`.
    #[error("{0} is http:// or https://, a host, perhaps a path, and no slash at the end")]
    Url(&'static str),
    /// The authorities of this machine.
    #[error("the upstream's certificate cannot be checked: {0}")]
    Authorities(std::io::Error),
    /// The tenant's log.
    #[error("the log of the gateway's tenant does not open")]
    Tenant,
    /// What it has of earlier runs.
    #[error("the log of the gateway's tenant cannot be read: {0}")]
    Log(kiln_store::ReadError),
}

/// The machine's time.
#[derive(Copy, Clone, Debug)]
pub(crate) struct MachineTime;

impl Time for MachineTime {
    fn now(&self) -> Millis {
        SystemClock.now()
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        time::sleep(duration)
    }
}

impl HttpGateway {
    /// The gateway that records in a log of this server's.
    ///
    /// # Errors
    /// A URL is none; nothing can check the upstream's certificate; the log does not open.
    pub async fn new(
        app: Arc<App>,
        settings: Settings,
        meters: Meters,
    ) -> Result<Arc<Self>, InvalidSettings> {
        let base_path = door::base_path(&settings)?;
        let upstream = HttpUpstream::new(&settings)?;
        let tenant = app.tenant(&settings.tenant).await;
        let log = TenantLog::new(tenant.map_err(|_refused| InvalidSettings::Tenant)?);
        let bodies = (settings.held_bytes_max / door::BODY_UNIT).clamp(1, u32::MAX as usize);
        let bodies = Arc::new(Semaphore::new(bodies));
        let open = settle::find(&log).map_err(InvalidSettings::Log)?;
        let core = Gateway::new(upstream, log, MachineTime, settings, meters);
        if !open.is_empty() {
            tracing::warn!(
                requests = open.len(),
                "an earlier run left requests without an outcome"
            );
        }
        core.ledger().adopt(open);
        Ok(Arc::new(Self { core, app, bodies, base_path }))
    }

    async fn handle(&self, door: &Door, request: Request<Incoming>, reply: Reply) {
        let (parts, mut body) = request.into_parts();
        let id = self.app.request_id(&parts.headers);
        let client = HttpClient::new(reply, id.clone(), self.core.settings.pace());
        match self.arrive(door, &parts, &mut body, &id).await {
            Ok(Arrived { request, refused: None, _held, _caller }) => {
                self.core.pass(&request, client).await;
            }
            Ok(Arrived { request, refused: Some(mut refused), .. }) => {
                close_unread(&body, &mut refused);
                self.core.refuse(&request, *refused, client).await;
            }
            Err(mut refused) => {
                close_unread(&body, &mut refused);
                self.core.meters.answered("none", refused.status().as_u16());
                client.refuse(*refused);
            }
        }
    }
}

impl Proxy for HttpGateway {
    fn connections_max(&self) -> usize {
        self.core.settings.connections_max
    }

    fn pace(&self) -> Pace {
        self.core.settings.pace()
    }

    fn answer(
        self: Arc<Self>,
        door: Arc<Door>,
        request: Request<Incoming>,
        reply: Reply,
    ) -> Running {
        Box::pin(async move { self.handle(&door, request, reply).await })
    }

    fn beside(self: Arc<Self>, stop: Running) -> Running {
        Box::pin(async move {
            let mut stop = pin!(stop);
            loop {
                tokio::select! {
                    () = &mut stop => break,
                    () = time::sleep(TICK) => self.core.settle().await,
                }
            }
            self.core.settle().await;
        })
    }
}

/// A body that is not read ends its connection.
fn close_unread(body: &Incoming, refused: &mut Response<Bytes>) {
    if !body.is_end_stream() {
        let close = header::HeaderValue::from_static("close");
        refused.headers_mut().insert(header::CONNECTION, close);
    }
}

/// An answer that shows nothing but why.
pub(crate) fn refused(refused: &kiln_server::Refused) -> Response<Bytes> {
    let mut response = refusal::refusal(refused.status, &refused.outcome);
    response.headers_mut().extend(refused.headers.iter().cloned().map(|(k, v)| (Some(k), v)));
    response
}
