//! The accept loop: connections within limits, a header timeout that has a timer, a graceful end.
//!
//! `axum::serve` installs no timer, so that hyper's header timeout never fires there
//! (tokio-rs/axum#2741): a slow client could hold a connection for ever.
use crate::{
    app::App, door::Door, exchange, guard::Guard, stalled::Stalled, tasks::Tasks, witnesses::cosign,
};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use std::{
    convert::Infallible, future::Future, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, oneshot},
};

/// Serves until `shutdown` resolves, then lets open requests finish within `drain_timeout`.
///
/// # Errors
/// The listener has no local address. A failed accept is logged and tried again.
pub async fn serve(
    listener: TcpListener,
    app: Arc<App>,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let guard = Guard { port: listener.local_addr()?.port() };
    let http = protocol(&app);
    let slots = Arc::new(Semaphore::new(app.settings.connections_max));
    let graceful = GracefulShutdown::new();
    let mut tasks = Tasks::default();
    let (mut beside, cosigning) = (Tasks::default(), oneshot::channel::<()>());
    beside.spawn(cosign(Arc::clone(&app), async {
        let _told_or_dropped = cosigning.1.await.is_ok();
    }));
    let mut shutdown = pin!(shutdown);
    loop {
        let (stream, address, slot) = tokio::select! {
            biased;
            () = &mut shutdown => break,
            accepted = accept(&listener, &slots) => accepted,
        };
        let app = Arc::clone(&app);
        let door = Door {
            guard,
            address: Some(address.ip()),
            certificate: None,
            uid: None,
            is_private: false,
        };
        tasks.spawn(connection(http.clone(), stream, slot, app, door, graceful.watcher()));
        tasks.reap();
    }
    drop(listener);
    let finish = graceful.shutdown();
    let (stopped, ()) = tokio::join!(tasks.drain(app.settings.drain_timeout), async {
        // The tasks' own drain is the bound: this only asks each connection to end.
        let _ended = tokio::time::timeout(app.settings.drain_timeout, finish).await.is_ok();
    });
    if stopped > 0 {
        tracing::warn!(stopped, "connections were still open at the end of the drain");
    }
    // Until here creates could wait for witnesses.
    drop(cosigning.0);
    beside.drain(app.settings.drain_timeout).await;
    Ok(())
}

fn protocol(app: &App) -> http1::Builder {
    let settings = &app.settings;
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(settings.header_timeout)
        .max_headers(settings.header_fields_max)
        .max_buf_size((settings.header_bytes_max + settings.url_bytes_max).max(8 << 10))
        // A sender that has said all and closed its side has sent an event like any other.
        .half_close(true);
    http
}

/// Waits for a free slot, then for a connection.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let slot = Arc::clone(slots).acquire_owned().await.expect("the semaphore is never closed");
    loop {
        match listener.accept().await {
            Ok((stream, address)) => return (stream, address, slot),
            Err(error) => {
                // Out of descriptors, or the peer was gone already: neither is for ever.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn connection(
    http: http1::Builder,
    stream: TcpStream,
    slot: OwnedSemaphorePermit,
    app: Arc<App>,
    door: Door,
    watcher: Watcher,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection could not be set to answer without delay");
    }
    let _open = app.metrics.connection_opened();
    let stream = Stalled::new(stream, app.settings.send_timeout);
    let door = Arc::new(door);
    let service = service_fn(move |request| {
        let (app, door) = (Arc::clone(&app), Arc::clone(&door));
        async move { Ok::<_, Infallible>(exchange::handle(app, &door, request).await) }
    });
    let served = watcher.watch(http.serve_connection(TokioIo::new(stream), service)).await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended early");
    }
    drop(slot);
}
