//! The server's own socket: for root and for the user that the server runs as, whom the kernel
//! names. HTTP as on every listener, and errands.
use super::{
    connection::{Asked, talk},
    errands::{self, Desk, Errands},
    repeat::{Open, Serve},
};
use crate::{app::App, door::Door, exchange, guard::Guard};
use bytes::Bytes;
use http_body_util::{BodyExt, combinators::UnsyncBoxBody};
use hyper::{Response, service::service_fn};
use std::{convert::Infallible, future::Future, io, sync::Arc};
use tokio::net::UnixStream;

/// The socket.
pub(super) struct Socket {
    app: Arc<App>,
    desk: Arc<Desk>,
}

impl Socket {
    pub(super) fn new(app: Arc<App>, errands: Arc<dyn Errands>) -> Self {
        Self { app, desk: Desk::new(errands) }
    }
}

impl Serve<UnixStream> for Socket {
    fn serve(
        &self,
        stream: UnixStream,
        open: Open,
    ) -> Option<impl Future<Output = ()> + Send + 'static> {
        let own = rustix::process::geteuid().as_raw();
        let uid = stream.peer_cred().map(|peer| peer.uid()).ok().filter(|uid| may_ask(*uid, own));
        let Some(uid) = uid else {
            tracing::warn!("another user tried the server's socket");
            self.app.metrics.connection_refused("user");
            return None;
        };
        Some(serve(Arc::clone(&self.app), Arc::clone(&self.desk), stream, uid, open))
    }

    async fn end(&self) {
        self.desk.close(self.app.settings.drain_timeout).await;
    }
}

/// Root may read all that is on this machine, and so may whoever the server runs as.
fn may_ask(uid: u32, own: u32) -> bool {
    uid == 0 || uid == own
}

async fn serve(app: Arc<App>, desk: Arc<Desk>, stream: UnixStream, uid: u32, open: Open) {
    let guard = Guard { port: 0, is_tls: false };
    let door = Arc::new(Door { guard, address: None, certificate: None, uid: Some(uid) });
    let asked = Arc::clone(&app);
    let service = service_fn(move |request| {
        let (app, door, desk) = (Arc::clone(&asked), Arc::clone(&door), Arc::clone(&desk));
        async move { Ok::<_, Infallible>(answer(app, door, desk, uid, request).await) }
    });
    talk(&app, stream, open, service).await;
}

async fn answer(
    app: Arc<App>,
    door: Arc<Door>,
    desk: Arc<Desk>,
    uid: u32,
    request: Asked,
) -> Response<UnsyncBoxBody<Bytes, io::Error>> {
    let Some(path) = request.uri().path().strip_prefix(errands::PATH) else {
        let answered = exchange::handle(app, &door, request).await;
        return answered.map(|body| body.map_err(|never| match never {}).boxed_unsync());
    };
    let path = path.to_owned();
    desk.answer(&app, &path, uid, request).await.map(BodyExt::boxed_unsync)
}

#[cfg(test)]
mod tests;
