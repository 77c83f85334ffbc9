//! The accept loop.
//!
//! `axum::serve` installs no timer, so that hyper's header timeout never fires there
//! (tokio-rs/axum#2741): a slow client could hold a connection for ever.
use crate::{app::App, tasks::Tasks};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use std::{future::Future, io, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
};

/// One accept loop's limits and its end.
pub(super) struct Loop {
    slots: Arc<Semaphore>,
    /// Its sender is dropped when the server is to stop.
    stopped: watch::Receiver<()>,
    drain_timeout: Duration,
}

/// Something that is accepted from.
pub(super) trait Accept {
    type Stream: Send + 'static;

    fn accept(&self) -> impl Future<Output = io::Result<Self::Stream>> + Send;
}

/// What becomes of a connection.
pub(super) trait Serve<S> {
    /// The connection's task; `None` where it is refused and closed at once.
    fn serve(&self, stream: S, open: Open) -> Option<impl Future<Output = ()> + Send + 'static>;

    /// When no connection is left: ends what runs beside them.
    fn end(&self) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }
}

/// What an open connection holds.
pub(super) struct Open {
    /// Lets the end of the server wait for the connection's last answer.
    pub(super) watcher: Watcher,
    /// Resolves with an error when the server is to stop.
    pub(super) stopped: watch::Receiver<()>,
    /// One of the loop's slots.
    pub(super) slot: OwnedSemaphorePermit,
}

impl Loop {
    pub(super) fn new(connections_max: usize, app: &App, stopped: watch::Receiver<()>) -> Self {
        let slots = Arc::new(Semaphore::new(connections_max));
        Self { slots, stopped, drain_timeout: app.settings.drain_timeout }
    }

    /// Accepts until the server is to stop, then lets the connections end.
    pub(super) async fn run<L: Accept>(mut self, listener: L, serves: impl Serve<L::Stream>) {
        let graceful = GracefulShutdown::new();
        let mut tasks = Tasks::default();
        loop {
            let (stream, slot) = tokio::select! {
                biased;
                _ended = self.stopped.changed() => break,
                accepted = accept(&listener, &self.slots) => accepted,
            };
            let (watcher, stopped) = (graceful.watcher(), self.stopped.clone());
            if let Some(task) = serves.serve(stream, Open { watcher, stopped, slot }) {
                tasks.spawn(task);
            }
            tasks.reap();
        }
        drop(listener);
        let finish = graceful.shutdown();
        let (stopped, ()) = tokio::join!(tasks.drain(self.drain_timeout), async {
            // The tasks' own drain is the bound: this only asks each connection to end.
            let _ended = tokio::time::timeout(self.drain_timeout, finish).await.is_ok();
        });
        serves.end().await;
        if stopped > 0 {
            tracing::warn!(stopped, "connections were still open at the end of the drain");
        }
    }
}

/// Waits for a free slot, then for a connection.
async fn accept<L: Accept>(
    listener: &L,
    slots: &Arc<Semaphore>,
) -> (L::Stream, OwnedSemaphorePermit) {
    let slot = Arc::clone(slots).acquire_owned().await.expect("the semaphore is never closed");
    loop {
        match listener.accept().await {
            Ok(stream) => return (stream, slot),
            Err(error) => {
                // Out of descriptors, or the peer was gone already: neither is for ever.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

impl Accept for TcpListener {
    type Stream = TcpStream;

    async fn accept(&self) -> io::Result<TcpStream> {
        let (stream, _address) = Self::accept(self).await?;
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection could not be set to answer without delay");
        }
        Ok(stream)
    }
}

impl Accept for UnixListener {
    type Stream = UnixStream;

    async fn accept(&self) -> io::Result<UnixStream> {
        Ok(Self::accept(self).await?.0)
    }
}
