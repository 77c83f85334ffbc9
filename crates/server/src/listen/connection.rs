//! A connection of the main listener: TLS where it is configured, then HTTP.
use super::{
    addresses::{Addresses, Place},
    repeat::{Open, Serve},
};
use crate::{
    app::App,
    door::{ClientCertificate, Door},
    exchange,
    framing::Framed,
    guard::Guard,
    paced::Paced,
    proxy::Pace,
    stalled::Stalled,
    tls::Tls,
};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Request, Response as Told,
    body::{Body, Incoming},
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{convert::Infallible, error::Error, future::Future, sync::Arc};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::watch,
    time,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

pub(super) type Asked = Request<Incoming>;

/// A listener for others: the main one, or a proxy's.
pub(super) struct Front<A> {
    app: Arc<App>,
    port: u16,
    tls: Option<Arc<Tls>>,
    addresses: Arc<Addresses>,
    answers: A,
}

/// What answers the requests of a listener.
pub(super) trait Answers: Clone + Send + Sync + 'static {
    /// Whether a request that could be framed in two ways is refused, for it goes on.
    const IS_STRICT: bool;

    type Body: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static;

    /// How fast clients take their answers at the least.
    fn pace(&self) -> Option<Pace> {
        None
    }

    fn answer(
        self,
        app: Arc<App>,
        door: Arc<Door>,
        request: Asked,
    ) -> impl Future<Output = Told<Self::Body>> + Send;

    /// When no connection is left: ends what runs beside them.
    fn end(&self, _app: &App) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }
}

/// Kiln's own routes.
#[derive(Copy, Clone)]
pub(super) struct Routes;

impl Answers for Routes {
    const IS_STRICT: bool = false;

    type Body = Full<Bytes>;

    async fn answer(self, app: Arc<App>, door: Arc<Door>, request: Asked) -> Told<Full<Bytes>> {
        exchange::handle(app, &door, request).await
    }
}

impl<A: Answers> Front<A> {
    pub(super) fn new(app: Arc<App>, port: u16, tls: Option<Arc<Tls>>, answers: A) -> Self {
        let addresses = Addresses::new(app.settings.connections_per_address_max);
        Self { app, port, tls, addresses, answers }
    }
}

impl<A: Answers> Serve<TcpStream> for Front<A> {
    fn serve(
        &self,
        stream: TcpStream,
        open: Open,
    ) -> Option<impl Future<Output = ()> + Send + 'static> {
        // A peer that has gone already has no address, and nothing to say.
        let address = stream.peer_addr().ok()?.ip();
        let Some(place) = self.addresses.enter(address) else {
            self.app.metrics.connection_refused("address");
            return None;
        };
        let guard = Guard { port: self.port, is_tls: self.tls.is_some() };
        let (app, tls) = (Arc::clone(&self.app), self.tls.clone());
        let door = Door { guard, address: Some(address), certificate: None, uid: None };
        Some(serve(app, tls, door, stream, place, open, self.answers.clone()))
    }

    async fn end(&self) {
        self.answers.end(&self.app).await;
    }
}

async fn serve<A: Answers>(
    app: Arc<App>,
    tls: Option<Arc<Tls>>,
    door: Door,
    stream: TcpStream,
    _place: Place,
    mut open: Open,
    answers: A,
) {
    let Some(tls) = tls else {
        let stream = Framed::new(Paced::new(stream, answers.pace()), A::IS_STRICT);
        return talk(&app, stream, open, asked(Arc::clone(&app), door, answers)).await;
    };
    let Some(stream) = shake_hands(&app, &tls, stream, &mut open.stopped).await else { return };
    let certificate = ClientCertificate::of(stream.get_ref().1).map(Arc::new);
    let door = Door { certificate, ..door };
    let stream = Framed::new(Paced::new(stream, answers.pace()), A::IS_STRICT);
    talk(&app, stream, open, asked(Arc::clone(&app), door, answers)).await;
}

/// Answers requests that came through this door.
fn asked<A: Answers>(
    app: Arc<App>,
    door: Door,
    answers: A,
) -> impl Service<Asked, Response = Told<A::Body>, Error = Infallible, Future: Send> {
    let door = Arc::new(door);
    service_fn(move |request| {
        let (app, door, answers) = (Arc::clone(&app), Arc::clone(&door), answers.clone());
        async move { Ok(answers.answer(app, door, request).await) }
    })
}

/// TLS's handshake, within its time; `None` where there will be no connection.
async fn shake_hands(
    app: &App,
    tls: &Tls,
    stream: TcpStream,
    stopped: &mut watch::Receiver<()>,
) -> Option<TlsStream<TcpStream>> {
    let shaking = TlsAcceptor::from(tls.config()).accept(stream);
    let shaken = tokio::select! {
        biased;
        _ended = stopped.changed() => return None,
        shaken = time::timeout(app.settings.handshake_timeout, shaking) => shaken,
    };
    match shaken {
        Ok(Ok(stream)) => return Some(stream),
        Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
        Err(_late) => tracing::debug!("a TLS handshake took too long"),
    }
    app.metrics.connection_refused("handshake");
    None
}

/// HTTP, until the connection ends.
pub(super) async fn talk<S, H, B>(app: &App, stream: S, open: Open, service: H)
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
    H: Service<Asked, Response = Told<B>, Error = Infallible> + 'static,
    B: Body<Data = Bytes> + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let _open = app.metrics.connection_opened();
    let stream = Stalled::new(stream, app.settings.send_timeout);
    let connection = protocol(app).serve_connection(TokioIo::new(stream), service);
    if let Err(error) = open.watcher.watch(connection).await {
        tracing::debug!(%error, "a connection ended early");
    }
    drop(open.slot);
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
