//! Where the server listens: the main listener with or without TLS, one for metrics, and the
//! server's own socket; connections within limits, a graceful end.
mod addresses;
mod connection;
mod errands;
mod metrics;
mod proxied;
mod repeat;
mod socket;

pub use errands::{Errand, Errands};

use crate::{app::App, proxy::Proxy, tasks::Tasks, tenants::attend, tls::Tls};
use connection::{Front, Routes};
use metrics::Scraped;
use proxied::Proxied;
use repeat::Loop;
use socket::Socket;
use std::{future::Future, io, pin::pin, sync::Arc};
use tokio::{
    net::{TcpListener, UnixListener},
    sync::{oneshot, watch},
};

/// Connections of scrapers at once, beside all others.
const METRICS_CONNECTIONS_MAX: usize = 16;
/// Connections of this machine's operators at once, beside all others.
const SOCKET_CONNECTIONS_MAX: usize = 64;

/// Where the server listens.
pub struct Listeners {
    main: TcpListener,
    tls: Option<Arc<Tls>>,
    metrics: Option<TcpListener>,
    socket: Option<(UnixListener, Arc<dyn Errands>)>,
    proxy: Option<(TcpListener, Arc<dyn Proxy>)>,
}

impl Listeners {
    /// With TLS on the main listener, and on a proxy's: nothing else is spoken there then.
    #[must_use]
    pub fn with_tls(self, tls: Arc<Tls>) -> Self {
        Self { tls: Some(tls), ..self }
    }

    /// With a listener that answers `/metrics` and nothing else, to whoever reaches it: it belongs
    /// on a loopback address.
    #[must_use]
    pub fn with_metrics(self, listener: TcpListener) -> Self {
        Self { metrics: Some(listener), ..self }
    }

    /// With a socket for root and the process's own user, who may also send errands.
    #[must_use]
    pub fn with_socket(self, listener: UnixListener, errands: Arc<dyn Errands>) -> Self {
        Self { socket: Some((listener, errands)), ..self }
    }

    /// With a listener whose requests another room answers.
    #[must_use]
    pub fn with_proxy(self, listener: TcpListener, proxy: Arc<dyn Proxy>) -> Self {
        Self { proxy: Some((listener, proxy)), ..self }
    }
}

impl From<TcpListener> for Listeners {
    fn from(main: TcpListener) -> Self {
        Self { main, tls: None, metrics: None, socket: None, proxy: None }
    }
}

/// Serves until `shutdown` resolves, then lets open requests finish within the drain timeout.
///
/// # Errors
/// A listener has no local address. A failed accept is logged and tried again.
pub async fn serve(
    listeners: impl Into<Listeners>,
    app: Arc<App>,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let listeners = listeners.into();
    let (mut beside, attending) = (Tasks::default(), oneshot::channel::<()>());
    beside.spawn(attend(Arc::clone(&app), async {
        let _told_or_dropped = attending.1.await.is_ok();
    }));
    let (go_on, stopped) = watch::channel(());
    let mut loops = pin!(loops(listeners, &app, &stopped)?);
    tokio::select! {
        biased;
        () = shutdown => {}
        () = &mut loops => {}
    }
    drop(go_on);
    loops.await;
    // Until here creates could wait for witnesses.
    drop(attending.0);
    beside.drain(app.settings.drain_timeout).await;
    Ok(())
}

/// All accept loops, each with its own limit, so that none keeps the others' clients out.
fn loops(
    listeners: Listeners,
    app: &Arc<App>,
    stopped: &watch::Receiver<()>,
) -> io::Result<impl Future<Output = ()>> {
    let Listeners { main, tls, metrics, socket, proxy } = listeners;
    let begin = |connections_max| Loop::new(connections_max, app, stopped.clone());
    let front = Front::new(Arc::clone(app), main.local_addr()?.port(), tls.clone(), Routes);
    let main = begin(app.settings.connections_max).run(main, front);
    let scraped = match metrics {
        None => None,
        Some(listener) => {
            let scraped = Scraped::new(Arc::clone(app), listener.local_addr()?.port());
            Some(begin(METRICS_CONNECTIONS_MAX).run(listener, scraped))
        }
    };
    let socket = socket.map(|(listener, errands)| {
        begin(SOCKET_CONNECTIONS_MAX).run(listener, Socket::new(Arc::clone(app), errands))
    });
    let proxied = match proxy {
        None => None,
        Some((listener, proxy)) => {
            let (port, own) = (listener.local_addr()?.port(), begin(proxy.connections_max()));
            let front = Front::new(Arc::clone(app), port, tls, Arc::new(Proxied::begin(proxy)));
            Some(own.run(listener, front))
        }
    };
    Ok(async {
        tokio::join!(main, if_any(scraped), if_any(socket), if_any(proxied));
    })
}

async fn if_any(running: Option<impl Future<Output = ()>>) {
    if let Some(running) = running {
        running.await;
    }
}
